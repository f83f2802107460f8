/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_mm_sim_strategies.c - every built-in strategy on the simulated environment.
 *
 * Not what a strategy does (tests/alloc): that its instrumented code and the models fit together.
 * Core 0 receives, core 1 gives back with a delay, some allocations fail; afterwards everything is
 * back where it was, and the bill of each core adds up.
 */
#include <stdlib.h>
#include <string.h>
#include "alloc/rx/strategy_table.h"
#include "alloc/strategy.h"
#include "test_mm_sim_fixture.h"

#define RING	64u
#define DELAY	100u /* buffers the reader holds */
#define PACKETS 5000u

/* A queue, its posted slots, and the buffers that wait for the reader. */
struct bench {
	const struct rx_strategy *rx;
	void *queue;
	bool posted[RING];
	struct rx_buf held[DELAY];
	unsigned int nr_held, received;
};

static struct machine machine;

static void world_of(unsigned int page_shift, enum iommu_mode iommu)
{
	struct mm_sim_params params = {
		.machine = &machine,
		.cores = 2,
		.page_shift = page_shift,
		.memory_bytes = 64 << 20,
		.iommu = iommu,
	};

	assert_int_equal(mm_sim_init(&params), 0);
}

static void bench_refill(struct bench *bench)
{
	struct rx_buf buf;

	run_on(0);
	for (unsigned int slot = 0; slot < RING; slot++) {
		if (bench->posted[slot])
			continue;
		if (bench->rx->alloc(bench->queue, slot, 2048, &buf))
			return;
		assert_true(iommu_covers(mm_sim.iommu, buf.dma, 2048));
		bench->posted[slot] = true;
	}
}

static void bench_receive(struct bench *bench, unsigned int slot)
{
	struct rx_buf *buf = &bench->held[bench->received % DELAY];

	if (!bench->posted[slot])
		return;
	if (bench->nr_held == DELAY) {
		run_on(1);
		bench->rx->put(buf, false);
		bench->nr_held--;
	}
	run_on(0);
	bench->rx->receive(bench->queue, slot, buf);
	bench->posted[slot] = false;
	bench->received++;
	bench->nr_held++;
}

static void bench_run(struct bench *bench)
{
	for (unsigned int i = 0; i < PACKETS; i++) {
		if (i % 16 == 0)
			bench_refill(bench);
		if (i % 512 == 0)
			page_allocator_fail_at(mm_sim.pages, 5);
		bench_receive(bench, i % RING);
	}
	page_allocator_fail_at(mm_sim.pages, 0);
	while (bench->nr_held)
		bench->rx->put(&bench->held[(bench->received - bench->nr_held--) % DELAY], false);
}

static void strategy_run(const struct rx_strategy *rx, unsigned int page_shift,
			 enum iommu_mode iommu)
{
	struct rx_params params = {
		.ring_size = RING,
		.buffer_bytes = 2048,
		.pool_size = 256,
		.nid = NUMA_NO_NODE,
		.posted = true,
	};
	struct bench bench = {.rx = rx};
	char err[128] = "";

	world_of(page_shift, iommu);
	assert_int_equal(rx->create(&params, &bench.queue), 0);
	bench_run(&bench);
	assert_true(bench.received > PACKETS / 2);
	assert_true(mm_sim.cores[0].total > 0 && mm_sim.cores[1].total > 0);
	core_current = NULL;
	rx->destroy(bench.queue);
	if (!mm_sim_quiescent(err, sizeof(err)))
		fail_msg("%s, %u-bit pages: %s", rx->name, page_shift, err);
	mm_sim_fini();
}

static void test_every_strategy(void **state)
{
	const unsigned int shift[] = {12, 14, 16};

	(void)state;
	machine = test_machine();
	machine.block_milli = 1000;
	for (unsigned int i = 0; i < 3; i++)
		for (const struct rx_strategy *const *rx = strategy_table_sim(shift[i]); *rx;
		     rx++) {
			strategy_run(*rx, shift[i], IOMMU_OFF);
			strategy_run(*rx, shift[i], IOMMU_STRICT);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_strategy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
