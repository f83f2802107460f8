/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * synthetic.h - made-up traffic, deterministic from its seed.
 */
#ifndef TRACES_SYNTHETIC_H
#define TRACES_SYNTHETIC_H

#include <stddef.h>
#include <stdint.h>
#include "packet.h"

enum synthetic_arrivals { ARRIVALS_CONSTANT, ARRIVALS_POISSON };
enum synthetic_sizes { SIZES_FIXED, SIZES_IMIX };

/** SYNTHETIC_WIRE_OVERHEAD - preamble 8 + FCS 4 + inter-packet gap 12 bytes per packet (IEEE 802.3) */
#define SYNTHETIC_WIRE_OVERHEAD 24

/**
 * struct synthetic_params - what to generate
 * @seed: the stream is a function of it and of the other fields
 * @rate_bps: line bits per second, packets counted with SYNTHETIC_WIRE_OVERHEAD
 * @duration_ns: no packet arrives at or after it; 0 = unbounded
 * @packets: no more packets than this; 0 = unbounded
 * @arrivals: constant gaps, or exponential ones with the same mean
 * @sizes: SIZES_FIXED (@bytes) or SIZES_IMIX (64, 576, 1500 bytes at 7:4:1)
 * @bytes: size of a packet with its Ethernet header, without FCS
 * @flows: flows, chosen evenly
 * @queues: receive queues; a flow stays on one
 */
struct synthetic_params {
	uint64_t seed;
	uint64_t rate_bps;
	uint64_t duration_ns;
	uint64_t packets;
	enum synthetic_arrivals arrivals;
	enum synthetic_sizes sizes;
	uint32_t bytes;
	uint32_t flows;
	uint32_t queues;
};

/** synthetic_expected() - packets the parameters lead to, about; for progress only. 0: no end given */
uint64_t synthetic_expected(const struct synthetic_params *params);

/**
 * synthetic_open() - a source of made-up packets
 * Return: 0, -EINVAL (neither duration nor packets bounded, or a rate of 0; text in @err), -ENOMEM.
 */
int synthetic_open(const struct synthetic_params *params, struct packet_source **src, char *err,
		   size_t err_size);

#endif
