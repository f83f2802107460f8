/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * life.h - of tests of the lifetime stage: one stage, fed by hand with events of one flow.
 */
#ifndef TESTS_TRACES_LIFE_H
#define TESTS_TRACES_LIFE_H

#include "tests/traces/cmocka_all.h"
#include "traces/lifetime/lifetime.h"

#define FLOW   0xabcdef01u
#define SKB(n) (0xffff888000000000u + (n)*256u)

static struct lifetime life;
static uint64_t now_ns;
static uint32_t flow_hash; /* of packets that arrive */

static inline int begin(void **state)
{
	(void)state;
	now_ns = 1000;
	flow_hash = FLOW;
	return lifetime_init(&life, 0);
}

static inline int end(void **state)
{
	(void)state;
	lifetime_fini(&life);
	return 0;
}

/* Every event comes 10 ns after the one before. Return: its time */
static inline uint64_t feed(enum event_kind kind, unsigned int skb, uint32_t len, uint16_t cpu)
{
	struct event ev = {.kind = (uint8_t)kind, .object = SKB(skb), .len = len, .cpu = cpu};

	now_ns += 10;
	ev.time_ns = now_ns;
	ev.hash = kind == EVENT_GRO_RECEIVE ? flow_hash : 0;
	assert_int_equal(lifetime_feed(&life, &ev), 0);
	return now_ns;
}

#define LIFE_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif
