/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_traffic.c - the traffic.* rows of a scenario, and what must hold between them.
 *
 * A key of another kind of traffic than the one chosen is allowed, so that a sweep can change the
 * kind; what contradicts the kind is refused.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/scenario/scenario.h"
#include "sim/scenario/traffic.h"
#include "traces/synthetic/synthetic.h"

#define FIELD(f) offsetof(struct scenario, f)

const struct option scenario_traffic_options[] = {
	{.key = "traffic.source",
	 .type = OPTION_TEXT,
	 .offset = FIELD(source),
	 .deflt = "synthetic",
	 .help = "synthetic, or the path of a trace.dat, pcap, pcapng or packet file"},
	{.key = "traffic.device",
	 .type = OPTION_TEXT,
	 .offset = FIELD(device),
	 .help = "device of the capture; empty: the one that received most"},
	{.key = "traffic.filter",
	 .type = OPTION_TEXT,
	 .offset = FIELD(filter),
	 .help = "pcap: only packets that match this pcap-filter expression, as of tcpdump"},
	{.key = "traffic.release",
	 .type = OPTION_ENUM,
	 .offset = FIELD(release),
	 .choices = "recorded|modelled",
	 .deflt = "recorded",
	 .help = "packets are released when the capture says so, or by the modelled reader"},
	{.key = "traffic.rate",
	 .type = OPTION_RATE,
	 .offset = FIELD(rate_bps),
	 .min = 1000,
	 .max = 10000000000000u,
	 .deflt = "10G",
	 .help = "synthetic: mean bits per second on the wire; or traffic.pps"},
	{.key = "traffic.pps",
	 .type = OPTION_UINT,
	 .offset = FIELD(pps),
	 .max = 10000000000u,
	 .deflt = "0",
	 .help = "synthetic: mean packets per second, instead of traffic.rate; 0: by traffic.rate"},
	{.key = "traffic.packets",
	 .type = OPTION_UINT,
	 .offset = FIELD(packets),
	 .max = UINT64_MAX,
	 .deflt = "0",
	 .help = "no more packets than this; 0: no limit"},
	{.key = "traffic.bytes",
	 .type = OPTION_BYTES,
	 .offset = FIELD(bytes),
	 .min = 60,
	 .max = 65536,
	 .deflt = "1514",
	 .help = "synthetic, sizes fixed: packet with Ethernet header, without FCS"},
	{.key = "traffic.sizes",
	 .type = OPTION_ENUM,
	 .offset = FIELD(sizes),
	 .choices = "fixed|imix|bimodal|empirical",
	 .deflt = "fixed",
	 .help = "synthetic: sizes of packets; imix: 64, 576, 1500 bytes at 7:4:1"},
	{.key = "traffic.bimodal.small",
	 .type = OPTION_BYTES,
	 .offset = FIELD(small_bytes),
	 .min = 60,
	 .max = 65536,
	 .deflt = "66",
	 .help = "bimodal sizes: the smaller"},
	{.key = "traffic.bimodal.large",
	 .type = OPTION_BYTES,
	 .offset = FIELD(large_bytes),
	 .min = 60,
	 .max = 65536,
	 .deflt = "1514",
	 .help = "bimodal sizes: the larger"},
	{.key = "traffic.bimodal.share",
	 .type = OPTION_MILLI,
	 .offset = FIELD(small_milli),
	 .max = 1000,
	 .deflt = "0.5",
	 .help = "bimodal sizes: share of packets that are small"},
	{.key = "traffic.sizes_file",
	 .type = OPTION_TEXT,
	 .offset = FIELD(sizes_file),
	 .help = "empirical sizes: file of lines BYTES CUMULATIVE, such as scenarios/aix-1999.cdf"},
	{.key = "traffic.arrivals",
	 .type = OPTION_ENUM,
	 .offset = FIELD(arrivals),
	 .choices = "constant|poisson|onoff|incast|burst",
	 .deflt = "constant",
	 .help = "synthetic: when packets come"},
	{.key = "traffic.line_rate",
	 .type = OPTION_RATE,
	 .offset = FIELD(line_rate_bps),
	 .min = 1000,
	 .max = 10000000000000u,
	 .deflt = "100G",
	 .help = "burst, incast: bits per second while packets come back to back"},
	{.key = "traffic.burst.packets",
	 .type = OPTION_UINT,
	 .offset = FIELD(burst_packets),
	 .min = 1,
	 .max = 65536,
	 .deflt = "32",
	 .help = "burst: packets of a burst, all of one flow; the mean rate is kept between "
		 "bursts"},
	{.key = "traffic.onoff.on",
	 .type = OPTION_DURATION,
	 .offset = FIELD(on_ns),
	 .min = 1000,
	 .max = 3600000000000u,
	 .deflt = "1ms",
	 .help = "onoff: mean time with packets, faster than the mean rate by (on + off) / on"},
	{.key = "traffic.onoff.off",
	 .type = OPTION_DURATION,
	 .offset = FIELD(off_ns),
	 .min = 1000,
	 .max = 3600000000000u,
	 .deflt = "1ms",
	 .help = "onoff: mean time without packets"},
	{.key = "traffic.onoff.lengths",
	 .type = OPTION_ENUM,
	 .offset = FIELD(lengths),
	 .choices = "exponential|fixed",
	 .deflt = "exponential",
	 .help = "onoff: how on and off times vary"},
	{.key = "traffic.incast.senders",
	 .type = OPTION_UINT,
	 .offset = FIELD(incast_senders),
	 .min = 1,
	 .max = 65536,
	 .deflt = "32",
	 .help = "incast: senders that answer at once, a flow each; their packets take turns"},
	{.key = "traffic.incast.period",
	 .type = OPTION_DURATION,
	 .offset = FIELD(incast_period_ns),
	 .min = 1000,
	 .max = 3600000000000u,
	 .deflt = "1ms",
	 .help = "incast: time between two rounds"},
	{.key = "traffic.incast.bytes",
	 .type = OPTION_BYTES,
	 .offset = FIELD(incast_bytes),
	 .min = 60,
	 .max = 1u << 30,
	 .deflt = "64K",
	 .help = "incast: bytes of packets that each sender answers with"},
	{.key = "traffic.flows",
	 .type = OPTION_UINT,
	 .offset = FIELD(flows),
	 .min = 1,
	 .max = 1 << 20,
	 .deflt = "64",
	 .help = "synthetic: flows; each stays on one queue"},
	{.key = "traffic.zipf",
	 .type = OPTION_MILLI,
	 .offset = FIELD(zipf_milli),
	 .max = 8000,
	 .deflt = "0",
	 .help = "synthetic: popularity of flow n (from 1) is as 1 / n^zipf; 0: all alike"},
	{0},
};

/* What leaves no doubt about what was meant must not be half obeyed. */
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

int scenario_traffic_finish(const struct scenario_input *in, char *err, size_t err_size)
{
	const struct scenario *s = &in->s;
	struct synthetic_params params;
	char path[1024];
	int ret;

	if (scenario_is_capture(s))
		return 0;
	if (s->filter[0]) {
		snprintf(err, err_size,
			 "traffic.filter: found '%.100s', but traffic.source is synthetic; "
			 "expected a pcap there",
			 s->filter);
		return -EINVAL;
	}
	if (!s->duration_ns && !s->packets) {
		snprintf(err, err_size,
			 "synthetic traffic has no end: set duration (for example "
			 "duration: 100ms) or traffic.packets");
		return -EINVAL;
	}
	ret = contradiction(in, err, err_size);
	if (ret)
		return ret;
	params = traffic_synthetic(s, path, sizeof(path));
	return synthetic_check(&params, err, err_size) ? -EINVAL : 0;
}
