/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * defer.h - skbs freed on the CPU that allocated them: nic.free_path defer and napi_direct.
 */
#ifndef SIM_DEFER_H
#define SIM_DEFER_H

#include <stdbool.h>
#include <stdint.h>
#include "models/cpu/core.h"
#include "models/kernel_version.h"

struct cpu;
struct sim;
struct skb;
struct rx_queue;

#define DEFER_NODES 2 /* NUMA nodes that cores can be on */

/**
 * struct defer_list - skbs that cores of a node left to the one that received them
 * @first: the one added last
 * @line: cache line of list head and counter
 * @owner: core that touched the line last, plus 1
 */
struct defer_list {
	struct skb *first;
	unsigned int nr;
	unsigned int owner;
	char *line;
};

/**
 * struct defer_cpu - a core's lists
 * @node: by node of the core that leaves an skb, or all in the first (kernel_defer.by_node)
 * @kicked: its softirq was raised because so many wait
 */
struct defer_cpu {
	struct defer_list node[DEFER_NODES];
	bool kicked;
};

/**
 * struct defer - skbs that wait for the core that received them
 * @rule: of the scenario's kernel
 */
struct defer {
	struct kernel_defer rule;
	struct defer_cpu cpu[CORE_MAX];
};

/** defer_init() - the empty lists of all cores. Return: 0, or -ENOMEM: the arena is full */
int defer_init(struct sim *sim);

/**
 * defer_skb() - @cpu is done with @skb and leaves it to the core that received it
 * Where that is @cpu itself, or its list is full, @cpu frees the skb.
 * @now_ns: when @cpu is done
 * @polling: the CPU that polls now, or NULL; its softirq is not raised
 * Ownership: takes @skb.
 */
void defer_skb(struct cpu *cpu, struct skb *skb, uint64_t now_ns, const struct cpu *polling);

/**
 * defer_flush() - free the skbs on @cpu's lists
 * @scheduled: the queue whose NAPI is scheduled, whose buffers are put directly, or NULL
 * Context: softirq of @cpu, which is core_current.
 */
void defer_flush(struct cpu *cpu, const struct rx_queue *scheduled);

#endif
