/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_pcap_clock.c - clocks that were set while packets arrived: which moments come out.
 *
 * Times are in us; the true time of record i is known, because the clock is made from it.
 */
#include "tests/traces/cmocka_all.h"
#include "traces/pcap/pcap_clock.h"

#define US     UINT64_C(1000)
#define START  (1000000000 * US) /* of the clock; no step goes below 0 */
#define GAP_US 50

static struct pcap_clock clock_;

static void begin(void)
{
	clock_ = (struct pcap_clock){0};
	pcap_clock_start(&clock_, START, 0);
}

/* Record at @at_us of a clock that is @off_us wrong. Return: its moment in us. */
static uint64_t moment(int64_t at_us, int64_t off_us)
{
	uint64_t before_ns = clock_.now_ns;

	pcap_clock_advance(&clock_, (uint64_t)((int64_t)START + (at_us + off_us) * (int64_t)US));
	assert_true(clock_.now_ns >= before_ns);
	return clock_.now_ns / US;
}

/* Set back by 1 s after half of 5401 records: every moment is the true one, and 2700 are moved. */
static void set_back_once(void **state)
{
	(void)state;
	begin();
	for (int i = 1; i <= 5400; i++)
		assert_int_equal(moment(i * GAP_US, i > 2700 ? -1000000 : 0), i * GAP_US);
	assert_int_equal(clock_.steps, 1);
	assert_int_equal(clock_.moved, 2700);
	assert_int_equal(clock_.reordered, 0);
	assert_false(pcap_clock_is_unclear(&clock_));
}

/* The first gap behind the step is not known: the smaller of the two before it, here 50 of 9950. */
static void gap_of_the_step(void **state)
{
	(void)state;
	begin();
	moment(GAP_US, 0);
	moment(10000, 0);
	assert_int_equal(moment(10100, -5000000), 10000 + GAP_US);
	assert_int_equal(moment(10200, -5000000), 10000 + GAP_US + 100);
	begin();
	assert_int_equal(moment(100, -5000000), 0); /* there was none */
}

/* Three steps, each the same size: moments stay true. */
static void set_back_thrice(void **state)
{
	(void)state;
	begin();
	for (int i = 1; i <= 4000; i++)
		assert_int_equal(moment(i * GAP_US, i / 1000 * -100000), i * GAP_US);
	assert_int_equal(clock_.steps, 4);
	assert_int_equal(clock_.moved, 3001);
	assert_false(pcap_clock_is_unclear(&clock_));
}

/* One record 100 us early: moved up to the one before, and nothing else changes. */
static void out_of_order(void **state)
{
	(void)state;
	begin();
	assert_int_equal(moment(1000, 0), 1000);
	assert_int_equal(moment(1000, -100), 1000);
	assert_int_equal(moment(1010, 0), 1010);
	assert_int_equal(moment(1010, -1000), 1010); /* PCAP_REORDER_NS exactly */
	assert_int_equal(clock_.reordered, 2);
	assert_int_equal(clock_.steps, 0);
	assert_int_equal(clock_.moved, 0);
}

/* Set back by less than that, 0.9 ms: 64 records are moved up, then time goes on. */
static void set_back_a_little(void **state)
{
	(void)state;
	begin();
	for (int i = 1; i <= 100; i++)
		moment(i, 0);
	for (int i = 101; i <= 164; i++)
		assert_int_equal(moment(i, -900), 100);
	for (int i = 165; i <= 500; i++)
		assert_int_equal(moment(i, -900), 101 + i - 165);
	assert_int_equal(clock_.reordered, PCAP_REORDER_RUN);
	assert_int_equal(clock_.steps, 1);
	assert_int_equal(clock_.moved, 336);
}

/* Three records of another time: the old times count again behind them. */
static void strays(void **state)
{
	(void)state;
	begin();
	for (int i = 1; i <= 1000; i++)
		assert_int_equal(moment(i * GAP_US, i >= 500 && i < 503 ? -1000000 : 0),
				 i * GAP_US);
	assert_int_equal(clock_.steps, 1);
	assert_int_equal(clock_.moved, 3);
}

/* Idle for longer than the step, but later than a stray would be: nothing is lost. */
static void idle_after_the_step(void **state)
{
	(void)state;
	begin();
	for (int i = 1; i <= 200; i++)
		assert_int_equal(moment(i * GAP_US, i > 100 ? -5000 : 0), i * GAP_US);
	assert_int_equal(moment(200 * GAP_US + 20000, -5000), 200 * GAP_US + 20000);
}

/* Two clocks, a second apart, one record each: all moments are near, but nothing says which. */
static void two_clocks_in_one(void **state)
{
	(void)state;
	begin();
	for (int i = 1; i <= 5400; i++)
		assert_in_range(moment(i * GAP_US, i % 2 ? -1000000 : 0),
				i > 2 ? (i - 2) * GAP_US : 0, (i + 2) * GAP_US);
	assert_int_equal(clock_.steps, 2700);
	assert_true(pcap_clock_is_unclear(&clock_));
}

/* From the last moment there is to the first: no overflow. */
static void the_ends_of_time(void **state)
{
	(void)state;
	begin();
	pcap_clock_advance(&clock_, UINT64_MAX);
	assert_int_equal(clock_.now_ns, PCAP_TIME_END_NS);
	pcap_clock_advance(&clock_, 0);
	pcap_clock_advance(&clock_, UINT64_MAX);
	assert_int_equal(clock_.now_ns, PCAP_TIME_END_NS);
	assert_int_equal(clock_.steps, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_back_once),       cmocka_unit_test(gap_of_the_step),
		cmocka_unit_test(set_back_thrice),     cmocka_unit_test(out_of_order),
		cmocka_unit_test(set_back_a_little),   cmocka_unit_test(strays),
		cmocka_unit_test(idle_after_the_step), cmocka_unit_test(two_clocks_in_one),
		cmocka_unit_test(the_ends_of_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
