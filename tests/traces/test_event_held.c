/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_event_held.c - what the stack held when a capture began: skbs and their packets, and the
 * pages of which there is no event.
 *
 * Packets of 1514 bytes carry 1448 of data: 19 of them are an skb of 27512 bytes.
 */
#include <string.h>
#include "tests/traces/cmocka_all.h"
#include "traces/event_held.h"

#define FULL	   1514u
#define DATA	   1448u
#define DEV	   7 /* number of the device in the reader's table */
#define FIRST_NS   1000000u
#define SPAN_NS	   5000000u
#define HOLD_NS	   2000u /* a page entered the pool */
#define HELD_START 3985u
#define RELEASED   100u

static struct capture_info info;
static struct held_dev of;
static struct held_queue queues[LIFETIME_MAX_CPUS];
static struct before_skb skbs[4];
static struct before before;

/* One pool that held 3985 pages and released 100 before it took one; nothing known of skbs. */
static int begin(void **state)
{
	struct capture_device *dev = &info.devices[0];

	(void)state;
	memset(&info, 0, sizeof(info));
	memset(queues, 0, sizeof(queues));
	memset(skbs, 0, sizeof(skbs));
	before = (struct before){.skbs = skbs};
	of = (struct held_dev){.size = FULL};
	info.first_ns = FIRST_NS;
	info.span_ns = SPAN_NS;
	info.nr_devices = 1;
	strcpy(dev->name, "vb");
	dev->packets = dev->delivered = 100;
	dev->bytes = 100 * (FULL - 14);
	info.truth.has_pool = true;
	info.truth.pools_seen = info.truth.nr_pools = 1;
	info.truth.pools[0].start_known = true;
	info.truth.pools[0].held_start = info.truth.pool_held_start = HELD_START;
	info.truth.hold_ns = HOLD_NS;
	info.truth.pool_held_before_hold[0] = HELD_START - RELEASED;
	return 0;
}

static void skb(uint32_t bytes, uint64_t end_ns, uint16_t cpu, bool freed)
{
	skbs[before.nr++] = (struct before_skb){
		.bytes = bytes, .end_ns = FIRST_NS + end_ns, .cpu = cpu, .freed = freed};
}

static void fill(void)
{
	held_fill(&info, &before, &of, DEV, queues);
}

/* No pool in the capture: nothing to tell that skbs of other kinds are meant. */
static void fill_skbs_only(void)
{
	info.truth.has_pool = false;
	info.truth.pools_seen = 0;
	fill();
}

static void feed(uint32_t bytes, uint16_t flags)
{
	const struct packet pkt = {.bytes = bytes, .flags = flags, .release_ns = PACKET_UNKNOWN};

	held_dev_packet(&of, &pkt, 0);
}

/*
 * 3028 bytes in packets of 1514, 2640 in packets of 66, whichever come first: 1514 is of most
 * bytes. What the device sent is no measure.
 */
static void size_of_most_bytes(void **state)
{
	(void)state;
	for (unsigned int first = 0; first < 2; first++) {
		of = (struct held_dev){0};
		for (unsigned int i = 0; i < 42; i++)
			feed((first ? i < 2 : i >= 40) ? FULL : 66, 0);
		feed(65226, PACKET_SENT);
		fill();
		assert_int_equal(of.size, FULL);
		assert_int_equal(info.devices[0].typical_bytes, FULL);
	}
	/* 1980 bytes in packets of 66, 10 ahead of one of 1514 and 20 behind it */
	of = (struct held_dev){0};
	for (unsigned int i = 0; i < 31; i++)
		feed(i == 10 ? FULL : 66, 0);
	assert_int_equal(of.size, 66);
}

/*
 * Most bytes came in packets of 106, as of small datagrams: an skb of 4000 bytes is none of these,
 * but of two full packets and one of 4000 - 2 * 1448 = 1104.
 */
static void larger_than_usual(void **state)
{
	static const uint32_t bytes[] = {FULL, FULL, 1104 + 66};
	struct held_cursor at = {0};
	struct packet pkt;

	(void)state;
	of.size = 106;
	skb(4000, 10, 0, true);
	fill_skbs_only();
	assert_int_equal(info.devices[0].held_before, 3);
	for (unsigned int i = 0; i < 3; i++) {
		assert_true(held_next(&info, &info.devices[0], &at, &pkt));
		assert_int_equal(pkt.bytes, bytes[i]);
	}
	assert_false(held_next(&info, &info.devices[0], &at, &pkt));
}

static void arrived(uint64_t arrival_ns, uint64_t release_ns, uint16_t flags)
{
	const struct packet pkt = {
		.bytes = FULL, .arrival_ns = arrival_ns, .release_ns = release_ns, .flags = flags};

	held_dev_packet(&of, &pkt, HOLD_NS);
}

/* In the stack when the first page enters: arrived before, released then or later. */
static void open_at_first_hold(void **state)
{
	(void)state;
	arrived(0, HOLD_NS - 1, 0);
	arrived(HOLD_NS, HOLD_NS + 1, 0);
	arrived(0, HOLD_NS + 1, PACKET_SENT);
	assert_int_equal(of.open, 0);
	arrived(HOLD_NS - 1, HOLD_NS, 0);
	arrived(0, PACKET_UNKNOWN, PACKET_ABSORBED);
	assert_int_equal(of.open, 2);
	assert_int_equal(of.open_copied, 1);
	assert_false(of.merges);
	arrived(0, 1, PACKET_GRO);
	assert_true(of.merges);
}

/* The next packet of what was held, as @bytes long and with @flags beside PACKET_HELD_BEFORE. */
static struct packet next(struct held_cursor *at, uint32_t bytes, uint16_t flags)
{
	struct packet pkt;

	assert_true(held_next(&info, &info.devices[0], at, &pkt));
	assert_int_equal(pkt.bytes, bytes);
	assert_int_equal(pkt.flags, flags | PACKET_HELD_BEFORE);
	assert_int_equal(pkt.arrival_ns, 0);
	return pkt;
}

static void end_of(struct held_cursor *at)
{
	struct packet pkt;

	assert_false(held_next(&info, &info.devices[0], at, &pkt));
}

/*
 * 19 full ones; 2 full ones and one of 100 bytes of data; one. One that was freed without a copy,
 * more than 100 us after the first that was read, is a packet of the mean size: 1500 and 14.
 */
static void packets_of_an_skb(void **state)
{
	struct held_cursor at = {0};
	struct packet pkt;

	(void)state;
	skb(19 * DATA, 10, 3, false);
	skb(2 * DATA + 100, 20, 4, true);
	skb(DATA, 30, 4, true);
	skb(0, 10 + 100001, 4, true);
	fill_skbs_only();
	assert_int_equal(info.nr_held, 4);
	assert_int_equal(info.devices[0].held_before, 19 + 3 + 1 + 1);
	pkt = next(&at, FULL, 0);
	assert_int_equal(pkt.release_ns, 10);
	assert_int_equal(pkt.method, RELEASE_COPY);
	assert_int_equal(pkt.cpu, 3);
	assert_int_equal(pkt.release_cpu, 3);
	for (unsigned int i = 1; i < 19; i++)
		assert_int_equal(next(&at, FULL, PACKET_ABSORBED).flow, pkt.flow);
	pkt = next(&at, FULL, 0);
	assert_int_equal(pkt.release_ns, 20);
	assert_int_equal(pkt.method, RELEASE_FREE);
	next(&at, FULL, PACKET_ABSORBED);
	assert_int_equal(next(&at, 66 + 100, PACKET_ABSORBED).flow, pkt.flow);
	assert_true(next(&at, FULL, 0).flow != pkt.flow);
	next(&at, 1500 + 14, 0);
	end_of(&at);
}

/*
 * Freed without a copy by the time of the first that was read: read before, and as large as the
 * others are, (3000 + 1000) / 2. Where packets are merged it is of another skb's frag_list; where
 * nothing is read it says nothing of its size.
 */
static void size_of_the_unread(void **state)
{
	(void)state;
	skb(0, 5, 0, true);
	skb(3000, 10, 0, true);
	skb(1000, 20, 0, false);
	skb(0, 10 + 100000, 0, true);
	fill_skbs_only();
	assert_int_equal(info.nr_held, 4);
	assert_int_equal(info.held[0].bytes, 2000);
	assert_int_equal(info.held[3].bytes, 2000);
	assert_int_equal(info.devices[0].held_before, 2 + 3 + 1 + 2);
	begin(NULL);
	of.merges = true;
	skb(0, 5, 0, true);
	skb(3000, 10, 0, true);
	fill_skbs_only();
	assert_int_equal(info.nr_held, 1);
	assert_int_equal(info.held[0].bytes, 3000);
	begin(NULL);
	of.merges = true;
	skb(0, 5, 0, true);
	fill_skbs_only();
	assert_int_equal(info.nr_held, 1);
	assert_int_equal(info.held[0].bytes, 0);
}

/* A device whose packets GRO merges: then the packets of an skb were, too. */
static void packets_of_a_merged_skb(void **state)
{
	struct held_cursor at = {0};

	(void)state;
	of.merges = true;
	skb(2 * DATA + 1, 10, 0, true);
	skb(DATA, 20, 0, true);
	fill_skbs_only();
	next(&at, FULL, PACKET_GRO_HEAD);
	next(&at, FULL, PACKET_GRO);
	next(&at, 66 + 1, PACKET_GRO);
	next(&at, FULL, 0);
	end_of(&at);
	/* fewer delivered than received is no merge: the capture ends between the two */
	begin(NULL);
	info.devices[0].delivered = 50;
	skb(2 * DATA, 10, 0, true);
	fill_skbs_only();
	at = (struct held_cursor){0};
	next(&at, FULL, 0);
	next(&at, FULL, PACKET_ABSORBED);
}

/* The queue that the CPU polls, if it is one of this device's. A void skb is none. */
static void queue_by_cpu(void **state)
{
	(void)state;
	queues[1] = (struct held_queue){.dev = DEV, .queue = 3, .seen = true};
	queues[2] = (struct held_queue){.dev = DEV + 1, .queue = 3, .seen = true};
	queues[3] = (struct held_queue){.dev = DEV, .queue = 3};
	for (uint16_t cpu = 0; cpu < 4; cpu++)
		skb(DATA, 10, cpu, true);
	skbs[0].void_ = true;
	before.lost = 5;
	fill_skbs_only();
	assert_int_equal(info.nr_held, 3);
	assert_int_equal(info.held_lost, 5);
	assert_int_equal(info.held[0].queue, 3);
	assert_int_equal(info.held[1].queue, 0);
	assert_int_equal(info.held[2].queue, 0);
}

/*
 * A veth's skb may be freed by any CPU. Where only one pool of the device took pages, all that was
 * held is its own; not so where the pool is another device's, or there are two.
 */
static void queue_of_the_only_pool(void **state)
{
	(void)state;
	queues[1] = (struct held_queue){.dev = DEV, .queue = 3, .seen = true};
	skb(DATA, SPAN_NS / 2, 1, true);
	info.truth.pools[0].queue_known = true;
	info.truth.pools[0].queue = 5;
	for (unsigned int other = 0; other < 3; other++) {
		info.nr_held = 0;
		strcpy(info.truth.pools[0].device, other == 1 ? "va" : "vb");
		info.truth.pools_seen = other == 2 ? 2 : 1;
		fill();
		assert_int_equal(info.held[0].queue, other ? 3 : 5);
	}
}

/* @pages of which there is no event are one skb of a packet each, held beyond the end; 0: none. */
static void expect_unseen(unsigned int at, uint64_t pages)
{
	fill();
	assert_int_equal(info.nr_held, at + (pages != 0));
	if (!pages)
		return;
	assert_int_equal(info.held[at].bytes, pages * DATA);
	assert_int_equal(info.held[at].release_ns, SPAN_NS + 1);
	assert_int_equal(info.held[at].method, RELEASE_HELD);
}

/*
 * 3985 pages at the start, less 100 released, are in the stack when the first page enters. Known:
 * 20 packets that arrived, of which 18 absorbed ones need a page less; an skb of 19 that is still
 * there, with 18 pages; another one had ended. 3885 - (20 - 1) - (19 - 1) = 3848.
 */
static void pages_unseen(void **state)
{
	(void)state;
	of.open = 20;
	of.open_copied = 18;
	skb(19 * DATA, HOLD_NS, 0, true);
	skb(19 * DATA, HOLD_NS - 1, 0, true);
	expect_unseen(2, 3848);
	assert_int_equal(info.devices[0].held_before, 19 + 19 + 3848);
	/* packets that GRO merged have a page each: 3885 - 20 - 19 */
	begin(NULL);
	of.open = 20;
	of.open_copied = 18;
	of.merges = true;
	skb(19 * DATA, HOLD_NS, 0, true);
	expect_unseen(1, 3846);
	assert_true(info.held[1].merged);
}

/* 64 pages, one refill, may be an error of the count. */
static void few_pages_are_doubtful(void **state)
{
	(void)state;
	of.open = HELD_START - RELEASED - 64;
	expect_unseen(0, 0);
	begin(NULL);
	of.open = HELD_START - RELEASED - 65;
	expect_unseen(0, 65);
}

/* Without a page each, with two pools, without a start: it cannot be counted. */
static void pages_not_countable(void **state)
{
	static const struct {
		uint32_t size;
		bool page_each;
	} sizes[] = {{1472, false}, {1473, true}, {3520, true}, {3521, false}};

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		begin(NULL);
		of.size = sizes[i].size;
		fill();
		assert_int_equal(info.nr_held, sizes[i].page_each);
	}
	begin(NULL);
	info.truth.pools_seen = 2;
	expect_unseen(0, 0);
	begin(NULL);
	info.truth.pools[0].start_known = false;
	expect_unseen(0, 0);
}

/* All pools began in the capture: nothing of theirs can have been received before. */
static void new_pools_held_nothing(void **state)
{
	struct held_cursor at = {0};

	(void)state;
	info.truth.pools[0].held_start = info.truth.pool_held_start = 0;
	skb(DATA, 10, 0, true);
	fill();
	assert_int_equal(info.nr_held, 0);
	end_of(&at);
	/* unless one of them had begun earlier */
	info.truth.starts_unknown = 1;
	info.truth.pools[0].start_known = false;
	fill();
	assert_int_equal(info.nr_held, 1);
	next(&at, FULL, 0);
}

/* What TCP copied into an skb of its own is in no page of the driver. */
static void collapsed_is_in_no_page(void **state)
{
	(void)state;
	skb(4096 - 320, 10, 0, false);
	skb(DATA, 10, 0, false);
	fill_skbs_only();
	assert_int_equal(info.nr_held, 1);
	assert_int_equal(info.held[0].bytes, DATA);
}

/*
 * The pools held 36 pages when the capture began: two skbs of 19 packets with 18 pages each fill
 * them, and a third one is none of before. Where the start is not known, or packets share pages,
 * nothing says so.
 */
static void no_more_than_the_pages(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		begin(NULL);
		info.truth.pool_held_start = i == 1 ? 35 : 36;
		info.truth.starts_unknown = i == 2;
		info.truth.pool_held_before_hold[0] = 0;
		of.size = i == 3 ? 1472 : FULL;
		for (unsigned int n = 0; n < 3; n++)
			skb(19 * DATA, 10, 0, false);
		fill();
		assert_int_equal(info.nr_held, i == 0 ? 2 : i == 1 ? 1 : 3);
	}
}

/* The skbs are those of one device; another one delivers none. */
static void other_device_has_none(void **state)
{
	struct held_cursor at = {0};
	struct packet pkt;

	(void)state;
	info.nr_devices = 2;
	info.devices[1] = (struct capture_device){.name = "va", .packets = 1};
	skb(DATA, 10, 0, true);
	fill_skbs_only();
	assert_false(held_next(&info, &info.devices[1], &at, &pkt));
	next(&at, FULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(size_of_most_bytes, begin),
		cmocka_unit_test_setup(larger_than_usual, begin),
		cmocka_unit_test_setup(open_at_first_hold, begin),
		cmocka_unit_test_setup(packets_of_an_skb, begin),
		cmocka_unit_test_setup(size_of_the_unread, begin),
		cmocka_unit_test_setup(packets_of_a_merged_skb, begin),
		cmocka_unit_test_setup(queue_by_cpu, begin),
		cmocka_unit_test_setup(queue_of_the_only_pool, begin),
		cmocka_unit_test_setup(pages_unseen, begin),
		cmocka_unit_test_setup(few_pages_are_doubtful, begin),
		cmocka_unit_test_setup(pages_not_countable, begin),
		cmocka_unit_test_setup(new_pools_held_nothing, begin),
		cmocka_unit_test_setup(collapsed_is_in_no_page, begin),
		cmocka_unit_test_setup(no_more_than_the_pages, begin),
		cmocka_unit_test_setup(other_device_has_none, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
