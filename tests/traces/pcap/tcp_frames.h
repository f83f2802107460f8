/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tcp_frames.h - test helper: a pcap of one TCP connection, both directions, frame by frame.
 *
 * The sender has the odd address, the reader the even one. Sequence numbers count from the first
 * byte of data on; the reader's SYN and ACKs take window and scale.
 */
#ifndef TESTS_TRACES_PCAP_TCP_FRAMES_H
#define TESTS_TRACES_PCAP_TCP_FRAMES_H

#include "tests/traces/bytes.h"

#define FIN	 0x01
#define SYN	 0x02
#define RST	 0x04
#define ACK	 0x10
#define NO_SCALE (-1)

/** enum frames_kind - of all frames of a file */
enum frames_kind { FRAMES_IPV4, FRAMES_IPV6, FRAMES_VLAN };

/**
 * struct frames - a file being written
 * @isn: sequence number of the sender's SYN
 * @stamps: 12 bytes of options in each header, as with time stamps
 * @port: of the sender
 * @padding: bytes behind the IP packet of each frame
 */
struct frames {
	struct bytes file;
	enum frames_kind kind;
	uint32_t isn;
	bool stamps;
	uint16_t port;
	uint32_t padding;
};

static inline void frames_begin(struct frames *f)
{
	f->file.size = 0;
	f->file.big = false;
	put32(&f->file, 0xa1b23c4d);
	put16(&f->file, 2);
	put16(&f->file, 4);
	put_zeros(&f->file, 8);
	put32(&f->file, 96);
	put32(&f->file, 1);
}

static inline void frame_ip(struct frames *f, bool from_sender, uint32_t tcp_bytes)
{
	unsigned char from = from_sender ? 1 : 2, to = from_sender ? 2 : 1;
	struct bytes *b = &f->file;

	put_number(b, 0x020000000000 + to, 6);
	put_number(b, 0x020000000000 + from, 6);
	if (f->kind == FRAMES_VLAN)
		put32(b, 0x81000007);
	if (f->kind == FRAMES_IPV6) {
		put16(b, 0x86dd);
		put32(b, 0x60000000);
		put16(b, tcp_bytes);
		put16(b, 0x0640);
		put64(b, UINT64_C(0xfd00000000000000));
		put64(b, from);
		put64(b, UINT64_C(0xfd00000000000000));
		put64(b, to);
		return;
	}
	put16(b, 0x0800);
	put16(b, 0x4500);
	put16(b, 20 + tcp_bytes);
	put_zeros(b, 4);
	put32(b, 0x40060000);
	put32(b, 0x0a000000 + from);
	put32(b, 0x0a000000 + to);
}

/* @options: padded to 4 bytes; only headers are stored of the packet */
static inline void frame(struct frames *f, uint32_t us, bool from_sender, uint32_t seq,
			 uint32_t ack, unsigned int flags, unsigned int window, const void *options,
			 size_t option_bytes, uint32_t data)
{
	static const uint32_t link[] = {34, 54, 38};
	uint32_t stamps = f->stamps ? 12 : 0, header = 20 + stamps + (uint32_t)option_bytes;
	struct bytes *b = &f->file;

	put32(b, us / 1000000);
	put32(b, us % 1000000 * 1000);
	put32(b, link[f->kind] + header);
	put32(b, link[f->kind] + header + data + f->padding);
	b->big = true;
	frame_ip(f, from_sender, header + data);
	put16(b, from_sender ? f->port : 2000u);
	put16(b, from_sender ? 2000u : f->port);
	put32(b, seq);
	put32(b, ack);
	put16(b, header / 4 << 12 | flags);
	put16(b, window);
	put32(b, 0);
	put(b, options, option_bytes);
	while (stamps--)
		put(b, "\1", 1);
	b->big = false;
}

/** frames_handshake() - both SYNs at @us; the reader's window is shifted by @scale, or NO_SCALE */
static inline void frames_handshake(struct frames *f, uint32_t us, uint16_t mss, int scale)
{
	unsigned char options[] = {2, 4, (unsigned char)(mss >> 8), (unsigned char)mss, 1,
				   3, 3, (unsigned char)scale};
	size_t size = scale == NO_SCALE ? 4 : 8;

	frame(f, us, true, f->isn, 0, SYN, 64000, options, size, 0);
	frame(f, us, false, 9000, f->isn + 1, SYN | ACK, 64000, options, size, 0);
}

/** frames_data() - the sender's bytes from @from on; @flags beside ACK */
static inline void frames_data(struct frames *f, uint32_t us, uint32_t from, uint32_t data,
			       unsigned int flags)
{
	frame(f, us, true, f->isn + 1 + from, 9001, ACK | flags, 500, NULL, 0, data);
}

/** frames_ack() - the reader has got all before @upto; @window as in the header */
static inline void frames_ack(struct frames *f, uint32_t us, uint32_t upto, uint16_t window,
			      unsigned int flags)
{
	frame(f, us, false, 9001, f->isn + 1 + upto, ACK | flags, window, NULL, 0, 0);
}

#endif
