/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * transmit.h - packets that leave by a device.
 */
#ifndef TRACES_TRANSMIT_H
#define TRACES_TRANSMIT_H

#include "traces/lifetime/lifetime.h"

/** transmit_forward() - an skb goes out: is it one that was just delivered? */
void transmit_forward(struct lifetime *life, const struct event *ev, uint64_t time_ns);

/**
 * transmit_send() - the followed device sends an skb that it did not receive: it becomes a packet
 * Return: 0 or -ENOMEM.
 */
int transmit_send(struct lifetime *life, const struct event *ev, uint64_t time_ns);

/** transmit_map() - a DMA mapping was made: inside a transmit function it is that packet's */
void transmit_map(struct lifetime *life, const struct event *ev);

#endif
