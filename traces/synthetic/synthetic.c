/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * synthetic.c - synthetic traffic: gaps, sizes and flows, each drawn from its own seeded stream.
 *
 * Not a model of TCP: nothing here reacts to drops. Gaps use the C library's log(), flows its
 * pow(): results are the same for the same build on the same library.
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "traces/synthetic/alias.h"
#include "traces/synthetic/synthetic.h"
#include "traces/synthetic/synthetic_gaps.h"
#include "traces/synthetic/synthetic_incast.h"
#include "traces/synthetic/synthetic_sizes.h"

#define NSEC_PER_SEC 1000000000.0
#define TIME_END_NS  (UINT64_C(1) << 62)
#define FLOWS_MAX    (1u << 24)

/* On-periods that a packet's share may span; with more, single packets do not show on and off. */
#define ONOFF_PERIODS_MAX 1000

/* Bits per second while on: the highest rate of other traffic too. */
#define ONOFF_RATE_MAX_BPS 10e12

/**
 * struct synthetic - a generator
 * @params: a copy; its sizes_file is not used after the start
 * @popular: (zipf) chances of flows
 * @flow: of the burst under way
 * @sent: packets so far
 */
struct synthetic {
	struct packet_source base;
	struct synthetic_params params;
	struct gaps gaps;
	struct sizes sizes;
	struct rng flows;
	struct alias popular;
	struct incast incast;
	uint32_t flow;
	uint64_t sent;
};

static double round_packets(const struct synthetic_params *params, double mean_bytes)
{
	return params->incast_senders * ceil((double)params->incast_bytes / mean_bytes);
}

static double packets_per_second(const struct synthetic_params *params, double mean_bytes)
{
	if (params->arrivals == ARRIVALS_INCAST)
		return round_packets(params, mean_bytes) /
		       ((double)params->incast_period_ns / NSEC_PER_SEC);
	if (params->pps)
		return (double)params->pps;
	return (double)params->rate_bps / ((mean_bytes + SYNTHETIC_WIRE_OVERHEAD) * 8);
}

uint64_t synthetic_expected(const struct synthetic_params *params)
{
	struct sizes sizes;
	double packets;
	char err[256];

	if (sizes_init(&sizes, params, err, sizeof(err)))
		return 0;
	packets =
		(double)params->duration_ns / NSEC_PER_SEC * packets_per_second(params, sizes.mean);
	sizes_fini(&sizes);
	if (params->packets && (!params->duration_ns || (double)params->packets < packets))
		return params->packets;
	return (uint64_t)packets;
}

static uint32_t flow_draw(struct synthetic *syn)
{
	if (syn->popular.cell)
		return alias_draw(&syn->popular, &syn->flows);
	return syn->params.flows > 1 ? rng_below(&syn->flows, syn->params.flows) : 0;
}

/* Size and flow of the next packet, which may begin a round or a burst. */
static uint32_t packet_draw(struct synthetic *syn, uint32_t *bytes)
{
	switch (syn->params.arrivals) {
	case ARRIVALS_INCAST:
		*bytes = sizes_draw(&syn->sizes);
		return incast_take(&syn->incast, bytes);
	case ARRIVALS_BURST:
		*bytes = sizes_draw(&syn->sizes);
		if (gaps_burst_begins(&syn->gaps))
			syn->flow = flow_draw(syn);
		return syn->flow;
	default:
		*bytes = sizes_draw(&syn->sizes);
		return flow_draw(syn);
	}
}

static int synthetic_next(struct packet_source *src, struct packet *pkt)
{
	struct synthetic *syn = (struct synthetic *)src;
	const struct synthetic_params *params = &syn->params;
	uint32_t bytes, flow;
	uint64_t hash;

	if (params->arrivals == ARRIVALS_INCAST && incast_round_is_over(&syn->incast))
		gaps_jump(&syn->gaps, incast_begin(&syn->incast));
	if ((params->packets && syn->sent >= params->packets) ||
	    (params->duration_ns && syn->gaps.time_ns >= params->duration_ns) ||
	    syn->gaps.time_ns >= TIME_END_NS)
		return 0;
	flow = packet_draw(syn, &bytes);
	hash = flow;
	*pkt = (struct packet){
		.arrival_ns = syn->gaps.time_ns,
		.release_ns = PACKET_UNKNOWN,
		.bytes = bytes,
		.flow = (uint32_t)rng_splitmix(&hash) | 1,
		.queue = (uint16_t)(flow % params->queues),
		.cpu = (uint16_t)(flow % params->queues),
		.flags = params->datagrams ? PACKET_DATAGRAM : 0,
		.method = RELEASE_UNKNOWN,
	};
	gaps_next(&syn->gaps, bytes);
	syn->sent++;
	return 1;
}

static void synthetic_close(struct packet_source *src)
{
	struct synthetic *syn = (struct synthetic *)src;

	sizes_fini(&syn->sizes);
	alias_fini(&syn->popular);
	incast_fini(&syn->incast);
	free(syn);
}

static const struct packet_source_ops synthetic_ops = {
	.next = synthetic_next,
	.close = synthetic_close,
};

/* --- parameters must be possible --- */

static const char *sizes_complaint(const struct synthetic_params *params)
{
	if (params->sizes == SIZES_FIXED && !params->bytes)
		return "packets of 0 bytes; expected a size";
	if (params->sizes == SIZES_BIMODAL && (!params->small_bytes || !params->large_bytes))
		return "bimodal sizes of 0 bytes; expected two sizes";
	if (params->sizes == SIZES_BIMODAL && params->small_milli > 1000)
		return "the share of small packets is above 1; expected 0 to 1";
	if (params->sizes == SIZES_EMPIRICAL && (!params->sizes_file || !params->sizes_file[0]))
		return "found empirical sizes; expected a traffic.sizes_file to take them from";
	return NULL;
}

static const char *params_complaint(const struct synthetic_params *params)
{
	bool incast = params->arrivals == ARRIVALS_INCAST;

	if (!incast && !params->rate_bps && !params->pps)
		return "the rate is 0; expected bits or packets per second";
	if (!incast && params->rate_bps && params->pps)
		return "two rates; expected bits or packets per second";
	if (!params->duration_ns && !params->packets)
		return "the traffic would not end; expected a duration or a number of packets";
	if (!params->flows || params->flows > FLOWS_MAX)
		return "the number of flows is out of range; expected 1 to 2^24";
	if (!params->queues || params->queues > UINT16_MAX)
		return "the number of receive queues is out of range; expected 1 to 65535";
	if (params->arrivals == ARRIVALS_ONOFF && (!params->on_ns || !params->off_ns))
		return "on-off traffic of no time; expected an on and an off time";
	if (incast &&
	    (!params->incast_senders || !params->incast_period_ns || !params->incast_bytes))
		return "incast of nothing; expected senders, bytes and a period";
	if (params->arrivals == ARRIVALS_BURST && !params->burst_packets)
		return "bursts of 0 packets; expected some";
	if ((incast || params->arrivals == ARRIVALS_BURST) && !params->line_rate_bps)
		return "bursts and incast have a line rate of 0; expected traffic.line_rate";
	return sizes_complaint(params);
}

static int refuse(char *err, size_t err_size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int refuse(char *err, size_t err_size, const char *format, ...)
{
	char what[512];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(err, err_size, "synthetic traffic: %s", what);
	return -EINVAL;
}

/* A mean rate above the line's, or a round longer than its period, cannot be. */
static int line_check(const struct synthetic_params *params, double mean_bytes, char *err,
		      size_t err_size)
{
	double wire_bits = (mean_bytes + SYNTHETIC_WIRE_OVERHEAD) * 8;
	double bps = packets_per_second(params, mean_bytes) * wire_bits;

	if (params->arrivals == ARRIVALS_INCAST)
		bps = ((double)params->incast_bytes * 8 * params->incast_senders +
		       round_packets(params, mean_bytes) * SYNTHETIC_WIRE_OVERHEAD * 8) *
		      NSEC_PER_SEC / (double)params->incast_period_ns;
	else if (params->arrivals != ARRIVALS_BURST)
		return 0;
	if (bps <= (double)params->line_rate_bps)
		return 0;
	return refuse(err, err_size,
		      "%s of %.4g Gbit/s on the wire do not fit traffic.line_rate of %.4g Gbit/s; "
		      "expected less of it, or a faster line",
		      params->arrivals == ARRIVALS_INCAST ? "rounds" : "a mean rate", bps * 1e-9,
		      (double)params->line_rate_bps * 1e-9);
}

static int onoff_check(const struct synthetic_params *params, double mean_bytes, char *err,
		       size_t err_size)
{
	double pps = packets_per_second(params, mean_bytes);
	double cycle_ns = (double)params->on_ns + (double)params->off_ns;
	double periods = NSEC_PER_SEC / pps / cycle_ns;
	double on_bps =
		pps * (mean_bytes + SYNTHETIC_WIRE_OVERHEAD) * 8 * cycle_ns / (double)params->on_ns;

	if (params->arrivals != ARRIVALS_ONOFF)
		return 0;
	if (periods > ONOFF_PERIODS_MAX)
		return refuse(err, err_size,
			      "%.0f on-off periods to a packet; expected at most %d: a higher "
			      "rate, or longer periods",
			      periods, ONOFF_PERIODS_MAX);
	if (on_bps > ONOFF_RATE_MAX_BPS)
		return refuse(err, err_size,
			      "%.4g Gbit/s on the wire in traffic.onoff.on, to make up for "
			      "traffic.onoff.off; expected at most %.0f Gbit/s: a lower rate, or "
			      "less time off",
			      on_bps * 1e-9, ONOFF_RATE_MAX_BPS * 1e-9);
	return 0;
}

static int params_check(const struct synthetic_params *params, double mean_bytes, char *err,
			size_t err_size)
{
	int rc = line_check(params, mean_bytes, err, err_size);

	return rc ? rc : onoff_check(params, mean_bytes, err, err_size);
}

int synthetic_check(const struct synthetic_params *params, char *err, size_t err_size)
{
	const char *complaint = params_complaint(params);
	struct sizes sizes;
	int rc;

	if (complaint)
		return refuse(err, err_size, "%s", complaint);
	rc = sizes_init(&sizes, params, err, err_size);
	if (!rc)
		rc = params_check(params, sizes.mean, err, err_size);
	sizes_fini(&sizes);
	return rc;
}

static int zipf_init(struct alias *alias, const struct synthetic_params *params)
{
	double *weight = calloc(params->flows, sizeof(*weight));
	int rc = -ENOMEM;

	if (weight) {
		for (uint32_t i = 0; i < params->flows; i++)
			weight[i] = pow(i + 1.0, -(double)params->zipf_milli / 1000);
		rc = alias_init(alias, weight, params->flows);
	}
	free(weight);
	return rc;
}

static int synthetic_start(struct synthetic *syn, char *err, size_t err_size)
{
	const struct synthetic_params *params = &syn->params;
	int rc = sizes_init(&syn->sizes, params, err, err_size);

	if (!rc)
		rc = params_check(params, syn->sizes.mean, err, err_size);
	if (rc)
		return rc;
	gaps_init(&syn->gaps, params, syn->sizes.mean);
	rng_seed(&syn->flows, params->seed, "traffic.flows");
	if (params->arrivals == ARRIVALS_INCAST)
		rc = incast_init(&syn->incast, params);
	else if (params->zipf_milli)
		rc = zipf_init(&syn->popular, params);
	if (rc)
		snprintf(err, err_size, "synthetic traffic: out of memory");
	return rc;
}

int synthetic_open(const struct synthetic_params *params, struct packet_source **src, char *err,
		   size_t err_size)
{
	const char *complaint = params_complaint(params);
	struct synthetic *syn;
	int rc;

	if (complaint)
		return refuse(err, err_size, "%s", complaint);
	syn = calloc(1, sizeof(*syn));
	if (!syn) {
		snprintf(err, err_size, "synthetic traffic: out of memory");
		return -ENOMEM;
	}
	syn->base.ops = &synthetic_ops;
	syn->params = *params;
	rc = synthetic_start(syn, err, err_size);
	if (rc) {
		synthetic_close(&syn->base);
		return rc;
	}
	*src = &syn->base;
	return 0;
}
