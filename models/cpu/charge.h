/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * charge.h - how a model bills core_current, when there is one.
 *
 * Set-up and tear-down run outside any core (core_current is NULL): the models then do their work
 * and charge nothing, as access.h and lock.h do.
 */
#ifndef MODELS_CHARGE_H
#define MODELS_CHARGE_H

#include "models/cpu/access.h"
#include "models/cpu/core.h"
#include "models/cpu/lock.h"
#include "models/machine.h"

/** charge() - @mcycles to core_current */
static inline void charge(enum cause cause, uint64_t mcycles)
{
	if (core_current)
		core_charge(core_current, cause, mcycles);
}

/** charge_loads() - @nr loads that hit L1 */
static inline void charge_loads(uint64_t nr)
{
	if (core_current)
		core_current->loads += nr;
}

/** charge_cause() - plain charges go to @cause. Return: the previous cause, to restore */
static inline enum cause charge_cause(enum cause cause)
{
	return core_current ? core_set_cause(core_current, cause) : cause;
}

/**
 * charge_lock() - take the lock whose word is at @word
 * Its line is touched (a transfer is a cache miss), again after waiting, and waiting is CAUSE_LOCK.
 * An uncontended pair costs machine->lock_mcycles: the atomic before the lock is held, the rest
 * while it is. @paid: a measured constant contains them, and a store stands for the rest.
 */
static inline void charge_lock(const void *word, const struct machine *machine, bool paid)
{
	uint64_t atomic = machine->atomic_mcycles, pair = machine->lock_mcycles;
	struct core *core = core_current;

	access_lock(word);
	if (paid)
		access_touch(word, sizeof(unsigned int), CACHE_WRITE);
	else if (core)
		core_locked(core, core->cause, atomic);
	/* a waiter gets the line from the holder only after the release */
	if (lock_acquire(word))
		core_locked(core, CAUSE_CACHE_MISS, machine->remote_stall_mcycles);
	if (core && !paid && pair > atomic)
		core_locked(core, core->cause, pair - atomic);
}

/** charge_unlock() - release the lock; charge_lock() has charged all but the access to its line */
static inline void charge_unlock(const void *word)
{
	access_touch(word, sizeof(unsigned int), CACHE_WRITE);
	lock_release(word);
}

#endif
