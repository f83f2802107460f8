/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_core.c - the loops, in assembler.
 *
 * A compiler would fold a chain of additions. Their operands are registers: some cores execute
 * additions of small constants at rename, in no cycle.
 */
#include "tools/calibrate/calibrate_core.h"

#include <stdbool.h>

#define UNROLL	    256
#define CHAIN_OPS   (256 * UNROLL) /* the clock is read in a thousandth of that */
#define CHAIN_TRIES 3

#if defined(__x86_64__)
#define BODY_CHAIN "add %[one], %[x]\n"
#define BODY_ALU                                                                                   \
	"add %[one], %%r8\n\tadd %[one], %%r9\n\tadd %[one], %%r10\n\tadd %[one], %%r11\n\t"       \
	"add %[one], %%r12\n\tadd %[one], %%r13\n\tadd %[one], %%r14\n\tadd %[one], %%r15\n"
#define BODY_MIX                                                                                   \
	"add %[one], %%r8\n\tmov (%[line]), %%r12\n\tadd %[one], %%r9\n\tmov 8(%[line]), "         \
	"%%r13\n\t"                                                                                \
	"add %[one], %%r10\n\tmov 16(%[line]), %%r14\n\tadd %[one], %%r11\n\t"                     \
	"mov 24(%[line]), %%r15\n"
#define BODY_LOAD  "mov (%[line]), %%r8\n\tmov 8(%[line]), %%r9\n"
#define BODY_STORE "mov %[one], (%[line])\n\tmov %[one], 8(%[line])\n"
#define SCRATCH	   "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory"
#else
#define BODY_CHAIN "add %[x], %[x], %[one]\n"
#define BODY_ALU                                                                                   \
	"add x9, x9, %[one]\n\tadd x10, x10, %[one]\n\tadd x11, x11, %[one]\n\t"                   \
	"add x12, x12, %[one]\n\tadd x13, x13, %[one]\n\tadd x14, x14, %[one]\n\t"                 \
	"add x15, x15, %[one]\n\tadd x16, x16, %[one]\n"
#define BODY_MIX                                                                                   \
	"add x9, x9, %[one]\n\tldr x13, [%[line]]\n\tadd x10, x10, %[one]\n\t"                     \
	"ldr x14, [%[line], #8]\n\tadd x11, x11, %[one]\n\tldr x15, [%[line], #16]\n\t"            \
	"add x12, x12, %[one]\n\tldr x16, [%[line], #24]\n"
#define BODY_LOAD  "ldr x9, [%[line]]\n\tldr x10, [%[line], #8]\n"
#define BODY_STORE "str %[one], [%[line]]\n\tstr %[one], [%[line], #8]\n"
#define SCRATCH	   "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "cc", "memory"
#endif

/* @times x @body, which has UNROLL / @times operations, until @ops are done. */
#define LOOP(name, times, body)                                                                    \
	uint64_t name(uint64_t ops, void *line)                                                    \
	{                                                                                          \
		uint64_t start = calib_ticks(), x = 0, one = 1;                                    \
                                                                                                   \
		for (uint64_t i = 0; i < ops; i += UNROLL)                                         \
			__asm__ volatile(".rept " #times "\n\t" body "\t.endr"                     \
					 : [x] "+r"(x)                                             \
					 : [one] "r"(one), [line] "r"(line)                        \
					 : SCRATCH);                                               \
		return calib_ticks() - start;                                                      \
	}

LOOP(calib_run_chain, 256, BODY_CHAIN)
LOOP(calib_run_alu, 32, BODY_ALU)
LOOP(calib_run_mix, 32, BODY_MIX)
LOOP(calib_run_load, 128, BODY_LOAD)
LOOP(calib_run_store, 128, BODY_STORE)

uint64_t calib_run_atomic(uint64_t ops, void *line)
{
	uint64_t start = calib_ticks();
	uint32_t *counter = line;

	for (uint64_t i = 0; i < ops; i++)
		__atomic_fetch_add(counter, 1, __ATOMIC_SEQ_CST);
	return calib_ticks() - start;
}

/* As an uncontended spin lock of the kernel. */
uint64_t calib_run_lock(uint64_t ops, void *line)
{
	uint64_t start = calib_ticks();
	uint32_t *lock = line;

	*lock = 0;
	for (uint64_t i = 0; i < ops; i++) {
		uint32_t unlocked = 0;

		if (!__atomic_compare_exchange_n(lock, &unlocked, 1, false, __ATOMIC_ACQUIRE,
						 __ATOMIC_RELAXED))
			return 0;
		__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
	}
	return calib_ticks() - start;
}

double calib_ticks_per_cycle(void)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < CHAIN_TRIES; i++) {
		uint64_t ticks = calib_run_chain(CHAIN_OPS, NULL);

		if (ticks && ticks < best)
			best = ticks;
	}
	return (double)best / CHAIN_OPS;
}
