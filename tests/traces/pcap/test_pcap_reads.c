/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_pcap_reads.c - when the packets of a pcap were read, by ACKs and windows made here.
 *
 * Windows are shifted by 7, so they count in units of 128 bytes; a segment has 1280, ten units. The
 * reader's buffer takes R = 50 segments = 64000 bytes = 500 units.
 */
#include <stdlib.h>
#include "tests/traces/pcap/tcp_frames.h"
#include "tests/traces/scratch.h"
#include "traces/capture.h"

#define SEG	  1280u
#define R	  500u
#define READER_V4 "dst host 10.0.0.2"
#define MAX	  1024
#define US	  UINT64_C(1000)

static struct capture_info info;
static struct frames f;
static struct packet pkts[MAX];
static size_t nr;
static char err[512];

static void begin(uint32_t isn, enum frames_kind kind)
{
	f = (struct frames){.isn = isn, .kind = kind, .port = 1000};
	frames_begin(&f);
}

/* Packets to the reader. */
static const struct capture_device *replay(const char *filter)
{
	struct packet_source *src;

	bytes_store(&f.file, scratch);
	assert_int_equal(capture_scan_filtered(scratch, filter, &info, err, sizeof(err)), 0);
	assert_int_equal(capture_open(&info, info.devices[0].name, &src, err, sizeof(err)), 0);
	for (nr = 0; nr < MAX && packet_next(src, &pkts[nr]) > 0; nr++)
		if (nr)
			assert_true(pkts[nr].arrival_ns >= pkts[nr - 1].arrival_ns);
	packet_source_close(src);
	assert_int_equal(nr, info.devices[0].packets);
	return &info.devices[0];
}

static void segments(uint32_t us, uint32_t from, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		frames_data(&f, us, (from + i) * SEG, SEG, 0);
}

/* Packet @at was released @us after the first record, by inference. */
static void released(size_t at, uint32_t us)
{
	assert_int_equal(pkts[at].method, RELEASE_WINDOW);
	assert_int_equal(pkts[at].release_ns, us * US);
	assert_int_equal(pkts[at].release_cpu, PACKET_CPU_READER);
}

/*
 * From segment @from, at @us: a reader that keeps up. Five times 4 segments (5120 bytes) and an ACK
 * 10 us later whose window is R again: rest, R is known.
 */
static void rest(uint32_t us, uint32_t from)
{
	for (uint32_t i = 0; i < 5; i++) {
		segments(us + 100 * i, from + 4 * i, 4);
		frames_ack(&f, us + 100 * i + 10, (from + 4 * i + 4) * SEG, R, 0);
	}
}

/*
 * The right edge minus R is what was read: 10 segments come and nothing is read, so the window
 * falls by 100 units; at 2000 us it rises by 50: 5 segments were read; at 3000 us by 50 again.
 */
static void window_falls(enum frames_kind kind, uint32_t isn, const char *filter)
{
	size_t first = 1; /* after the SYN */

	begin(isn, kind);
	frames_handshake(&f, 0, 1460, 7);
	rest(100, 0);
	segments(1000, 20, 10);
	frames_ack(&f, 1010, 30 * SEG, R - 100, 0);
	frames_ack(&f, 2000, 30 * SEG, R - 50, 0);
	frames_ack(&f, 3000, 30 * SEG, R, 0);
	assert_int_equal(replay(filter)->release[RELEASE_WINDOW], 31);
	assert_int_equal(nr, 31);
	released(0, 0);
	for (size_t i = 0; i < 20; i++)
		released(first + i, 110 + 100 * ((uint32_t)i / 4));
	for (size_t i = 20; i < 30; i++)
		released(first + i, i < 25 ? 2000 : 3000);
}

static void windows(void **state)
{
	(void)state;
	window_falls(FRAMES_IPV4, 5, READER_V4);
	window_falls(FRAMES_VLAN, 5, "ether dst 02:00:00:00:00:02");
	window_falls(FRAMES_IPV6, 5, "dst host fd00::2");
	window_falls(FRAMES_IPV4, 0xffffffffu - 21 * SEG, READER_V4); /* numbers wrap in between */
}

/*
 * The handshake promised 1000 units, so windows fall from there whatever is read. At 2000 us the
 * right edge moves to 120 segments: 120 - 50 = 70 of 100 were read. The same share of the 50 that
 * were there at 1000 us is 35.
 */
static void promise_hides_reads(void **state)
{
	(void)state;
	begin(5, FRAMES_IPV4);
	frames_handshake(&f, 0, 1460, 7);
	frames_ack(&f, 1, 0, 1000, 0);
	segments(900, 0, 50);
	frames_ack(&f, 1000, 50 * SEG, 500, 0);
	segments(1900, 50, 50);
	frames_ack(&f, 2000, 100 * SEG, 200, 0);
	frames_ack(&f, 3000, 100 * SEG, R, 0);
	rest(4000, 100);
	replay(READER_V4);
	for (size_t i = 0; i < 100; i++)
		released(1 + i, i < 35 ? 1000 : i < 70 ? 2000 : 3000);
}

/*
 * A reader that never rests, in a buffer that stays: nothing was read before the window first fell,
 * so R is the right edge of then, 60 segments: 10 read when it has moved by 10.
 */
static void never_at_rest(void **state)
{
	(void)state;
	begin(5, FRAMES_IPV4);
	frames_handshake(&f, 0, 1460, 7);
	frames_ack(&f, 1, 0, 500, 0);
	segments(900, 0, 10);
	frames_ack(&f, 1000, 10 * SEG, 500, 0); /* the window grew with the data: to 60 */
	segments(1900, 10, 10);
	frames_ack(&f, 2000, 20 * SEG, 400, 0);
	segments(2900, 20, 10);
	frames_ack(&f, 3000, 30 * SEG, 300, 0);
	frames_ack(&f, 4000, 30 * SEG, 400, 0); /* up to 70 */
	assert_int_equal(replay(READER_V4)->release[RELEASE_HELD], 20);
	for (size_t i = 0; i < 10; i++)
		released(1 + i, 4000);
	for (size_t i = 10; i < 30; i++) {
		assert_int_equal(pkts[1 + i].method, RELEASE_HELD);
		assert_int_equal(pkts[1 + i].release_ns, 4000 * US + 1);
	}
	/*
	 * A window as large as the largest may be ssthresh: up to 80 - 60 at least. The next one is
	 * smaller: up to 85 - 60.
	 */
	frames_ack(&f, 4500, 30 * SEG, 500, 0);
	segments(4900, 30, 10);
	frames_ack(&f, 5000, 40 * SEG, 450, 0);
	replay(READER_V4);
	for (size_t i = 10; i < 25; i++)
		released(1 + i, i < 20 ? 4500 : 5000);
	assert_int_equal(pkts[26].method, RELEASE_HELD);
}

/* A FIN has a number of its own, so the line to the close is a little flatter. */
static void released_about(size_t at, uint32_t us)
{
	assert_int_equal(pkts[at].method, RELEASE_WINDOW);
	assert_in_range(pkts[at].release_ns, us * US - US, us * US);
}

/*
 * 10 segments are unread at 1010 us. Then both close: the sender at 2000 us, the reader at 3010. It
 * read evenly in between: segment i at 1010 + 2000 * (i + 1) / 10.
 */
static void closes(void **state)
{
	(void)state;
	begin(5, FRAMES_IPV4);
	frames_handshake(&f, 0, 1460, 7);
	rest(100, 0);
	segments(1000, 20, 10);
	frames_ack(&f, 1010, 30 * SEG, R - 100, 0);
	frames_data(&f, 2000, 30 * SEG, 0, FIN);
	frames_ack(&f, 2010, 30 * SEG + 1, R - 100, 0);
	frames_ack(&f, 3010, 30 * SEG + 1, R, FIN);
	frames_data(&f, 3020, 30 * SEG + 1, 0, 0);
	replay(READER_V4);
	for (uint32_t i = 0; i < 10; i++)
		released_about(21 + i, 1010 + 200 * (i + 1));
	released(31, 2000);
	released(32, 3020);
	/* The reader's reset at 1500 us: what is unread is thrown away by then. */
	begin(5, FRAMES_IPV4);
	frames_handshake(&f, 0, 1460, 7);
	rest(100, 0);
	segments(1000, 20, 10);
	frames_ack(&f, 1010, 30 * SEG, R - 100, 0);
	frames_ack(&f, 1510, 30 * SEG, 0, RST);
	segments(1600, 30, 1);
	replay(READER_V4);
	for (uint32_t i = 0; i < 10; i++)
		released(21 + i, 1010 + 50 * (i + 1));
	released(31, 1600); /* nobody takes it */
}

/* A half-closed reader goes on to read: its FIN alone ends nothing. */
static void half_close(void **state)
{
	(void)state;
	begin(5, FRAMES_IPV4);
	frames_handshake(&f, 0, 1460, 7);
	rest(100, 0);
	frames_ack(&f, 900, 20 * SEG, R, FIN);
	segments(1000, 20, 10);
	frames_ack(&f, 1010, 30 * SEG, R - 100, 0);
	frames_ack(&f, 2000, 30 * SEG, R, 0);
	replay(READER_V4);
	for (size_t i = 20; i < 30; i++)
		released(1 + i, 2000);
}

/* Again what was acknowledged: dropped at once. Out of order: read with what was ahead. */
static void repeated(void **state)
{
	(void)state;
	begin(5, FRAMES_IPV4);
	frames_handshake(&f, 0, 1460, 7);
	rest(100, 0);
	segments(700, 3, 1);
	segments(1000, 21, 1); /* 20 is lost, and comes again */
	frames_ack(&f, 1010, 20 * SEG, R, 0);
	segments(1100, 20, 1);
	frames_ack(&f, 1110, 22 * SEG, R, 0);
	replay(READER_V4);
	released(21, 700);
	released(22, 1110);
	released(23, 1110);
	/* A probe with a byte that was acknowledged long ago. */
	begin(5, FRAMES_IPV4);
	frames_handshake(&f, 0, 1460, 7);
	rest(100, 0);
	frames_data(&f, 900, 20 * SEG - 1, 1, 0);
	replay(READER_V4);
	released(21, 900);
}

/* A frame is longer than the IP packet in it: what is behind is no data. */
static void padding(void **state)
{
	(void)state;
	begin(5, FRAMES_IPV4);
	f.padding = 6;
	frames_handshake(&f, 0, 1460, 7);
	segments(100, 0, 2);
	frames_data(&f, 120, 2 * SEG, 0, 0);
	frames_ack(&f, 150, 2 * SEG, 500, 0);
	assert_int_equal(replay(READER_V4)->release[RELEASE_WINDOW], 4);
	released(2, 150);
	released(3, 120);
}

/* No window of it ever tells anything: it had room all the time, and read what it acknowledged. */
static void short_connection(void **state)
{
	(void)state;
	begin(5, FRAMES_IPV4);
	frames_handshake(&f, 0, 1460, 7);
	segments(100, 0, 2);
	frames_ack(&f, 150, 2 * SEG, 500, 0);
	replay(READER_V4);
	released(1, 150);
	released(2, 150);
}

static void unknown(size_t at)
{
	assert_int_equal(pkts[at].method, RELEASE_UNKNOWN);
	assert_true(pkts[at].release_ns == PACKET_UNKNOWN);
}

/* Nothing but what the reader got: its ACKs are not there. */
static void one_direction(void **state)
{
	const struct capture_device *dev;

	(void)state;
	begin(5, FRAMES_IPV4);
	segments(100, 0, 7);
	dev = replay("");
	assert_int_equal(dev->unread[UNREAD_ONE_DIRECTION], 7);
	assert_int_equal(dev->release[RELEASE_UNKNOWN], 7);
	for (size_t i = 0; i < 7; i++)
		unknown(i);
}

/*
 * Begun in mid-flow, scale 7. A window of 100 promises 10 segments, which come: with scale 6 they
 * would be beyond the edge. Then it falls to 90 when one is acknowledged, which keeps the edge;
 * with scale 8 the edge would move back by 10 * 256 - 1280.
 */
static void scale(void **state)
{
	const struct capture_device *dev;

	(void)state;
	for (unsigned int more = 0; more < 2; more++) {
		begin(5, FRAMES_IPV4);
		frames_ack(&f, 50, 0, 100, 0);
		segments(100, 0, more ? 10 : 4);
		frames_ack(&f, 200, SEG, 90, 0);
		dev = replay(READER_V4);
		assert_int_equal(dev->unread[UNREAD_NO_SCALE], more ? 0 : 4);
		assert_int_equal(dev->scale_found, more ? 10 : 0);
		if (!more)
			unknown(0);
		else
			assert_int_equal(dev->release[RELEASE_UNKNOWN], 0);
	}
	/* Neither SYN had the option: windows are bytes. */
	begin(5, FRAMES_IPV4);
	frames_handshake(&f, 0, 1460, NO_SCALE);
	segments(100, 0, 2);
	frames_ack(&f, 150, 2 * SEG, 64000, 0);
	dev = replay(READER_V4);
	assert_int_equal(dev->release[RELEASE_WINDOW], 3);
	assert_int_equal(dev->scale_found, 0);
}

/*
 * MSS 1460 with 12 bytes of options: 1448 bytes of data in a packet. 4000 bytes are 1448 + 1448 +
 * 1104, each with 14 + 20 + 32 bytes of headers.
 */
static void split(void **state)
{
	static const uint32_t bytes[] = {66 + 1448, 66 + 1448, 66 + 1104};
	const struct capture_device *dev;

	(void)state;
	begin(5, FRAMES_IPV4);
	frames_handshake(&f, 0, 1460, 7);
	f.stamps = true;
	frames_data(&f, 100, 0, 4000, 0);
	frames_ack(&f, 200, 4000, 500, 0);
	frames_data(&f, 300, 4000, 1448, 0);
	dev = replay(READER_V4);
	assert_int_equal(dev->split, 1);
	assert_int_equal(dev->split_into, 3);
	assert_int_equal(dev->max_bytes, 66 + 1448);
	assert_int_equal(nr, 1 + 3 + 1);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(pkts[1 + i].bytes, bytes[i]);
		assert_int_equal(pkts[1 + i].arrival_ns, 100 * US);
		released(1 + i, 200);
	}
	/* An MTU of 9000 is not cut, */
	begin(5, FRAMES_IPV4);
	frames_handshake(&f, 0, 8960, 7);
	f.stamps = true;
	frames_data(&f, 100, 0, 8948, 0);
	dev = replay(READER_V4);
	assert_int_equal(dev->split, 0);
	assert_int_equal(pkts[1].bytes, 66 + 8948);
	/* nor what may be of one, where no SYN is there; but what is longer than any MTU. */
	begin(5, FRAMES_IPV4);
	frames_data(&f, 100, 0, 8948, 0);
	assert_int_equal(replay(READER_V4)->split, 0);
	frames_data(&f, 200, 8948, 14600, 0);
	dev = replay(READER_V4);
	assert_int_equal(dev->split, 2);
	assert_int_equal(dev->split_into, 7 + 10); /* 8948 / 1460 = 6.1, 14600 / 1460 = 10 */
}

/* The same ends connect again: another number, another connection. */
static void again(void **state)
{
	(void)state;
	begin(5, FRAMES_IPV4);
	frames_handshake(&f, 0, 1460, 7);
	segments(100, 0, 1);
	frames_ack(&f, 150, SEG, 500, FIN);
	frames_data(&f, 160, SEG, 0, FIN);
	f.isn = 0x70000000;
	frames_handshake(&f, 1000, 1460, 7);
	segments(1100, 0, 1);
	frames_ack(&f, 1150, SEG, 500, 0);
	replay(READER_V4);
	released(1, 150);
	released(4, 1150);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows),
		cmocka_unit_test(promise_hides_reads),
		cmocka_unit_test(never_at_rest),
		cmocka_unit_test(closes),
		cmocka_unit_test(half_close),
		cmocka_unit_test(repeated),
		cmocka_unit_test(short_connection),
		cmocka_unit_test(padding),
		cmocka_unit_test(one_direction),
		cmocka_unit_test(scale),
		cmocka_unit_test(split),
		cmocka_unit_test(again),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
