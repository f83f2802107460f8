/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * traffic_synthetic.c - parameters of synthetic traffic, and contradictions between traffic.* keys.
 */
#include "sim/scenario/traffic_synthetic.h"

#include <errno.h>
#include <stdio.h>

struct synthetic_params traffic_synthetic(const struct scenario *s, char *path, size_t size)
{
	scenario_path(s, SCENARIO_SIZES, path, size);
	return (struct synthetic_params){
		.seed = s->seed,
		.rate_bps = s->pps ? 0 : s->rate_bps,
		.pps = s->pps,
		.line_rate_bps = s->line_rate_bps,
		.duration_ns = s->duration_ns,
		.packets = s->packets,
		.arrivals = s->arrivals,
		.on_ns = s->on_ns,
		.off_ns = s->off_ns,
		.lengths = s->lengths,
		.incast_senders = (uint32_t)s->incast_senders,
		.incast_period_ns = s->incast_period_ns,
		.incast_bytes = s->incast_bytes,
		.burst_packets = (uint32_t)s->burst_packets,
		.sizes = s->sizes,
		.small_bytes = (uint32_t)s->small_bytes,
		.large_bytes = (uint32_t)s->large_bytes,
		.small_milli = (uint32_t)s->small_milli,
		.sizes_file = s->sizes_file[0] ? path : NULL,
		.zipf_milli = (uint32_t)s->zipf_milli,
		.bytes = s->bytes,
		.flows = s->flows,
		.queues = s->nic.queues,
		.datagrams = s->protocol == PROTOCOL_UDP,
	};
}

/* Refuse keys of which one would silently be ignored. */
static int contradiction(const struct scenario_input *in, char *err, size_t err_size)
{
	static const char *const not_of_incast[] = {"traffic.rate", "traffic.pps", "traffic.flows",
						    "traffic.zipf"};
	const struct scenario *s = &in->s;

	if (s->pps && scenario_given(in, "traffic.rate")) {
		snprintf(err, err_size,
			 "traffic.pps: found %llu beside a traffic.rate; expected one of them",
			 (unsigned long long)s->pps);
		return -EINVAL;
	}
	if (s->arrivals != ARRIVALS_INCAST)
		return 0;
	for (size_t i = 0; i < sizeof(not_of_incast) / sizeof(not_of_incast[0]); i++) {
		if (!scenario_given(in, not_of_incast[i]))
			continue;
		snprintf(err, err_size,
			 "%s: found with incast arrivals, whose rate and flows follow from "
			 "traffic.incast.*; expected it left out",
			 not_of_incast[i]);
		return -EINVAL;
	}
	return 0;
}

int traffic_synthetic_check(const struct scenario_input *in, char *err, size_t err_size)
{
	const struct scenario *s = &in->s;
	struct synthetic_params params;
	char path[1024];
	int ret;

	if (scenario_is_capture(s))
		return 0;
	if (s->filter[0]) {
		snprintf(err, err_size,
			 "traffic.filter: found \"%.100s\", but traffic.source is synthetic; "
			 "expected a pcap there",
			 s->filter);
		return -EINVAL;
	}
	if (!s->duration_ns && !s->packets) {
		snprintf(err, err_size,
			 "duration: found 0s, with which synthetic traffic has no end; expected a "
			 "time such as 100ms, or a number of traffic.packets");
		return -EINVAL;
	}
	if (s->flow_control == FLOW_CONTROL_WINDOW && s->pattern == READER_STALLED &&
	    !s->duration_ns) {
		snprintf(err, err_size,
			 "traffic.flow_control: found window with workload.reader.pattern=stalled: "
			 "the traffic ends when the reader has read, which it does when the "
			 "traffic has ended; expected a duration");
		return -EINVAL;
	}
	ret = contradiction(in, err, err_size);
	if (ret)
		return ret;
	params = traffic_synthetic(s, path, sizeof(path));
	return synthetic_check(&params, err, err_size) ? -EINVAL : 0;
}
