/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_streams.c - skbs that wait to be read: what copies, frees and reused addresses tell of a
 * flow, of those it absorbed, and of those still there when the capture ends.
 *
 * A packet of 1500 bytes (without Ethernet header) carries 1448 of TCP payload behind 52 bytes of
 * headers. TCP takes 19 of them into one skb: 19 * 1448 = 27512 bytes.
 */
#include <stdlib.h>
#include <string.h>
#include "tests/traces/lifetime/life.h"

#define FLOW	0xabcdef01u
#define FULL	1500u
#define PAYLOAD 1448u
#define NR	19u
#define MS	1000000u

/* A free by a caller that frees skbs of other kinds, as netlink's reader does */
static void free_foreign(unsigned int skb, uint16_t cpu)
{
	const struct event ev = {.kind = EVENT_CONSUME,
				 .flags = EVENT_FOREIGN,
				 .object = SKB(skb),
				 .cpu = cpu,
				 .time_ns = now_ns += 10};

	assert_int_equal(lifetime_feed(&life, &ev), 0);
}

/* @nr skbs of @len, from number @first on, are delivered by CPU 0. */
static void deliver(unsigned int first, unsigned int nr, uint32_t len)
{
	for (; nr--; first++) {
		feed(EVENT_GRO_RECEIVE, first, len, 0);
		feed(EVENT_NETIF_RECEIVE, first, len, 0);
	}
}

/* @nr packets of which GRO makes one skb, by header 52. */
static void deliver_merged(unsigned int skb, unsigned int nr)
{
	feed(EVENT_GRO_RECEIVE, skb, FULL, 0);
	for (unsigned int i = 1; i < nr; i++)
		feed(EVENT_GRO_RECEIVE, 999, FULL, 0);
	feed(EVENT_NETIF_RECEIVE, skb, 52 + nr * PAYLOAD, 0);
}

/* Two polls of CPU 0, long after all that was read: its list of deferred frees is empty. */
static void empty_the_list(void)
{
	now_ns += MS;
	feed(EVENT_NAPI_POLL, 0, 0, 0);
	feed(EVENT_NAPI_POLL, 0, 0, 0);
}

/* CPU 1 uses the address of an skb again, for one that is no packet of ours. */
static uint64_t reuse(unsigned int skb)
{
	return feed(EVENT_NETIF_RX, skb, 0, 1);
}

static void expect(enum release_method method, uint64_t release_ns, uint16_t flags)
{
	struct slot slot;

	assert_true(lifetime_take(&life, &slot));
	assert_int_equal(slot.pkt.method, method);
	assert_int_equal(slot.pkt.flags, flags);
	assert_int_equal(slot.pkt.release_ns,
			 method == RELEASE_UNKNOWN ? PACKET_UNKNOWN : release_ns);
}

static void expect_nothing(void)
{
	struct slot slot;

	assert_false(lifetime_take(&life, &slot));
}

/* One skb and the 18 that it absorbed. */
static void expect_group(enum release_method method, uint64_t release_ns)
{
	expect(method, release_ns, 0);
	for (unsigned int i = 1; i < NR; i++)
		expect(method, release_ns, PACKET_ABSORBED);
}

/* 27512 bytes are copied from each skb that is read, which had 1448 when it was delivered. */
static uint64_t read_group(unsigned int first)
{
	feed(EVENT_COPY, first, 20000, 1);
	return feed(EVENT_COPY, first, NR * PAYLOAD - 20000, 1);
}

/* 19 * 1500 - 27512 = 19 * 52: the next skb that is read tells it, and holds for what follows. */
static void learned_at_next_read(void **state)
{
	uint64_t freed_ns;

	(void)state;
	deliver(1, 3 * NR, FULL);
	for (unsigned int i = 0; i < 2; i++)
		read_group(1 + i * NR);
	freed_ns = feed(EVENT_CONSUME, 1, 0, 0);
	expect_group(RELEASE_FREE, freed_ns);
	expect_nothing();
	freed_ns = feed(EVENT_CONSUME, 1 + NR, 0, 0);
	expect_group(RELEASE_FREE, freed_ns);
	expect_nothing();
}

static void learned_at_free(void **state)
{
	uint64_t freed_ns;

	(void)state;
	deliver(1, NR + 1, FULL);
	read_group(1);
	freed_ns = feed(EVENT_CONSUME, 1, 0, 0);
	expect_group(RELEASE_FREE, freed_ns);
	expect_nothing();
}

static void learned_at_reuse(void **state)
{
	uint64_t copied_ns;

	(void)state;
	deliver(1, NR + 1, FULL);
	copied_ns = read_group(1);
	reuse(1);
	expect_group(RELEASE_COPY, copied_ns);
	expect_nothing();
}

/* The last one stays unread: it is held. */
static void learned_at_the_end(void **state)
{
	uint64_t copied_ns, last_ns;

	(void)state;
	deliver(1, NR + 1, FULL);
	copied_ns = read_group(1);
	last_ns = reuse(999);
	lifetime_finish(&life);
	expect_group(RELEASE_COPY, copied_ns);
	expect(RELEASE_HELD, last_ns + 1, 0);
	expect_nothing();
}

/* Groups of GRO: the head says that it is one, also where its skb was absorbed. */
static void flags_tell_the_shape(void **state)
{
	uint64_t freed_ns;

	(void)state;
	deliver_merged(1, 3);
	deliver_merged(2, 2);
	deliver_merged(3, 1);
	feed(EVENT_COPY, 1, 6 * PAYLOAD, 1);
	freed_ns = feed(EVENT_CONSUME, 1, 0, 0);
	expect(RELEASE_FREE, freed_ns, PACKET_GRO_HEAD);
	expect(RELEASE_FREE, freed_ns, PACKET_GRO);
	expect(RELEASE_FREE, freed_ns, PACKET_GRO);
	expect(RELEASE_FREE, freed_ns, PACKET_GRO_HEAD | PACKET_ABSORBED);
	expect(RELEASE_FREE, freed_ns, PACKET_GRO);
	expect(RELEASE_FREE, freed_ns, PACKET_ABSORBED);
	expect_nothing();
}

/*
 * 1400 bytes of one packet look like a header of 100, until the other 48 come. With 100, a copy of
 * 2896 bytes would be three skbs of 1400; with 52 it is two.
 */
static void part_of_a_read_teaches_nothing(void **state)
{
	uint64_t freed_ns;

	(void)state;
	deliver(1, 1, FULL);
	feed(EVENT_COPY, 1, 1400, 1);
	deliver(2, 3, FULL);
	feed(EVENT_COPY, 1, 48, 1);
	feed(EVENT_COPY, 2, 2 * PAYLOAD, 1);
	freed_ns = feed(EVENT_CONSUME, 1, 0, 0);
	expect(RELEASE_FREE, freed_ns, 0);
	freed_ns = feed(EVENT_CONSUME, 2, 0, 0);
	expect(RELEASE_FREE, freed_ns, 0);
	expect(RELEASE_FREE, freed_ns, PACKET_ABSORBED);
	expect_nothing();
}

/* One packet of @header and 1000 bytes, all of which are copied: that tells the header. */
static void learn(uint32_t header)
{
	deliver(1, 1, header + 1000);
	feed(EVENT_COPY, 1, 1000, 1);
	expect(RELEASE_FREE, feed(EVENT_CONSUME, 1, 0, 1), 0);
}

/*
 * Headers of 48 bytes are IPv6 and UDP, whose datagrams absorb nothing: when the address of an
 * unread one is reused, that is its end, and nothing is held for the next reader. Of 52, IPv4 and
 * TCP with timestamps, it was absorbed.
 */
static void header_tells_datagrams(void **state)
{
	uint64_t reused_ns, freed_ns;

	(void)state;
	learn(48);
	deliver(2, 2, 1048);
	reused_ns = reuse(3);
	freed_ns = feed(EVENT_CONSUME, 2, 0, 1);
	expect(RELEASE_FREE, freed_ns, PACKET_DATAGRAM);
	expect(RELEASE_REUSE, reused_ns, PACKET_DATAGRAM);
	end(NULL);
	begin(NULL);
	learn(52);
	deliver(2, 2, 1052);
	reuse(3);
	freed_ns = feed(EVENT_CONSUME, 2, 0, 1);
	expect(RELEASE_FREE, freed_ns, 0);
	expect(RELEASE_FREE, freed_ns, PACKET_ABSORBED);
}

/*
 * Nothing was copied, nothing freed, and the first @vanished addresses of @delivered were reused:
 * if @datagrams, each ended then. Of the rest nothing is known.
 */
static void vanish(unsigned int delivered, unsigned int vanished, bool datagrams)
{
	uint64_t reused_ns[64] = {0};

	deliver(1, delivered, FULL);
	for (unsigned int i = 0; i < vanished; i++)
		reused_ns[i] = reuse(1 + i);
	lifetime_finish(&life);
	for (unsigned int i = 0; i < delivered; i++)
		expect(datagrams && i < vanished ? RELEASE_REUSE : RELEASE_UNKNOWN, reused_ns[i],
		       0);
	expect_nothing();
	end(NULL);
	begin(NULL);
}

/* TCP leaves one address of 19 in its queue: more than 19 of 20 gone are datagrams. */
static void many_vanished_are_datagrams(void **state)
{
	(void)state;
	vanish(20, 20, true);
	vanish(20, 19, false);
	vanish(41, 39, true);
	vanish(40, 38, false);
	vanish(19, 18, false);
}

/* Of a stream all that is not read is held: whole, absorbed, read in part. */
static void unread_stream_is_held(void **state)
{
	uint64_t last_ns;

	(void)state;
	learn(52);
	deliver(2, 3, FULL);
	feed(EVENT_COPY, 2, PAYLOAD - 1, 1);
	last_ns = reuse(4);
	lifetime_finish(&life);
	expect(RELEASE_HELD, last_ns + 1, 0);
	expect(RELEASE_HELD, last_ns + 1, 0);
	expect(RELEASE_HELD, last_ns + 1, PACKET_ABSORBED);
	expect_nothing();
}

/*
 * Read in order: after the last one freed they wait; what is before it was read between its arrival
 * and that free, and freed by its reader: half-way.
 */
static void later_datagrams_are_held(void **state)
{
	uint64_t freed_ns, arrived_ns;

	(void)state;
	arrived_ns = now_ns + 10;
	deliver(1, 25, FULL);
	for (unsigned int i = 2; i <= 23; i++)
		freed_ns = feed(EVENT_CONSUME, i, 0, 0);
	empty_the_list();
	lifetime_finish(&life);
	expect(RELEASE_REUSE, arrived_ns + (freed_ns - 21 * 10 - arrived_ns) / 2, 0);
	for (unsigned int i = 2; i <= 23; i++)
		expect(RELEASE_FREE, freed_ns - (23 - i) * 10, 0);
	expect(RELEASE_HELD, now_ns + 1, 0);
	expect(RELEASE_HELD, now_ns + 1, 0);
	expect_nothing();
}

/* A drop is no read: nothing follows of those before it or after it. */
static void drop_tells_nothing(void **state)
{
	uint64_t dropped_ns;

	(void)state;
	deliver(1, 3, FULL);
	dropped_ns = feed(EVENT_KFREE, 2, 0, 0);
	lifetime_finish(&life);
	expect(RELEASE_UNKNOWN, 0, 0);
	expect(RELEASE_FREE, dropped_ns, PACKET_DROPPED);
	expect(RELEASE_UNKNOWN, 0, 0);
	expect_nothing();
}

/*
 * Datagrams 1 to 5 were read first, then @nr that CPU 0 frees one after the other, with @drop after
 * half of them or without. Return: time of the first free
 */
static uint64_t flush(unsigned int nr, bool drop)
{
	uint64_t begun_ns = 0;

	deliver(1, 5 + nr + 2, FULL);
	for (unsigned int i = 0; i < nr; i++) {
		uint64_t freed_ns = feed(EVENT_CONSUME, 6 + i, 0, 0);

		if (!i)
			begun_ns = freed_ns;
		if (drop && i == nr / 2)
			feed(EVENT_KFREE, 6 + nr + 1, 0, 0);
	}
	return begun_ns;
}

/*
 * A full list of deferred frees, 60 at least, says that those before it were freed by the reader:
 * all but number 3, whose own event comes within 2 ms of the first. A free after that shows that
 * none comes for the others; that one may be of a list of any length.
 */
static void full_list_shows_silent_ends(void **state)
{
	uint64_t begun_ns, freed_ns;

	(void)state;
	begun_ns = flush(60, false);
	expect_nothing();
	now_ns += MS;
	freed_ns = feed(EVENT_CONSUME, 3, 0, 0);
	expect_nothing();
	now_ns = begun_ns + 2 * MS - 10;
	feed(EVENT_CONSUME, 5 + 60 + 1, 0, 0);
	for (unsigned int i = 1; i <= 5; i++)
		expect(i == 3 ? RELEASE_FREE : RELEASE_REUSE, i == 3 ? freed_ns : begun_ns, 0);
}

/*
 * The same list with 30 datagrams of another flow, delivered last: those of the first flow that
 * came after its own newest in the list are not read yet, whatever became of the other flow's.
 */
static void full_list_of_two_flows(void **state)
{
	const uint32_t other = FLOW + 1;
	struct event ev = {.kind = EVENT_GRO_RECEIVE, .len = FULL, .hash = other};

	(void)state;
	deliver(1, 45, FULL); /* the first 40 are freed */
	for (unsigned int i = 100; i < 130; i++) {
		ev.object = SKB(i);
		now_ns += 10;
		ev.time_ns = now_ns;
		assert_int_equal(lifetime_feed(&life, &ev), 0);
		feed(EVENT_NETIF_RECEIVE, i, FULL, 0);
	}
	for (unsigned int i = 100; i < 130; i++)
		feed(EVENT_CONSUME, i, 0, 0);
	for (unsigned int i = 1; i <= 40; i++)
		feed(EVENT_CONSUME, i, 0, 0);
	lifetime_finish(&life);
	for (unsigned int i = 1; i <= 45; i++) {
		struct slot slot;

		assert_true(lifetime_take(&life, &slot));
		assert_int_equal(slot.pkt.method, i <= 40 ? RELEASE_FREE : RELEASE_HELD);
	}
}

/* The capture ends before: the same evidence. */
static void full_list_at_the_end(void **state)
{
	uint64_t begun_ns;

	(void)state;
	begun_ns = flush(60, false);
	lifetime_finish(&life);
	for (unsigned int i = 1; i <= 5; i++)
		expect(RELEASE_REUSE, begun_ns, 0);
}

/*
 * 59 are no full list, nor are 60 with something else between them: the five that were read before
 * were freed one after the other, from the arrival of the first to the first free in the list.
 */
static void short_list_shows_order(void **state)
{
	(void)state;
	for (unsigned int drop = 0; drop < 2; drop++) {
		uint64_t arrived_ns = now_ns + 10, begun_ns;

		begun_ns = flush(drop ? 60 : 59, drop);
		now_ns += 3 * MS;
		feed(EVENT_CONSUME, 5 + (drop ? 60 : 59) + 1, 0, 0);
		empty_the_list();
		lifetime_finish(&life);
		for (unsigned int i = 1; i <= 5; i++)
			expect(RELEASE_REUSE, arrived_ns + (begun_ns - arrived_ns) * i / 6, 0);
		end(NULL);
		begin(NULL);
	}
}

/*
 * The third of three skbs of 19 waits to be read. A copy from an address of its middle would show
 * that what is before it has been read; a netlink message had the address, as its free says, which
 * follows on the CPU whatever others do: by its caller, or as TCP frees without an event there.
 * Without it, the copy counts from the next event on.
 */
static void copy_of_another_kind(void **state)
{
	const unsigned int third = 1 + 2 * NR;
	uint64_t freed_ns, copied_ns;

	(void)state;
	for (unsigned int foreign = 0; foreign < 3; foreign++) {
		deliver(1, 3 * NR, FULL);
		for (unsigned int i = 0; i < 2; i++) {
			read_group(1 + i * NR);
			freed_ns = feed(EVENT_CONSUME, 1 + i * NR, 0, 0);
			expect_group(RELEASE_FREE, freed_ns);
		}
		copied_ns = feed(EVENT_COPY, third + 5, 284, 0);
		feed(EVENT_NETIF_RX, 900, 0, 1);
		if (foreign == 2)
			feed(EVENT_CONSUME, third + 5, 0, 0);
		else if (foreign)
			free_foreign(third + 5, 0);
		else
			feed(EVENT_NETIF_RX, 901, 0, 0);
		read_group(third);
		freed_ns = feed(EVENT_CONSUME, third, 0, 0);
		if (foreign) {
			expect_group(RELEASE_FREE, freed_ns);
		} else {
			expect(RELEASE_FREE, freed_ns, 0);
			lifetime_finish(&life);
			expect(RELEASE_COPY, copied_ns, 0);
		}
		end(NULL);
		begin(NULL);
	}
}

/* The next event of its skb, on whatever CPU, says as well that the copy was of this one. */
static void doubted_until_it_is_freed(void **state)
{
	uint64_t copied_ns, freed_ns;

	(void)state;
	deliver_merged(1, 2);
	deliver_merged(2, 2);
	copied_ns = feed(EVENT_COPY, 2, 2 * PAYLOAD, 0);
	freed_ns = feed(EVENT_CONSUME, 2, 0, 1);
	lifetime_finish(&life);
	expect(RELEASE_COPY, copied_ns, PACKET_GRO_HEAD);
	expect(RELEASE_COPY, copied_ns, PACKET_GRO);
	expect(RELEASE_FREE, freed_ns, PACKET_GRO_HEAD);
	expect(RELEASE_FREE, freed_ns, PACKET_GRO);
}

/* The last event is a copy that passes unread packets: it is believed. */
static void doubted_at_the_end(void **state)
{
	uint64_t copied_ns;

	(void)state;
	deliver_merged(1, 2);
	deliver_merged(2, 2);
	copied_ns = feed(EVENT_COPY, 2, 2 * PAYLOAD, 0);
	lifetime_finish(&life);
	for (unsigned int i = 0; i < 2; i++) {
		expect(RELEASE_COPY, copied_ns, PACKET_GRO_HEAD);
		expect(RELEASE_COPY, copied_ns, PACKET_GRO);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIFE_TEST(learned_at_next_read),      LIFE_TEST(learned_at_free),
		LIFE_TEST(learned_at_reuse),	      LIFE_TEST(learned_at_the_end),
		LIFE_TEST(flags_tell_the_shape),      LIFE_TEST(part_of_a_read_teaches_nothing),
		LIFE_TEST(header_tells_datagrams),    LIFE_TEST(many_vanished_are_datagrams),
		LIFE_TEST(unread_stream_is_held),     LIFE_TEST(later_datagrams_are_held),
		LIFE_TEST(drop_tells_nothing),	      LIFE_TEST(full_list_shows_silent_ends),
		LIFE_TEST(full_list_of_two_flows),    LIFE_TEST(full_list_at_the_end),
		LIFE_TEST(short_list_shows_order),    LIFE_TEST(copy_of_another_kind),
		LIFE_TEST(doubted_until_it_is_freed), LIFE_TEST(doubted_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
