/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deliver.h - the end of the receive path: to whom a packet goes, and what is counted.
 *
 * Recorded release: the capture says when and on which CPU the packet was released. Otherwise it
 * goes to the socket of the modelled consumer, which may refuse it.
 */
#ifndef SIM_DELIVER_H
#define SIM_DELIVER_H

#include <stdbool.h>

struct skb;
struct packet;
struct sim;

/** deliver_count() - count a packet as delivered now: to the stack, or to where it is sent */
void deliver_count(struct sim *sim, struct skb *skb);

/** deliver_drop() - the packet ends here (XDP_DROP): core_current puts its buffers directly */
void deliver_drop(struct sim *sim, struct skb *skb);

/** deliver_is_recorded() - does the capture say when @pkt was released, and is it to be believed? */
bool deliver_is_recorded(const struct sim *sim, const struct packet *pkt);

/**
 * deliver_skb() - core_current hands an skb to its consumer
 * @pkt: the recorded packet, whose release decides; NULL: the modelled consumer gets it
 * Ownership: @skb is taken; gone at once where the socket refuses it.
 */
void deliver_skb(struct sim *sim, struct skb *skb, const struct packet *pkt);

#endif
