/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform.h - replay a log of the kernel's own allocator with alloc/, and find where they differ.
 *
 * A log does not contain the parameters of its pool. They are found by trying: the kernel had those
 * that make every operation equal; see docs/conformance.md.
 */
#ifndef SIM_CONFORM_H
#define SIM_CONFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** CONFORM_POOL_SIZE_MAX - largest pointer ring a page_pool can have */
#define CONFORM_POOL_SIZE_MAX 16384

/** CONFORM_ORDER_MAX - largest page order that is tried */
#define CONFORM_ORDER_MAX 5

/**
 * struct conform_params - parameters of the pool
 * @pool_size: 0: unknown
 * @order: -1: unknown
 */
struct conform_params {
	unsigned int pool_size;
	int order;
};

/**
 * struct conform_report - the result
 * @allocator: the kernel's allocator that was logged
 * @strategies: ours that the log tests
 * @operations: number in the log
 * @live: buffers allocated at the end of the log, which may be truncated
 * @is_pool: @pool_size and @order apply
 * @others: larger powers of two that match as well as @pool_size, or ""
 * @equal: in all columns after all operations; otherwise the rest is set
 * @at, @line: first operation that differs, and its line in the file
 * @column: its first column that differs
 * @their_value, @our_value, @their_row, @our_row: of that operation; "?": we have none
 */
struct conform_report {
	const char *allocator, *strategies;
	unsigned int operations, live;
	bool is_pool, size_given, order_given;
	unsigned int pool_size, order;
	char others[128];
	bool equal;
	unsigned int at, line;
	const char *column;
	char their_value[24], our_value[24];
	char their_row[256], our_row[256];
};

/**
 * conform_stream() - replay a log, read from @file to its end
 * @name: of the log, for messages
 * Context: uses the native environment, of which a process has one.
 * Return: 0, equal or not (@report), or -EINVAL, -EIO, -ENOMEM with one line in @err.
 */
int conform_stream(FILE *file, const char *name, const struct conform_params *params,
		   struct conform_report *report, char *err, size_t err_size);

#endif
