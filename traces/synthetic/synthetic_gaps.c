/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * synthetic_gaps.c - five arrival processes; all but incast have the same mean rate.
 *
 * Time is kept in ns with a 32-bit fraction, so that the mean rate is right however short a gap
 * is: 64-byte packets at 400G are 1.76 ns apart. The share of a packet is its own wire time at the
 * given rate, or 1 / pps.
 *  constant  the gap after a packet is its share
 *  poisson   an exponential variate of the mean share
 *  onoff     shares run in periods that are on, faster by (on + off) / on, and stand still
 *	      in others
 *  burst     packets of a burst follow each other at the line rate; the next burst begins when
 *	      the shares of this one are over
 *  incast    line rate; rounds are made by synthetic.c
 * Ignored: long-range dependence (a gap depends on the packet before it only) and reaction to
 * drops. Queues build up more slowly under real TCP.
 */
#include "traces/synthetic/synthetic_gaps.h"

#include <math.h>
#include <string.h>

#define NSEC_PER_SEC 1000000000.0

static double share_ns(const struct gaps *gaps, uint32_t bytes)
{
	return gaps->ns_per_byte ? gaps->ns_per_byte * (bytes + SYNTHETIC_WIRE_OVERHEAD)
				 : gaps->mean_gap_ns;
}

static double exponential(struct rng *rng, double mean)
{
	return -log(rng_unit(rng)) * mean;
}

static double period_ns(struct gaps *gaps, uint64_t mean_ns)
{
	return gaps->params->lengths == LENGTHS_FIXED ? (double)mean_ns
						      : exponential(&gaps->period, (double)mean_ns);
}

static double onoff_gap(struct gaps *gaps, double share)
{
	const struct synthetic_params *params = gaps->params;
	double on = (double)params->on_ns, off = (double)params->off_ns;
	double left = share * on / (on + off), gap = 0;

	while (left >= gaps->on_left_ns) {
		left -= gaps->on_left_ns;
		gap += gaps->on_left_ns + period_ns(gaps, params->off_ns);
		gaps->on_left_ns = period_ns(gaps, params->on_ns);
	}
	gaps->on_left_ns -= left;
	return gap + left;
}

static double burst_gap(struct gaps *gaps, uint32_t bytes)
{
	double line = gaps->line_ns_per_byte * (bytes + SYNTHETIC_WIRE_OVERHEAD), pause = 0;

	gaps->owed_ns += share_ns(gaps, bytes) - line;
	if (++gaps->in_burst == gaps->params->burst_packets) {
		gaps->in_burst = 0;
		/* At a rate in packets, large ones may take too long: the next gap is shorter. */
		if (gaps->owed_ns > 0)
			pause = gaps->owed_ns;
		gaps->owed_ns -= pause;
	}
	return line + pause;
}

static double gap_ns(struct gaps *gaps, uint32_t bytes)
{
	switch (gaps->params->arrivals) {
	case ARRIVALS_POISSON:
		return exponential(&gaps->rng, gaps->mean_gap_ns);
	case ARRIVALS_ONOFF:
		return onoff_gap(gaps, share_ns(gaps, bytes));
	case ARRIVALS_BURST:
		return burst_gap(gaps, bytes);
	case ARRIVALS_INCAST:
		return gaps->line_ns_per_byte * (bytes + SYNTHETIC_WIRE_OVERHEAD);
	default:
		return share_ns(gaps, bytes);
	}
}

void gaps_next(struct gaps *gaps, uint32_t bytes)
{
	double gap = gap_ns(gaps, bytes);
	uint64_t whole_ns = (uint64_t)gap;
	uint64_t frac = gaps->time_frac + (uint64_t)((gap - (double)whole_ns) * 0x1p32);

	gaps->time_ns += whole_ns + (frac >> 32);
	gaps->time_frac = (uint32_t)frac;
}

void gaps_jump(struct gaps *gaps, uint64_t time_ns)
{
	if (gaps->time_ns >= time_ns)
		return;
	gaps->time_ns = time_ns;
	gaps->time_frac = 0;
}

void gaps_init(struct gaps *gaps, const struct synthetic_params *params, double mean_bytes)
{
	memset(gaps, 0, sizeof(*gaps));
	gaps->params = params;
	rng_seed(&gaps->rng, params->seed, "traffic.gaps");
	rng_seed(&gaps->period, params->seed, "traffic.periods");
	if (params->pps) {
		gaps->mean_gap_ns = NSEC_PER_SEC / (double)params->pps;
	} else if (params->rate_bps) {
		gaps->ns_per_byte = 8 * NSEC_PER_SEC / (double)params->rate_bps;
		gaps->mean_gap_ns = gaps->ns_per_byte * (mean_bytes + SYNTHETIC_WIRE_OVERHEAD);
	}
	if (params->line_rate_bps)
		gaps->line_ns_per_byte = 8 * NSEC_PER_SEC / (double)params->line_rate_bps;
	if (params->arrivals == ARRIVALS_ONOFF)
		gaps->on_left_ns = period_ns(gaps, params->on_ns);
}
