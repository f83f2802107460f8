/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform.h - replays a log of the kernel's own allocator through alloc/ and says where they part.
 *
 * A log does not tell how its pool was made. The parameters are found by trying: what makes every
 * operation equal is what the kernel had; see docs/conformance.md.
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
 * struct conform_params - what is known of the pool
 * @pool_size: 0 = find out
 * @order: -1 = find out
 */
struct conform_params {
	unsigned int pool_size;
	int order;
};

/**
 * struct conform_report - what came of it
 * @allocator: whose log it was
 * @strategies: ours that were tried by it
 * @operations: in the log
 * @live: buffers the log leaves allocated; it may have been cut off
 * @is_pool: @pool_size and @order mean something
 * @others: larger powers of two that would do as well as @pool_size, "" = none
 * @equal: all columns after all operations; the rest is set when not
 * @at, @line: first operation that differs, and its line in the file
 * @column: first column of it that does
 * @their_value, @our_value, @their_row, @our_row: there; "?" = we have none
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
 * conform_stream() - a whole log, read from @file to its end
 * @name: what messages call it
 * Once at a time: uses the native environment, of which there is one per process.
 * Return: 0 (equal or not: see @report), -EINVAL, -EIO, -ENOMEM with one line in @err.
 */
int conform_stream(FILE *file, const char *name, const struct conform_params *params,
		   struct conform_report *report, char *err, size_t err_size);

#endif
