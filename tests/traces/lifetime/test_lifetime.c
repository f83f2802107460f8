/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_lifetime.c - each rule of the lifetime stage, with a hand-made sequence of events.
 *
 * A packet of 1500 bytes (without Ethernet header) carries 1448 of TCP payload behind 52 bytes of
 * IP + TCP headers, as Linux sends it with timestamps.
 */
#include <stdlib.h>
#include <string.h>
#include "tests/traces/cmocka_all.h"
#include "traces/lifetime/lifetime.h"

#define DEV	0
#define OTHER	1
#define FLOW	0xabcdef01u
#define PAYLOAD 1448u
#define SKB(n)	(0xffff888000000000u + (n)*256u)

static struct lifetime life;
static uint64_t now_ns;

static int begin(void **state)
{
	(void)state;
	now_ns = 1000;
	return lifetime_init(&life, 1000);
}

static int end(void **state)
{
	(void)state;
	lifetime_fini(&life);
	return 0;
}

/* Every event comes 10 ns after the one before. */
static void feed(enum event_kind kind, uint16_t dev, uint64_t skb, uint32_t len, uint16_t cpu)
{
	struct event ev = {
		.kind = (uint8_t)kind, .dev = dev, .object = skb, .len = len, .cpu = cpu};

	ev.time_ns = now_ns;
	ev.hash = kind == EVENT_GRO_RECEIVE ? FLOW : 0;
	now_ns += 10;
	assert_int_equal(lifetime_feed(&life, &ev), 0);
}

static void arrive(unsigned int skb)
{
	feed(EVENT_GRO_RECEIVE, DEV, SKB(skb), 1500, 0);
}

/* @nr packets that GRO merges into the first one's skb; the others reuse one address. */
static void arrive_merged(unsigned int skb, unsigned int nr)
{
	arrive(skb);
	for (unsigned int i = 1; i < nr; i++)
		arrive(99);
	feed(EVENT_NETIF_RECEIVE, DEV, SKB(skb), 52 + nr * PAYLOAD, 0);
}

static uint64_t last_ns(void)
{
	return now_ns - 10 - 1000;
}

/* How an skb came to be as it is has tests of its own: expect() leaves these flags out. */
#define SHAPE (PACKET_GRO_HEAD | PACKET_ABSORBED)

static void expect(enum release_method method, uint64_t release_ns, uint16_t cpu, uint16_t flags)
{
	struct slot slot;

	assert_true(lifetime_take(&life, &slot));
	assert_int_equal(slot.pkt.method, method);
	assert_int_equal(slot.pkt.flags & ~SHAPE, flags);
	if (method == RELEASE_UNKNOWN) {
		assert_true(slot.pkt.release_ns == PACKET_UNKNOWN);
		return;
	}
	assert_int_equal(slot.pkt.release_ns, release_ns);
	assert_int_equal(slot.pkt.release_cpu, cpu);
}

static void expect_nothing(void)
{
	struct slot slot;

	assert_false(lifetime_take(&life, &slot));
}

static void merged_end_together(void **state)
{
	(void)state;
	arrive_merged(1, 3);
	arrive_merged(2, 1);
	expect_nothing();
	feed(EVENT_CONSUME, DEV, SKB(1), 0, 1);
	expect(RELEASE_FREE, last_ns(), 1, 0);
	expect(RELEASE_FREE, last_ns(), 1, PACKET_GRO);
	expect(RELEASE_FREE, last_ns(), 1, PACKET_GRO);
	expect_nothing();
	feed(EVENT_KFREE, DEV, SKB(2), 0, 0);
	expect(RELEASE_FREE, last_ns(), 0, PACKET_DROPPED);
}

/*
 * What the device sends, when it is asked for: the mappings made inside its transmit function are
 * counted, those after it are not, nor those of another CPU. It ends with its free.
 */
static void sent_packets(void **state)
{
	struct slot slot;

	(void)state;
	life.dev = DEV;
	life.sends = true;
	feed(EVENT_TX_START, DEV, SKB(1), 65226, 0);
	feed(EVENT_IOMMU_MAP, 0, 0, 0, 0);
	feed(EVENT_IOMMU_MAP, 0, 0, 0, 1);
	feed(EVENT_PAGE_ALLOC, 0, 0, 0, 0);
	feed(EVENT_IOMMU_MAP, 0, 0, 0, 0);
	feed(EVENT_TX_END, DEV, SKB(1), 65226, 0);
	feed(EVENT_IOMMU_MAP, 0, 0, 0, 0);
	feed(EVENT_TX_START, OTHER, SKB(2), 1514, 0);
	expect_nothing();
	feed(EVENT_CONSUME, DEV, SKB(1), 0, 1);
	assert_true(lifetime_take(&life, &slot));
	assert_int_equal(slot.pkt.flags, PACKET_SENT);
	assert_int_equal(slot.pkt.bytes, 65226);
	assert_int_equal(slot.pkt.mappings, 2);
	assert_int_equal(slot.pkt.flow, 0);
	assert_int_equal(slot.pkt.release_ns, last_ns());
	assert_int_equal(slot.pkt.release_cpu, 1);
	expect_nothing();
}

/*
 * Two packets left by XDP: the next two that arrive on that CPU are marked, no other. A marked
 * datagram has ended when its address comes up again.
 */
static void xdp_peers(void **state)
{
	(void)state;
	feed(EVENT_XDP_SENT, 0, 0, 2, 0);
	arrive_merged(1, 1);
	arrive_merged(2, 1);
	arrive_merged(3, 1);
	arrive_merged(1, 1);
	expect(RELEASE_REUSE, last_ns() - 10, 0, PACKET_XDP);
	expect_nothing();
	lifetime_finish(&life);
	expect(RELEASE_UNKNOWN, 0, 0, PACKET_XDP);
	expect(RELEASE_UNKNOWN, 0, 0, 0);
}

/* 5792 bytes copied from an skb of 2 packets: it absorbed the next 2, and all 4 end with it. */
static void copy_shows_absorption(void **state)
{
	uint64_t freed_ns;

	(void)state;
	arrive_merged(1, 2);
	arrive_merged(2, 1);
	arrive_merged(3, 1);
	arrive_merged(4, 2);
	feed(EVENT_COPY, DEV, SKB(1), 4 * PAYLOAD, 1);
	feed(EVENT_CONSUME, DEV, SKB(1), 0, 0);
	freed_ns = last_ns();
	expect(RELEASE_FREE, freed_ns, 0, 0);
	expect(RELEASE_FREE, freed_ns, 0, PACKET_GRO);
	expect(RELEASE_FREE, freed_ns, 0, 0);
	expect(RELEASE_FREE, freed_ns, 0, 0);
	expect_nothing();
}

/* Read in two calls; the address is reused without a free event: the last copy is the end. */
static void silent_end_is_last_copy(void **state)
{
	uint64_t copied_ns;

	(void)state;
	arrive_merged(1, 2);
	feed(EVENT_COPY, DEV, SKB(1), 1000, 1);
	feed(EVENT_COPY, DEV, SKB(1), 2 * PAYLOAD - 1000, 1);
	copied_ns = last_ns();
	expect_nothing();
	arrive(1);
	expect(RELEASE_COPY, copied_ns, 1, 0);
	expect(RELEASE_COPY, copied_ns, 1, PACKET_GRO);
	expect_nothing();
}

/* The address of an unread skb is reused: its payload is in the skb before it. */
static void reuse_shows_absorption(void **state)
{
	(void)state;
	arrive_merged(1, 2);
	arrive_merged(2, 1);
	arrive_merged(2, 1);
	feed(EVENT_CONSUME, DEV, SKB(1), 0, 1);
	expect(RELEASE_FREE, last_ns(), 1, 0);
	expect(RELEASE_FREE, last_ns(), 1, PACKET_GRO);
	expect(RELEASE_FREE, last_ns(), 1, 0);
	expect_nothing();
	lifetime_finish(&life);
	expect(RELEASE_HELD, last_ns() + 1, 0, 0);
}

/* An skb freed by code that never frees a delivered one: the address had a new owner by then. */
static void foreign_free_is_none(void **state)
{
	struct event ev = {.kind = EVENT_CONSUME, .object = SKB(1), .flags = EVENT_FOREIGN};

	(void)state;
	feed(EVENT_NETIF_RECEIVE, DEV, SKB(1), 500, 0);
	ev.time_ns = now_ns;
	assert_int_equal(lifetime_feed(&life, &ev), 0);
	expect(RELEASE_UNKNOWN, 0, 0, 0);
}

/* Out by another device, in the same softirq, one Ethernet header longer. */
static void forwarded_ends_at_transmit(void **state)
{
	(void)state;
	feed(EVENT_NETIF_RECEIVE, DEV, SKB(1), 500, 0);
	feed(EVENT_TX_QUEUE, OTHER, SKB(1), 514, 0);
	feed(EVENT_TX_START, OTHER, SKB(1), 514, 0);
	feed(EVENT_CONSUME, OTHER, SKB(1), 0, 1);
	expect(RELEASE_FREE, last_ns(), 1, PACKET_TX);
}

/* Out by the device it came in by, or no header longer: the address is another skb's by now. */
static void other_transmit_is_reuse(void **state)
{
	(void)state;
	feed(EVENT_NETIF_RECEIVE, DEV, SKB(1), 500, 0);
	feed(EVENT_TX_QUEUE, DEV, SKB(1), 514, 0);
	expect(RELEASE_UNKNOWN, 0, 0, 0);
	feed(EVENT_NETIF_RECEIVE, DEV, SKB(1), 500, 0);
	feed(EVENT_TX_QUEUE, OTHER, SKB(1), 500, 0);
	expect(RELEASE_UNKNOWN, 0, 0, 0);
}

/* The same address in a transmit after the poll has ended is another skb. */
static void later_transmit_is_reuse(void **state)
{
	(void)state;
	feed(EVENT_NETIF_RECEIVE, DEV, SKB(1), 500, 0);
	feed(EVENT_NAPI_POLL, DEV, 0, 0, 0);
	feed(EVENT_TX_QUEUE, OTHER, SKB(1), 514, 0);
	expect(RELEASE_UNKNOWN, 0, 0, 0);
}

/* Delivery was lost: the next delivered skb of the flow shows that it will not come. */
static void lost_delivery_is_unknown(void **state)
{
	(void)state;
	arrive(1);
	arrive_merged(2, 2);
	expect(RELEASE_UNKNOWN, 0, 0, 0);
	feed(EVENT_CONSUME, DEV, SKB(2), 0, 0);
	expect(RELEASE_FREE, last_ns(), 0, 0);
	expect(RELEASE_FREE, last_ns(), 0, PACKET_GRO);
}

/* One that is never released holds the others back until the bound, then goes as unknown. */
static void memory_is_bounded(void **state)
{
	struct slot slot;
	uint64_t taken = 0;

	(void)state;
	for (unsigned int i = 0; i < SLOTS_MAX + 1000; i++) {
		feed(EVENT_NETIF_RECEIVE, DEV, SKB(i + 1), 500, 0);
		while (lifetime_take(&life, &slot)) {
			assert_int_equal(slot.pkt.method, RELEASE_UNKNOWN);
			assert_int_equal(slot.skb, SKB(taken + 1));
			taken++;
		}
	}
	assert_int_equal(taken, 1001);
	assert_int_equal(life.slots.mask + 1, SLOTS_MAX);
}

/* Bytes: the Ethernet header is not in len, nor is a VLAN tag that was taken out. */
static void bytes_and_queue(void **state)
{
	struct event ev = {.kind = EVENT_GRO_RECEIVE,
			   .object = SKB(1),
			   .len = 1500,
			   .queue = 3,
			   .cpu = 2,
			   .time_ns = 1500,
			   .flags = EVENT_VLAN_TAG};
	struct slot slot;

	(void)state;
	life.dev = DEV;
	life.before_gro = true;
	life.queue_base = 1;
	assert_int_equal(lifetime_feed(&life, &ev), 0);
	ev.dev = OTHER;
	assert_int_equal(lifetime_feed(&life, &ev), 0);
	lifetime_finish(&life);
	assert_true(lifetime_take(&life, &slot));
	assert_int_equal(slot.pkt.bytes, 1518);
	assert_int_equal(slot.pkt.queue, 2);
	assert_int_equal(slot.pkt.cpu, 2);
	assert_int_equal(slot.pkt.arrival_ns, 500);
	expect_nothing();
}

/* Random events over few addresses, flows and CPUs: every packet comes out once, in order. */
static void any_sequence_is_survived(void **state)
{
	static const uint8_t kinds[] = {
		EVENT_GRO_RECEIVE, EVENT_GRO_RECEIVE, EVENT_GRO_RECEIVE, EVENT_NETIF_RECEIVE,
		EVENT_NETIF_RX,	   EVENT_TX_QUEUE,    EVENT_TX_START,	 EVENT_CONSUME,
		EVENT_KFREE,	   EVENT_COPY,	      EVENT_NAPI_POLL,	 EVENT_NETIF_RECEIVE};
	uint64_t arrivals = 0, taken = 0, last = 0;
	uint32_t random = 7;
	struct slot slot;

	(void)state;
	for (unsigned int i = 0; i < 500000; i++) {
		struct event ev = {.time_ns = now_ns += 100};

		random = random * 1664525 + 1013904223;
		ev.kind = kinds[(random >> 28) % sizeof(kinds)];
		ev.object = SKB(random >> 8 & 63);
		ev.cpu = random >> 16 & 1;
		ev.dev = random >> 17 & 1;
		ev.hash = ev.kind == EVENT_GRO_RECEIVE ? random >> 18 & 3 : 0;
		ev.len = (random >> 20 & 7) * PAYLOAD / 2 + 52;
		arrivals += ev.kind == EVENT_GRO_RECEIVE;
		assert_int_equal(lifetime_feed(&life, &ev), 0);
		while (lifetime_take(&life, &slot)) {
			assert_true(slot.pkt.arrival_ns >= last);
			last = slot.pkt.arrival_ns;
			taken += slot.from_gro;
		}
	}
	lifetime_finish(&life);
	while (lifetime_take(&life, &slot))
		taken += slot.from_gro;
	assert_int_equal(taken, arrivals);
}

#define LIFE_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

/* Where polls are recorded, every packet but the last of a poll says that the poll goes on, and the
 * last one waits until that is known. */
static void recorded_polls_are_marked(void **state)
{
	static const uint8_t more[] = {PACKET_POLL_MORE, PACKET_POLL_MORE, 0, 0};
	struct slot slot;

	(void)state;
	life.polls = true;
	for (unsigned int i = 0; i < 3; i++)
		arrive(i);
	for (unsigned int i = 0; i < 3; i++)
		feed(EVENT_CONSUME, DEV, SKB(i), 0, 0);
	for (unsigned int i = 0; i < 2; i++) {
		assert_true(lifetime_take(&life, &slot));
		assert_int_equal(slot.pkt.flags, more[i]);
	}
	expect_nothing();
	feed(EVENT_NAPI_POLL, DEV, 0, 0, 0);
	arrive(3);
	feed(EVENT_CONSUME, DEV, SKB(3), 0, 0);
	lifetime_finish(&life);
	for (unsigned int i = 2; i < 4; i++) {
		assert_true(lifetime_take(&life, &slot));
		assert_int_equal(slot.pkt.flags, more[i]);
	}
}

/* A queue of its own on the same CPU: its packets are of another poll. */
static void polls_are_of_a_queue(void **state)
{
	struct slot slot;

	(void)state;
	life.polls = true;
	for (unsigned int i = 0; i < 4; i++) {
		struct event ev = {.kind = EVENT_GRO_RECEIVE,
				   .object = SKB(i),
				   .len = 1500,
				   .queue = (uint16_t)(i / 2),
				   .time_ns = now_ns += 10};

		assert_int_equal(lifetime_feed(&life, &ev), 0);
	}
	lifetime_finish(&life);
	for (unsigned int i = 0; i < 4; i++) {
		assert_true(lifetime_take(&life, &slot));
		assert_int_equal(slot.pkt.queue, i / 2);
		assert_int_equal(slot.pkt.flags, i % 2 ? 0 : PACKET_POLL_MORE);
	}
}

/*
 * An skb that the reader passed by was read before the copy that shows it. One of at most 80 bytes,
 * the longest header of IPv4 and TCP, may have carried nothing to read: it ended as it arrived.
 */
static void passed_by(void **state)
{
	uint64_t arrived_ns;

	(void)state;
	arrive_merged(1, 2); /* tells that headers have 52 bytes */
	feed(EVENT_GRO_RECEIVE, DEV, SKB(2), 80, 0);
	arrived_ns = last_ns();
	feed(EVENT_NETIF_RECEIVE, DEV, SKB(2), 80, 0);
	feed(EVENT_GRO_RECEIVE, DEV, SKB(3), 81, 0);
	feed(EVENT_NETIF_RECEIVE, DEV, SKB(3), 81, 0);
	arrive_merged(4, 1);
	feed(EVENT_COPY, DEV, SKB(4), PAYLOAD, 1);
	lifetime_finish(&life);
	expect(RELEASE_COPY, last_ns(), 1, 0);
	expect(RELEASE_COPY, last_ns(), 1, PACKET_GRO);
	expect(RELEASE_COPY, arrived_ns, 1, 0);
	expect(RELEASE_COPY, last_ns(), 1, 0);
	expect(RELEASE_COPY, last_ns(), 1, 0);
}

/* One packet of @header and 1000 bytes, all of which are copied: that tells the size of headers. */
static void learn(uint32_t header)
{
	feed(EVENT_GRO_RECEIVE, DEV, SKB(1), header + 1000, 0);
	feed(EVENT_NETIF_RECEIVE, DEV, SKB(1), header + 1000, 0);
	feed(EVENT_COPY, DEV, SKB(1), 1000, 1);
	feed(EVENT_CONSUME, DEV, SKB(1), 0, 1);
	expect(RELEASE_FREE, last_ns(), 1, 0);
}

/* Headers of 120 bytes, the most, are a stream's: a copy of two skbs' data shows absorption. */
static void copy_tells_longest_header(void **state)
{
	(void)state;
	learn(120);
	for (unsigned int i = 2; i < 4; i++) {
		feed(EVENT_GRO_RECEIVE, DEV, SKB(i), 1120, 0);
		feed(EVENT_NETIF_RECEIVE, DEV, SKB(i), 1120, 0);
	}
	feed(EVENT_COPY, DEV, SKB(2), 2000, 1);
	feed(EVENT_CONSUME, DEV, SKB(2), 0, 1);
	expect(RELEASE_FREE, last_ns(), 1, 0);
	expect(RELEASE_FREE, last_ns(), 1, 0);
}

/* Headers of 28 bytes, the fewest, are a datagram's: one of 28 bytes ends as it is delivered. */
static void copy_tells_shortest_header(void **state)
{
	uint64_t delivered_ns;

	(void)state;
	learn(28);
	feed(EVENT_GRO_RECEIVE, DEV, SKB(2), 28, 0);
	feed(EVENT_NETIF_RECEIVE, DEV, SKB(2), 28, 0);
	delivered_ns = last_ns();
	lifetime_finish(&life);
	expect(RELEASE_COPY, delivered_ns, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIFE_TEST(merged_end_together),
		LIFE_TEST(copy_shows_absorption),
		LIFE_TEST(sent_packets),
		LIFE_TEST(xdp_peers),
		LIFE_TEST(silent_end_is_last_copy),
		LIFE_TEST(reuse_shows_absorption),
		LIFE_TEST(foreign_free_is_none),
		LIFE_TEST(forwarded_ends_at_transmit),
		LIFE_TEST(later_transmit_is_reuse),
		LIFE_TEST(lost_delivery_is_unknown),
		LIFE_TEST(memory_is_bounded),
		LIFE_TEST(bytes_and_queue),
		LIFE_TEST(any_sequence_is_survived),
		LIFE_TEST(recorded_polls_are_marked),
		LIFE_TEST(other_transmit_is_reuse),
		LIFE_TEST(polls_are_of_a_queue),
		LIFE_TEST(passed_by),
		LIFE_TEST(copy_tells_longest_header),
		LIFE_TEST(copy_tells_shortest_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
