/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ring.h - a receive ring: descriptors of real size in cache lines, and whose they are.
 *
 *	        next_to_clean          next_to_fill           next_to_use
 *	             |                      |                      |
 *	  ...  free  |  done: device wrote  |  posted: device may  |  free ...
 *
 *	size == posted + done + free, and one slot always stays free (next_to_use never catches up
 *	with next_to_clean), as in real drivers.
 *
 * Ignores: the doorbell write (an uncached PCIe write per refill batch) and the device's own
 * descriptor prefetch; both are the same for every strategy. A device writes the completed
 * descriptors of a line together where it can; here each is written alone, so at low rates a line
 * travels to and fro once per packet as there, at high rates more often than there (a few cycles
 * per packet).
 */
#ifndef MODELS_RING_H
#define MODELS_RING_H

#include <stdint.h>

/** struct ring - see above; counts are of descriptors */
struct ring {
	char *desc;
	unsigned int size, desc_bytes;
	unsigned int next_to_use, next_to_clean, next_to_fill;
	unsigned int posted, done;
};

/**
 * ring_init() - descriptors in arena memory
 * Return: 0 or -ENOSPC (the simulated memory for them is used up).
 */
int ring_init(struct ring *ring, unsigned int size, unsigned int desc_bytes);

/** ring_free_slots() - descriptors the driver could post now */
unsigned int ring_free_slots(const struct ring *ring);

/** ring_post() - core_current writes the descriptor at next_to_use and gives it to the device */
void ring_post(struct ring *ring);

/** ring_device_fill() - the device completes the next posted descriptor. Return: its slot */
unsigned int ring_device_fill(struct ring *ring);

/** ring_clean() - core_current reads the next completed descriptor. Return: its slot */
unsigned int ring_clean(struct ring *ring);

#endif
