/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * counts.c - see counts.h.
 */
#include <stdlib.h>
#include <string.h>
#include "alloc/rx/strategy_table.h"
#include "counts.h"
#include "tests/models/memory/test_mm_sim_fixture.h"

#define BEHIND_BY 1u
#define GROUP	  8u

struct bench {
	const struct rx_strategy *rx;
	void *queue;
	unsigned int ring, next_to_use, next_to_clean, posted;
	unsigned int buffers;
	struct rx_buf held[COUNTS_PACKETS];
	unsigned int nr_held;
};

static struct machine machine;

static const struct rx_strategy *strategy_named(const char *name, unsigned int page_shift)
{
	const struct rx_strategy *const *table = strategy_table_sim(page_shift);

	while (*table && strcmp((*table)->name, name))
		table++;
	assert_non_null(*table);
	return *table;
}

static void bench_up(struct bench *b, const char *name, unsigned int option,
		     unsigned int page_shift, unsigned int ring)
{
	const struct mm_sim_params world = {
		.machine = &machine,
		.cores = 2,
		.page_shift = page_shift,
		.memory_bytes = 64 << 20,
		.iommu = IOMMU_STRICT,
	};
	const struct rx_params params = {
		.ring_size = ring,
		.buffer_bytes = COUNTS_BUFFER,
		.pool_size = 256,
		.nid = NUMA_NO_NODE,
		.posted = true,
		.option = {option},
	};

	machine = test_machine();
	assert_int_equal(mm_sim_init(&world), 0);
	*b = (struct bench){.rx = strategy_named(name, page_shift), .ring = ring};
	run_on(0);
	assert_int_equal(b->rx->create(&params, &b->queue), 0);
}

static void bench_refill(struct bench *b)
{
	struct rx_buf buf;

	run_on(0);
	for (; b->posted < b->ring; b->posted++) {
		assert_int_equal(b->rx->alloc(b->queue, b->next_to_use, COUNTS_BUFFER, &buf), 0);
		b->next_to_use = (b->next_to_use + 1) % b->ring;
		b->buffers++;
	}
}

static void bench_receive(struct bench *b)
{
	run_on(0);
	b->rx->receive(b->queue, b->next_to_clean, &b->held[b->nr_held++]);
	b->next_to_clean = (b->next_to_clean + 1) % b->ring;
	b->posted--;
}

static void bench_put(struct bench *b, unsigned int i, bool direct)
{
	struct rx_buf buf = b->held[i];

	b->nr_held--;
	memmove(&b->held[i], &b->held[i + 1], (b->nr_held - i) * sizeof(*b->held));
	run_on(direct ? 0 : 1);
	b->rx->put(&buf, direct);
}

/* What the stack puts after packet @n has come and before the ring is refilled. */
static void bench_release(struct bench *b, enum counts_script script)
{
	switch (script) {
	case SLOW:
	case GROUPS:
		return;
	case BEHIND:
		if (b->nr_held > BEHIND_BY)
			bench_put(b, 0, false);
		return;
	case PINNED:
		if (b->nr_held > 1)
			bench_put(b, 1, false);
		return;
	default:
		bench_put(b, 0, script == IN_POLL);
	}
}

static void bench_script(struct bench *b, enum counts_script script)
{
	bench_refill(b);
	for (unsigned int n = 0; n < COUNTS_PACKETS; n++) {
		bench_receive(b);
		bench_release(b, script);
		bench_refill(b);
		while (script == GROUPS && n % GROUP == GROUP - 1 && b->nr_held)
			bench_put(b, b->nr_held - 1, false);
	}
}

static struct counts bench_counts(void)
{
	const struct page_counts pages = page_allocator_counts(mm_sim.pages);
	const struct iommu_counts iommu = iommu_counts_get(mm_sim.iommu);
	const struct access_counts access = access_counts_get();
	struct counts c = {
		.maps = iommu.maps,
		.unmaps = iommu.unmaps,
		.refs = access.refcount_atomics,
		.atomics = access.atomics,
	};

	for (unsigned int order = 0; order < PAGE_ALLOCATOR_ORDERS; order++)
		c.pages += pages.allocated[order];
	return c;
}

static void bench_down(struct bench *b)
{
	char err[160] = "";

	while (b->nr_held)
		bench_put(b, 0, false);
	b->rx->destroy(b->queue);
	if (!mm_sim_quiescent(err, sizeof(err)))
		fail_msg("%s: %s", b->rx->name, err);
	mm_sim_fini();
}

struct counts counts_run(const char *strategy, unsigned int option, unsigned int page_shift,
			 enum counts_script script, struct rx_stats *stats)
{
	struct rx_stats own;
	struct counts c;
	struct bench b;

	bench_up(&b, strategy, option, page_shift, script == WRAP ? 1 : 4);
	bench_script(&b, script);
	c = bench_counts();
	b.rx->stats(b.queue, &own);
	assert_int_equal(own.pages_new, c.pages);
	if (!b.rx->shares_buffers)
		assert_int_equal(own.reused, b.buffers > c.pages ? b.buffers - c.pages : 0);
	if (stats)
		*stats = own;
	bench_down(&b);
	return c;
}

void counts_check(const struct counts_row *rows, unsigned int n)
{
	static const char *const script[] = {"steady", "in poll", "slow", "behind",
					     "groups", "pinned",  "wrap"};
	unsigned int wrong = 0;

	for (unsigned int i = 0; i < n; i++) {
		const struct counts_row *row = &rows[i];
		const struct counts *e = &row->expect;
		struct counts c =
			counts_run(row->strategy, row->option, row->page_shift, row->script, NULL);

		if (!memcmp(&c, e, sizeof(c)))
			continue;
		wrong++;
		print_error(
			"%s option %u, %uK, %s: pages %lu (%lu) maps %lu (%lu) unmaps %lu (%lu) "
			"refs %lu (%lu) atomics %lu (%lu)\n",
			row->strategy, row->option, 1u << (row->page_shift - 10),
			script[row->script], c.pages, e->pages, c.maps, e->maps, c.unmaps,
			e->unmaps, c.refs, e->refs, c.atomics, e->atomics);
	}
	assert_int_equal(wrong, 0);
}
