/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_pcap_link.c - what is understood of a packet: lengths, flows, receivers.
 */
#include <stdlib.h>
#include "tests/traces/bytes.h"
#include "traces/pcap/pcap_link.h"

static struct bytes pkt;
static struct link_packet got;

static void begin(const char *link, size_t size)
{
	pkt.size = 0;
	pkt.big = true;
	put(&pkt, link, size);
}

static void ethernet(uint16_t type)
{
	begin("\2\0\0\0\0\1\2\0\0\0\0\2", 12);
	put16(&pkt, type);
}

/* 192.0.2.1 -> 192.0.2.@to; @fragment: the 16 bits of flags and offset */
static void ipv4(unsigned char protocol, unsigned char to, uint16_t fragment)
{
	const unsigned char end[12] = {64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, to};

	put(&pkt, "\x45\0\0\x28\0\1", 6);
	put16(&pkt, fragment);
	put(&pkt, end, sizeof(end));
}

static void ipv6(unsigned char next)
{
	put(&pkt, "\x60\0\0\0\0\x28", 6);
	put(&pkt, &next, 1);
	put(&pkt, "\x40", 1);
	put(&pkt, "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	put(&pkt, "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\2", 16);
}

static void ports(uint16_t from, uint16_t to)
{
	put16(&pkt, from);
	put16(&pkt, to);
	put_zeros(&pkt, 16);
}

static uint32_t flow_of(uint32_t link)
{
	link_dissect(link, pkt.at, (uint32_t)pkt.size, 1514, &got);
	return got.flow;
}

static uint32_t tcp_flow(unsigned char to, uint16_t port)
{
	ethernet(0x0800);
	ipv4(6, to, 0x4000);
	ports(1000, port);
	return flow_of(1);
}

static void flows_are_told_apart(void **state)
{
	uint32_t flow = tcp_flow(2, 80);

	(void)state;
	assert_true(flow != 0);
	assert_true(got.tcp);
	assert_int_equal(got.bytes, 1514);
	assert_int_equal(got.to, LINK_MAC);
	assert_int_equal(tcp_flow(2, 80), flow);
	assert_int_not_equal(tcp_flow(2, 81), flow);
	assert_int_not_equal(tcp_flow(3, 80), flow);
	ethernet(0x0806); /* ARP is no flow */
	put_zeros(&pkt, 28);
	assert_int_equal(flow_of(1), 0);
	assert_false(got.tcp);
}

/* UDP is not TCP, nor is a piece of a segment: the stack puts it together before TCP sees it. */
static void tcp_is_known(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		ethernet(0x0800);
		ipv4(i == 1 ? 17 : 6, 2, i == 2 ? 0x2000 : 0x4000);
		ports(1000, 80);
		flow_of(1);
		assert_int_equal(got.tcp, i == 0);
	}
	ethernet(0x86dd);
	ipv6(6);
	ports(1000, 80);
	flow_of(1);
	assert_true(got.tcp);
}

/* The same packet whatever it is wrapped in. */
static void wrappings(void **state)
{
	static const struct {
		uint32_t link;
		const char *header;
		uint32_t size, bytes;
	} rows[] = {
		{1, "\2\0\0\0\0\1\2\0\0\0\0\2\x81\0\0\7\x08\0", 18, 1514},	       /* 802.1Q */
		{1, "\2\0\0\0\0\1\2\0\0\0\0\2\x88\xa8\0\7\x81\0\0\5\x08\0", 22, 1514}, /* 802.1ad */
		{113, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08\0", 16, 1514 - 16 + 14},
		{113, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x81\0\0\7\x08\0", 20, 1514 - 16 + 14},
		{276, "\x08\0\0\0\0\0\0\3\0\1\0\6\2\0\0\0\0\1\0\0", 20, 1514 - 20 + 14},
		{101, "", 0, 1514 + 14},
		{12, "", 0, 1514 + 14},
		{228, "", 0, 1514 + 14},
		{0, "\2\0\0\0", 4, 1514 - 4 + 14},
		{108, "\0\0\0\2", 4, 1514 - 4 + 14},
	};
	uint32_t flow = tcp_flow(2, 80);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(rows[i].header, rows[i].size);
		ipv4(6, 2, 0x4000);
		ports(1000, 80);
		assert_true(link_is_known(rows[i].link));
		assert_int_equal(flow_of(rows[i].link), flow);
		assert_int_equal(got.bytes, rows[i].bytes);
		assert_int_equal(got.to, rows[i].link == 1 ? LINK_MAC : LINK_IPV4);
	}
	assert_false(link_is_known(105));
}

/* Every fragment, with ports or without, is of the flow of its addresses; so is ICMP. */
static void by_addresses(void **state)
{
	static const uint16_t fragments[] = {0x2000, 0x20b9, 0x0172};
	uint32_t icmp;

	(void)state;
	ethernet(0x0800);
	ipv4(1, 2, 0);
	ports(0x0800, 1);
	icmp = flow_of(1);
	for (unsigned int i = 0; i < 3; i++) {
		ethernet(0x0800);
		ipv4(17, 2, fragments[i]);
		ports((uint16_t)(1000 * i), 53);
		assert_int_equal(flow_of(1), icmp);
	}
	assert_int_not_equal(tcp_flow(2, 80), icmp);
}

/* Extension headers are passed over; a fragment header with offset 0 and no more is no fragment. */
static void ipv6_extensions(void **state)
{
	static const char hop[] = {60, 0, 1, 4, 0, 0, 0, 0},
			  dst[] = {6, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
	uint32_t plain, fragment;

	(void)state;
	ethernet(0x86dd);
	ipv6(6);
	ports(1000, 80);
	plain = flow_of(1);
	ethernet(0x86dd);
	ipv6(0);
	put(&pkt, hop, sizeof(hop));
	put(&pkt, dst, sizeof(dst));
	ports(1000, 80);
	assert_int_equal(flow_of(1), plain);
	ethernet(0x86dd);
	ipv6(44);
	put(&pkt, "\6\0\0\0\0\0\0\1", 8);
	ports(1000, 80);
	assert_int_equal(flow_of(1), plain);
	ethernet(0x86dd);
	ipv6(44);
	put(&pkt, "\6\0\0\1\0\0\0\1", 8);
	ports(1000, 80);
	fragment = flow_of(1);
	assert_int_not_equal(fragment, plain);
	pkt.at[14 + 40 + 3] = 0xb8; /* the last one */
	pkt.at[14 + 40 + 8] = 7;
	assert_int_equal(flow_of(1), fragment);
}

/* However little of a packet was kept, nothing beyond it is looked at (a sanitizer watches). */
static void cut_anywhere(void **state)
{
	uint32_t whole = tcp_flow(2, 80), nr_whole = 0;

	(void)state;
	for (uint32_t size = 0; size <= pkt.size; size++) {
		unsigned char *copy = malloc(size ? size : 1);

		assert_non_null(copy);
		memcpy(copy, pkt.at, size);
		link_dissect(1, copy, size, 1514, &got);
		assert_int_equal(got.bytes, 1514);
		nr_whole += got.flow == whole;
		free(copy);
	}
	/* complete from the ports on: 14 + 20 + 4 bytes */
	assert_int_equal(nr_whole, pkt.size - 38 + 1);
}

static void receivers(void **state)
{
	char text[80];

	(void)state;
	tcp_flow(2, 80);
	link_address_format(got.to, got.receiver, text, sizeof(text));
	assert_string_equal(text, "ether dst 02:00:00:00:00:01");
	begin("", 0);
	ipv6(6);
	flow_of(101);
	link_address_format(got.to, got.receiver, text, sizeof(text));
	assert_string_equal(text, "dst host 2001:db8::2");
	begin("", 0);
	ipv4(17, 2, 0);
	pkt.at[16] = 239; /* multicast has no one receiver */
	flow_of(101);
	assert_int_equal(got.to, LINK_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flows_are_told_apart),
		cmocka_unit_test(tcp_is_known),
		cmocka_unit_test(wrappings),
		cmocka_unit_test(by_addresses),
		cmocka_unit_test(ipv6_extensions),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(receivers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
