/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deferred.h - lists of deferred frees, one for each CPU, as far as events show them.
 *
 * Who reads an skb that another CPU allocated leaves it in that CPU's list, which is emptied before
 * each poll there: its frees have events then. Which CPU that is, is not recorded: the one that
 * received the packet, behind a veth the sender's.
 * Source: skb-defer
 */
#ifndef TRACES_DEFERRED_H
#define TRACES_DEFERRED_H

#include <stdbool.h>
#include <stdint.h>
#include "traces/events/event.h"

struct lifetime;
struct slot;

/**
 * struct flush - frees that follow one another on a CPU, as those of deferred skbs do
 * @nr: how many, of delivered datagrams
 * @begun_ns, @last_ns: times of the first and the last
 */
struct flush {
	unsigned int nr;
	uint64_t begun_ns, last_ns;
};

/** RECENT_ARRIVALS - an sk_buff that a CPU freed is in use again when it has received so many */
#define RECENT_ARRIVALS 128

/** DEFERRED_ANY_CPU - of whoever read an skb: not known */
#define DEFERRED_ANY_CPU UINT16_MAX

/**
 * struct recent - when a CPU received, and when it freed what others had read
 * @nr: packets since @since_ns
 * @before_ns, @since_ns: times of the last two in RECENT_ARRIVALS
 * @poll_before_ns, @poll_ns: ends of its last two NAPI polls; 0: it had none
 * @freeing_ns: one more than when frees began that nothing came between; 0: none now
 * @freed_ns: time of the last of these
 * @flush_ns: when frees began among which there was an skb that another CPU had read, the last time
 * @flush_before_ns: the time before that
 * @flushes: it had such frees
 * @sends: it sent packets, so it allocates skbs
 */
struct recent {
	uint64_t before_ns, since_ns;
	uint64_t poll_before_ns, poll_ns;
	uint64_t freeing_ns, freed_ns;
	uint64_t flush_before_ns, flush_ns;
	unsigned int nr;
	bool flushes, sends;
};

/** deferred_event() - each event, before it is looked at */
void deferred_event(struct lifetime *life, const struct event *ev, uint64_t time_ns);

/** deferred_arrival() - @cpu received a packet */
void deferred_arrival(struct recent *cpu, uint64_t time_ns);

/** deferred_poll() - a poll of @cpu ended */
void deferred_poll(struct recent *cpu, uint64_t time_ns);

/** deferred_freed() - @cpu freed, by a consume event that was given, what another one had read */
void deferred_freed(struct recent *cpu);

/** deferred_is_local() - was all that was received, or nearly, sent by this machine? */
bool deferred_is_local(const struct lifetime *life);

/**
 * deferred_may_hold() - may a list still have @slot, which was read by @ns on @reader?
 * @reader: or DEFERRED_ANY_CPU, when it is known of later ones that they were freed: then only
 *	lists that have been seen are looked at
 */
bool deferred_may_hold(const struct lifetime *life, const struct slot *slot, uint16_t reader,
		       uint64_t ns);

#endif
