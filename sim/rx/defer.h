/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * defer.h - skbs freed for the CPU that allocated them: nic.free_path defer and napi_direct.
 */
#ifndef SIM_DEFER_H
#define SIM_DEFER_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;
struct skb;
struct rx_queue;

/**
 * struct defer_list - skbs freed by other cores for the one that received them
 * @first: last added
 * @kicked: so many wait that its softirq was raised
 * @line: the cache line of list head and counter
 * @owner: core that touched it last, plus 1
 */
struct defer_list {
	struct skb *first;
	unsigned int nr;
	bool kicked;
	unsigned int owner;
	char *line;
};

/** defer_init() - an empty list of a core. Return: 0, -ENOMEM: the arena is full */
int defer_init(struct defer_list *list);

/**
 * defer_skb() - @cpu is done with @skb and leaves it to the core that received it
 * Where that is @cpu itself, or enough wait there, @cpu frees it.
 * @now_ns: when it is done
 * @polling: the CPU that polls now, or NULL; its softirq is not raised again
 * Ownership: @skb is taken.
 */
void defer_skb(struct cpu *cpu, struct skb *skb, uint64_t now_ns, const struct cpu *polling);

/**
 * defer_flush() - core_current, @cpu's in softirq, frees what is on its list
 * @scheduled: queue whose NAPI is scheduled: its buffers are put directly; NULL: none is
 */
void defer_flush(struct cpu *cpu, const struct rx_queue *scheduled);

#endif
