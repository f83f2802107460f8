/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deliver.h - the end of the receive path: who gets a packet, and what is counted.
 *
 * With a recorded release the capture says when and on which CPU the packet is released. Where it
 * only says when the packet was read (PACKET_CPU_READER), the stack is the model's: GRO merges, TCP
 * appends, the modelled reader's core copies at that time and frees as its kernel does.
 * Otherwise it goes to the socket of the modelled application, which may drop it.
 */
#ifndef SIM_DELIVER_H
#define SIM_DELIVER_H

#include <stdbool.h>
#include <stdint.h>

struct skb;
struct packet;
struct sim;

/** deliver_count() - count @skb as delivered now: to the stack, or to its TX ring */
void deliver_count(struct sim *sim, struct skb *skb);

/** deliver_drop() - XDP_DROP: core_current puts the buffers directly. Ownership: takes @skb */
void deliver_drop(struct sim *sim, struct skb *skb);

/** deliver_is_recorded() - is the release of @pkt taken from the capture? */
bool deliver_is_recorded(const struct sim *sim, const struct packet *pkt);

/** deliver_read_ns() - when @pkt was read, if that is all the capture says; 0: it is not */
uint64_t deliver_read_ns(const struct sim *sim, const struct packet *pkt);

/**
 * deliver_skb() - core_current delivers @skb
 * @pkt: its record, where the release may be recorded; NULL: it goes to the socket, or was read at
 *	@skb->read_ns
 * Ownership: takes @skb; freed at once where the socket drops it.
 */
void deliver_skb(struct sim *sim, struct skb *skb, const struct packet *pkt);

#endif
