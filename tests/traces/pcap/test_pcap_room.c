/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_pcap_room.c - the room of a buffer from windows, and the limits of the tables around it.
 *
 * Bytes in thousands for the eye: a quantum is 1000, the stream begins at BASE.
 */
#include <stdlib.h>
#include <string.h>
#include "tests/traces/cmocka_all.h"
#include "traces/pcap/pcap_reads.h"
#include "traces/pcap/pcap_segment.h"

#define BASE	UINT64_C(8000000000)
#define QUANTUM 1000u

/** struct ack - of so many bytes since BASE; @filled: the sender had used up the window before */
struct ack {
	uint32_t upto, window;
	bool filled;
};

static struct ack_track track;
static struct ack_step step;

static struct tcp_room learn(const struct ack *acks, size_t nr, uint32_t close_window)
{
	struct room_learner learner;
	struct tcp_room room;

	memset(&track, 0, sizeof(track));
	room_learn_begin(&learner);
	for (size_t i = 0; i < nr; i++) {
		assert_true(ack_track_advance(&track, BASE, BASE + acks[i].upto, acks[i].window,
					      QUANTUM, &step));
		step.filled = acks[i].filled;
		room_learn_ack(&learner, &step, BASE, QUANTUM);
	}
	if (close_window) {
		assert_true(
			ack_track_advance(&track, BASE, track.ack, close_window, QUANTUM, &step));
		room_learn_close(&learner, &step);
	}
	room_learn_end(&learner, &track, BASE, true, QUANTUM, &room);
	return room;
}

#define LEARN(acks, close) learn(acks, sizeof(acks) / sizeof((acks)[0]), close)

/* The largest window again and again, with room to spare: at rest, whatever came before. */
static void at_rest(void **state)
{
	static struct ack acks[] = {
		{0, 100000, false},	{40000, 60000, false},	{60000, 50000, false},
		{70000, 80000, false},	{80000, 80000, false},	{90000, 80000, false},
		{100000, 80000, false}, {110000, 80000, false}, {120000, 70000, false},
	};
	struct tcp_room room = LEARN(acks, 0);
	uint64_t least;
	bool exact;

	(void)state;
	assert_int_equal(room.kind, ROOM_REST);
	assert_true(room.fixed);
	assert_int_equal(room.bytes, 80000);
	/* The last one: its right edge is 190000, so 110000 were read. */
	assert_true(room_read(&room, &track, &step, QUANTUM, &least, &exact));
	assert_true(exact);
	assert_int_equal(least, BASE + 110000);
	/* A sender that uses up every window sees the same one because the reader takes as much. */
	for (size_t i = 3; i < 8; i++)
		acks[i].filled = true;
	assert_int_not_equal(LEARN(acks, 0).kind, ROOM_REST);
}

/*
 * It grows to 140000 at 40000 and falls then: the edge stays at 180000. Nothing was read so far, or
 * less: 180000 is the most that the buffer can be. Twice the promise is more than that.
 */
static void full(void **state)
{
	static const struct ack acks[] = {
		{0, 100000, false},	{20000, 120000, false}, {40000, 140000, false},
		{60000, 120000, false}, {80000, 100000, false},
	};
	struct tcp_room room = LEARN(acks, 0);

	(void)state;
	assert_int_equal(room.kind, ROOM_FULL);
	assert_int_equal(room.bytes, 180000);
}

/*
 * 100000 were promised, and no window is larger: reads were hidden. The first edge that moved is at
 * 150000 with a window of 60000, so the room is 60000 at least and 150000 at most.
 */
static void between(void **state)
{
	static const struct ack acks[] = {
		{0, 100000, false},
		{90000, 60000, false},
		{110000, 40000, false},
	};
	struct tcp_room room = LEARN(acks, 0);

	(void)state;
	assert_int_equal(room.kind, ROOM_BETWEEN);
	assert_int_equal(room.bytes, (60000 + 150000) / 2);
	/* At the close all is read: the window is the room, as ssthresh has been 100000. */
	room = LEARN(acks, 75000);
	assert_int_equal(room.kind, ROOM_CLOSE);
	assert_int_equal(room.bytes, 75000);
	/* One that is as large as what was promised may be ssthresh. */
	assert_int_not_equal(LEARN(acks, 100000).kind, ROOM_CLOSE);
}

/*
 * More than twice the 50000 that were promised: the buffer grew, as its reader kept up. The window
 * grows from ACK 30000 on to 200000 at 90000, then falls with the edge at 290000: nothing was read
 * in between, so R = 290000 - 30000.
 */
static void grown(void **state)
{
	static const struct ack acks[] = {
		{0, 50000, false},	 {10000, 52000, false},	  {20000, 42000, false},
		{30000, 40000, false},	 {60000, 120000, false},  {90000, 200000, false},
		{120000, 170000, false}, {150000, 140000, false},
	};
	struct tcp_room room = LEARN(acks, 0);
	uint64_t least;
	bool exact;

	(void)state;
	assert_int_equal(room.kind, ROOM_FULL);
	assert_false(room.fixed);
	assert_int_equal(room.grown_from, BASE + 30000);
	assert_int_equal(room.bytes, 260000);
	assert_true(room_read(&room, &track, &step, QUANTUM, &least, &exact));
	assert_true(exact);
	assert_int_equal(least, BASE + 30000);
}

/* An edge that rounding moves, ACKs that were overtaken, an edge that goes back. */
static void edges(void **state)
{
	(void)state;
	memset(&track, 0, sizeof(track));
	assert_true(ack_track_advance(&track, BASE, BASE, 10000, QUANTUM, &step));
	assert_int_equal(track.promised, 10000);
	assert_true(ack_track_advance(&track, BASE, BASE + 3500, 7000, QUANTUM, &step));
	assert_false(step.moved); /* by 500 */
	assert_true(step.fell);
	assert_false(ack_track_advance(&track, BASE, BASE + 3000, 20000, QUANTUM, &step));
	assert_true(ack_track_advance(&track, BASE, BASE + 4000, 1000, QUANTUM, &step));
	assert_int_equal(step.right, BASE + 10500);
	assert_false(track.moving);
	assert_true(ack_track_advance(&track, BASE, BASE + 4000, 7500, QUANTUM, &step));
	assert_true(step.moved);
	assert_true(track.moving);
	assert_int_equal(track.most, 7500);
}

/* A packet of ends 10.0.0.1 and 10.0.x.y, as link_dissect() leaves it. */
static void packet_make(struct link_packet *link, unsigned char *header, uint32_t end,
			bool from_reader, uint32_t number, unsigned int flags, uint32_t data)
{
	static unsigned char addresses[8];
	unsigned char ends[2][4] = {{10, 0, 0, 1},
				    {10, 1, (unsigned char)(end >> 8), (unsigned char)end}};

	memset(link, 0, sizeof(*link));
	memset(header, 0, 20);
	memcpy(addresses, ends[from_reader], 4);
	memcpy(addresses + 4, ends[!from_reader], 4);
	header[!from_reader ? 1 : 3] = (unsigned char)(1 + (end >> 16));
	header[from_reader ? 1 : 3] = 9;
	for (unsigned int i = 0; i < 4; i++)
		header[(from_reader ? 8 : 4) + i] = (unsigned char)(number >> 8 * (3 - i));
	header[12] = 5 << 4;
	header[13] = (unsigned char)flags;
	header[14] = 0xff; /* window */
	link->tcp = true;
	link->addresses = addresses;
	link->address_bytes = 4;
	link->segment = header;
	link->segment_left = 20;
	link->segment_bytes = 20 + data;
	link->bytes = 54 + data;
}

/* One connection more than are followed: its packets have no connection. */
static void too_many(void **state)
{
	struct pcap_flows *flows = pcap_flows_create();
	unsigned char header[20];
	struct tcp_segment seg;
	struct link_packet link;
	unsigned int to;
	uint32_t lost = 0;

	(void)state;
	assert_non_null(flows);
	for (uint32_t end = 0; end < FLOWS_MAX + 1; end++) {
		packet_make(&link, header, end, false, 5, TCP_SYN, 0);
		assert_true(tcp_parse(&link, &seg));
		lost += pcap_flows_find(flows, &link, &seg, &to) == FLOW_NONE;
	}
	assert_int_equal(pcap_flows_nr(flows), FLOWS_MAX);
	assert_int_equal(lost, 1);
	pcap_flows_destroy(flows);
}

static void seen(struct pcap_flows *flows, struct pcap_reads *reads, const struct link_packet *link,
		 bool arrives)
{
	struct packet pkt = {
		.bytes = link->bytes, .release_ns = PACKET_UNKNOWN, .method = RELEASE_UNKNOWN};
	struct tcp_segment seg;
	unsigned int to;
	uint32_t nr;

	if (reads) {
		assert_int_equal(pcap_reads_record(reads, link, arrives ? &pkt : NULL, 0, 1000), 0);
		return;
	}
	assert_true(tcp_parse(link, &seg));
	nr = pcap_flows_find(flows, link, &seg, &to);
	segment_learn(pcap_flow(flows, nr), to, &seg);
}

/* Handshake without scaling, an ACK, and WAITING_MAX + 3 packets that nobody acknowledges. */
static void unacknowledged(struct pcap_flows *flows, struct pcap_reads *reads)
{
	unsigned char header[20];
	struct link_packet link;

	packet_make(&link, header, 7, false, 99, TCP_SYN, 0);
	seen(flows, reads, &link, false);
	packet_make(&link, header, 7, true, 100, TCP_SYN | TCP_ACK, 0);
	seen(flows, reads, &link, false);
	packet_make(&link, header, 7, true, 100, TCP_ACK, 0);
	seen(flows, reads, &link, false);
	for (uint32_t i = 0; i < WAITING_MAX + 3; i++) {
		packet_make(&link, header, 7, false, 100 + i, TCP_ACK, 1);
		seen(flows, reads, &link, true);
	}
}

/* The three that waited longest are given up, the others held at the end. Memory is bounded. */
static void waits_too_long(void **state)
{
	struct pcap_flows *flows = pcap_flows_create();
	uint32_t given_up = 0, held = 0;
	struct read_packet is;
	struct pcap_reads *reads;

	(void)state;
	assert_non_null(flows);
	unacknowledged(flows, NULL);
	assert_false(flows_find_scales(flows));
	flows_learn_end(flows);
	pcap_flows_rewind(flows);
	reads = pcap_reads_create(flows);
	assert_non_null(reads);
	unacknowledged(flows, reads);
	while (pcap_reads_next(reads, &is)) {
		assert_int_equal(is.unread, UNREAD_NO_ROOM);
		assert_int_equal(is.pkt.method, RELEASE_UNKNOWN);
		given_up++;
	}
	assert_int_equal(given_up, 3);
	pcap_reads_end(reads, 5000);
	for (; pcap_reads_next(reads, &is); held++) {
		assert_int_equal(is.pkt.method, RELEASE_HELD);
		assert_int_equal(is.pkt.release_ns, 5001);
	}
	assert_int_equal(held, WAITING_MAX);
	pcap_reads_destroy(reads);
	pcap_flows_destroy(flows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_rest),	  cmocka_unit_test(full),
		cmocka_unit_test(between),	  cmocka_unit_test(grown),
		cmocka_unit_test(edges),	  cmocka_unit_test(too_many),
		cmocka_unit_test(waits_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
