/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * advice.c - a sentence for each thing a capture lacks.
 */
#include "tools/advice.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "traces/capture.h"

/* A tenth of the packets without a recorded release visibly shifts the memory curve. */
#define UNKNOWN_SHARE_BAD 0.1

/* No common MTU is larger: longer packets were captured after GRO or before TSO. */
#define MTU_BYTES_MAX 9728

static bool has_event(const struct capture_info *info, const char *name)
{
	for (unsigned int i = 0; i < info->nr_events; i++)
		if (!strcmp(info->events[i].name, name) && info->events[i].count)
			return true;
	return false;
}

static bool has_release_event(const struct capture_info *info)
{
	return has_event(info, "skb:consume_skb") || has_event(info, "skb:kfree_skb") ||
	       has_event(info, "skb:skb_copy_datagram_iovec");
}

static double unknown_share(const struct capture_device *dev)
{
	return dev && dev->packets ? (double)dev->release[RELEASE_UNKNOWN] / (double)dev->packets
				   : 0;
}

/* Captures of packets alone: directions, offloads, no release times. */
static unsigned int advice_packets(const struct capture_info *info, const char **advice)
{
	const struct capture_device *dev = capture_default_device(info);
	static char pick[320];
	unsigned int n = 0;

	if (!dev)
		advice[n++] = "nothing to replay: no packet came in that traffic.filter lets pass";
	if (dev && dev->pick[0]) {
		snprintf(pick, sizeof(pick),
			 "both directions are replayed as if one device received them: pick the "
			 "receiver, for the busiest --set 'traffic.filter=%s'",
			 dev->pick);
		advice[n++] = pick;
	}
	if (dev && dev->max_bytes > MTU_BYTES_MAX)
		advice[n++] = "packets longer than any MTU: they were captured after GRO or before "
			      "TSO, the device wrote smaller ones: record with "
			      "ethtool -K DEV gro off, or on another machine";
	if (dev)
		advice[n++] = "no release times and no kernel events, the modelled reader stands "
			      "in: trace-cmd or perf can record them (README)";
	return n;
}

/*
 * Larger than any MTU before the stack merged them: replay them as they are, which not every NIC
 * can take.
 */
static const char *advice_merged(const struct capture_device *dev)
{
	static char line[320];

	snprintf(line, sizeof(line),
		 "packets of up to %u bytes: merged by the device (LRO, GRO in hardware) or never "
		 "cut (GSO over veth), and replayed so: a nic.preset whose buffers do not hold "
		 "them is refused (nic.header_split=yes with nic.buffer=4K holds 69 KB); or record "
		 "with ethtool -K %s lro off rx-gro-hw off",
		 dev->max_bytes, dev->name);
	return line;
}

static unsigned int advice_events(const struct capture_info *info, const char **advice)
{
	const struct capture_device *dev = capture_default_device(info);
	bool packets = dev && dev->packets;
	unsigned int n = 0;

	if (!packets)
		advice[n++] = "nothing to replay: record net:napi_gro_receive_entry (best) or "
			      "net:netif_receive_skb";
	if (packets && !has_event(info, "net:napi_gro_receive_entry"))
		advice[n++] = "packets are seen after merging: record "
			      "net:napi_gro_receive_entry to see them as they arrived";
	if (packets && dev->before_gro && dev->max_bytes > MTU_BYTES_MAX)
		advice[n++] = advice_merged(dev);
	if (packets && !has_release_event(info))
		advice[n++] = "no release times, the modelled reader stands in: record "
			      "skb:consume_skb, skb:kfree_skb and skb:skb_copy_datagram_iovec";
	else if (packets && unknown_share(dev) > UNKNOWN_SHARE_BAD)
		advice[n++] = "many packets have no recorded release: record skb:consume_skb, "
			      "skb:kfree_skb and skb:skb_copy_datagram_iovec, all of them, until "
			      "the readers are done";
	if (packets && !info->truth.has_pool && !info->truth.has_iommu)
		advice[n++] = "nothing to compare with: record page_pool:* (and iommu:map, "
			      "iommu:unmap) to check the simulation against this kernel";
	return n;
}

/*
 * tools/capture picks the events itself. Long enough for the same traffic; where events were lost,
 * with room for them: about 30 bytes an event in a trace.dat v7, 100 uncompressed.
 */
static const char *advice_command(const struct capture_info *info)
{
	uint64_t seconds = info->span_ns / 1000000000u + 1;
	uint64_t mb = (info->events_total + info->lost_events) * 100 * 2 / 1000000 + 1;
	static char line[160];

	snprintf(line, sizeof(line),
		 "to record all of it on the receiving machine: sudo tools/capture -t %" PRIu64
		 " -s %" PRIu64 "M -o capture.dat",
		 seconds < 999999 ? seconds : 999999, mb < 64 ? 64 : mb);
	return line;
}

unsigned int advice_collect(const struct capture_info *info, const char *advice[ADVICE_MAX])
{
	unsigned int n;

	n = info->packets_only ? advice_packets(info, advice) : advice_events(info, advice);
	if (info->lost_events)
		advice[n++] =
			info->packets_only
				? "packets were lost: record with a larger buffer (tcpdump -B)"
				: "events were lost: record with larger buffers, or fewer events";
	if (info->truncated)
		advice[n++] = "the file is cut off: let the recorder end by itself";
	if (n)
		advice[n++] = advice_command(info);
	return n;
}
