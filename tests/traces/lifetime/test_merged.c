/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_merged.c - which packets were one skb, told from arrivals and delivered lengths.
 *
 * The events are those of a kernel that merges by its rule (tcp_gro_receive()): a segment goes
 * to the skb that is held if its data is no longer than the first one's; a shorter one is the
 * last, and the skb is delivered with it; a longer one has it delivered and is held in its
 * place. An skb of
 *	len[0], len[1] .. len[k]
 * is delivered as
 *	len[0] + (len[1] - header) + .. + (len[k] - header)
 * and k packets come out of the capture as merged.
 * Source: linux-gro
 */
#include <string.h>
#include "tests/traces/cmocka_all.h"
#include "traces/lifetime/lifetime.h"

#define FLOW	 0xabcdef01u
#define ETHERNET 14u
#define TCP	 52u /* IPv4, TCP, timestamps */
#define SECOND	 1000000000u
#define SKB(n)	 (0xffff888000000000u + (n)*256u)

static struct lifetime life;
static uint64_t now_ns;
static unsigned int arrived;

/* The skb that GRO holds: its first segment, its length, the data of that segment. */
static struct {
	unsigned int first;
	uint32_t len, mss;
} held;

static int begin(void **state)
{
	(void)state;
	now_ns = 0;
	arrived = 0;
	memset(&held, 0, sizeof(held));
	return lifetime_init(&life, 0);
}

static int end(void **state)
{
	(void)state;
	lifetime_fini(&life);
	return 0;
}

static void feed(enum event_kind kind, uint64_t skb, uint32_t len)
{
	struct event ev = {.time_ns = now_ns, .kind = (uint8_t)kind, .object = skb, .len = len};

	ev.hash = kind == EVENT_GRO_RECEIVE ? FLOW : 0;
	assert_int_equal(lifetime_feed(&life, &ev), 0);
}

/* A segment is seen by GRO. Return: its number */
static unsigned int arrive(uint32_t len)
{
	now_ns += 10;
	feed(EVENT_GRO_RECEIVE, SKB(arrived), len);
	return arrived++;
}

static void deliver(unsigned int first, uint32_t len)
{
	now_ns += 10;
	feed(EVENT_NETIF_RECEIVE, SKB(first), len);
}

static void flush(void)
{
	if (held.len)
		deliver(held.first, held.len);
	held.len = 0;
}

/* What the kernel does with a segment of @len behind @header bytes. */
static void receive(uint32_t len, uint32_t header)
{
	uint32_t data = len - header;
	unsigned int nth = arrive(len);

	if (held.len && data && data <= held.mss) {
		held.len += data;
		if (data < held.mss)
			flush();
		return;
	}
	flush();
	if (!data) {
		deliver(nth, len);
		return;
	}
	held.first = nth;
	held.len = len;
	held.mss = data;
}

/* Every packet of the capture must be in @groups: one number for each skb, of its packets. */
static void expect_groups(const unsigned int *groups)
{
	struct slot slot;

	flush();
	lifetime_finish(&life);
	for (; *groups; groups++)
		for (unsigned int i = 0; i < *groups; i++) {
			assert_true(lifetime_take(&life, &slot));
			assert_int_equal(slot.pkt.flags & PACKET_GRO, i ? PACKET_GRO : 0);
		}
	assert_false(lifetime_take(&life, &slot));
}

#define GROUPS(...) expect_groups((const unsigned int[]){__VA_ARGS__, 0})

static void segments(uint32_t header, const uint32_t *len)
{
	for (; *len; len++)
		receive(*len, header);
}

#define SEGMENTS(header, ...) segments(header, (const uint32_t[]){__VA_ARGS__, 0})

/* n equal ones are one skb. */
static void equal(void **state)
{
	(void)state;
	SEGMENTS(TCP, 1500, 1500, 1500, 1500);
	GROUPS(4);
}

static void shorter_is_the_last(void **state)
{
	(void)state;
	SEGMENTS(TCP, 1500, 1500, 686, 1500);
	GROUPS(3, 1);
}

static void shorter_twice(void **state)
{
	(void)state;
	SEGMENTS(TCP, 1500, 686, 686, 1500, 1499, 1499);
	GROUPS(2, 1, 2, 1);
}

static void longer_begins_anew(void **state)
{
	(void)state;
	SEGMENTS(TCP, 686, 1500);
	GROUPS(1, 1);
}

static void longer_after_equal(void **state)
{
	(void)state;
	SEGMENTS(TCP, 686, 686, 686, 1500, 1500, 686);
	GROUPS(3, 3);
}

/* One without data ends what is held and is not merged, be the header known already or not. */
static void empty_is_alone(void **state)
{
	(void)state;
	SEGMENTS(TCP, 1500, TCP, 1500, 1500, TCP, 1500, 1500, 1500);
	GROUPS(1, 1, 2, 1, 3);
}

/*
 * The header size is what the first skb with a solution says: a multiple of 4, from 28 (IPv4,
 * UDP) to 120 (IPv6 and TCP, with options). The two skbs of 3 packets need it, and the one
 * after them.
 */
static void headers(void **state)
{
	static const uint32_t plausible[] = {28, 48, 52, 72, 120};

	(void)state;
	for (unsigned int i = 0; i < sizeof(plausible) / sizeof(plausible[0]); i++) {
		SEGMENTS(plausible[i], 1400, 1400, 700, 1400, 1400, 1000, 800, 300);
		GROUPS(3, 3, 2);
		end(state);
		assert_int_equal(begin(state), 0);
	}
}

/*
 * What is known comes first: 1448 and 20 bytes of data behind headers of 52, although one
 * packet and a header of 32 would add up as well.
 */
static void known_header_is_believed(void **state)
{
	(void)state;
	SEGMENTS(TCP, 1500, 1500);
	flush();
	SEGMENTS(TCP, 1500, 1500, 72);
	GROUPS(2, 3);
}

/* Where it has no solution, another may: headers grow by options (SACK). */
static void header_changes(void **state)
{
	(void)state;
	SEGMENTS(TCP, 1400, 1400);
	flush();
	SEGMENTS(TCP + 12, 1400, 1400, 1400);
	flush();
	SEGMENTS(TCP, 1400, 1400, 1400);
	GROUPS(2, 3, 3);
}

/* Other sizes are none: the first packet is delivered, of the rest nothing is known. */
static void no_headers(void **state)
{
	static const uint32_t implausible[] = {24, 50, 124};
	struct slot slot;

	(void)state;
	for (unsigned int i = 0; i < sizeof(implausible) / sizeof(implausible[0]); i++) {
		SEGMENTS(implausible[i], 1400, 1400);
		flush();
		lifetime_finish(&life);
		for (unsigned int n = 0; n < 2; n++) {
			assert_true(lifetime_take(&life, &slot));
			assert_int_equal(slot.pkt.flags, 0);
		}
		end(state);
		assert_int_equal(begin(state), 0);
	}
}

/*
 * An skb of four whose last arrival is not in the capture, and then one without data: three
 * arrivals are what there is of it, and the empty one is not.
 */
static void lost_arrival(void **state)
{
	unsigned int first;

	(void)state;
	SEGMENTS(TCP, 1500, 1500); /* tells the header */
	flush();
	first = arrive(1500);
	arrive(1500);
	arrive(1500);
	arrive(TCP);
	deliver(first, 1500 + 3 * (1500 - TCP));
	deliver(first + 3, TCP);
	GROUPS(2, 3, 1);
}

/* GRO holds a packet for ms: one that is not delivered within a second will never be. */
static void pending_for_a_second(void **state)
{
	struct slot slot;

	(void)state;
	arrive(1500);
	now_ns += SECOND - 10;
	arrive(1500);
	assert_false(lifetime_take(&life, &slot));
	now_ns -= 9;
	arrive(1500);
	assert_true(lifetime_take(&life, &slot));
	assert_int_equal(slot.pkt.method, RELEASE_UNKNOWN);
	assert_int_equal(slot.pkt.arrival_ns, 10);
	assert_int_equal(slot.pkt.bytes, 1500 + ETHERNET);
	assert_false(lifetime_take(&life, &slot));
}

#define MERGED_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MERGED_TEST(equal),
		MERGED_TEST(shorter_is_the_last),
		MERGED_TEST(shorter_twice),
		MERGED_TEST(longer_begins_anew),
		MERGED_TEST(longer_after_equal),
		MERGED_TEST(empty_is_alone),
		MERGED_TEST(headers),
		MERGED_TEST(known_header_is_believed),
		MERGED_TEST(header_changes),
		MERGED_TEST(no_headers),
		MERGED_TEST(lost_arrival),
		MERGED_TEST(pending_for_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
