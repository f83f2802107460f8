/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * defer.h - skbs freed on the CPU that allocated them: nic.free_path defer and napi_direct.
 */
#ifndef SIM_DEFER_H
#define SIM_DEFER_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;
struct skb;
struct rx_queue;

/**
 * struct defer_list - skbs that other cores left to the one that received them
 * @first: the one added last
 * @kicked: its softirq was raised because so many wait
 * @line: cache line of list head and counter
 * @owner: core that touched the line last, plus 1
 */
struct defer_list {
	struct skb *first;
	unsigned int nr;
	bool kicked;
	unsigned int owner;
	char *line;
};

/** defer_init() - set up the empty list of a core. Return: 0, or -ENOMEM: the arena is full */
int defer_init(struct defer_list *list);

/**
 * defer_skb() - @cpu is done with @skb and leaves it to the core that received it
 * Where that is @cpu itself, or its list is full, @cpu frees the skb.
 * @now_ns: when @cpu is done
 * @polling: the CPU that polls now, or NULL; its softirq is not raised
 * Ownership: takes @skb.
 */
void defer_skb(struct cpu *cpu, struct skb *skb, uint64_t now_ns, const struct cpu *polling);

/**
 * defer_flush() - free the skbs on @cpu's list
 * @scheduled: the queue whose NAPI is scheduled, whose buffers are put directly, or NULL
 * Context: softirq of @cpu, which is core_current.
 */
void defer_flush(struct cpu *cpu, const struct rx_queue *scheduled);

#endif
