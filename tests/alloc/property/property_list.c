/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * property_list.c - see property_ops.h: lists of operations cut down, printed and read.
 */
#include <stdlib.h>
#include <string.h>
#include "alloc/rx/strategy_table.h"
#include "property_ops.h"
#include "property_model.h"

#define SHRINK_RUNS 3000

static const char *const op_name[OP_KINDS] = {
	[OP_CREATE] = "create",
	[OP_DESTROY] = "destroy",
	[OP_CLOSE] = "close",
	[OP_POST] = "post",
	[OP_RECEIVE] = "receive",
	[OP_PUT_DIRECT] = "put_direct",
	[OP_PUT_REMOTE] = "put_remote",
	[OP_PIN] = "pin",
	[OP_UNPIN] = "unpin",
	[OP_FAIL] = "fail",
	[OP_MAX_ORDER] = "max_order",
	[OP_RESERVES] = "reserves",
	[OP_NODE] = "node",
};

static bool fails_so(const struct run *run, struct op_list *list, const char *word)
{
	const char *found = run_list(run, list);

	return found && !strncmp(found, word, strlen(word));
}

/* The list without @nr operations from @at on, if it still fails. */
static bool list_cut(const struct run *run, struct op_list *list, unsigned int at, unsigned int nr,
		     const char *word)
{
	struct op_list shorter = {.nr = list->nr - nr};
	bool fails;

	shorter.op = malloc((shorter.nr + 1) * sizeof(*shorter.op));
	if (!shorter.op)
		return false;
	memcpy(shorter.op, list->op, at * sizeof(*list->op));
	memcpy(shorter.op + at, list->op + at + nr, (shorter.nr - at) * sizeof(*list->op));
	fails = fails_so(run, &shorter, word);
	if (fails) {
		memcpy(list->op, shorter.op, shorter.nr * sizeof(*list->op));
		list->nr = shorter.nr;
	}
	free(shorter.op);
	return fails;
}

unsigned int op_list_shrink(const struct run *run, struct op_list *list, const char *word)
{
	unsigned int runs = 0, nr = list->nr / 2;

	/* Ever smaller pieces; after a round that helped, single ones again. */
	while (nr && runs < SHRINK_RUNS) {
		bool helped = false;

		for (unsigned int at = 0; at + nr <= list->nr && runs < SHRINK_RUNS; runs++) {
			if (list_cut(run, list, at, nr, word))
				helped = true;
			else
				at += nr;
		}
		if (nr > 1 || !helped)
			nr /= 2;
	}
	return runs;
}

void op_list_print(FILE *f, const struct run *run, const struct op_list *list)
{
	fprintf(f, "run %s %u %s\n", run->strategy->name, run->strategy->page_shift,
		run->posted ? "posted" : "on_demand");
	for (unsigned int i = 0; i < list->nr; i++)
		fprintf(f, "%s %u %u\n", op_name[list->op[i].kind], list->op[i].queue,
			list->op[i].arg);
}

static bool line_is_run(const char *line, struct run *run)
{
	char name[64], posted[16];
	unsigned int shift;
	const struct rx_strategy *const *s;

	if (sscanf(line, "run %63s %u %15s", name, &shift, posted) != 3)
		return false;
	run->posted = !strcmp(posted, "posted");
	s = strategy_table_native(shift);
	while (s && *s && strcmp((*s)->name, name))
		s++;
	run->strategy = s ? *s : NULL;
	return run->strategy && (run->posted || !strcmp(posted, "on_demand"));
}

static bool line_is_op(const char *line, struct op *op)
{
	char name[64];

	if (sscanf(line, "%63s %u %u", name, &op->queue, &op->arg) != 3)
		return false;
	for (op->kind = 0; op->kind < OP_KINDS; op->kind++) {
		if (!strcmp(op_name[op->kind], name))
			return op->queue < MODEL_QUEUES;
	}
	return false;
}

int op_list_read(FILE *f, struct run *run, struct op_list *list, unsigned int max)
{
	char line[160];
	int n = 0;

	list->nr = 0;
	while (fgets(line, sizeof(line), f)) {
		n++;
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (!run->strategy ? !line_is_run(line, run)
				   : list->nr == max || !line_is_op(line, &list->op[list->nr++]))
			return n;
	}
	return run->strategy ? 0 : n + 1;
}
