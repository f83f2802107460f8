/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_core.h - loops whose instructions are known, timed on one core.
 *
 * Each runs for about @ops operations and returns the ticks of native_clock() they took. What a loop
 * adds of its own (a decrement and a branch per 256 operations) is in the figure: below 1 %.
 */
#ifndef SIM_CALIBRATE_CORE_H
#define SIM_CALIBRATE_CORE_H

#include <stdint.h>

#include "tools/native/native_clock.h"

/** calib_ticks() - the counter, read when everything before it is done and nothing after began */
static inline uint64_t calib_ticks(void)
{
	uint64_t now;

#if defined(__x86_64__)
	_mm_lfence();
	now = native_clock();
	_mm_lfence();
#else
	__asm__ volatile("isb" ::: "memory");
	now = native_clock();
	__asm__ volatile("isb" ::: "memory");
#endif
	return now;
}

/** calib_flush() - the line at @addr leaves all caches */
static inline void calib_flush(const void *addr)
{
#if defined(__x86_64__)
	_mm_clflush(addr);
#else
	__asm__ volatile("dc civac, %0" : : "r"(addr) : "memory");
#endif
}

/* Multiples of 256; the memory they touch is one line, aligned. */
uint64_t calib_run_chain(uint64_t ops, void *line);  /* additions, each needs the one before */
uint64_t calib_run_alu(uint64_t ops, void *line);    /* additions, eight independent chains */
uint64_t calib_run_mix(uint64_t ops, void *line);    /* additions and loads, one by one */
uint64_t calib_run_load(uint64_t ops, void *line);   /* loads of one L1 line */
uint64_t calib_run_store(uint64_t ops, void *line);  /* stores to one L1 line */
uint64_t calib_run_atomic(uint64_t ops, void *line); /* locked additions to it */
uint64_t calib_run_lock(uint64_t ops, void *line);   /* compare-exchange 0 -> 1, store 0 */

/** calib_ticks_per_cycle() - of a chain of additions, the fastest of a few tries */
double calib_ticks_per_cycle(void);

#endif
