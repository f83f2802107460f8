/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * event.h - one kernel event, as every capture reader delivers it.
 *
 * Readers differ in container and encoding; their users (event_scan.c, lifetime.c, truth.c) know
 * only this record. Times are ns of the capture's clock; names are numbers in the reader's tables
 * (reader.h).
 */
#ifndef TRACES_EVENT_H
#define TRACES_EVENT_H

#include <stdint.h>

/** enum event_kind - what happened, by the kernel's tracepoint */
enum event_kind {
	EVENT_OTHER,	     /* counted, otherwise ignored */
	EVENT_GRO_RECEIVE,   /* net:napi_gro_receive_entry, net:napi_gro_frags_entry */
	EVENT_NETIF_RECEIVE, /* net:netif_receive_skb */
	EVENT_NETIF_RX,	     /* net:netif_rx */
	EVENT_TX_QUEUE,	     /* net:net_dev_queue */
	EVENT_TX_START,	     /* net:net_dev_start_xmit */
	EVENT_XDP_SENT,	     /* xdp:xdp_bulk_tx, xdp:xdp_devmap_xmit: @len packets of a poll left */
	EVENT_TX_END,	     /* net:net_dev_xmit: ndo_start_xmit() has returned */
	EVENT_CONSUME,	     /* skb:consume_skb */
	EVENT_KFREE,	     /* skb:kfree_skb */
	EVENT_COPY,	     /* skb:skb_copy_datagram_iovec */
	EVENT_NAPI_POLL,     /* napi:napi_poll: a poll has ended */
	EVENT_POOL_HOLD,     /* page_pool:page_pool_state_hold */
	EVENT_POOL_RELEASE,  /* page_pool:page_pool_state_release */
	EVENT_POOL_CLOSE,    /* page_pool:page_pool_release: the pool is being destroyed */
	EVENT_IOMMU_MAP,     /* iommu:map */
	EVENT_IOMMU_UNMAP,   /* iommu:unmap */
	EVENT_PAGE_ALLOC,    /* kmem:mm_page_alloc */
	EVENT_PAGE_FREE,     /* kmem:mm_page_free */
	EVENT_KINDS
};

/** enum event_flags - what is known of an event beyond its kind */
enum event_flags {
	EVENT_VLAN_TAG = 1 << 0, /* the VLAN tag is in the skb, not in the packet */
	EVENT_FOREIGN = 1 << 1,	 /* freed by code that never frees a delivered skb */
	EVENT_MEMALLOC = 1 << 2, /* page taken with __GFP_MEMALLOC: a driver's receive buffer */
	EVENT_SOFTIRQ = 1 << 3,	 /* of pool events: the CPU was serving a softirq */
};

/** EVENT_NO_DEV - the event names no device */
#define EVENT_NO_DEV UINT16_MAX

/**
 * struct event - one record of a capture
 * @time_ns: on the capture's clock
 * @object: address of the skb, or of the page_pool; number of the page frame
 * @len: bytes, as recorded; the pool's hold or release count of pool events; the order of page
 *	events
 * @hash: flow hash, 0 when unknown
 * @napi: ID of the NAPI context that received it, 0 when unknown
 * @cpu: where it happened
 * @dev: number of the device in the reader's table, or EVENT_NO_DEV
 * @queue: queue_mapping as recorded
 * @type: number of the event type in the reader's table
 * @kind: enum event_kind
 * @flags: enum event_flags
 * @free_site: of frees: number of the call site, from 1; 0 when unknown, or when symbols tell more
 */
struct event {
	uint64_t time_ns;
	uint64_t object;
	uint32_t len;
	uint32_t hash;
	uint32_t napi;
	uint16_t cpu;
	uint16_t dev;
	uint16_t queue;
	uint16_t type;
	uint8_t kind;
	uint8_t flags;
	uint8_t free_site;
};

#endif
