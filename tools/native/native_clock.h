/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native_clock.h - the cycle counter of this machine, and the CPUs that measure.
 *
 * x86: the time stamp counter, at the base clock whatever the core's; arm64: the virtual counter
 * (CNTVCT_EL0), usually far slower than the core. Neither counts core cycles.
 */
#ifndef SIM_NATIVE_CLOCK_H
#define SIM_NATIVE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/*
 * NATIVE_CLOCK: name of the counter. native_clock(): its ticks now. native_relax(): what a loop
 * that waits for another CPU executes.
 */
#if defined(__x86_64__)
#include <x86intrin.h>
#define NATIVE_CLOCK "TSC"
static inline uint64_t native_clock(void)
{
	return __rdtsc();
}
static inline void native_relax(void)
{
	_mm_pause();
}
#elif defined(__aarch64__)
#define NATIVE_CLOCK "CNTVCT"
static inline uint64_t native_clock(void)
{
	uint64_t ticks;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
	return ticks;
}
static inline void native_relax(void)
{
	__asm__ volatile("yield");
}
#else
#error "no cycle counter is known for this architecture: add it here"
#endif

/**
 * struct native_machine - the machine that measures
 * @hz: frequency of the counter, measured
 * @cpus: CPUs this process may run on, at most 2
 */
struct native_machine {
	char model[128], kernel[160];
	double hz;
	unsigned int cpu[2], cpus;
};

/** native_now_ns() - CLOCK_MONOTONIC in nanoseconds */
int64_t native_now_ns(void);

/** native_machine_look() - describe this machine; takes about 50 ms to measure @hz */
void native_machine_look(struct native_machine *machine);

/** native_pin() - pin the calling thread to @cpu. Return: 0, or -errno */
int native_pin(unsigned int cpu);

#endif
