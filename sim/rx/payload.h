/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * payload.h - where the bytes of packets are found: device writes, copies, reads.
 *
 * A packet's header is an access like any other (access.h). The rest is bulk: its lines, all of
 * them or those of one in N sets, go through the same caches and cost what a stream costs.
 */
#ifndef SIM_PAYLOAD_H
#define SIM_PAYLOAD_H

#include <stddef.h>
#include <stdint.h>
#include "models/cpu/cache.h"

struct machine;
struct skb;

/**
 * struct payload - lines of payload and where they were found
 * @sampling: 0: not modelled, 1: every line, N: the lines of one in N sets
 * @which: sets sampled, for @sampling > 1
 * @stall_mcycles: cost of a line found at a level, beyond the copy per byte
 * @waiting: per core and enum cache_op, lines since the last one looked up
 * @found: lines that cores copied, by level; a line looked up counts for those before it
 * @device_lines, @device_samples: lines the device wrote, and how many were looked up
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
 * payload_init() - start with nothing seen
 * @sampling: a power of two up to PAYLOAD_SAMPLING_MAX, or 0
 * Return: 0, or -EINVAL with one line in @err: @machine's caches have too few sets in common
 */
int payload_init(struct payload *p, const struct machine *machine, unsigned int sampling, char *err,
		 size_t err_size);

/** payload_sample() - Return: the first line from @line on that is looked up, one in N */
uint32_t payload_sample(const struct payload *p, uint32_t line);

/**
 * payload_arrive() - the device writes @bytes at @data
 * @head: it is the packet's first buffer, whose first line is always looked up
 */
void payload_arrive(struct payload *p, const char *data, unsigned int bytes, bool head);

/** payload_fill() - core_current copies a packet into its buffers */
void payload_fill(struct payload *p, const struct skb *skb);

/** payload_write() - core_current copies @bytes to @data */
void payload_write(struct payload *p, const char *data, unsigned int bytes);

/** payload_read() - core_current copies the bytes of @skb, without its chain, out of its buffers */
void payload_read(struct payload *p, const struct skb *skb);

/**
 * payload_read_part() - core_current copies bytes @from up to @to out of @skb's buffers and its
 * chain's
 * Each buffer counts with the header that is in it, so a part may be of the packet before.
 */
void payload_read_part(struct payload *p, const struct skb *skb, uint32_t from, uint32_t to);

/**
 * payload_ddio_evicted() - Return: lines of the device that left the LLC before a core read them
 */
uint64_t payload_ddio_evicted(const struct payload *p, const struct cache *cache);

#endif
