/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * charge.h - how a model bills core_current, when there is one.
 *
 * Setting a simulation up and tearing it down happens outside any core (core_current is NULL): the
 * models then do their work and bill nobody, as access.h and lock.h do.
 */
#ifndef MODELS_CHARGE_H
#define MODELS_CHARGE_H

#include "access.h"
#include "core.h"
#include "lock.h"
#include "machine.h"

static inline void charge(enum cause cause, uint64_t mcycles)
{
	if (core_current)
		core_charge(core_current, cause, mcycles);
}

/** charge_cause() - plain charges go to @cause; Return: the cause before, to be given back */
static inline enum cause charge_cause(enum cause cause)
{
	return core_current ? core_set_cause(core_current, cause) : cause;
}

/**
 * charge_lock() - take the lock whose word is at @word
 * Its line is touched (a transfer is a cache miss) and waiting is CAUSE_LOCK. The locked operation
 * goes to the current cause, or is only a store where @paid: a measured constant contains it.
 */
static inline void charge_lock(const void *word, const struct machine *machine, bool paid)
{
	access_touch(word, sizeof(unsigned int), CACHE_WRITE);
	/* the touch billed a store, and the locked operation stands in its place */
	if (core_current && !paid && machine->atomic_mcycles > machine->store_mcycles)
		core_charge(core_current, core_current->cause,
			    machine->atomic_mcycles - machine->store_mcycles);
	lock_acquire(word);
}

/** charge_unlock() - let go of it: a store */
static inline void charge_unlock(const void *word)
{
	access_touch(word, sizeof(unsigned int), CACHE_WRITE);
	lock_release(word);
}

#endif
