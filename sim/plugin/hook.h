/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hook.h - which hook of the strategy runs, so that a failure can say where it was.
 *
 * The hook is a word, by default this process's own. A parent that shares it with its child reads
 * it while the child runs, and after whatever ended it.
 */
#ifndef SIM_HOOK_H
#define SIM_HOOK_H

#include <stddef.h>
#include <stdint.h>
#include "alloc/strategy.h"

/** enum hook - hooks of struct rx_strategy; HOOK_NONE: none of them runs */
enum hook {
	HOOK_NONE,
	HOOK_CREATE,
	HOOK_ALLOC,
	HOOK_RECEIVE,
	HOOK_PUT,
	HOOK_DROP,
	HOOK_STATS,
	HOOK_CLOSE,
	HOOK_DESTROY,
	HOOK_MAX,
};

/** hook_name() - "create", "alloc" ...; "run" for HOOK_NONE or what is no hook */
const char *hook_name(unsigned int hook);

/**
 * hook_watch() - wrap @strategy so that the running hook is known
 * One per process.
 * Cost: two stores and a call per hook in real time, nothing in simulated time.
 */
const struct rx_strategy *hook_watch(const struct rx_strategy *strategy);

/** hook_share() - from now on note the running hook in @word; it must outlive the process */
void hook_share(volatile unsigned int *word);

/** hook_now() - the hook that runs, or the one that was blamed. Async-signal-safe */
enum hook hook_now(void);

#define HOOK_CALL_TEXT 160

/**
 * struct hook_call - one call of a hook
 * @slotted: @queue and @slot are known
 * @own: @packet is the packet that the buffer holds; false: so many had been received
 * @packet: counted from 1, in the order the driver received them
 * @time_ns: simulated
 */
struct hook_call {
	enum hook hook;
	bool slotted, own;
	unsigned int queue, slot;
	uint64_t packet, time_ns;
};

/** hook_calls() - the next call of a hook is @call */
void hook_calls(const struct hook_call *call);

/** hook_current() - the call that runs; of create, stats, close and destroy the name alone */
struct hook_call hook_current(void);

/** hook_call_format() - "put() at 1.200345 ms (packet 512)"; "run" outside of hooks */
const char *hook_call_format(const struct hook_call *call, char buf[HOOK_CALL_TEXT]);

/** hook_blame() - the run has failed because of @hook: that stays, whatever runs until its end */
void hook_blame(enum hook hook);

#endif
