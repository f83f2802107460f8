/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * event_held.h - a capture that begins in mid-flow: what the stack held then.
 */
#ifndef TRACES_EVENT_HELD_H
#define TRACES_EVENT_HELD_H

#include <stdint.h>
#include "traces/capture.h"
#include "traces/lifetime/before.h"
#include "traces/lifetime/lifetime.h"

/**
 * struct held_dev - what a device's packets tell
 * @open: packets that arrived before the first page entered a pool and were in the stack then
 * @open_copied: those of them that may lie in the tail of the one ahead, with no page of their own
 * @size, @weight: size of most bytes so far, and by how many it leads (Boyer and Moore)
 * @merges: packets of it were merged by GRO
 */
struct held_dev {
	uint64_t open, open_copied;
	uint32_t size;
	uint64_t weight;
	bool merges;
};

/** struct held_queue - the receive queue that a CPU polled first; @seen: there was one */
struct held_queue {
	uint16_t dev, queue;
	bool seen;
};

/** held_dev_packet() - a packet of the device is final; @first_hold_ns: UINT64_MAX: none yet */
void held_dev_packet(struct held_dev *dev, const struct packet *pkt, uint64_t first_hold_ns);

/**
 * held_fill() - fill @info->held for the device that received most
 * @nr: its number in the reader's table
 * @queues: by CPU
 * Context: all else of @info is filled.
 */
void held_fill(struct capture_info *info, const struct before *before, const struct held_dev *dev,
	       uint16_t nr, const struct held_queue queues[LIFETIME_MAX_CPUS]);

/** struct held_cursor - place of a packet: number of its skb in info.held, and within that */
struct held_cursor {
	unsigned int skb, packet;
};

/**
 * held_next() - the next packet of what was held
 * @dev: the device that received most; for another one there are none
 * @at: zero at first
 * Return: false when there is none
 */
bool held_next(const struct capture_info *info, const struct capture_device *dev,
	       struct held_cursor *at, struct packet *pkt);

#endif
