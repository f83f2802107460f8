/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deliver.h - the end of the receive path: who gets a packet, and what is counted.
 *
 * With a recorded release the capture says when and on which CPU the packet is released.
 * Otherwise it goes to the socket of the modelled application, which may drop it.
 */
#ifndef SIM_DELIVER_H
#define SIM_DELIVER_H

#include <stdbool.h>

struct skb;
struct packet;
struct sim;

/** deliver_count() - count @skb as delivered now: to the stack, or to its TX ring */
void deliver_count(struct sim *sim, struct skb *skb);

/** deliver_drop() - XDP_DROP: core_current puts the buffers directly. Ownership: takes @skb */
void deliver_drop(struct sim *sim, struct skb *skb);

/** deliver_is_recorded() - is the release of @pkt taken from the capture? */
bool deliver_is_recorded(const struct sim *sim, const struct packet *pkt);

/**
 * deliver_skb() - core_current delivers @skb
 * @pkt: its record, where the release may be recorded; NULL: it goes to the socket
 * Ownership: takes @skb; freed at once where the socket drops it.
 */
void deliver_skb(struct sim *sim, struct skb *skb, const struct packet *pkt);

#endif
