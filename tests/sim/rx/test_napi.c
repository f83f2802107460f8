/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_napi.c - how many polls packets need, and which of them an interrupt starts.
 *
 * A poll takes the packets that wait, up to its budget of 64 (NAPI_POLL_WEIGHT). One that took 64
 * stays scheduled and polls again at once; one that took fewer waits for the next interrupt, which
 * moderation delays by nic.rx_usecs, here 1 ms. Each poll is charged machine.stack.poll to cause
 * irq, and nothing else is, as long as no packet is freed for another core (workload drop).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/sim/sim_run.h"
#include "tests/sim/tcp_pcap.h"

#define BUDGET	   64
#define MAX	   300
#define POLL	   3000 /* cycles, stack.poll of x86-100g */
#define USECS_NS   1000000
#define MODERATION "nic.rx_usecs=1ms", "nic.rx_frames=0", "workload.kind=drop"

static struct tcp_segment segment[MAX];

static int teardown(void **state)
{
	(void)state;
	tcp_pcap_remove();
	return 0;
}

/*
 * @nr packets at time 0, and one more at @last_ns unless that is 0; @budget: NULL: the preset's, 64
 */
static void run_packets(unsigned int nr, uint32_t last_ns, const char *iommu, const char *budget,
			struct result *r)
{
	char err[512] = "";
	unsigned int all = nr;

	for (unsigned int i = 0; i < nr; i++)
		segment[i] = (struct tcp_segment){.bytes = 1514, .flow = 1};
	if (last_ns)
		segment[all++] =
			(struct tcp_segment){.arrival_ns = last_ns, .bytes = 1514, .flow = 1};
	const char *const settings[] = {MODERATION, iommu, tcp_pcap_write(segment, all), budget,
					NULL};

	if (sim_run("page_alloc", settings, r, err))
		fail_msg("%u packets: %s", nr, err);
	assert_int_equal(r->u[METRIC_DELIVERED], all);
}

static unsigned int polls(const struct result *r)
{
	assert_true(r->has[METRIC_CYC_IRQ]);
	assert_int_equal(r->u[METRIC_CYC_IRQ] % POLL, 0);
	return r->u[METRIC_CYC_IRQ] / POLL;
}

/*
 * N packets that all wait when the interrupt comes need ceil(N / 64) polls, whether the device
 * takes time for its DMA (iommu) or not: 64 need one, the 65th a second. All of them follow the one
 * interrupt, at 1 ms and what DMA of the first took; 300 packets take far less than 1 ms.
 */
static void test_polls_of_packets_at_once(void **state)
{
	static const unsigned int nr[] = {1, 63, 64, 65, 127, 128, 129, 256, 257};
	static const char *const iommu[] = {"iommu=off", "iommu=strict"};
	struct result r;

	(void)state;
	for (unsigned int i = 0; i < sizeof(nr) / sizeof(nr[0]); i++)
		for (unsigned int mode = 0; mode < 2; mode++) {
			run_packets(nr[i], 0, iommu[mode], NULL, &r);
			assert_int_equal(polls(&r), (nr[i] + BUDGET - 1) / BUDGET);
			assert_in_range(r.u[METRIC_SIMULATED_NS], USECS_NS, 2 * USECS_NS - 1);
		}
}

/* The budget is the scenario's: of 1, every packet has a poll to itself; of 3, seven take three. */
static void test_budget_is_an_option(void **state)
{
	struct result r;

	(void)state;
	run_packets(7, 0, "iommu=off", "nic.budget=1", &r);
	assert_int_equal(polls(&r), 7);
	run_packets(7, 0, "iommu=off", "nic.budget=3", &r);
	assert_int_equal(polls(&r), 3);
	run_packets(6, 0, "iommu=off", "nic.budget=3", &r);
	assert_int_equal(polls(&r), 2);
}

/*
 * 64 packets, and one that arrives 1 us into their poll, which takes longer: the poll uses up its
 * budget, so the next one takes the 65th with no interrupt. Had it waited for one, that would come
 * 1 ms after the arrival, at 2.001 ms. A packet that comes when a poll has found nothing more to do
 * does wait.
 */
static void test_full_poll_needs_no_interrupt(void **state)
{
	static const char *const iommu[] = {"iommu=off", "iommu=strict"};
	struct result r;

	(void)state;
	for (unsigned int mode = 0; mode < 2; mode++) {
		run_packets(BUDGET, USECS_NS + 1000, iommu[mode], NULL, &r);
		assert_int_equal(polls(&r), 2);
		assert_in_range(r.u[METRIC_SIMULATED_NS], USECS_NS, USECS_NS * 3 / 2);
		run_packets(BUDGET, USECS_NS * 3 / 2, iommu[mode], NULL, &r);
		assert_int_equal(polls(&r), 2);
		assert_in_range(r.u[METRIC_SIMULATED_NS], USECS_NS * 5 / 2, USECS_NS * 3);
	}
}

/* One packet fewer, and the same poll takes the late one as well. */
static void test_late_packet_fits_the_budget(void **state)
{
	struct result r;

	(void)state;
	run_packets(BUDGET - 1, USECS_NS + 1000, "iommu=strict", NULL, &r);
	assert_int_equal(polls(&r), 1);
}

/*
 * 63 packets leave a poll unfinished when it finds no 64th. Then it refills the ring, 63 new pages
 * with a mapping each: several us, the last of them when the run without another packet ends. A
 * packet that arrives 1 us before that, and is complete, was not seen: it waits for an interrupt.
 */
static void test_refilling_poll_needs_an_interrupt(void **state)
{
	struct result r;
	uint64_t end_ns;

	(void)state;
	run_packets(BUDGET - 1, 0, "iommu=strict", NULL, &r);
	end_ns = r.u[METRIC_SIMULATED_NS];
	run_packets(BUDGET - 1, end_ns - 1000, "iommu=strict", NULL, &r);
	assert_int_equal(polls(&r), 2);
	assert_in_range(r.u[METRIC_SIMULATED_NS], end_ns + USECS_NS - 1000, end_ns + 2 * USECS_NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_polls_of_packets_at_once, teardown),
		cmocka_unit_test_teardown(test_budget_is_an_option, teardown),
		cmocka_unit_test_teardown(test_full_poll_needs_no_interrupt, teardown),
		cmocka_unit_test_teardown(test_late_packet_fits_the_budget, teardown),
		cmocka_unit_test_teardown(test_refilling_poll_needs_an_interrupt, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
