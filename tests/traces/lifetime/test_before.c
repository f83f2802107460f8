/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_before.c - which addresses are skbs that were received before the capture began.
 */
#include <string.h>
#include "tests/traces/cmocka_all.h"
#include "traces/lifetime/before.h"

#define SKB(n) (0xffff888000000000u + (n)*UINT64_C(256))

static struct before before;

static int begin(void **state)
{
	(void)state;
	return before_init(&before);
}

static int end(void **state)
{
	(void)state;
	before_fini(&before);
	return 0;
}

static void feed(enum event_kind kind, uint64_t skb, uint32_t len, uint64_t time_ns, uint16_t cpu,
		 uint8_t flags)
{
	const struct event ev = {
		.kind = (uint8_t)kind,
		.object = SKB(skb),
		.len = len,
		.time_ns = time_ns,
		.cpu = cpu,
		.flags = flags,
	};

	before_event(&before, &ev);
}

static void expect(unsigned int i, uint32_t bytes, uint64_t end_ns, uint16_t cpu, bool freed)
{
	assert_true(i < before.nr);
	assert_int_equal(before.skbs[i].bytes, bytes);
	assert_int_equal(before.skbs[i].end_ns, end_ns);
	assert_int_equal(before.skbs[i].cpu, cpu);
	assert_int_equal(before.skbs[i].freed, freed);
	assert_false(before.skbs[i].void_);
}

/* However much a damaged file says was copied, an skb has 1 MB at most. */
static void bytes_are_bounded(void **state)
{
	(void)state;
	feed(EVENT_COPY, 1, BEFORE_BYTES_MAX - 1, 10, 1, 0);
	expect(0, BEFORE_BYTES_MAX - 1, 10, 1, false);
	feed(EVENT_COPY, 1, UINT32_MAX, 20, 1, 0);
	expect(0, BEFORE_BYTES_MAX, 20, 1, false);
	feed(EVENT_COPY, 1, 1, 30, 1, 0);
	expect(0, BEFORE_BYTES_MAX, 30, 1, false);
}

/* 1000 + 448 bytes; the end is the last copy, until a free comes. Another skb has its own sum. */
static void copies_add_up(void **state)
{
	(void)state;
	feed(EVENT_COPY, 1, 1000, 10, 1, 0);
	feed(EVENT_COPY, 2, 5, 11, 2, 0);
	expect(0, 1000, 10, 1, false);
	feed(EVENT_COPY, 1, 448, 20, 3, 0);
	assert_int_equal(before.nr, 2);
	expect(0, 1448, 20, 3, false);
	expect(1, 5, 11, 2, false);
	feed(EVENT_CONSUME, 1, 99, 30, 0, 0);
	expect(0, 1448, 30, 0, true);
}

/*
 * TCP filled an skb of a page itself: 4096, 16384 or 65536 bytes less 320, read at once or in
 * parts. 3775 bytes are no such skb, nor are two full segments of 1448. All count as copied.
 */
static void filled_by_tcp(void **state)
{
	static const uint32_t bytes[] = {3776, 16064, 65216, 3775, 2896, 3777};
	uint64_t sum = 0;

	(void)state;
	for (unsigned int i = 0; i < 6; i++) {
		feed(EVENT_COPY, i, 1000, 10, 1, 0);
		assert_false(before_is_collapsed(&before.skbs[i]));
		feed(EVENT_COPY, i, bytes[i] - 1000, 20, 1, 0);
		assert_int_equal(before_is_collapsed(&before.skbs[i]), i < 3);
		sum += bytes[i];
		assert_int_equal(before_copied(&before), sum);
	}
}

/* After its free an address is another skb's. One that is freed unread has no bytes. */
static void free_ends(void **state)
{
	(void)state;
	feed(EVENT_KFREE, 1, 7, 10, 2, 0);
	feed(EVENT_COPY, 1, 1000, 20, 1, 0);
	feed(EVENT_CONSUME, 1, 0, 30, 1, 0);
	assert_int_equal(before.nr, 1);
	expect(0, 0, 10, 2, true);
}

/* Code that frees no delivered skb freed it: it is none. Alone, such a free names none either. */
static void foreign_free_voids(void **state)
{
	(void)state;
	feed(EVENT_CONSUME, 1, 0, 10, 0, EVENT_FOREIGN);
	assert_int_equal(before.nr, 0);
	feed(EVENT_COPY, 1, 1000, 11, 0, 0); /* an address that came up before */
	assert_int_equal(before.nr, 0);
	feed(EVENT_COPY, 2, 1000, 20, 0, 0);
	feed(EVENT_CONSUME, 2, 0, 30, 0, EVENT_FOREIGN);
	assert_int_equal(before.nr, 1);
	assert_true(before.skbs[0].void_);
	feed(EVENT_COPY, 2, 1000, 40, 0, 0);
	assert_int_equal(before.skbs[0].bytes, 1000);
}

/* Received or sent in the capture: none. Other events name no skb. */
static void seen_first_is_none(void **state)
{
	static const enum event_kind kinds[] = {EVENT_GRO_RECEIVE, EVENT_NETIF_RECEIVE,
						EVENT_NETIF_RX, EVENT_TX_QUEUE, EVENT_TX_START};
	const unsigned int nr = sizeof(kinds) / sizeof(kinds[0]);

	(void)state;
	for (unsigned int i = 0; i < nr; i++) {
		feed(kinds[i], i, 1500, 1, 0, 0);
		feed(EVENT_COPY, i, 1448, 2, 0, 0);
		feed(EVENT_CONSUME, i, 0, 3, 0, 0);
	}
	assert_int_equal(before.nr, 0);
	feed(EVENT_NAPI_POLL, nr, 0, 4, 0, 0);
	feed(EVENT_POOL_HOLD, nr, 0, 4, 0, 0);
	feed(EVENT_COPY, nr, 1448, 5, 0, 0);
	assert_int_equal(before.nr, 1);
	expect(0, 1448, 5, 0, false);
}

/* The address arrives with a packet of the capture: what is read from then on is that one's. */
static void arrival_ends(void **state)
{
	(void)state;
	feed(EVENT_COPY, 1, 1000, 10, 1, 0);
	feed(EVENT_GRO_RECEIVE, 1, 1500, 20, 0, 0);
	feed(EVENT_COPY, 1, 1448, 30, 0, 0);
	feed(EVENT_CONSUME, 1, 0, 40, 0, 0);
	assert_int_equal(before.nr, 1);
	expect(0, 1000, 10, 1, false);
}

/* With 65536 addresses remembered no other is an skb of before; those remembered go on. */
static void addresses_are_bounded(void **state)
{
	(void)state;
	feed(EVENT_COPY, 0, 1000, 1, 0, 0);
	for (uint64_t i = 1; i < BEFORE_ADDRESSES - 1; i++)
		feed(EVENT_GRO_RECEIVE, i, 1500, 2, 0, 0);
	feed(EVENT_COPY, BEFORE_ADDRESSES, 100, 3, 0, 0);
	assert_int_equal(before.nr, 2);
	feed(EVENT_COPY, BEFORE_ADDRESSES + 1, 100, 4, 0, 0);
	feed(EVENT_COPY, BEFORE_ADDRESSES + 1, 100, 5, 0, 0);
	assert_int_equal(before.nr, 2);
	feed(EVENT_COPY, 0, 448, 6, 0, 0);
	expect(0, 1448, 6, 0, false);
	expect(1, 100, 3, 0, false);
	assert_int_equal(before.used, BEFORE_ADDRESSES);
	assert_int_equal(before.lost, 0);
}

/* 16384 skbs have room; of others it is known how many there were. */
static void skbs_are_bounded(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < BEFORE_MAX + 3; i++)
		feed(EVENT_COPY, i, 1448, i, 0, 0);
	feed(EVENT_COPY, BEFORE_MAX, 1448, BEFORE_MAX, 0, 0);
	assert_int_equal(before.nr, BEFORE_MAX);
	assert_int_equal(before.lost, 3);
	expect(BEFORE_MAX - 1, 1448, BEFORE_MAX - 1, 0, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(copies_add_up, begin, end),
		cmocka_unit_test_setup_teardown(filled_by_tcp, begin, end),
		cmocka_unit_test_setup_teardown(bytes_are_bounded, begin, end),
		cmocka_unit_test_setup_teardown(free_ends, begin, end),
		cmocka_unit_test_setup_teardown(foreign_free_voids, begin, end),
		cmocka_unit_test_setup_teardown(seen_first_is_none, begin, end),
		cmocka_unit_test_setup_teardown(arrival_ends, begin, end),
		cmocka_unit_test_setup_teardown(addresses_are_bounded, begin, end),
		cmocka_unit_test_setup_teardown(skbs_are_bounded, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
