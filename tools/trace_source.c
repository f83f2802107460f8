/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_source.c - scan the capture of a scenario, and refuse one that cannot be replayed.
 */
#include "tools/trace_source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scenario_input.h"
#include "sim/scenario/traffic.h"
#include "tools/cli.h"
#include "traces/capture.h"

/* Simulated time is a double in seconds; beyond 2^52 ns (52 days) it cannot resolve 1 ns. */
#define SPAN_MAX_NS (UINT64_C(1) << 52)

#define MAX_NAMED_EVENTS 6

json_t *trace_source_truth(const struct capture_info *info)
{
	json_t *names = json_array();

	if (info->truth.has_pool)
		json_array_append_new(names, json_string("page_pool"));
	if (info->truth.has_iommu)
		json_array_append_new(names, json_string("iommu"));
	if (info->truth.has_driver_pages)
		json_array_append_new(names, json_string("driver_pages"));
	return names;
}

static void unusable(const struct capture_info *info)
{
	char found[CLI_ERR_MAX / 2] = "no event";
	size_t n = 0;

	for (unsigned int i = 0; i < info->nr_events && i < MAX_NAMED_EVENTS; i++)
		n += (size_t)snprintf(found + n, sizeof(found) - n, "%s%s (%" PRIu64 ")",
				      i ? ", " : "", info->events[i].name, info->events[i].count);
	if (info->packets_only) {
		cli_error("%s: no received packet to replay: found %s; expected packets that "
			  "traffic.filter lets pass and that are not outgoing",
			  info->path, found);
		return;
	}
	cli_error("%s: no received packet to replay: found %s%s; needed net:napi_gro_receive_entry "
		  "or net:netif_receive_skb, and for the release times skb:consume_skb, "
		  "skb:kfree_skb, skb:skb_copy_datagram_iovec",
		  info->path, found, info->nr_events > MAX_NAMED_EVENTS ? ", ..." : "");
}

static void device_unknown(const struct scenario *s, const struct capture_info *info)
{
	const char *names[CAPTURE_MAX_DEVS + 1] = {NULL};

	for (unsigned int i = 0; i < info->nr_devices; i++)
		names[i] = info->devices[i].name;
	cli_unknown("device", s->device, names);
}

static int judge(const struct scenario *s, const struct capture_info *info)
{
	const struct capture_device *dev = traffic_device(s, info), *best;

	best = capture_default_device(info);
	if (!best || !best->packets) {
		unusable(info);
		return CLI_USAGE;
	}
	if (!dev) {
		device_unknown(s, info);
		return CLI_USAGE;
	}
	if (!dev->packets) {
		cli_error("%s: device %s received no packet; %s received %" PRIu64, info->path,
			  dev->name, best->name, best->packets);
		return CLI_USAGE;
	}
	if (info->span_ns > SPAN_MAX_NS && !s->duration_ns) {
		cli_error("%s: spans %.0f days, expected at most 52: its clock jumps; cut it, or "
			  "leave out its end with --set duration=10s",
			  info->path, (double)info->span_ns / 86400e9);
		return CLI_USAGE;
	}
	return CLI_GO;
}

int trace_source_scan(const struct scenario *s, struct capture_info **out)
{
	struct capture_info *info = calloc(1, sizeof(*info));
	char path[TRACE_PATH_MAX], err[CLI_ERR_MAX] = "";
	int ret, code;

	if (!info) {
		cli_error("not enough memory to scan a capture");
		return CLI_FAILED;
	}
	scenario_path(s, SCENARIO_SOURCE, path, sizeof(path));
	ret = capture_scan_filtered(path, s->filter, info, err, sizeof(err));
	if (ret) {
		cli_error("%s", err);
		free(info);
		return CLI_USAGE;
	}
	code = judge(s, info);
	if (code == CLI_GO)
		*out = info;
	else
		free(info);
	return code;
}

int trace_source_pick(struct scenario_input *in, struct capture_info **capture)
{
	const struct capture_info *info = *capture;
	const struct capture_device *dev = traffic_device(&in->s, info);
	char err[CLI_ERR_MAX] = "";

	if (!info->packets_only || info->origin[0] || !dev || !dev->pick[0] ||
	    scenario_given(in, "traffic.filter"))
		return CLI_GO;
	if (scenario_find(in, "traffic.filter", dev->pick, ORIGIN_INFERRED,
			  "the address that received most", err, sizeof(err))) {
		cli_error("%s", err);
		return CLI_USAGE;
	}
	free(*capture);
	*capture = NULL;
	return trace_source_scan(&in->s, capture);
}
