/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gro.h - from arrivals to delivered skbs.
 */
#ifndef TRACES_GRO_H
#define TRACES_GRO_H

#include "traces/lifetime/lifetime.h"

/**
 * gro_arrival() - a packet arrives
 * @flags: enum packet_flags of it
 * Return: 0 or -ENOMEM.
 */
int gro_arrival(struct lifetime *life, const struct event *ev, uint64_t time_ns, uint16_t flags);

/** gro_delivery() - netif_receive_skb: which packets are in this skb? Return: 0 or -ENOMEM. */
int gro_delivery(struct lifetime *life, const struct event *ev, uint64_t time_ns);

#endif
