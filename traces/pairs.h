/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pairs.h - devices that receive what another device of the same machine sends: veth pairs.
 *
 * No event says which driver a device has. But what one end of a veth sends, the other receives,
 * and both are in a capture of the machine. A router's devices look alike but for the order: there
 * a packet is received first and sent then.
 */
#ifndef TRACES_PAIRS_H
#define TRACES_PAIRS_H

#include <stdbool.h>
#include <stdint.h>
#include "traces/events/event.h"

#define PAIRS_MAX_DEVS 16
#define PAIRS_NONE     UINT16_MAX

/**
 * struct pair - a device that receives and one that sends: how long which of them was the last
 * @since_ns: of the last packet of either; with @any
 * @sent_ns, @received_ns: time that passed with a packet sent, or received, as the last one
 */
struct pair {
	uint64_t since_ns, sent_ns, received_ns;
	bool any, is_received;
};

/**
 * struct pairs - the devices that were seen first, and each two of them
 * @dev: their numbers in the reader's table, @nr of them
 * @sent, @received: packets; before GRO where that is recorded
 * @before_gro: napi_gro_receive_entry was seen of it
 * @between: by receiver, then by sender
 */
struct pairs {
	unsigned int nr;
	uint16_t dev[PAIRS_MAX_DEVS];
	uint64_t sent[PAIRS_MAX_DEVS], received[PAIRS_MAX_DEVS];
	bool before_gro[PAIRS_MAX_DEVS];
	struct pair between[PAIRS_MAX_DEVS][PAIRS_MAX_DEVS];
};

/** pairs_event() - an event, @time_ns after the first one; in order of time. All zero at first */
void pairs_event(struct pairs *pairs, const struct event *ev, uint64_t time_ns);

/**
 * pairs_peer() - the device that sent what @dev received
 * @span_ns: the capture's
 * Return: its number in the reader's table, PAIRS_NONE: there is none, or it is not certain.
 */
uint16_t pairs_peer(struct pairs *pairs, uint16_t dev, uint64_t span_ns);

#endif
