/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * property_ops.h - random operations on queues of one strategy, as data: drawn, run, cut, printed.
 *
 * An operation means something whatever came before it (an index is taken modulo what is there; one
 * that cannot be done is skipped), so any part of a list is a list. That is what lets a failing
 * list be cut down, and a printed one be run again.
 */
#ifndef TESTS_PROPERTY_OPS_H
#define TESTS_PROPERTY_OPS_H

#include <stdio.h>
#include "strategy.h"

/* arg of each: see op_name[] and op_run() */
enum op_kind {
	OP_CREATE,
	OP_DESTROY,
	OP_CLOSE,
	OP_POST,
	OP_RECEIVE,
	OP_PUT_DIRECT,
	OP_PUT_REMOTE,
	OP_PIN,
	OP_UNPIN,
	OP_FAIL,
	OP_MAX_ORDER,
	OP_RESERVES,
	OP_NODE,
	OP_KINDS
};

struct op {
	enum op_kind kind;
	unsigned int queue;
	unsigned int arg;
};

/**
 * struct run - what a list of operations runs on
 * @posted: buffers are for a device that writes them
 * @seed: of op_draw()
 */
struct run {
	const struct rx_strategy *strategy;
	bool posted;
	uint64_t seed;
};

/**
 * struct op_list
 * @nr: operations in @op
 * @done: how many of each kind were not skipped, over all runs
 * @failed: alloc() and create() calls that ran dry, over all runs
 */
struct op_list {
	struct op *op;
	unsigned int nr;
	uint64_t done[OP_KINDS];
	uint64_t failed;
};

/**
 * run_random() - draws and runs @nr operations; those drawn are left in @list
 * Return: NULL, or the violation (until the next run); the last operation in @list is then the one
 * that found it, unless the end of the run did.
 */
const char *run_random(const struct run *run, struct op_list *list, unsigned int nr);

/** run_list() - runs what is in @list. Return: as run_random(), with @list as it was */
const char *run_list(const struct run *run, struct op_list *list);

/**
 * op_list_shrink() - leaves out what is not needed to fail in the same way
 * @word: first word of the violation, which stays the same
 * Return: runs that it took.
 */
unsigned int op_list_shrink(const struct run *run, struct op_list *list, const char *word);

/** op_list_print() - as op_list_read() reads it */
void op_list_print(FILE *f, const struct run *run, const struct op_list *list);

/** op_list_read() - Return: 0, or the line that is not understood */
int op_list_read(FILE *f, struct run *run, struct op_list *list, unsigned int max);

#endif
