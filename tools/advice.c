/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/advice.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "traces/capture.h"

/* A tenth of the packets without a recorded end shifts the memory curve visibly. */
#define UNKNOWN_SHARE_BAD 0.1

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

unsigned int advice_collect(const struct capture_info *info, const char *advice[ADVICE_MAX])
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
	if (info->lost_events)
		advice[n++] = "events were lost: record with larger buffers, or fewer events";
	if (info->truncated)
		advice[n++] = "the file is cut off: let the recorder end by itself";
	return n;
}
