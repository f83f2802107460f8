/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_release.c - puts of other cores become visible at their own time and not before, in order of
 * time, on their own core and at its cost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "alloc/mm_types.h"
#include "sim/rx/put.h"
#include "sim/rx/rx_queue.h"
#include "sim/sim.h"
#include "tests/sim/small_machine.h"

#define COST_MCYCLES 5000
#define CORES	     3

static unsigned int put_order[300], nr_put;
static uint64_t put_ns[300];
static unsigned int put_core[300];
static bool put_direct[300];

/* A strategy that only notes who was put when. */
static void note_put(const struct rx_buf *buf, bool direct)
{
	put_order[nr_put] = buf->truesize;
	put_core[nr_put] = core_current->id;
	put_direct[nr_put] = direct;
	put_ns[nr_put++] = core_now_ns(core_current);
	core_charge(core_current, CAUSE_FREE, COST_MCYCLES);
}

static const struct rx_strategy note = {.name = "note", .put = note_put};

static struct scenario scenario = {.page_size = 4096, .skb_defer_max = 64};
static struct sim sim;
static struct rx_queue queue;

static int up(void **state)
{
	struct mm_sim_params mm = {.machine = &small_machine,
				   .cores = CORES,
				   .page_shift = 12,
				   .memory_bytes = 16 << 20};

	(void)state;
	memset(&sim, 0, sizeof(sim));
	nr_put = 0;
	if (mm_sim_init(&mm))
		return -1;
	sim.scenario = &scenario;
	sim.machine = &small_machine;
	sim.strategy = &note;
	sim.nr_cores = CORES;
	sim.napi_running = 1;
	queue = (struct rx_queue){.sim = &sim};
	for (unsigned int i = 0; i < CORES; i++)
		sim.cpu[i] = (struct cpu){.sim = &sim, .core = &mm_sim.cores[i], .id = i};
	skb_cost_init(&sim.skb_model, &small_machine);
	return gauges_init(&sim.gauges, 4096, 4096, 1000);
}

static int down(void **state)
{
	(void)state;
	skb_pool_fini(&sim.skbs);
	for (unsigned int i = 0; i < CORES; i++)
		release_fini(&sim.puts[i]);
	gauges_fini(&sim.gauges);
	mm_sim_fini();
	core_current = NULL;
	scenario.nic.free_path = NIC_FREE_REMOTE;
	scenario.kernel_version = 0;
	scenario.skb_defer_max = 64;
	return 0;
}

static void hold(unsigned int id, unsigned int core, uint64_t release_ns)
{
	struct skb *skb = skb_alloc(&sim.skbs, 1);

	skb->queue = &queue;
	skb->seq = ++sim.skbs.seq;
	skb->frag[0].buf = (struct rx_buf){.page = mm_sim_layout.map + id, .truesize = id};
	gauges_stack(&sim.gauges, &skb->frag[0].buf, 1);
	sim.skbs.live++;
	release_at(&sim, skb, core, release_ns);
}

static void test_not_before_its_time(void **state)
{
	(void)state;
	hold(1, 1, 1000);
	release_due(&sim, 999, NULL);
	assert_int_equal(nr_put, 0);
	release_due(&sim, 1000, NULL);
	assert_int_equal(nr_put, 1);
	assert_int_equal(put_ns[0], 1000);
	assert_int_equal(put_core[0], 1);
}

/* Later pushed but earlier due goes first; equal times in order of delivery. */
static void test_in_order_of_time(void **state)
{
	(void)state;
	hold(1, 1, 3000);
	hold(2, 0, 2000);
	hold(3, 1, 1000);
	hold(4, 0, 3000);
	release_due(&sim, 3000, NULL);
	assert_int_equal(nr_put, 4);
	assert_int_equal(put_order[0], 3);
	assert_int_equal(put_order[1], 2);
	assert_int_equal(put_order[2], 1);
	assert_int_equal(put_order[3], 4);
}

/* The core that polls cannot run its application's puts in the middle of the poll. */
static void test_own_core_waits(void **state)
{
	(void)state;
	hold(1, 0, 1000);
	hold(2, 1, 1500);
	release_due(&sim, 2000, &sim.cpu[0]);
	assert_int_equal(nr_put, 1);
	assert_int_equal(put_core[0], 1);
	release_due(&sim, 2000, NULL);
	assert_int_equal(nr_put, 2);
}

/* 5 cycles each at 1 GHz = 5 ns: three puts due at 1000 on one core happen at 1000, 1005, 1010, and
 * 15000 mcycles are the application's. The core that was running before runs on. */
static void test_costs_stay_on_their_core(void **state)
{
	uint64_t mark, clock;

	(void)state;
	cpu_enter(&sim.cpu[0], CONTEXT_SOFTIRQ, 500, &mark);
	clock = core_clock(core_current);
	for (unsigned int i = 1; i <= 3; i++)
		hold(i, 1, 1000);
	release_due(&sim, 1000, &sim.cpu[0]);
	assert_int_equal(put_ns[0], 1000);
	assert_int_equal(put_ns[1], 1005);
	assert_int_equal(put_ns[2], 1010);
	assert_int_equal(sim.cpu[1].spent[CONTEXT_APP], 3 * COST_MCYCLES);
	assert_ptr_equal(core_current, &mm_sim.cores[0]);
	assert_int_equal(core_clock(core_current), clock);
	assert_int_equal(cpu_leave(&sim.cpu[0], CONTEXT_SOFTIRQ, mark), 0);
}

static void defer_up(unsigned int free_path)
{
	scenario.nic.free_path = free_path;
	assert_int_equal(defer_init(&sim), 0);
}

/* Free path defer: buffers come home in the queue's poll, directly, the last freed first. */
static void test_defer_comes_home(void **state)
{
	(void)state;
	defer_up(NIC_FREE_DEFER);
	for (unsigned int i = 1; i <= 8; i++)
		hold(i, 1, 1000);
	release_due(&sim, 1000, NULL);
	assert_int_equal(nr_put, 0);
	assert_int_equal(sim.defer.cpu[0].node[0].nr, 8);
	core_enter(&mm_sim.cores[0], 2000);
	defer_flush(&sim.cpu[0], &queue);
	assert_int_equal(nr_put, 8);
	assert_int_equal(put_order[0], 8);
	assert_int_equal(put_core[0], 0);
	assert_true(put_direct[0]);
	assert_int_equal(sim.skb_model.counts.deferred, 8);
	assert_int_equal(sim.skb_model.counts.kicks, 0);
}

/* ... but not directly, where the pool is not linked to the NAPI context (veth). */
static void test_defer_into_the_ring(void **state)
{
	(void)state;
	defer_up(NIC_FREE_DEFER_RING);
	hold(1, 1, 1000);
	release_due(&sim, 1000, NULL);
	assert_int_equal(nr_put, 0);
	core_enter(&mm_sim.cores[0], 2000);
	defer_flush(&sim.cpu[0], &queue);
	assert_int_equal(nr_put, 1);
	assert_int_equal(put_core[0], 0);
	assert_false(put_direct[0]);
	assert_int_equal(sim.skb_model.counts.deferred, 1);
}

/* Directly into the pool of the queue that polls: not into another queue's of the same core. */
static void test_defer_of_another_queue(void **state)
{
	struct rx_queue other = {.sim = &sim};

	(void)state;
	defer_up(NIC_FREE_DEFER);
	hold(1, 1, 1000);
	release_due(&sim, 1000, NULL);
	core_enter(&mm_sim.cores[0], 2000);
	defer_flush(&sim.cpu[0], &other);
	assert_int_equal(nr_put, 1);
	assert_false(put_direct[0]);
}

/* skb_defer_max is 64: the skb that finds 32 waiting kicks. No NAPI is scheduled then, so the
 * softirq puts all 33, none directly. The 34th waits again. */
static void test_defer_kicks(void **state)
{
	(void)state;
	defer_up(NIC_FREE_DEFER);
	for (unsigned int i = 1; i <= 34; i++)
		hold(i, 1, 1000 * i);
	release_due(&sim, 32000, NULL);
	assert_int_equal(nr_put, 0);
	release_due(&sim, 34000, NULL);
	assert_int_equal(nr_put, 33);
	assert_false(put_direct[0]);
	assert_int_equal(put_core[0], 0);
	assert_true(put_ns[0] >= 33000);
	assert_int_equal(sim.defer.cpu[0].node[0].nr, 1);
	assert_int_equal(sim.skb_model.counts.kicks, 1);
	core_enter(&mm_sim.cores[0], 40000);
	defer_flush(&sim.cpu[0], NULL);
}

/* While core 0 polls, its list fills: 64 wait, the 65th and 66th are freed where they were read. */
static void test_defer_is_full(void **state)
{
	(void)state;
	defer_up(NIC_FREE_DEFER);
	for (unsigned int i = 1; i <= 66; i++)
		hold(i, 1, 1000);
	release_due(&sim, 1000, &sim.cpu[0]);
	assert_int_equal(nr_put, 2);
	assert_int_equal(put_core[0], 1);
	assert_false(put_direct[0]);
	assert_int_equal(sim.defer.cpu[0].node[0].nr, 64);
	assert_true(sim.defer.cpu[0].kicked);
	core_enter(&mm_sim.cores[0], 2000);
	defer_flush(&sim.cpu[0], &queue);
	assert_int_equal(nr_put, 66);
	assert_false(sim.defer.cpu[0].kicked);
}

/* What core 1 leaves to core 0 while that polls, of @nr skbs; the rest it frees itself */
static unsigned int left_of(unsigned int nr)
{
	for (unsigned int i = 1; i <= nr; i++)
		hold(i, 1, 1000);
	release_due(&sim, 1000, &sim.cpu[0]);
	assert_int_equal(sim.skb_model.counts.deferred, nr - nr_put);
	for (unsigned int i = 0; i < nr_put; i++)
		assert_int_equal(put_core[i], 1);
	return nr - nr_put;
}

/* How many wait at most, and how many do when the home core is kicked, by kernel and maximum. */
static void test_defer_by_kernel(void **state)
{
	static const struct {
		unsigned int major, minor, max, capacity, kick;
	} row[] = {
		{6, 12, 64, 64, 33},  {6, 18, 64, 63, 33}, {6, 19, 128, 127, 65},
		{7, 1, 128, 127, 65}, {6, 12, 1, 1, 1},	   {6, 12, 3, 3, 2},
		{6, 18, 3, 2, 2},     {6, 18, 1, 0, 0},	   {6, 12, 0, 0, 0},
		{6, 18, 0, 0, 0},     {7, 1, 0, 0, 0},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const unsigned int kick = row[i].kick, most = row[i].capacity;
		const unsigned int tried[] = {140, kick, kick - 1};

		for (size_t n = 0; n < (kick ? 3 : 1); n++) {
			unsigned int nr = tried[n];

			scenario.kernel_version = KERNEL_VERSION(row[i].major, row[i].minor, 0);
			scenario.skb_defer_max = row[i].max;
			defer_up(NIC_FREE_DEFER);
			assert_int_equal(left_of(nr), nr < most ? nr : most);
			assert_int_equal(sim.skb_model.counts.kicks, kick && nr >= kick);
			core_enter(&mm_sim.cores[0], 2000);
			defer_flush(&sim.cpu[0], &queue);
			assert_int_equal(nr_put, nr);
			assert_int_equal(down(state), 0);
			assert_int_equal(up(state), 0);
		}
	}
}

/* Since 6.18 cores of each node have a list of their own; before, all have one. */
static void test_defer_by_node(void **state)
{
	static const unsigned int version[] = {KERNEL_VERSION(6, 12, 0), KERNEL_VERSION(6, 18, 0)};
	static const unsigned int left[] = {64, 126};

	for (size_t v = 0; v < 2; v++) {
		mm_sim.socket[2] = 1;
		scenario.kernel_version = version[v];
		defer_up(NIC_FREE_DEFER);
		for (unsigned int i = 1; i <= 100; i++) {
			hold(i, 1, 1000);
			hold(i, 2, 1000);
		}
		release_due(&sim, 1000, &sim.cpu[0]);
		assert_int_equal(sim.skb_model.counts.deferred, left[v]);
		assert_int_equal(nr_put, 200 - left[v]);
		assert_int_equal(sim.skb_model.counts.kicks, v + 1);
		core_enter(&mm_sim.cores[0], 2000);
		defer_flush(&sim.cpu[0], &queue);
		assert_int_equal(nr_put, 200);
		assert_int_equal(down(state), 0);
		assert_int_equal(up(state), 0);
	}
}

/* UDP frees where it has read before 6.18. */
static void test_defer_datagrams(void **state)
{
	for (unsigned int minor = 12; minor <= 18; minor += 6) {
		scenario.kernel_version = KERNEL_VERSION(6, minor, 0);
		defer_up(NIC_FREE_DEFER);
		hold(1, 1, 1000);
		sim.puts[1].at[0]->datagram = true;
		release_due(&sim, 1000, NULL);
		assert_int_equal(nr_put, minor == 12);
		assert_int_equal(sim.skb_model.counts.deferred, minor == 18);
		core_enter(&mm_sim.cores[0], 2000);
		defer_flush(&sim.cpu[0], &queue);
		assert_int_equal(nr_put, 1);
		assert_int_equal(down(state), 0);
		assert_int_equal(up(state), 0);
	}
}

/* With a maximum of 0, 6.18 counts each skb by an atomic on the other core's line, 7.1 does not. */
static void test_defer_off(void **state)
{
	static const unsigned int version[] = {KERNEL_VERSION(6, 18, 0), KERNEL_VERSION(7, 1, 0)};
	uint64_t spent[2];

	for (size_t v = 0; v < 2; v++) {
		scenario.kernel_version = version[v];
		scenario.skb_defer_max = 0;
		defer_up(NIC_FREE_DEFER);
		assert_int_equal(left_of(10), 0);
		spent[v] = sim.cpu[1].spent[CONTEXT_APP];
		assert_int_equal(down(state), 0);
		assert_int_equal(up(state), 0);
	}
	assert_int_equal(spent[1], 10 * COST_MCYCLES);
	assert_true(spent[0] >= spent[1] + 10 * small_machine.atomic_mcycles);
}

/* A reader on the core that received the packet frees it there, but not in softirq. */
static void test_defer_at_home(void **state)
{
	(void)state;
	defer_up(NIC_FREE_DEFER);
	hold(1, 0, 1000);
	release_due(&sim, 1000, NULL);
	assert_int_equal(nr_put, 1);
	assert_int_equal(put_core[0], 0);
	assert_false(put_direct[0]);
	assert_int_equal(sim.cpu[0].spent[CONTEXT_APP], COST_MCYCLES);
}

/* napi_direct: at its time in softirq of core 0; in the middle of a poll, in the next flush. */
static void test_napi_direct(void **state)
{
	(void)state;
	defer_up(NIC_FREE_NAPI_DIRECT);
	hold(1, 1, 1000);
	hold(2, 1, 2000);
	release_due(&sim, 1000, NULL);
	assert_int_equal(nr_put, 1);
	assert_int_equal(put_ns[0], 1000);
	assert_int_equal(put_core[0], 0);
	assert_true(put_direct[0]);
	assert_int_equal(sim.cpu[0].spent[CONTEXT_SOFTIRQ], COST_MCYCLES);
	release_due(&sim, 2000, &sim.cpu[0]);
	assert_int_equal(nr_put, 1);
	core_enter(&mm_sim.cores[0], 3000);
	defer_flush(&sim.cpu[0], NULL);
	assert_int_equal(nr_put, 2);
	assert_true(put_direct[1]);
}

/* Two contexts of one core: the softirq starts at its time although the application's clock is
 * ahead, and the application goes on from its own. */
static void test_contexts_keep_their_clocks(void **state)
{
	uint64_t mark;

	(void)state;
	cpu_enter(&sim.cpu[0], CONTEXT_APP, 1000, &mark);
	core_charge(core_current, CAUSE_COPY, 9000 * 1000);
	cpu_leave(&sim.cpu[0], CONTEXT_APP, mark);
	cpu_enter(&sim.cpu[0], CONTEXT_SOFTIRQ, 2000, &mark);
	assert_int_equal(core_now_ns(core_current), 2000);
	cpu_leave(&sim.cpu[0], CONTEXT_SOFTIRQ, mark);
	cpu_enter(&sim.cpu[0], CONTEXT_APP, 3000, &mark);
	assert_int_equal(core_now_ns(core_current), 10000);
	cpu_leave(&sim.cpu[0], CONTEXT_APP, mark);
}

/*
 * A packet sent on by XDP through a veth: the put finds 2 references (its own and the peer's), so
 * a pool could not keep the page; the page is freed when the peer lets go, not before, and put
 * only once.
 */
static void test_shared_pages(void **state)
{
	struct skb *skb = skb_alloc(&sim.skbs, 1);
	struct page *page;

	(void)state;
	core_enter(&mm_sim.cores[0], 0);
	page = mm_sim_alloc_pages(GFP_ATOMIC, 0, NUMA_NO_NODE);
	skb->queue = &queue;
	skb->frag[0].buf = (struct rx_buf){.page = page, .truesize = 7};
	gauges_stack(&sim.gauges, &skb->frag[0].buf, 1);
	put_shared(&sim, skb);
	assert_int_equal(nr_put, 1);
	assert_false(put_direct[0]);
	assert_int_equal(page->_refcount.counter, 2);
	mm_sim_page_put(page); /* what the strategy's put would have done */
	assert_int_equal(page_allocator_counts(mm_sim.pages).pages_freed, 0);
	skb_free(&sim, skb, true);
	assert_int_equal(nr_put, 1);
	assert_int_equal(page_allocator_counts(mm_sim.pages).pages_freed, 1);
	/* where a put is a reference dropped, the packet's own put stays the last */
	sim.counts_to_zero = true;
	skb = skb_alloc(&sim.skbs, 1);
	put_shared(&sim, skb);
	assert_false(skb->shared);
	assert_int_equal(nr_put, 1);
	skb->nr = 0;
	skb_free(&sim, skb, true);
}

/*
 * A recorded drop on the polling core is part of the poll: put there and then, at the poll's cost
 * and in its clock. What its reader had copied waits for the poll to end.
 */
static void test_drop_in_poll(void **state)
{
	struct core *core = &mm_sim.cores[0];

	(void)state;
	core_enter(core, 2000);
	hold(1, 0, 1000);
	sim.puts[0].at[0]->recorded = true;
	hold(2, 0, 1500);
	sim.puts[0].at[1]->recorded = sim.puts[0].at[1]->copied = true;
	release_due(&sim, 2000, &sim.cpu[0]);
	assert_int_equal(nr_put, 1);
	assert_int_equal(put_order[0], 1);
	assert_int_equal(put_ns[0], 2000);
	assert_int_equal(core->by_cause[CAUSE_FREE], COST_MCYCLES);
	assert_ptr_equal(core_current, core);
	release_due(&sim, 2000, NULL);
	assert_int_equal(nr_put, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_not_before_its_time, up, down),
		cmocka_unit_test_setup_teardown(test_in_order_of_time, up, down),
		cmocka_unit_test_setup_teardown(test_own_core_waits, up, down),
		cmocka_unit_test_setup_teardown(test_costs_stay_on_their_core, up, down),
		cmocka_unit_test_setup_teardown(test_defer_comes_home, up, down),
		cmocka_unit_test_setup_teardown(test_defer_into_the_ring, up, down),
		cmocka_unit_test_setup_teardown(test_defer_of_another_queue, up, down),
		cmocka_unit_test_setup_teardown(test_defer_kicks, up, down),
		cmocka_unit_test_setup_teardown(test_defer_is_full, up, down),
		cmocka_unit_test_setup_teardown(test_defer_by_kernel, up, down),
		cmocka_unit_test_setup_teardown(test_defer_by_node, up, down),
		cmocka_unit_test_setup_teardown(test_defer_datagrams, up, down),
		cmocka_unit_test_setup_teardown(test_defer_off, up, down),
		cmocka_unit_test_setup_teardown(test_defer_at_home, up, down),
		cmocka_unit_test_setup_teardown(test_napi_direct, up, down),
		cmocka_unit_test_setup_teardown(test_drop_in_poll, up, down),
		cmocka_unit_test_setup_teardown(test_shared_pages, up, down),
		cmocka_unit_test_setup_teardown(test_contexts_keep_their_clocks, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
