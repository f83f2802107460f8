/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * release.h - when and on which core the buffers of packets are put.
 */
#ifndef SIM_RELEASE_H
#define SIM_RELEASE_H

#include <stdint.h>

struct cpu;
struct skb;
struct sim;

/** struct put_heap - puts to come on one core, earliest first */
struct put_heap {
	struct skb **at;
	unsigned int nr, cap;
};

/** release_at() - @skb will be released on @core at @time_ns. Ownership: @skb is taken */
void release_at(struct sim *sim, struct skb *skb, unsigned int core, uint64_t time_ns);

/**
 * release_due() - run every put due by @now_ns on its own core
 * @polling: the CPU whose poll calls (core_current's), or NULL outside of polls. Its application does
 *	not run meanwhile: of its puts only recorded drops are run, as part of the poll
 */
void release_due(struct sim *sim, uint64_t now_ns, const struct cpu *polling);

/** release_next_ns() - when the next put of @cpu is due; UINT64_MAX: none */
uint64_t release_next_ns(const struct cpu *cpu);

/** releaser_actor() - put buffers on @cpu, a struct cpu, when they are due there */
void releaser_actor(void *cpu);

#endif
