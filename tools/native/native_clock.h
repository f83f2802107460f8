/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native_clock.h - the machine's own cycle counter, and where the measuring threads run.
 *
 * x86: the time stamp counter, which runs at the base clock however fast the core does; arm64: the
 * virtual counter (CNTVCT_EL0), usually slower than the core by far. Neither counts core cycles.
 */
#ifndef SIM_NATIVE_CLOCK_H
#define SIM_NATIVE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/*
 * NATIVE_CLOCK: name of the counter. native_clock(): its ticks now. native_relax(): what a loop that
 * waits for another CPU executes.
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
#error "fragsim native reads a cycle counter it knows only on x86-64 and arm64: add yours here"
#endif

/**
 * struct native_machine - where was it measured
 * @hz: of the counter, measured
 * @cpus: CPUs this process may run on, at most 2 are looked for
 */
struct native_machine {
	char model[128], kernel[160];
	double hz;
	unsigned int cpu[2], cpus;
};

/** native_now_ns() - wall clock: CLOCK_MONOTONIC */
int64_t native_now_ns(void);

/** native_machine_look() - takes about 50 ms, in which the counter is compared with the clock */
void native_machine_look(struct native_machine *machine);

/** native_pin() - the calling thread stays on @cpu. Return: 0, -errno */
int native_pin(unsigned int cpu);

#endif
