/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * condense.h - small datagrams for a socket that is half full give their buffers back.
 */
#ifndef SIM_CONDENSE_H
#define SIM_CONDENSE_H

struct sim;
struct skb;

/**
 * condense() - core_current is about to queue the datagram @skb for the modelled reader
 * Where more than half of the receive buffer is taken, and data beside a head of its own fits the
 * room there, it is copied and the buffers are put.
 */
void condense(struct sim *sim, struct skb *skb);

#endif
