/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * payload.h - where the bytes of packets are found: device writes, copies, reads.
 *
 * A packet's header is an access like any other (access.h). The rest is bulk: its lines go through
 * the same caches, all of them or those of one in N sets, and cost what a stream costs.
 */
#ifndef SIM_PAYLOAD_H
#define SIM_PAYLOAD_H

#include <stddef.h>
#include <stdint.h>
#include "models/cpu/cache.h"

struct skb;
struct machine;
struct rx_buf;

/**
 * struct payload - lines seen and where they were
 * @sampling: 0: not modelled, 1: every line, N: the lines of one in N sets
 * @which: of them, for @sampling > 1
 * @stall_mcycles: what a line found at a level costs beyond the copy per byte
 * @waiting: per core and enum cache_op, lines since the last one looked up
 * @found: lines a core copied from or to, by level; a line looked up counts for those before it
 * @device_lines, @device_samples: lines the device wrote, and those of them looked up
 */
struct payload {
	unsigned int sampling;
	struct cache_sampling which;
	uint64_t stall_mcycles[CACHE_LEVELS];
	uint32_t waiting[CORE_MAX][2];
	uint64_t found[CACHE_LEVELS];
	uint64_t device_lines, device_samples;
};

/**
 * payload_init() - nothing seen yet
 * @sampling: a power of two up to PAYLOAD_SAMPLING_MAX, or 0
 * Return: 0, or -EINVAL with one line in @err: the sets of @machine's caches cannot be sampled so.
 */
int payload_init(struct payload *p, const struct machine *machine, unsigned int sampling, char *err,
		 size_t err_size);

/** payload_sample() - the first line from @line on that is looked up: one in each N of 64 */
uint32_t payload_sample(const struct payload *p, uint32_t line);

/** payload_arrive() - the device writes @bytes at @data; @head: the packet's first buffer */
void payload_arrive(struct payload *p, const char *data, unsigned int bytes, bool head);
/** payload_fill() - core_current copies a packet into its buffers */
void payload_fill(struct payload *p, const struct skb *skb);

/** payload_read() - core_current copies the bytes in the buffers of @skb, not of its chain, out of them */
void payload_read(struct payload *p, const struct skb *skb);

/** payload_ddio_evicted() - lines the device wrote that left the LLC before a core looked */
uint64_t payload_ddio_evicted(const struct payload *p, const struct cache *cache);

#endif
