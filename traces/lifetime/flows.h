/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flows.h - state of a flow: packets held by GRO, and delivered skbs still to be read.
 */
#ifndef TRACES_FLOWS_H
#define TRACES_FLOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "traces/lifetime/slots.h"

/** FLOWS_MAX - flows with open packets at once, 7 MB; those beyond share FLOW_NONE */
#define FLOWS_MAX (1u << 16)

/** FLOW_NONE - no flow: only its own events end such a packet */
#define FLOW_NONE 0

/**
 * struct flow - one flow on one device
 * @key: device and flow hash (or CPU, when packets carry no hash), never 0 in use
 * @header_bytes: IP + TCP header of its packets, 0 until a merge or a copy read to its end tells
 * @gro: packets seen by GRO and not delivered yet, in order of arrival
 * @unread: delivered skbs not read yet, in order of delivery
 * @reading: delivered skb being copied to user space, out of @unread
 * @absorbed_last: last of the skbs that @reading absorbed, itself when there is none
 * @read_bytes: bytes copied from @reading so far
 * @known_bytes: payload of @reading and of all it absorbed; read_bytes > known_bytes means it
 *	absorbed the next one of @unread too
 * @freed_ns, @freed_cpu: last free event of an skb of this flow
 * @gone_to: unread datagrams up to this slot are known to be gone (gone_ns)
 * @passed_to, @passed_ns: unread datagrams up to this slot had been read by then: it was freed
 * @freed_last: the last delivered one of those freed with an event
 * @delivered: skbs that waited to be read
 * @vanished, @freed: of these, those whose address was reused meanwhile, and those freed with an
 *	event
 * @silent, @late: of these, those freed without an event between others, and those freed with one
 *	long after others that came later
 * @copied: a copy of it to user space was recorded
 * @next_free: chain of unused numbers
 */
struct flow {
	uint64_t key;
	uint32_t header_bytes;
	struct slot_list gro;
	struct slot_list unread;
	uint64_t reading;
	uint64_t absorbed_last;
	uint64_t read_bytes;
	uint64_t known_bytes;
	uint64_t freed_ns;
	uint64_t freed_last, gone_to;
	uint64_t passed_to, passed_ns;
	uint64_t delivered, vanished, freed, silent, late;
	uint16_t freed_cpu;
	bool copied;
	uint32_t next_free;
};

/**
 * struct flows - table of flows
 * @pool: the flows; a number stays valid while its flow has open packets
 * @map: numbers by key, open addressing; @map_size cells, twice the pool
 * @nr: numbers ever used
 * @free: first of the unused ones below @nr, chained by next_free
 * @pause: new flows that get FLOW_NONE before the next search for idle ones
 */
struct flows {
	struct flow *pool;
	uint32_t *map;
	uint32_t map_size;
	uint32_t nr;
	uint32_t free;
	uint32_t pause;
};

/** flows_init() - an empty table. Return: 0 or -ENOMEM (then nothing to free). */
int flows_init(struct flows *flows);

/** flows_fini() - free the table; accepts one that is all zero */
void flows_fini(struct flows *flows);

/** flow_get() - the flow of a number. Return: NULL for FLOW_NONE */
static inline struct flow *flow_get(struct flows *flows, uint32_t nr)
{
	return nr == FLOW_NONE ? NULL : &flows->pool[nr];
}

/** STREAM_HEADER_MIN - IPv4 + TCP: a flow with smaller headers is datagrams, never coalesced */
#define STREAM_HEADER_MIN 40

/** DATAGRAM6_HEADER - IPv6 + UDP. IPv4 + TCP with 8 bytes of options: not sent by Linux */
#define DATAGRAM6_HEADER 48

/** HEADER_MIN, HEADER_MAX - IPv4 + UDP; IPv4 or IPv6 with options + TCP with options */
#define HEADER_MIN 28
#define HEADER_MAX 120

/** flow_header_fits() - may IP and TCP or UDP headers have so many bytes together? */
static inline bool flow_header_fits(uint64_t bytes)
{
	return bytes >= HEADER_MIN && bytes <= HEADER_MAX && bytes % 4 == 0;
}

/** flow_is_stream() - is it known to be TCP? false for NULL */
static inline bool flow_is_stream(const struct flow *flow)
{
	return flow && flow->header_bytes >= STREAM_HEADER_MIN &&
	       flow->header_bytes != DATAGRAM6_HEADER;
}

/** flow_is_datagrams() - is it known not to be a stream? false for NULL */
static inline bool flow_is_datagrams(const struct flow *flow)
{
	return flow && flow->header_bytes && !flow_is_stream(flow);
}

/** flows_find() - the number of a flow, added if new. Return: FLOW_NONE when there are too many */
uint32_t flows_find(struct flows *flows, uint64_t key);

#endif
