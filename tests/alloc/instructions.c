/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * instructions.c - a steady stream of operations of one strategy, for tools/count-instructions.
 *
 * Built twice: with the native strategies, to be counted by callgrind, and with the instrumented
 * ones, which say themselves how many loads, stores, atomics and basic blocks they execute. Both
 * execute the same operations: a ring of RING slots is refilled, received and put a NAPI budget at
 * a time. Two lengths are counted and subtracted, so that setting up does not matter.
 *
 *	instructions_native STRATEGY direct|elsewhere BUDGETS
 *	instructions_sim    STRATEGY direct|elsewhere BUDGETS	prints the counts
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc/rx/strategy_table.h"
#include "alloc/strategy.h"
#ifdef INSTRUCTIONS_SIM
#include "models/cpu/access.h"
#include "models/memory/mm_sim.h"
#include "tests/sim/small_machine.h"
#else
#include "alloc/native/native.h"
#endif

#define PAGE_SHIFT_4K 12
#define MEMORY_BYTES  ((size_t)256 << 20)
#define RING	      1024u
#define BUDGET	      64u
#define BUFFER_BYTES  2048u

#ifdef INSTRUCTIONS_SIM
static const struct rx_strategy *const *strategies(void)
{
	return strategy_table_sim(PAGE_SHIFT_4K);
}

static int world_up(void)
{
	const struct mm_sim_params params = {.machine = &small_machine,
					     .cores = 1,
					     .page_shift = PAGE_SHIFT_4K,
					     .memory_bytes = MEMORY_BYTES};
	int err = mm_sim_init(&params);

	if (!err)
		core_enter(&mm_sim.cores[0], 0);
	return err;
}

static void world_say(void)
{
	struct access_counts n = access_counts_get();

	printf("%llu %llu %llu %llu\n", (unsigned long long)n.reads, (unsigned long long)n.writes,
	       (unsigned long long)n.atomics, (unsigned long long)n.blocks);
}
#else
static const struct rx_strategy *const *strategies(void)
{
	return strategy_table_native(PAGE_SHIFT_4K);
}

static int world_up(void)
{
	return mm_native_init(PAGE_SHIFT_4K, MEMORY_BYTES);
}

static void world_say(void)
{
}
#endif

static const struct rx_strategy *strategy_by_name(const char *name)
{
	const struct rx_strategy *const *table = strategies();

	while (*table && strcmp((*table)->name, name))
		table++;
	return *table;
}

/* One NAPI budget: received, put, and the slots filled again. */
static int budget_run(const struct rx_strategy *s, void *queue, unsigned int slot, bool direct)
{
	struct rx_buf buf[BUDGET], posted;
	int err = 0;

	for (unsigned int i = 0; i < BUDGET; i++)
		s->receive(queue, slot + i, &buf[i]);
	for (unsigned int i = 0; i < BUDGET; i++)
		s->put(&buf[i], direct);
	for (unsigned int i = 0; !err && i < BUDGET; i++)
		err = s->alloc(queue, slot + i, BUFFER_BYTES, &posted);
	return err;
}

static int budgets_run(const struct rx_strategy *s, bool direct, unsigned long budgets)
{
	const struct rx_params params = {
		.ring_size = RING, .buffer_bytes = BUFFER_BYTES, .nid = NUMA_NO_NODE};
	struct rx_buf posted;
	void *queue;
	int err = s->create(&params, &queue);

	if (err)
		return err;
	for (unsigned int i = 0; !err && i < RING; i++)
		err = s->alloc(queue, i, BUFFER_BYTES, &posted);
	for (unsigned long n = 0; !err && n < budgets; n++)
		err = budget_run(s, queue, (unsigned int)(n * BUDGET % RING), direct);
	world_say();
	s->destroy(queue);
	return err;
}

int main(int argc, char **argv)
{
	const struct rx_strategy *s = argc == 4 ? strategy_by_name(argv[1]) : NULL;
	bool direct = argc == 4 && !strcmp(argv[2], "direct");

	if (!s || (!direct && strcmp(argv[2], "elsewhere"))) {
		fprintf(stderr, "usage: %s STRATEGY direct|elsewhere BUDGETS\n", argv[0]);
		return 2;
	}
	return world_up() || budgets_run(s, direct, strtoul(argv[3], NULL, 10));
}
