/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * put.h - puts: a packet's buffers go back to the strategy, charged to the cause "free".
 *
 * When and on which core: release.h, defer.h.
 */
#ifndef SIM_PUT_H
#define SIM_PUT_H

#include <stdbool.h>

struct sim;
struct skb;

/**
 * put_buffers() - core_current puts or drops the buffers of @skb, which stays without any
 * @direct: as for rx_strategy.put()
 */
void put_buffers(struct sim *sim, struct skb *skb, bool direct);

/**
 * put_shared() - XDP sent the packet on: its receiver gets references to the pages
 * core_current takes those and then puts the buffers; @skb goes on with the references.
 */
void put_shared(struct sim *sim, struct skb *skb);

#endif
