/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * release.h - when and on which core the buffers of packets are put.
 */
#ifndef SIM_RELEASE_H
#define SIM_RELEASE_H

#include <stddef.h>
#include <stdint.h>

struct cpu;
struct skb;
struct sim;

/** struct put_heap - packets to be released on one core, earliest first */
struct put_heap {
	struct skb **at;
	size_t nr, cap;
};

/**
 * release_at() - release @skb on @core at @time_ns
 * Context: the caller sees to it that release_due() is called then.
 * Ownership: takes @skb.
 */
void release_at(struct sim *sim, struct skb *skb, unsigned int core, uint64_t time_ns);

/**
 * release_recorded() - as release_at(), and the core's releaser sees to it
 * It may sleep until a later put: then it is woken.
 */
void release_recorded(struct sim *sim, struct skb *skb, unsigned int core, uint64_t time_ns);

/**
 * release_due() - run all puts due by @now_ns, each on its own core
 * @polling: the CPU whose poll this is, or NULL outside of polls. Of its own puts only recorded
 *	drops run, as part of the poll: its application does not run meanwhile
 */
void release_due(struct sim *sim, uint64_t now_ns, const struct cpu *polling);

/** release_next_ns() - Return: when the next put of @cpu is due; UINT64_MAX: none */
uint64_t release_next_ns(const struct cpu *cpu);

/**
 * releaser_actor() - run the puts of a core when they are due
 * @cpu: struct cpu
 */
void releaser_actor(void *cpu);

/** release_fini() - free the memory of @puts; skbs that wait there are not freed */
void release_fini(struct put_heap *puts);

#endif
