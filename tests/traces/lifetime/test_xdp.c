/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_xdp.c - when the buffers of packets that XDP sent on were taken.
 */
#include <string.h>
#include "tests/traces/cmocka_all.h"
#include "traces/lifetime/xdp.h"

static struct xdp_cpu cpu;

static int begin(void **state)
{
	(void)state;
	memset(&cpu, 0, sizeof(cpu));
	return 0;
}

static void expect(uint64_t taken_ns)
{
	uint64_t time_ns = 1000;

	assert_true(xdp_arrival(&cpu, &time_ns));
	assert_int_equal(time_ns, taken_ns);
}

static void expect_none(void)
{
	uint64_t time_ns = 1000;

	assert_false(xdp_arrival(&cpu, &time_ns));
	assert_int_equal(time_ns, 1000);
}

/* Original and copy of each packet are freed: the first of each two is when it was copied. */
static void two_frees_each(void **state)
{
	(void)state;
	for (uint64_t at = 10; at < 14; at++)
		xdp_copied(&cpu, at);
	xdp_sent(&cpu, 2, 20);
	expect(10);
	expect(12);
	expect_none();
}

static void one_free_each(void **state)
{
	(void)state;
	xdp_copied(&cpu, 10);
	xdp_copied(&cpu, 11);
	xdp_sent(&cpu, 2, 20);
	expect(10);
	expect(11);
}

/* Frees that do not fit the packets: all are taken by the first; without any, when sent. */
static void others(void **state)
{
	(void)state;
	for (uint64_t at = 10; at < 13; at++)
		xdp_copied(&cpu, at);
	xdp_sent(&cpu, 2, 20);
	xdp_sent(&cpu, 1, 30);
	expect(10);
	expect(10);
	expect(30);
}

/* What was freed in an earlier poll copied no packet of this one. */
static void polls_are_apart(void **state)
{
	(void)state;
	xdp_copied(&cpu, 10);
	xdp_poll_end(&cpu);
	xdp_sent(&cpu, 1, 20);
	expect(20);
}

/* More packets on their way than are remembered: they are counted, their times are not known. */
static void too_many(void **state)
{
	(void)state;
	xdp_sent(&cpu, XDP_PENDING, 20);
	xdp_sent(&cpu, 1, 30);
	expect(1000);
	expect(20);
	for (unsigned int i = 2; i < XDP_PENDING; i++)
		expect(20);
	expect(30);
	expect_none();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(two_frees_each, begin),
		cmocka_unit_test_setup(one_free_each, begin),
		cmocka_unit_test_setup(others, begin),
		cmocka_unit_test_setup(polls_are_apart, begin),
		cmocka_unit_test_setup(too_many, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
