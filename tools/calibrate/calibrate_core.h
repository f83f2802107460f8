/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_core.h - loops of known instructions, timed on one core.
 *
 * Figures include the loop's own decrement and branch per 256 operations: below 1 %.
 */
#ifndef SIM_CALIBRATE_CORE_H
#define SIM_CALIBRATE_CORE_H

#include <stdint.h>

#include "tools/native/native_clock.h"

/** calib_ticks() - read the counter, ordered against all instructions before and after */
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

/** calib_flush() - flush the line at @addr from all caches */
static inline void calib_flush(const void *addr)
{
#if defined(__x86_64__)
	_mm_clflush(addr);
#else
	__asm__ volatile("dc civac, %0" : : "r"(addr) : "memory");
#endif
}

/**
 * calib_loop_fn - one of the loops below
 * @ops: a multiple of 256
 * @line: an aligned line, all the memory a loop touches
 * Return: ticks of native_clock().
 */
typedef uint64_t calib_loop_fn(uint64_t ops, void *line);

/** calib_run_chain() - additions, each dependent on the one before */
uint64_t calib_run_chain(uint64_t ops, void *line);

/** calib_run_alu() - additions, eight independent chains */
uint64_t calib_run_alu(uint64_t ops, void *line);

/** calib_run_mix() - additions and loads, alternating */
uint64_t calib_run_mix(uint64_t ops, void *line);

/** calib_run_load() - loads of one L1 line */
uint64_t calib_run_load(uint64_t ops, void *line);

/** calib_run_store() - stores to one L1 line */
uint64_t calib_run_store(uint64_t ops, void *line);

/** calib_run_atomic() - locked additions to one L1 line */
uint64_t calib_run_atomic(uint64_t ops, void *line);

/** calib_run_lock() - compare-exchange 0 -> 1, then a store of 0: a spin lock and its unlock */
uint64_t calib_run_lock(uint64_t ops, void *line);

/** calib_ticks_per_cycle() - from a chain of additions, the fastest of a few runs */
double calib_ticks_per_cycle(void);

#endif
