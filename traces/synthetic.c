// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * synthetic.c - made-up traffic: gaps, sizes and flows, each drawn from its own seeded stream.
 *
 * Time is kept in ns with a 32-bit fraction, so that the mean rate is right however short a gap
 * is: 64-byte packets at 400G are 1.76 ns apart. The gap after a packet is its own wire time at
 * the given rate; with Poisson arrivals the gap is an exponential variate of the mean wire time.
 * Not a model of TCP: nothing here reacts to drops.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "rng.h"
#include "synthetic.h"

#define NSEC_PER_SEC 1000000000.0
#define TIME_END_NS  (UINT64_C(1) << 62)

/* Simple IMIX: 64, 576 and 1500 bytes at 7:4:1, as synthetic.h promises. */
static const uint32_t imix_bytes[] = {64, 64, 64, 64, 64, 64, 64, 576, 576, 576, 576, 1500};
#define IMIX_SHARES (sizeof(imix_bytes) / sizeof(imix_bytes[0]))

/**
 * struct synthetic - a generator
 * @ns_per_byte: at the line rate
 * @mean_gap_ns: of Poisson arrivals
 * @time_ns, @time_frac: arrival of the next packet; the fraction is in 2^-32 ns
 * @sent: packets so far
 */
struct synthetic {
	struct packet_source base;
	struct synthetic_params params;
	struct rng gaps, sizes, flows;
	double ns_per_byte;
	double mean_gap_ns;
	uint64_t time_ns;
	uint32_t time_frac;
	uint64_t sent;
};

static double mean_bytes(const struct synthetic_params *params)
{
	double sum = 0;

	if (params->sizes == SIZES_FIXED)
		return params->bytes;
	for (size_t i = 0; i < IMIX_SHARES; i++)
		sum += imix_bytes[i];
	return sum / IMIX_SHARES;
}

uint64_t synthetic_expected(const struct synthetic_params *params)
{
	double bits = (mean_bytes(params) + SYNTHETIC_WIRE_OVERHEAD) * 8;
	double packets =
		(double)params->duration_ns / NSEC_PER_SEC * (double)params->rate_bps / bits;

	if (params->packets && (!params->duration_ns || (double)params->packets < packets))
		return params->packets;
	return (uint64_t)packets;
}

static void synthetic_advance(struct synthetic *syn, uint32_t bytes)
{
	double gap_ns;
	uint64_t whole_ns, frac;

	if (syn->params.arrivals == ARRIVALS_POISSON)
		gap_ns = -log(rng_unit(&syn->gaps)) * syn->mean_gap_ns;
	else
		gap_ns = syn->ns_per_byte * (bytes + SYNTHETIC_WIRE_OVERHEAD);
	whole_ns = (uint64_t)gap_ns;
	frac = syn->time_frac + (uint64_t)((gap_ns - (double)whole_ns) * 0x1p32);
	syn->time_ns += whole_ns + (frac >> 32);
	syn->time_frac = (uint32_t)frac;
}

static int synthetic_next(struct packet_source *src, struct packet *pkt)
{
	struct synthetic *syn = (struct synthetic *)src;
	const struct synthetic_params *params = &syn->params;
	uint32_t bytes, flow;
	uint64_t hash;

	if ((params->packets && syn->sent >= params->packets) ||
	    (params->duration_ns && syn->time_ns >= params->duration_ns) ||
	    syn->time_ns >= TIME_END_NS)
		return 0;
	bytes = params->sizes == SIZES_FIXED ? params->bytes
					     : imix_bytes[rng_below(&syn->sizes, IMIX_SHARES)];
	flow = params->flows > 1 ? rng_below(&syn->flows, params->flows) : 0;
	hash = flow;
	*pkt = (struct packet){
		.arrival_ns = syn->time_ns,
		.release_ns = PACKET_UNKNOWN,
		.bytes = bytes,
		.flow = (uint32_t)rng_splitmix(&hash) | 1,
		.queue = (uint16_t)(flow % params->queues),
		.cpu = (uint16_t)(flow % params->queues),
		.method = RELEASE_UNKNOWN,
	};
	synthetic_advance(syn, bytes);
	syn->sent++;
	return 1;
}

static void synthetic_close(struct packet_source *src)
{
	free(src);
}

static const struct packet_source_ops synthetic_ops = {
	.next = synthetic_next,
	.close = synthetic_close,
};

static const char *params_complaint(const struct synthetic_params *params)
{
	if (!params->rate_bps)
		return "the rate is 0; expected bits per second";
	if (!params->duration_ns && !params->packets)
		return "neither a duration nor a number of packets: the traffic would not end";
	if (params->sizes == SIZES_FIXED && !params->bytes)
		return "packets of 0 bytes; expected a size";
	if (!params->flows)
		return "0 flows; expected at least 1";
	if (!params->queues || params->queues > UINT16_MAX)
		return "the number of receive queues is not within 1 ... 65535";
	return NULL;
}

int synthetic_open(const struct synthetic_params *params, struct packet_source **src, char *err,
		   size_t err_size)
{
	const char *complaint = params_complaint(params);
	struct synthetic *syn;

	if (complaint) {
		snprintf(err, err_size, "synthetic traffic: %s", complaint);
		return -EINVAL;
	}
	syn = calloc(1, sizeof(*syn));
	if (!syn) {
		snprintf(err, err_size, "synthetic traffic: out of memory");
		return -ENOMEM;
	}
	syn->base.ops = &synthetic_ops;
	syn->params = *params;
	syn->ns_per_byte = 8 * NSEC_PER_SEC / (double)params->rate_bps;
	syn->mean_gap_ns = syn->ns_per_byte * (mean_bytes(params) + SYNTHETIC_WIRE_OVERHEAD);
	rng_seed(&syn->gaps, params->seed, "traffic.gaps");
	rng_seed(&syn->sizes, params->seed, "traffic.sizes");
	rng_seed(&syn->flows, params->seed, "traffic.flows");
	*src = &syn->base;
	return 0;
}
