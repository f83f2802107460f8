/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * synthetic_gaps.h - the clock of synthetic traffic: when the next packet arrives.
 */
#ifndef TRACES_SYNTHETIC_GAPS_H
#define TRACES_SYNTHETIC_GAPS_H

#include <stdbool.h>
#include "traces/synthetic/rng.h"
#include "traces/synthetic/synthetic.h"

/**
 * struct gaps - an arrival process
 * @time_ns, @time_frac: arrival of the next packet; the fraction is in 2^-32 ns
 * @ns_per_byte: at the mean rate; 0 when the rate is in packets
 * @mean_gap_ns: between packets
 * @line_ns_per_byte: at the line rate
 * @period: (onoff) stream of the lengths of periods
 * @on_left_ns: (onoff) of the period that is on
 * @in_burst: (burst) packets of the burst so far
 * @owed_ns: (burst) how far the burst is ahead of the mean rate
 */
struct gaps {
	const struct synthetic_params *params;
	struct rng rng, period;
	uint64_t time_ns;
	uint32_t time_frac;
	double ns_per_byte, mean_gap_ns, line_ns_per_byte;
	double on_left_ns;
	uint32_t in_burst;
	double owed_ns;
};

/** gaps_init() - @mean_bytes: of a packet, without SYNTHETIC_WIRE_OVERHEAD */
void gaps_init(struct gaps *gaps, const struct synthetic_params *params, double mean_bytes);

/** gaps_next() - a packet of @bytes arrived at @time_ns: move to the next arrival */
void gaps_next(struct gaps *gaps, uint32_t bytes);

/** gaps_jump() - the next packet arrives no earlier than @time_ns */
void gaps_jump(struct gaps *gaps, uint64_t time_ns);

/** gaps_burst_begins() - (burst) the next packet is the first of a burst */
static inline bool gaps_burst_begins(const struct gaps *gaps)
{
	return !gaps->in_burst;
}

#endif
