/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * synthetic.h - synthetic traffic, deterministic from its seed.
 */
#ifndef TRACES_SYNTHETIC_H
#define TRACES_SYNTHETIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "traces/packet.h"

/** enum synthetic_arrivals - when packets come, see synthetic_gaps.c */
enum synthetic_arrivals {
	ARRIVALS_CONSTANT,
	ARRIVALS_POISSON,
	ARRIVALS_ONOFF,
	ARRIVALS_INCAST,
	ARRIVALS_BURST
};

enum synthetic_sizes { SIZES_FIXED, SIZES_IMIX, SIZES_BIMODAL, SIZES_EMPIRICAL };
enum synthetic_lengths { LENGTHS_EXPONENTIAL, LENGTHS_FIXED };

/** SYNTHETIC_WIRE_OVERHEAD - per packet: preamble 8 + FCS 4 + inter-packet gap 12 (IEEE 802.3) */
#define SYNTHETIC_WIRE_OVERHEAD 24

/**
 * struct synthetic_params - what to generate
 * @seed: the stream is a function of it and of the other fields
 * @rate_bps: mean line bits per second, packets counted with SYNTHETIC_WIRE_OVERHEAD
 * @pps: mean packets per second; not 0: instead of @rate_bps
 * @line_rate_bps: (burst, incast) rate of packets back to back
 * @duration_ns: no packet arrives at or after it; 0 = unbounded
 * @packets: no more packets than this; 0 = unbounded
 * @arrivals: the process
 * @on_ns, @off_ns, @lengths: (onoff) mean lengths of the periods, and how they vary
 * @incast_senders, @incast_period_ns, @incast_bytes: (incast) each sender sends so many bytes, all
 *	senders at once, every period; each is one flow
 * @burst_packets: (burst) packets of a burst, all of one flow
 * @sizes: SIZES_FIXED (@bytes), SIZES_IMIX (64, 576, 1500 bytes at 7:4:1), SIZES_BIMODAL
 *	(@small_bytes with probability @small_milli / 1000, else @large_bytes), SIZES_EMPIRICAL
 *	(@sizes_file, size_cdf.h)
 * @bytes: size of a packet with its Ethernet header, without FCS
 * @flows: how many flows
 * @zipf_milli: flow n (from 1) is chosen with a probability proportional to 1 / n^(zipf_milli /
 *	1000); 0 = evenly
 * @queues: receive queues; a flow stays on one
 * @datagrams: packets have PACKET_DATAGRAM
 */
struct synthetic_params {
	uint64_t seed;
	uint64_t rate_bps;
	uint64_t pps;
	uint64_t line_rate_bps;
	uint64_t duration_ns;
	uint64_t packets;
	enum synthetic_arrivals arrivals;
	uint64_t on_ns, off_ns;
	enum synthetic_lengths lengths;
	uint32_t incast_senders;
	uint64_t incast_period_ns;
	uint64_t incast_bytes;
	uint32_t burst_packets;
	enum synthetic_sizes sizes;
	uint32_t bytes;
	uint32_t small_bytes, large_bytes, small_milli;
	const char *sizes_file;
	uint32_t flows;
	uint32_t zipf_milli;
	uint32_t queues;
	bool datagrams;
};

/** synthetic_expected() - about how many packets will come, for progress. Return: 0: not known */
uint64_t synthetic_expected(const struct synthetic_params *params);

/** synthetic_check() - would synthetic_open() take @params? Return: 0, or -errno with @err */
int synthetic_check(const struct synthetic_params *params, char *err, size_t err_size);

/**
 * synthetic_open() - a source of synthetic packets
 * Return: 0, -EINVAL (parameters that contradict, or no end given; text in @err), -ENOMEM,
 *	-errno of @sizes_file.
 */
int synthetic_open(const struct synthetic_params *params, struct packet_source **src, char *err,
		   size_t err_size);

#endif
