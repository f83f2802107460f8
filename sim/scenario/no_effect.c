/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * no_effect.c - the table of keys without effect, and the conditions of its rows.
 */
#include "sim/scenario/no_effect.h"

#include <stddef.h>
#include <string.h>

#include "sim/plugin/plugin.h"
#include "sim/scenario/strategies.h"
#include "sim/scenario/traffic.h"
#include "traces/capture.h"
#include "traces/synthetic/synthetic.h"

#define CONDITION(name)                                                                            \
	static bool name(const struct scenario *s, const struct capture_info *capture)

CONDITION(is_capture)
{
	(void)s;
	return capture != NULL;
}

CONDITION(is_synthetic)
{
	(void)s;
	return !capture;
}

CONDITION(sizes_not_fixed)
{
	return !capture && s->sizes != SIZES_FIXED;
}

CONDITION(sizes_not_bimodal)
{
	return !capture && s->sizes != SIZES_BIMODAL;
}

CONDITION(sizes_not_empirical)
{
	return !capture && s->sizes != SIZES_EMPIRICAL;
}

CONDITION(no_window)
{
	(void)capture;
	return s->kind != WORKLOAD_HOST || s->protocol == PROTOCOL_UDP ||
	       s->flow_control == FLOW_CONTROL_NONE;
}

CONDITION(is_udp)
{
	return !capture && s->protocol == PROTOCOL_UDP;
}

CONDITION(no_back_to_back)
{
	return !capture && s->arrivals != ARRIVALS_BURST && s->arrivals != ARRIVALS_INCAST &&
	       no_window(s, capture);
}

CONDITION(not_burst)
{
	return !capture && s->arrivals != ARRIVALS_BURST;
}

CONDITION(not_onoff)
{
	return !capture && s->arrivals != ARRIVALS_ONOFF;
}

CONDITION(not_incast)
{
	return !capture && s->arrivals != ARRIVALS_INCAST;
}

CONDITION(one_flow)
{
	return !capture && s->flows == 1;
}

CONDITION(no_socket)
{
	(void)capture;
	return s->kind != WORKLOAD_HOST;
}

/* All releases are recorded: no packet goes to the modelled reader. */
CONDITION(all_recorded)
{
	const struct capture_device *dev = capture ? traffic_device(s, capture) : NULL;

	return dev && s->kind == WORKLOAD_HOST && s->release == RELEASE_MODE_RECORDED &&
	       !dev->release[RELEASE_UNKNOWN];
}

CONDITION(not_bursty)
{
	(void)capture;
	return s->pattern != READER_BURSTY;
}

/* Releases whose CPU the capture does not name are on the reader's core. */
static bool reader_releases(const struct scenario *s, const struct capture_info *capture)
{
	const struct capture_device *dev = capture ? traffic_device(s, capture) : NULL;

	return !no_socket(s, capture) &&
	       (!all_recorded(s, capture) || (dev && dev->release[RELEASE_WINDOW]));
}

/* The reader's core is one that runs something else in any case: no core comes in by this key. */
CONDITION(core_is_there)
{
	const struct capture_device *dev = capture ? traffic_device(s, capture) : NULL;
	uint64_t cores = s->nic.queues;

	if (dev && dev->queues > cores)
		cores = dev->queues;
	if (capture && capture->cpus > cores)
		cores = capture->cpus;
	return s->reader_core < cores && !reader_releases(s, capture);
}

CONDITION(not_router)
{
	(void)capture;
	return s->kind != WORKLOAD_ROUTER;
}

CONDITION(no_link)
{
	(void)capture;
	return s->kind == WORKLOAD_ROUTER && !s->nic.link_bps;
}

/* What the capture's device sent is mapped whatever the receive side does. */
CONDITION(nothing_mapped)
{
	return s->nic.buffers == NIC_ON_DEMAND && !(capture && capture->truth.has_iommu);
}

CONDITION(recorded_on_demand)
{
	return capture && capture->cpus && s->nic.buffers == NIC_ON_DEMAND;
}

CONDITION(dma_takes_no_time)
{
	return !s->iommu || (capture && capture->cpus);
}

CONDITION(no_moderation)
{
	(void)capture;
	return !s->nic.rx_usecs_ns;
}

CONDITION(whole_buffers)
{
	(void)capture;
	return s->nic.header_split;
}

CONDITION(no_xdp_recorded)
{
	return !capture || capture->packets_only || s->kind != WORKLOAD_HOST;
}

CONDITION(not_deferred)
{
	(void)capture;
	return !nic_defers(&s->nic);
}

CONDITION(no_pool)
{
	unsigned int shift = (unsigned int)__builtin_ctzl(s->page_size);

	(void)capture;
	for (unsigned int i = 0; i < s->strategies.n; i++) {
		unsigned int option[STRATEGY_MAX_OPTIONS];
		const struct rx_strategy *strategy;
		char err[512];

		if (strategy_find(s->strategies.word[i], shift, &strategy, option, err,
				  sizeof(err)) ||
		    strategy->has_pool_stats || plugin_find(PLUGIN_SIM, shift, strategy->name))
			return false;
	}
	return true;
}

/* Strategies of the user's own are told the kernel, and what a kernel recorded may be of frag_*. */
CONDITION(no_kernel_differs)
{
	unsigned int shift = (unsigned int)__builtin_ctzl(s->page_size);
	char driver[64];

	if (!no_socket(s, capture) && !not_deferred(s, capture) && !all_recorded(s, capture))
		return false;
	if (s->page_size > 4096 && !no_pool(s, capture))
		return false;
	for (unsigned int i = 0; i < s->strategies.n; i++) {
		unsigned int option[STRATEGY_MAX_OPTIONS];
		const struct rx_strategy *strategy;
		char err[512];

		if (strategy_find(s->strategies.word[i], shift, &strategy, option, err,
				  sizeof(err)) ||
		    plugin_find(PLUGIN_SIM, shift, strategy->name))
			return false;
	}
	nic_strategy(&s->nic, driver, sizeof(driver));
	return !capture || strncmp(driver, "frag_", 5) != 0;
}

#define ROW(k, when, because, do_instead)                                                          \
	{                                                                                          \
		.key = (k), .applies = (when), .why = (because), .instead = (do_instead)           \
	}

#define SYNTHETIC(k) ROW(k, is_capture, "packets come from a capture as it recorded them", NULL)

#define READER(k)                                                                                  \
	ROW(k, no_socket, "only workload.kind=host has a reader", NULL),                           \
		ROW(k, all_recorded, "the capture says when each packet was released",             \
		    "traffic.release=modelled")

#define ROUTER(k) ROW(k, not_router, "only workload.kind=router sends packets", NULL)

const struct no_effect_row no_effect_rows[] = {
	{.key = "iommu",
	 .applies = nothing_mapped,
	 .why = "this NIC takes its buffers on demand (nic.buffers), and maps none for a device: "
		"nothing can be said about the cost of an IOMMU",
	 .instead = "a preset that posts buffers (nic.preset=igb and others)",
	 .placed = true},
	{.key = "kernel",
	 .applies = no_kernel_differs,
	 .why = "no skb is deferred and no page_pool has pages above 4K, so all kernels are alike",
	 .placed = true,
	 .harmless = true},
	SYNTHETIC("traffic.rate"),
	SYNTHETIC("traffic.pps"),
	SYNTHETIC("traffic.bytes"),
	SYNTHETIC("traffic.sizes"),
	SYNTHETIC("traffic.bimodal.small"),
	SYNTHETIC("traffic.bimodal.large"),
	SYNTHETIC("traffic.bimodal.share"),
	SYNTHETIC("traffic.sizes_file"),
	SYNTHETIC("traffic.protocol"),
	SYNTHETIC("traffic.flow_control"),
	SYNTHETIC("traffic.rtt"),
	SYNTHETIC("traffic.arrivals"),
	SYNTHETIC("traffic.line_rate"),
	SYNTHETIC("traffic.burst.packets"),
	SYNTHETIC("traffic.onoff.on"),
	SYNTHETIC("traffic.onoff.off"),
	SYNTHETIC("traffic.onoff.lengths"),
	SYNTHETIC("traffic.incast.senders"),
	SYNTHETIC("traffic.incast.period"),
	SYNTHETIC("traffic.incast.bytes"),
	SYNTHETIC("traffic.flows"),
	SYNTHETIC("traffic.zipf"),
	ROW("traffic.bytes", sizes_not_fixed, "traffic.sizes is not fixed", NULL),
	ROW("traffic.bimodal.small", sizes_not_bimodal, "traffic.sizes is not bimodal", NULL),
	ROW("traffic.bimodal.large", sizes_not_bimodal, "traffic.sizes is not bimodal", NULL),
	ROW("traffic.bimodal.share", sizes_not_bimodal, "traffic.sizes is not bimodal", NULL),
	ROW("traffic.sizes_file", sizes_not_empirical, "traffic.sizes is not empirical", NULL),
	ROW("traffic.protocol", no_socket, "only workload.kind=host has a socket", NULL),
	ROW("traffic.flow_control", no_socket, "only workload.kind=host has a socket", NULL),
	ROW("traffic.flow_control", is_udp, "traffic.protocol is udp, which has none", NULL),
	ROW("traffic.rtt", no_window, "no packet waits for a window (traffic.flow_control)", NULL),
	ROW("traffic.line_rate", no_back_to_back,
	    "traffic.arrivals is neither burst nor incast, and traffic.flow_control not window",
	    NULL),
	ROW("traffic.burst.packets", not_burst, "traffic.arrivals is not burst", NULL),
	ROW("traffic.onoff.on", not_onoff, "traffic.arrivals is not onoff", NULL),
	ROW("traffic.onoff.off", not_onoff, "traffic.arrivals is not onoff", NULL),
	ROW("traffic.onoff.lengths", not_onoff, "traffic.arrivals is not onoff", NULL),
	ROW("traffic.incast.senders", not_incast, "traffic.arrivals is not incast", NULL),
	ROW("traffic.incast.period", not_incast, "traffic.arrivals is not incast", NULL),
	ROW("traffic.incast.bytes", not_incast, "traffic.arrivals is not incast", NULL),
	ROW("traffic.zipf", one_flow, "there is one flow (traffic.flows)", NULL),
	ROW("traffic.device", is_synthetic, "traffic is synthetic", NULL),
	ROW("traffic.release", is_synthetic, "traffic is synthetic: nothing is recorded", NULL),
	ROW("traffic.release", no_socket,
	    "only workload.kind=host keeps a packet until it is released", NULL),
	READER("workload.reader.pattern"),
	READER("workload.reader.pause"),
	READER("workload.reader.bytes"),
	READER("workload.reader.socket"),
	READER("workload.rcvbuf"),
	ROW("workload.reader.core", core_is_there,
	    "no packet goes to the modelled reader, all releases are recorded or workload.kind has "
	    "no reader",
	    "traffic.release=modelled"),
	ROW("workload.reader.pause", not_bursty, "workload.reader.pattern is not bursty", NULL),
	ROW("workload.reader.bytes", not_bursty, "workload.reader.pattern is not bursty", NULL),
	ROUTER("workload.forward"),
	ROUTER("nic.tx_ring"),
	ROUTER("nic.tx_batch"),
	ROUTER("nic.link"),
	ROW("nic.tx_batch", no_link, "sending takes no time (nic.link is 0)", NULL),
	{.key = "nic.ring",
	 .applies = recorded_on_demand,
	 .why = "on demand nothing is posted, and packets do not wait: the capture says when each "
		"was polled",
	 .instead = "a preset that posts buffers (nic.preset=igb and others)",
	 .placed = true},
	{.key = "nic.descriptor",
	 .applies = recorded_on_demand,
	 .why = "on demand there are no descriptors",
	 .instead = "a preset that posts buffers (nic.preset=igb and others)",
	 .placed = true},
	ROW("nic.fifo", dma_takes_no_time,
	    "packets wait for DMA only behind an IOMMU, and those of a recorded capture never do",
	    NULL),
	ROW("nic.rx_frames", no_moderation, "without nic.rx_usecs no interrupt is delayed", NULL),
	ROW("nic.headroom", whole_buffers, "with nic.header_split data fills whole buffers", NULL),
	ROW("nic.tailroom", whole_buffers, "with nic.header_split data fills whole buffers", NULL),
	ROW("nic.xdp_tx", no_xdp_recorded,
	    "it is about packets that a capture of kernel events shows XDP sending on", NULL),
	ROW("nic.copybreak", no_socket, "only workload.kind=host makes skbs", NULL),
	ROW("nic.gro", no_socket, "only workload.kind=host makes skbs", NULL),
	ROW("nic.free_path", no_socket, "only workload.kind=host makes skbs", NULL),
	ROW("net.skb_defer_max", no_socket, "only workload.kind=host makes skbs", NULL),
	ROW("net.skb_defer_max", not_deferred, "nic.free_path defers nothing", NULL),
	ROW("net.skb_defer_max", all_recorded, "the capture says when each packet was released",
	    "traffic.release=modelled"),
	ROW("nic.strategy", is_synthetic, "nothing is recorded that could be compared with it",
	    NULL),
	ROW("nic.pool_size", no_pool, "none of the strategies has a page_pool's ring", NULL),
	{0},
};

static bool said_before(const struct no_effect_row *row, const struct scenario_input *in,
			const struct capture_info *capture)
{
	for (const struct no_effect_row *r = no_effect_rows; r < row; r++)
		if (!strcmp(r->key, row->key) && r->applies(&in->s, capture))
			return true;
	return false;
}

const struct no_effect_row *no_effect_next(const struct scenario_input *in,
					   const struct capture_info *capture,
					   const struct no_effect_row *after)
{
	const struct no_effect_row *row = after ? after + 1 : no_effect_rows;

	for (; row->key; row++)
		if (scenario_given(in, row->key) && row->applies(&in->s, capture) &&
		    !said_before(row, in, capture))
			return row;
	return NULL;
}
