/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_pairs.c - the two ends of a veth are told from a router's devices by what comes last.
 */
#include <string.h>
#include "tests/traces/cmocka_all.h"
#include "traces/pairs.h"

#define US 1000u

enum { VA = 3, VB = 7, ETH = 9 };

static struct pairs pairs;
static uint64_t now_ns;

static int begin(void **state)
{
	(void)state;
	memset(&pairs, 0, sizeof(pairs));
	now_ns = 0;
	return 0;
}

static void event(enum event_kind kind, uint16_t dev, uint64_t after_ns)
{
	const struct event ev = {.kind = (uint8_t)kind, .dev = dev};

	now_ns += after_ns;
	pairs_event(&pairs, &ev, now_ns);
}

/* @kinds: of the two events of a packet, 2 us apart, and 100 us to the next packet */
static void flow(unsigned int packets, enum event_kind first, uint16_t first_dev,
		 enum event_kind second, uint16_t second_dev)
{
	for (unsigned int i = 0; i < packets; i++) {
		event(first, first_dev, 100 * US);
		event(second, second_dev, 2 * US);
	}
}

static void test_veth(void **state)
{
	(void)state;
	flow(1000, EVENT_TX_START, VA, EVENT_GRO_RECEIVE, VB);
	flow(100, EVENT_TX_START, VB, EVENT_GRO_RECEIVE, VA); /* ACKs */
	assert_int_equal(pairs_peer(&pairs, VB, now_ns + US), VA);
	assert_int_equal(pairs_peer(&pairs, VA, now_ns + US), VB);
	assert_int_equal(pairs_peer(&pairs, ETH, now_ns + US), PAIRS_NONE);
}

/* Packets that were on their way when the capture began, some that are dropped, batches of 30. */
static void test_mid_flow(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 5; i++)
		event(EVENT_GRO_RECEIVE, VB, US);
	for (unsigned int i = 0; i < 40; i++) {
		for (unsigned int j = 0; j < 30; j++)
			event(EVENT_TX_START, VA, US);
		for (unsigned int j = 0; j < 29; j++)
			event(EVENT_GRO_RECEIVE, VB, US);
		now_ns += 200 * US;
	}
	assert_int_equal(pairs_peer(&pairs, VB, now_ns), VA);
}

/* What ETH received, VA sent on: no pair, though the numbers are equal. */
static void test_router(void **state)
{
	(void)state;
	flow(1000, EVENT_GRO_RECEIVE, ETH, EVENT_TX_START, VA);
	assert_int_equal(pairs_peer(&pairs, ETH, now_ns + US), PAIRS_NONE);
}

/* 10 % more or 2 % less than was received, or too few: chance. */
static void test_counts(void **state)
{
	(void)state;
	flow(1000, EVENT_TX_START, VA, EVENT_GRO_RECEIVE, VB);
	for (unsigned int i = 0; i < 100; i++)
		event(EVENT_TX_START, VA, US);
	assert_int_equal(pairs_peer(&pairs, VB, now_ns), PAIRS_NONE);
	begin(state);
	flow(1000, EVENT_TX_START, VA, EVENT_GRO_RECEIVE, VB);
	for (unsigned int i = 0; i < 20; i++)
		event(EVENT_GRO_RECEIVE, VB, US);
	assert_int_equal(pairs_peer(&pairs, VB, now_ns), PAIRS_NONE);
	begin(state);
	flow(15, EVENT_TX_START, VA, EVENT_GRO_RECEIVE, VB);
	assert_int_equal(pairs_peer(&pairs, VB, now_ns), PAIRS_NONE);
	flow(1, EVENT_TX_START, VA, EVENT_GRO_RECEIVE, VB);
	assert_int_equal(pairs_peer(&pairs, VB, now_ns + 100 * US), VA);
}

/* Two that could be: neither. A delivered packet counts once. */
static void test_doubt(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 100; i++) {
		event(EVENT_TX_START, VA, 100 * US);
		event(EVENT_TX_START, ETH, US);
		event(EVENT_NETIF_RECEIVE, VB, US);
	}
	assert_int_equal(pairs_peer(&pairs, VB, now_ns + 100 * US), PAIRS_NONE);
	begin(state);
	for (unsigned int i = 0; i < 100; i++) {
		event(EVENT_TX_START, VA, 100 * US);
		event(EVENT_GRO_RECEIVE, VB, US);
		event(EVENT_NETIF_RECEIVE, VB, US);
	}
	assert_int_equal(pairs_peer(&pairs, VB, now_ns + 100 * US), VA);
}

/* More devices than are followed: those seen first are. */
static void test_many(void **state)
{
	(void)state;
	flow(100, EVENT_TX_START, VA, EVENT_GRO_RECEIVE, VB);
	for (uint16_t dev = 100; dev < 200; dev++)
		event(EVENT_GRO_RECEIVE, dev, US);
	assert_int_equal(pairs_peer(&pairs, VB, now_ns), VA);
	assert_int_equal(pairs_peer(&pairs, 199, now_ns), PAIRS_NONE);
}

#define T(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_veth),	T(test_mid_flow), T(test_router),
		T(test_counts), T(test_doubt),	  T(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
