/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_dma.c - the DMA engine in time: what a packet takes, how queues share it, and the throughput
 * of whole runs against T = p / (l0 + M lm).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sim/rx/rx_queue.h"
#include "sim/sim.h"
#include "tests/sim/machine_file.h"
#include "tests/sim/sim_run.h"

#define L0	 65    /* ns, dma.page of x86-100g */
#define LM	 197   /* ns, dma.walk_read */
#define PAGE	 4096u /* p: a packet that fills a page */
#define SETTINGS 16

static struct sim sim;
static struct rx_queue queue[2];

static int setup(void **state)
{
	(void)state;
	memset(queue, 0, sizeof(queue));
	sim = (struct sim){.dma = {.timed = true, .page_ns = L0, .read_ns = LM}};
	assert_int_equal(busy_slots_init(&sim.dma.engine, DMA_SLOT_NS, DMA_SLOTS), 0);
	queue[0].sim = queue[1].sim = &sim;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	busy_slots_fini(&sim.dma.engine);
	return 0;
}

/* One queue: l0 for 4096 bytes, its share for fewer, lm per read; one after the other, exactly. */
static void test_one_queue(void **state)
{
	uint64_t at;

	(void)state;
	assert_int_equal(dma_done_ns(&queue[0], 1000, PAGE, 0), 1000 + L0);
	assert_int_equal(dma_done_ns(&queue[0], 5000, 2048, 2), 5000 + 33 + 2 * LM);
	assert_int_equal(dma_done_ns(&queue[0], 6000, 60, 0), 6000 + 1);
	at = dma_done_ns(&queue[0], 7000, PAGE, 1);
	for (unsigned int i = 1; i < 1000; i++) {
		assert_int_equal(at, 7000 + i * (L0 + LM));
		at = dma_done_ns(&queue[0], at, PAGE, 1);
	}
}

/*
 * Two queues that always have a packet waiting, the second simulated after the first, 100 packets
 * at a go: together they get no more than one engine, 1 / (l0 + lm), and each gets about half.
 */
static void test_two_queues(void **state)
{
	uint64_t last[2] = {0, 0};

	(void)state;
	for (unsigned int round = 0; round < 20; round++)
		for (unsigned int q = 0; q < 2; q++)
			for (unsigned int i = 0; i < 100; i++)
				last[q] = dma_done_ns(&queue[q], last[q], PAGE, 1);
	assert_in_range(last[1], 4000 * (L0 + LM), 4000 * (L0 + LM) + 1024);
	assert_in_range(last[0], 3900ull * (L0 + LM) - 1024, 4000 * (L0 + LM));
}

/*
 * A queue may use what the other left free before: both at 40 % are done in time, whoever is
 * first.
 */
static void test_gaps_are_used(void **state)
{
	(void)state;
	for (unsigned int q = 0; q < 2; q++)
		for (uint64_t i = 0; i < 1000; i++) {
			uint64_t arrival = i * (L0 + LM) * 5 / 2;
			uint64_t start =
				arrival > queue[q].dma.last_ns ? arrival : queue[q].dma.last_ns;
			uint64_t done = dma_done_ns(&queue[q], start, PAGE, 1);

			assert_in_range(done, arrival + L0 + LM, arrival + L0 + LM + 1024);
		}
}

/* ---- whole runs ---- */

/* Packets of a page each, faster than the engine, dropped at once so that no core is the bound. */
static void saturate(const char *strategy, const char *const *more, struct result *r)
{
	const char *settings[SETTINGS] = {
		"duration=3ms",	      "traffic.rate=300G", "traffic.bytes=4096",
		"workload.kind=drop", "nic.buffer=4K",	   "nic.headroom=0",
		"nic.tailroom=0",     "nic.rx_usecs=0us",  "nic.refill_batch=1",
	};
	unsigned int n = 9;
	char err[512] = "";

	while (*more)
		settings[n++] = *more++;
	assert_true(n < SETTINGS);
	if (sim_run(strategy, settings, r, err))
		fail_msg("%s: %s", strategy, err);
}

static uint64_t u(const struct result *r, enum metric m)
{
	assert_true(r->has[m]);
	return r->u[m];
}

/* T = p / (l0 + M lm) with the M that the run itself counted, within 10 % (fns-model). */
static void follows_model(const struct result *r, double m_low, double m_high)
{
	double pages = u(r, METRIC_IOTLB_HITS) + u(r, METRIC_IOTLB_MISSES);
	double m = u(r, METRIC_IOMMU_WALK_READS) / pages;
	double model = PAGE * 8 / (L0 + m * LM), t = r->r[METRIC_GBIT_S];

	print_message("  M %.2f: %.1f Gbit/s, model %.1f, ratio %.3f\n", m, t, model, t / model);
	assert_true(m >= m_low && m <= m_high);
	assert_true(t > 0.9 * model && t < 1.1 * model);
	assert_true(u(r, METRIC_DROP_NIC_FIFO) > 0);
	assert_int_equal(u(r, METRIC_DROP_NO_DESC), 0);
}

static void test_one_read_per_page(void **state)
{
	const char *const strict[] = {"iommu=strict", NULL}, *const lazy[] = {"iommu=lazy", NULL};
	struct result r;

	(void)state;
	saturate("page_pool", strict, &r);
	follows_model(&r, 0.99, 1.01);
	saturate("page_pool", lazy, &r);
	follows_model(&r, 0.99, 1.01);
}

/* Without walk caches every miss reads all four levels. */
static void test_four_reads_per_page(void **state)
{
	const char *const more[] = {
		"iommu=strict",
		machine_file_write("walk_entries: {value: 32", "walk_entries: {value: 0"), NULL};
	struct result r;

	(void)state;
	saturate("page_pool", more, &r);
	machine_file_remove();
	follows_model(&r, 3.99, 4.01);
}

/* A ring not much larger than the IOTLB: some pages are still known when they come back. */
static void test_part_of_a_read_per_page(void **state)
{
	const char *const more[] = {"iommu=strict", "nic.ring=72", "nic.rx_frames=1", NULL};
	struct result r;

	(void)state;
	saturate("refcount_reuse", more, &r);
	follows_model(&r, 0.2, 0.9);
}

/* Off, and passthrough as long as the engine is not the bound: nothing waits in the NIC. */
static void test_no_bound_without_translation(void **state)
{
	const char *const modes[] = {"iommu=off", "iommu=passthrough"};
	struct result r;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		const char *const more[] = {modes[i], "traffic.rate=100G", NULL};

		saturate("page_pool", more, &r);
		assert_int_equal(u(&r, METRIC_DELIVERED), u(&r, METRIC_OFFERED));
	}
	assert_int_equal(u(&r, METRIC_DROP_NIC_FIFO), 0);
}

/*
 * The internal buffer: 3 ms at 300 Gbit/s offer 27306 packets of 4120 bytes on the wire; the engine
 * does one per 262 ns, so after 3 ms all but 11450 are dropped or wait: of those a buffer of 1 MiB
 * holds 256. One that holds them all drops none and delivers them late.
 */
static void test_fifo(void **state)
{
	const char *const small[] = {"iommu=strict", "nic.fifo=1M", NULL};
	const char *const large[] = {"iommu=strict", "nic.fifo=64M", NULL};
	struct result r;

	(void)state;
	saturate("page_pool", small, &r);
	assert_int_equal(u(&r, METRIC_OFFERED), 27306);
	assert_in_range(u(&r, METRIC_DELIVERED), 11450 + 250, 11450 + 262);
	assert_int_equal(u(&r, METRIC_DELIVERED) + u(&r, METRIC_DROP_NIC_FIFO), 27306);
	saturate("page_pool", large, &r);
	assert_int_equal(u(&r, METRIC_DELIVERED), 27306);
	assert_int_equal(u(&r, METRIC_DROP_NIC_FIFO), 0);
	assert_in_range(u(&r, METRIC_SIMULATED_NS), 27306ull * 262, 27306ull * 262 + 50000);
}

/* Two queues share one engine: together they get what one gets. */
static void test_queues_share(void **state)
{
	const char *const more[] = {"iommu=strict", "nic.queues=2", "workload.reader.core=2", NULL};
	struct result r;

	(void)state;
	saturate("page_pool", more, &r);
	follows_model(&r, 0.99, 1.01);
}

/*
 * Moderation works as without an IOMMU: at 1 Gbit/s a packet every 12.3 us, so 8 packets end a
 * wait of 1 ms early: 800 packets in 100 polls. By time alone, 50 us, a poll takes the 5 packets
 * of 49.2 us: 160.
 */
static uint64_t irq_cycles(const char *iommu, const char *usecs, const char *frames)
{
	const char *const settings[] = {"traffic.packets=800",
					"traffic.rate=1G",
					"workload.kind=drop",
					iommu,
					usecs,
					frames,
					NULL};
	char err[512] = "";
	struct result r;

	if (sim_run("page_pool", settings, &r, err))
		fail_msg("%s: %s", iommu, err);
	assert_int_equal(u(&r, METRIC_DELIVERED), 800);
	return u(&r, METRIC_CYC_IRQ);
}

static void test_moderation(void **state)
{
	uint64_t frames = irq_cycles("iommu=off", "nic.rx_usecs=1ms", "nic.rx_frames=8");
	uint64_t usecs = irq_cycles("iommu=off", "nic.rx_usecs=50us", "nic.rx_frames=0");

	(void)state;
	assert_int_equal(irq_cycles("iommu=strict", "nic.rx_usecs=1ms", "nic.rx_frames=8"), frames);
	assert_int_equal(irq_cycles("iommu=strict", "nic.rx_usecs=50us", "nic.rx_frames=0"), usecs);
	assert_int_equal(usecs, frames * 160 / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_queue, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_queues, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gaps_are_used, setup, teardown),
		cmocka_unit_test(test_one_read_per_page),
		cmocka_unit_test(test_four_reads_per_page),
		cmocka_unit_test(test_part_of_a_read_per_page),
		cmocka_unit_test(test_no_bound_without_translation),
		cmocka_unit_test(test_fifo),
		cmocka_unit_test(test_queues_share),
		cmocka_unit_test(test_moderation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
