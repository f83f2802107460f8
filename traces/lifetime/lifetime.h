/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lifetime.h - when was the memory of a received packet released, and by which CPU?
 *
 * Events go in, packets come out in order of arrival, each as soon as its end is certain. The
 * kernel does not record that end; it is inferred (rules in lifetime.c), best evidence first.
 * Works for any capture format: it knows only struct event.
 */
#ifndef TRACES_LIFETIME_H
#define TRACES_LIFETIME_H

#include <stdbool.h>
#include <stdint.h>
#include "traces/events/event.h"
#include "traces/lifetime/deferred.h"
#include "traces/lifetime/flows.h"
#include "traces/packet.h"
#include "traces/lifetime/slots.h"
#include "traces/lifetime/xdp.h"

#define LIFETIME_MAX_CPUS 8192

/** LIFETIME_ALL_DEVS - follow the packets of every device */
#define LIFETIME_ALL_DEVS EVENT_NO_DEV

/**
 * struct copy_doubted - a copy that would end packets before it, and may be of another skb with
 * the same address, that left no event: a free that says so follows on the CPU at once
 * @ev, @time_ns: as they came; @waits: there is one
 * @whole: it may be of a whole datagram, which its reader frees at once
 */
struct copy_doubted {
	struct event ev;
	uint64_t time_ns;
	bool waits, whole;
};

/**
 * struct lifetime - state of the inference
 * @slots: packets whose end is not known yet
 * @flows: state by flow
 * @dev: device to follow, or LIFETIME_ALL_DEVS
 * @before_gro: (one device) packets arrive at napi_gro_receive_entry, not at netif_receive_skb
 * @queue_base: (one device) queue_mapping of queue 0
 * @sends: (one device) packets that it sends are packets too, with PACKET_SENT
 * @polls: (one device) the capture recorded its NAPI polls
 * @poll_last: by CPU: the last packet of the poll that runs there, SLOT_NONE between polls
 * @first_ns: packet times count from here
 * @delivered: by CPU: the skb that the stack is processing there, or SLOT_NONE
 * @sending: by CPU: the packet whose transmit function runs there, or SLOT_NONE
 * @flush, @recent: by CPU
 * @doubted: the copy that waits for the next event of its CPU, or of its skb
 * @xdp: by CPU, or NULL: what it copied and sent by XDP
 * @arrival_ns: of the last packet
 * @gro_seen: (all devices) devices that showed a napi_gro_receive_entry
 * @last_ns: time of the last event
 * @nr_cpus: CPUs that had events, or more
 * @arrived, @started: packets that came in and that a device began to send, on all devices
 * @copied, @copied_known: bytes copied to user space, and those of them that came in before
 * @freed_visibly, @freed_silently: skbs read by another CPU and freed with, without an event
 * @frees_are_recorded: the former is the rule in this capture (lifetime_saw_frees()
 *	of a first pass)
 */
struct lifetime {
	struct slots slots;
	struct flows flows;
	uint16_t dev;
	bool before_gro;
	bool sends;
	bool polls;
	uint16_t queue_base;
	uint64_t first_ns;
	uint64_t *poll_last;
	uint64_t *delivered;
	uint64_t *sending;
	struct flush *flush;
	struct recent *recent;
	struct copy_doubted doubted;
	struct xdp_cpu **xdp;
	uint64_t arrival_ns;
	bool *gro_seen;
	uint64_t last_ns;
	unsigned int nr_cpus;
	uint64_t arrived, started;
	uint64_t copied, copied_known;
	uint64_t freed_visibly, freed_silently;
	bool frees_are_recorded;
};

/**
 * lifetime_init() - before the first event; follows all devices until @dev is set
 * @first_ns: time of the first event
 * Return: 0 or -ENOMEM (then nothing to free).
 */
int lifetime_init(struct lifetime *life, uint64_t first_ns);

/** lifetime_fini() - free the state; accepts one that is all zero */
void lifetime_fini(struct lifetime *life);

/**
 * lifetime_feed() - one event, in order of time
 * Call lifetime_take() until it returns false before the next event.
 * Return: 0 or -ENOMEM.
 */
int lifetime_feed(struct lifetime *life, const struct event *ev);

/** lifetime_saw_frees() - are skbs read by another CPU freed with an event in this capture? */
bool lifetime_saw_frees(const struct lifetime *life);

/** lifetime_finish() - the capture is over: open packets end by the best evidence there is */
void lifetime_finish(struct lifetime *life);

/**
 * lifetime_take() - the oldest packet, if it is final
 * @slot: a copy; pkt, dev and from_gro are valid
 * Return: true with @slot written, or false: feed more events, or the end after lifetime_finish().
 */
bool lifetime_take(struct lifetime *life, struct slot *slot);

#endif
