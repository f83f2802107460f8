/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packet.h - a packet, and the source that delivers packets: what traces/ gives to others.
 *
 * A packet arrived at a receive queue, filled some bytes, and was released later by some CPU. What
 * else a capture holds serves to find these times, or is ground truth (truth.h). Packets come in
 * order of arrival.
 */
#ifndef TRACES_PACKET_H
#define TRACES_PACKET_H

#include <stdint.h>

/** PACKET_UNKNOWN - release time not known: the modelled consumer decides */
#define PACKET_UNKNOWN UINT64_MAX

/** PACKET_CPU_READER - a release CPU that is not known: that of the modelled reader */
#define PACKET_CPU_READER UINT16_MAX

/** PACKET_BYTES_MAX - more bytes are damage: the largest packet of Linux (BIG TCP) has 512 KB */
#define PACKET_BYTES_MAX (1u << 24)

enum packet_flags {
	PACKET_GRO = 1 << 0,	   /* merged into an earlier packet's skb */
	PACKET_DROPPED = 1 << 1,   /* ended in a kfree: dropped by the stack */
	PACKET_TX = 1 << 2,	   /* forwarded: released at its transmit */
	PACKET_POLL_MORE = 1 << 3, /* the queue's next packet came in the same recorded NAPI poll */
	PACKET_SENT = 1 << 4,	   /* not received but sent by the device; see below */
	/* its CPU had just sent a packet by XDP: this one, if it arrived at the peer device */
	PACKET_XDP = 1 << 5,
	PACKET_GRO_HEAD = 1 << 6, /* later packets were merged into its skb */
	/* in the socket's queue, the stack moved its skb's data into the skb ahead of it */
	PACKET_ABSORBED = 1 << 7,
	PACKET_HELD_BEFORE = 1 << 8, /* received before the capture began; see below */
	/* known not to be of TCP: neither GRO nor a socket's queue puts it together with others */
	PACKET_DATAGRAM = 1 << 9,
};

/** enum release_method - how the release time was found */
enum release_method {
	RELEASE_FREE,	 /* consume_skb/kfree_skb of its skb after delivery */
	RELEASE_COPY,	 /* its last byte was copied to user space */
	RELEASE_UNKNOWN, /* left to the modelled consumer */
	RELEASE_REUSE,	 /* without an event, by the time its address was in use again */
	RELEASE_HELD,	 /* not released when the capture ended */
	RELEASE_WINDOW,	 /* inferred from the ACKs and windows of its TCP connection */
	RELEASE_METHODS
};

/**
 * struct packet - one packet that was received, or sent (PACKET_SENT)
 * @arrival_ns: when it arrived, ns since the first event of the capture (or since 0, synthetic)
 * @release_ns: when its memory was given back, same origin; PACKET_UNKNOWN
 * @bytes: bytes the device wrote: the packet with its Ethernet header, without FCS; 1 to
 *	PACKET_BYTES_MAX
 * @flow: flow hash, 0 when the capture has none
 * @queue: receive queue, from 0
 * @cpu: CPU it was received on, from 0
 * @release_cpu: CPU that gave it back, valid with a known @release_ns; PACKET_CPU_READER
 * @flags: enum packet_flags
 * @method: enum release_method
 * @mappings: with PACKET_SENT, DMA mappings that the driver made for it; else 0
 *
 * A packet with PACKET_SENT was given to the device's transmit function at @arrival_ns by CPU @cpu;
 * its skb was freed, after completion, at @release_ns. It has no @flow, and its memory is none of a
 * receive queue's.
 */
struct packet {
	uint64_t arrival_ns;
	uint64_t release_ns;
	uint32_t bytes;
	uint32_t flow;
	uint16_t queue;
	uint16_t cpu;
	uint16_t release_cpu;
	uint16_t flags;
	uint8_t method;
	uint32_t mappings;
};

struct packet_source;

/**
 * struct packet_source_ops - one kind of source
 * @next: Required. Writes the next packet. Return: 1, 0 at the end, -errno (message in @error of
 *	the source)
 * @close: Required. Frees the source.
 */
struct packet_source_ops {
	int (*next)(struct packet_source *src, struct packet *pkt);
	void (*close)(struct packet_source *src);
};

/**
 * struct packet_source - base of every source; first member of the derived structure
 * @ops: its kind
 * @error: one line about the last failure of next()
 */
struct packet_source {
	const struct packet_source_ops *ops;
	char error[512];
};

static inline int packet_next(struct packet_source *src, struct packet *pkt)
{
	return src->ops->next(src, pkt);
}

static inline void packet_source_close(struct packet_source *src)
{
	if (src)
		src->ops->close(src);
}

#endif
