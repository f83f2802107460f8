/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tcp_pcap.c - test helper: TCP segments as a pcap, headers only, all of one direction.
 */
#include "tcp_pcap.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/traces/bytes.h"

#define SOURCE	      "traffic.source="
#define HEADERS_BYTES 54 /* Ethernet, IPv4, TCP: what is captured of each */

static char setting[64];

static void segment_put(struct bytes *b, const struct tcp_segment *s)
{
	put32(b, 1);
	put32(b, s->arrival_ns);
	put32(b, HEADERS_BYTES);
	put32(b, s->bytes);
	b->big = true;
	put_number(b, 0x020000000001, 6); /* to */
	put_number(b, 0x020000000002, 6); /* from */
	put16(b, 0x0800);
	put16(b, 0x4500);
	put16(b, s->bytes - 14u);
	put_zeros(b, 4);
	put32(b, 0x40060000); /* TTL 64, TCP */
	put32(b, 0x0a000002); /* from 10.0.0.2 */
	put32(b, 0x0a000001);
	put16(b, s->flow);
	put16(b, 5201);
	put_zeros(b, 8);
	put32(b, 0x50100000); /* 20 bytes of header, ACK */
	put_zeros(b, 4);
	b->big = false;
}

const char *tcp_pcap_write(const struct tcp_segment *segment, size_t nr)
{
	static struct bytes file;
	int fd;

	tcp_pcap_remove();
	strcpy(setting, SOURCE "/tmp/fragsim-test-XXXXXX");
	fd = mkstemp(setting + strlen(SOURCE));
	assert_true(fd >= 0);
	close(fd);
	file.size = 0;
	put32(&file, 0xa1b23c4d);
	put16(&file, 2);
	put16(&file, 4);
	put_zeros(&file, 8);
	put32(&file, 96);
	put32(&file, 1); /* Ethernet */
	while (nr--)
		segment_put(&file, segment++);
	bytes_store(&file, setting + strlen(SOURCE));
	return setting;
}

void tcp_pcap_remove(void)
{
	if (setting[0])
		unlink(setting + strlen(SOURCE));
	setting[0] = '\0';
}
