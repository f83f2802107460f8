/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_pcap.c - pcap and pcapng as captures: counts, times, devices, directions, filters, damage.
 *
 * Files are made here byte by byte; libpcap reads those it can as well, and must see the same.
 */
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include "tests/traces/bytes.h"
#include "tests/traces/scratch.h"
#include "traces/capture.h"

#define SAMPLE	FRAGSIM_SOURCE_DIR "/traces/samples/tcp_both_ways_cut.pcap"
#define SECONDS UINT64_C(1000000000)
#define CUTS	64

static struct capture_info info;
static char err[512];
static struct bytes file;

static void start(bool big)
{
	file.size = 0;
	file.big = big;
}

static void pcap_header(uint32_t magic, uint32_t link)
{
	put32(&file, magic);
	put16(&file, 2);
	put16(&file, 4);
	put_zeros(&file, 8);
	put32(&file, 96);
	put32(&file, link);
}

/* An Ethernet header and nothing else of a packet of @bytes, to station @to. */
static void ethernet(unsigned char to)
{
	unsigned char header[14] = {2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, 99, 0x88, 0xb5};

	put(&file, header, sizeof(header));
}

static void pcap_packet(uint32_t seconds, uint32_t fraction, uint32_t bytes, unsigned char to)
{
	put32(&file, seconds);
	put32(&file, fraction);
	put32(&file, 14);
	put32(&file, bytes);
	ethernet(to);
}

static int scan(const char *filter)
{
	bytes_store(&file, scratch);
	err[0] = '\0';
	return capture_scan_filtered(scratch, filter, &info, err, sizeof(err));
}

static size_t packets_of(const char *path, const char *device, struct packet *pkts, size_t max)
{
	struct packet_source *src;
	size_t nr = 0;

	assert_string_equal(info.path, path);
	assert_int_equal(capture_open(&info, device, &src, err, sizeof(err)), 0);
	while (nr < max && packet_next(src, &pkts[nr]) > 0)
		nr++;
	packet_source_close(src);
	return nr;
}

/* libpcap's count of packets and of their bytes on the wire, up to the end or the cut. */
static void judge(const char *path, uint64_t *packets, uint64_t *bytes)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, why);
	struct pcap_pkthdr *header;
	const unsigned char *data;

	assert_non_null(pcap);
	*packets = *bytes = 0;
	while (pcap_next_ex(pcap, &header, &data) == 1) {
		++*packets;
		*bytes += header->len;
	}
	pcap_close(pcap);
}

static void libpcap_agrees(const char *path)
{
	uint64_t packets, bytes;

	judge(path, &packets, &bytes);
	assert_int_equal(info.events_total, packets);
	assert_int_equal(info.devices[0].bytes, bytes);
}

/* Micro- and nanoseconds, in both byte orders: arrivals 0, 1500 us and 2 s after the first. */
static void classic(void **state)
{
	static const uint32_t magics[] = {0xa1b2c3d4u, 0xa1b23c4du};
	struct packet pkts[4];

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		bool ns = i & 1;

		start(i & 2);
		pcap_header(magics[ns], 1);
		pcap_packet(100, 0, 1514, 1);
		pcap_packet(100, ns ? 1500000 : 1500, 60, 1);
		pcap_packet(102, 0, 9014, 1);
		assert_int_equal(scan(""), 0);
		assert_string_equal(info.format, ns ? "pcap ns" : "pcap us");
		assert_int_equal(info.nr_devices, 1);
		assert_string_equal(info.devices[0].name, "pcap");
		assert_int_equal(info.devices[0].max_bytes, 9014);
		assert_string_equal(info.devices[0].pick, "");
		assert_int_equal(info.span_ns, 2 * SECONDS);
		assert_int_equal(info.truncated, 0);
		libpcap_agrees(scratch);
		assert_int_equal(packets_of(scratch, "pcap", pkts, 4), 3);
		assert_int_equal(pkts[0].arrival_ns, 0);
		assert_int_equal(pkts[1].arrival_ns, 1500000);
		assert_int_equal(pkts[1].bytes, 60);
		assert_int_equal(pkts[2].arrival_ns, 2 * SECONDS);
		assert_true(pkts[2].release_ns == PACKET_UNKNOWN);
	}
}

/* 400 us early, within what disorder explains: moved up, counted, order kept. */
static void times_out_of_order(void **state)
{
	struct packet pkts[4];

	(void)state;
	start(false);
	pcap_header(0xa1b2c3d4u, 1);
	pcap_packet(100, 500000, 60, 1);
	pcap_packet(101, 0, 60, 1);
	pcap_packet(100, 999600, 60, 1);
	assert_int_equal(scan(""), 0);
	assert_int_equal(info.reordered, 1);
	assert_int_equal(info.clock_steps, 0);
	assert_int_equal(packets_of(scratch, "pcap", pkts, 4), 3);
	assert_int_equal(pkts[2].arrival_ns, SECONDS / 2);
}

/* Set back by 3 s, to before the first packet: the second half goes on 10 us after the first. */
static void clock_set_back(void **state)
{
	struct packet pkts[100];

	(void)state;
	start(false);
	pcap_header(0xa1b2c3d4u, 1);
	for (unsigned int i = 0; i < 100; i++)
		pcap_packet(i < 50 ? 100 : 97, i * 10, 60, 1);
	assert_int_equal(scan(""), 0);
	assert_int_equal(info.clock_steps, 1);
	assert_int_equal(info.times_moved, 50);
	assert_int_equal(info.times_unclear, false);
	assert_int_equal(info.reordered, 0);
	assert_int_equal(info.span_ns, 990000);
	assert_int_equal(packets_of(scratch, "pcap", pkts, 100), 100);
	for (unsigned int i = 0; i < 100; i++)
		assert_int_equal(pkts[i].arrival_ns, i * 10000);
}

/* Records of no byte are counted and left out; their length in the record is 14 and 0. */
static void empty_packets(void **state)
{
	struct packet pkts[4];

	(void)state;
	start(false);
	pcap_header(0xa1b2c3d4u, 1);
	pcap_packet(100, 0, 60, 1);
	put32(&file, 100);
	put_zeros(&file, 12);
	pcap_packet(100, 7, 60, 1);
	assert_int_equal(scan(""), 0);
	assert_int_equal(info.packets_empty, 1);
	assert_int_equal(info.devices[0].packets, 2);
	assert_int_equal(info.events_total, 3);
	assert_int_equal(packets_of(scratch, "pcap", pkts, 4), 2);
	assert_int_equal(pkts[1].bytes, 60);
}

/* Station 1 received 2 packets of 1514 bytes, station 2 three of 60: the first is the pick. */
static void directions(void **state)
{
	(void)state;
	start(false);
	pcap_header(0xa1b2c3d4u, 1);
	for (unsigned int i = 0; i < 5; i++)
		pcap_packet(100, i, i < 2 ? 1514 : 60, i < 2 ? 1 : 2);
	assert_int_equal(scan(""), 0);
	assert_string_equal(info.devices[0].pick, "ether dst 02:00:00:00:00:01");
	assert_int_equal(scan(info.devices[0].pick), 0);
	assert_int_equal(info.devices[0].packets, 2);
	assert_int_equal(info.devices[0].bytes, 2 * 1514);
	assert_int_equal(info.events_total, 5);
	assert_string_equal(info.devices[0].pick, "");
	assert_int_equal(scan("no such word"), -EINVAL);
	assert_non_null(strstr(err, "traffic.filter"));
	assert_non_null(strstr(err, scratch));
}

/* LINKTYPE_LINUX_SLL: 16 bytes of header become 14; type 4 is a packet this machine sent. */
static void cooked(void **state)
{
	static const unsigned char header[16] = {0, 0, 0, 1, 0, 6, 2,	 0,
						 0, 0, 0, 1, 0, 0, 0x88, 0xb5};

	(void)state;
	start(false);
	pcap_header(0xa1b2c3d4u, 113);
	for (unsigned int i = 0; i < 5; i++) {
		put32(&file, 100);
		put32(&file, i);
		put32(&file, sizeof(header));
		put32(&file, 1516);
		put(&file, header, sizeof(header));
		file.at[file.size - 15] = i < 3 ? 0 : 4;
	}
	assert_int_equal(scan(""), 0);
	assert_int_equal(info.devices[0].packets, 3);
	assert_int_equal(info.devices[0].tx_packets, 2);
	assert_int_equal(info.devices[0].bytes, 3 * 1514);
}

/* Cooked v2 names interfaces by index: if3 and if70000. */
static void cooked_v2(void **state)
{
	(void)state;
	start(false);
	pcap_header(0xa1b2c3d4u, 276);
	for (unsigned int i = 0; i < 5; i++) {
		unsigned char header[20] = {0x88, 0xb5};

		header[5] = i < 3 ? 0 : 1;
		header[6] = i < 3 ? 0 : 0x11;
		header[7] = i < 3 ? 3 : 0x70;
		put32(&file, 100);
		put32(&file, i);
		put32(&file, sizeof(header));
		put32(&file, 1520);
		put(&file, header, sizeof(header));
	}
	assert_int_equal(scan(""), 0);
	assert_int_equal(info.nr_devices, 2);
	assert_string_equal(info.devices[0].name, "if3");
	assert_int_equal(info.devices[0].packets, 3);
	assert_int_equal(info.devices[0].bytes, 3 * 1514);
	assert_string_equal(info.devices[1].name, "if70000");
	assert_int_equal(info.devices[1].packets, 2);
}

/* --- pcapng --- */

static size_t block_begin(uint32_t type)
{
	put32(&file, type);
	put32(&file, 0);
	return file.size - 8;
}

static void block_end(size_t begin)
{
	size_t end;

	put_zeros(&file, -file.size & 3);
	end = file.size + 4;
	put32(&file, end - begin);
	file.size = begin + 4;
	put32(&file, end - begin);
	file.size = end;
}

static void option(uint16_t code, const void *value, uint16_t size)
{
	put16(&file, code);
	put16(&file, size);
	put(&file, value, size);
	put_zeros(&file, -file.size & 3);
}

static void section(bool big)
{
	size_t begin;

	file.big = big;
	begin = block_begin(0x0a0d0d0a);
	put32(&file, 0x1a2b3c4d);
	put16(&file, 1);
	put16(&file, 0);
	put_number(&file, UINT64_MAX, 8);
	block_end(begin);
}

static void iface(const char *name, uint16_t link, unsigned char resolution)
{
	size_t begin = block_begin(1);

	put16(&file, link);
	put16(&file, 0);
	put32(&file, 0);
	if (name)
		option(2, name, (uint16_t)strlen(name));
	option(9, &resolution, 1);
	put32(&file, 0);
	block_end(begin);
}

/* @way: 0 not told, 1 inbound, 2 outbound */
static void ng_packet(uint32_t nr, uint64_t time, uint32_t bytes, unsigned int way)
{
	size_t begin = block_begin(6);

	put32(&file, nr);
	put32(&file, time >> 32);
	put32(&file, time & UINT32_MAX);
	put32(&file, 14);
	put32(&file, bytes);
	ethernet(1);
	put_zeros(&file, 2);
	if (way) {
		put16(&file, 2);
		put16(&file, 4);
		put32(&file, way);
		put32(&file, 0);
	}
	block_end(begin);
}

/*
 * Two interfaces, microseconds and 2^-30 s; a block nobody knows; a second section of the other
 * byte order in which interface 0 is another one and counts in milliseconds.
 */
static void ng_interfaces(void **state)
{
	struct packet pkts[8];
	size_t begin;

	(void)state;
	start(false);
	section(false);
	iface("eth0", 1, 6);
	iface("eth1", 1, 0x80 | 30);
	ng_packet(0, 100 * 1000000, 1514, 0);
	ng_packet(1, (100ull << 30) + (1ull << 29), 60, 0); /* 0.5 s later */
	begin = block_begin(0xbad);
	put_zeros(&file, 5000);
	block_end(begin);
	ng_packet(0, 100 * 1000000 + 600000, 1514, 2);
	section(true);
	iface(NULL, 1, 3);
	ng_packet(0, 101 * 1000, 999, 1);
	assert_int_equal(scan(""), 0);
	assert_string_equal(info.format, "pcapng");
	assert_int_equal(info.events_total, 4);
	assert_int_equal(info.nr_devices, 3);
	assert_string_equal(info.devices[0].name, "eth0");
	assert_int_equal(info.devices[0].packets, 1);
	assert_int_equal(info.devices[0].tx_packets, 1);
	assert_string_equal(info.devices[1].name, "eth1");
	assert_string_equal(info.devices[2].name, "pcap2");
	assert_int_equal(info.span_ns, SECONDS);
	assert_int_equal(packets_of(scratch, "eth1", pkts, 8), 1);
	assert_int_equal(pkts[0].arrival_ns, SECONDS / 2);
	assert_int_equal(packets_of(scratch, "pcap2", pkts, 8), 1);
	assert_int_equal(pkts[0].arrival_ns, SECONDS);
	assert_int_equal(pkts[0].bytes, 999);
	assert_int_equal(scan("ether dst 02:00:00:00:00:01 and greater 1000"), 0);
	assert_int_equal(info.nr_devices, 1);
}

/*
 * Two interfaces whose packets come in turns of ten, as dumpcap writes them: each in order of its
 * own clock, eth1's turns 100 ms behind. A third shows the time since boot: its own first packet
 * is where eth1's last was.
 */
static void ng_clocks(void **state)
{
	struct packet pkts[40];

	(void)state;
	start(false);
	section(false);
	iface("eth0", 1, 6);
	iface("eth1", 1, 6);
	iface("boot", 1, 6);
	for (unsigned int i = 0; i < 40; i++)
		ng_packet(i / 10 % 2, 1700000000000000 + i * 100 - i / 10 % 2 * 100000, 60, 0);
	for (unsigned int i = 0; i < 10; i++)
		ng_packet(2, 5000000 + i * 100, 60, 0);
	assert_int_equal(scan(""), 0);
	assert_int_equal(info.reordered, 0);
	assert_int_equal(info.clock_steps, 0);
	assert_non_null(strstr(info.note, "different clocks"));
	assert_int_equal(info.span_ns, (900 + 2900 + 900) * 1000);
	assert_int_equal(packets_of(scratch, "eth0", pkts, 40), 20);
	assert_int_equal(pkts[9].arrival_ns, 900000);
	assert_int_equal(pkts[10].arrival_ns, 2000000);
	assert_int_equal(packets_of(scratch, "eth1", pkts, 40), 20);
	assert_int_equal(pkts[0].arrival_ns, 900000);
	assert_int_equal(pkts[10].arrival_ns, 900000 + 2000000);
	assert_int_equal(packets_of(scratch, "boot", pkts, 40), 10);
	assert_int_equal(pkts[9].arrival_ns - pkts[0].arrival_ns, 900000);
}

/* One interface: libpcap can read that. Simple packets, statistics of 7 + 5 lost. */
static void ng_other_blocks(void **state)
{
	static const uint64_t lost[2] = {7, 5};
	size_t begin;

	(void)state;
	start(false);
	section(false);
	iface("eth0", 1, 9);
	ng_packet(0, 100 * SECONDS, 1514, 0);
	begin = block_begin(3);
	put32(&file, 14);
	ethernet(1);
	block_end(begin);
	begin = block_begin(5);
	put_zeros(&file, 12);
	option(5, &lost[0], 8);
	option(7, &lost[1], 8);
	put32(&file, 0);
	block_end(begin);
	assert_int_equal(scan(""), 0);
	assert_int_equal(info.lost_events, 12);
	libpcap_agrees(scratch);
}

/* tcpdump -c 75 -r counts 75 packets and 92678 bytes in the sample, which ends within the 76th. */
static void sample(void **state)
{
	(void)state;
	assert_int_equal(capture_scan(SAMPLE, &info, err, sizeof(err)), 0);
	assert_true(info.truncated);
	assert_int_equal(info.events_total, 75);
	assert_int_equal(info.devices[0].bytes, 92678);
	libpcap_agrees(SAMPLE);
}

/* At every 64th: what libpcap sees before the cut, or a line that says what is wrong. */
static void cut_anywhere(const struct bytes *whole, size_t header)
{
	uint64_t packets, bytes, last = 0;

	for (unsigned int i = 1; i < CUTS; i++) {
		file = *whole;
		file.size = whole->size * i / CUTS;
		if (scan("")) {
			assert_true(file.size < header);
			assert_non_null(strstr(err, scratch));
			continue;
		}
		assert_true(info.events_total >= last);
		last = info.events_total;
		if (!info.events_total || file.size < header)
			continue;
		judge(scratch, &packets, &bytes);
		assert_int_equal(info.events_total, packets);
	}
	assert_true(last > 1);
}

static void cuts(void **state)
{
	static struct bytes whole;
	FILE *f = fopen(SAMPLE, "rb");

	(void)state;
	assert_non_null(f);
	whole.size = fread(whole.at, 1, sizeof(whole.at), f);
	fclose(f);
	cut_anywhere(&whole, 24);
	start(false);
	section(false);
	iface("eth0", 1, 6);
	for (unsigned int i = 0; i < 40; i++)
		ng_packet(0, i, 100 + i, 0);
	whole = file;
	cut_anywhere(&whole, 28 + 44);
}

static void refused(const char *word)
{
	assert_int_equal(scan(""), -EINVAL);
	assert_non_null(strstr(err, scratch));
	assert_null(strchr(err, '\n'));
	if (!strstr(err, word))
		fail_msg("\"%s\" does not say \"%s\"", err, word);
}

static void damage(void **state)
{
	size_t at;

	(void)state;
	start(false);
	pcap_header(0xa1b2c3d4u, 105);
	refused("link type 105");
	start(false);
	pcap_header(0xa1b2c3d4u, 1);
	pcap_packet(1, 1, 60, 1);
	at = file.size;
	pcap_packet(1, 1, 60, 1);
	file.at[at + 11] = 0x7f;
	refused("2130706446 captured bytes");
	file.at[at + 11] = 0;
	file.at[at + 15] = 0x7f;
	refused("a packet of 2130706492 bytes, expected at most 8388608");
	start(false);
	section(false);
	ng_packet(0, 1, 60, 0);
	refused("of interface 0, but there are 0");
	start(false);
	section(false);
	iface("eth0", 1, 77);
	refused("time resolution 0x4d");
	start(false);
	section(false);
	iface("eth0", 1, 6);
	ng_packet(0, 1, 60, 0);
	file.at[file.size - 4]++;
	refused("says 49 at its end");
	file.at[file.size - 4]--;
	file.at[file.size - 48 + 20] = 60;
	refused("60 captured bytes in a packet block of 48");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classic),	  cmocka_unit_test(times_out_of_order),
		cmocka_unit_test(clock_set_back), cmocka_unit_test(empty_packets),
		cmocka_unit_test(directions),	  cmocka_unit_test(cooked),
		cmocka_unit_test(cooked_v2),	  cmocka_unit_test(ng_interfaces),
		cmocka_unit_test(ng_clocks),	  cmocka_unit_test(ng_other_blocks),
		cmocka_unit_test(sample),	  cmocka_unit_test(cuts),
		cmocka_unit_test(damage),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
