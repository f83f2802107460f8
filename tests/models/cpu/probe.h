/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * probe.h - one function per construct an allocator is made of, compiled with fragsim_instrument().
 *
 * What each accesses, and nothing else, is written in test_access.c.
 */
#ifndef TESTS_MODELS_PROBE_H
#define TESTS_MODELS_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct probe_64 {
	uint64_t word[8];
};

struct probe_256 {
	uint64_t word[32];
};

struct probe_8k {
	char byte[8192];
};

struct probe_bits {
	unsigned int low : 3, high : 5;
};

/* @eight at offset 1, and in the last test across two lines */
struct probe_packed {
	char one;
	uint64_t eight;
} __attribute__((packed));

uint8_t probe_load1(const uint8_t *p);
uint16_t probe_load2(const uint16_t *p);
uint32_t probe_load4(const uint32_t *p);
uint64_t probe_load8(const uint64_t *p);
unsigned __int128 probe_load16(const unsigned __int128 *p);
void probe_store1(uint8_t *p);
void probe_store2(uint16_t *p);
void probe_store4(uint32_t *p);
void probe_store8(uint64_t *p);
void probe_store16(unsigned __int128 *p);
uint32_t probe_volatile(volatile uint32_t *p);

void probe_increment(uint32_t *p);
void probe_bits_store(struct probe_bits *p);
uint64_t probe_unaligned(struct probe_packed *p);
uint64_t probe_locals(uint64_t n);

void probe_copy64(struct probe_64 *dst, const struct probe_64 *src);
void probe_copy256(struct probe_256 *dst, const struct probe_256 *src);
void probe_copy8k(struct probe_8k *dst, const struct probe_8k *src);
void probe_zero64(struct probe_64 *dst);
void probe_zero8k(struct probe_8k *dst);
void probe_zero_loop(uint64_t *p, int n);
void probe_store_loop4(uint64_t *p);

void probe_memcpy40(void *dst, const void *src);
void probe_memcpy(void *dst, const void *src, size_t bytes);
void probe_memmove40(void *dst, const void *src);
void probe_memset40(void *dst);
void probe_memset(void *dst, size_t bytes);
void probe_builtin_memcpy16(void *dst, const void *src);
void probe_builtin_memset8(void *dst);

uint32_t probe_atomic_load(uint32_t *p);
void probe_atomic_store_release(uint32_t *p, uint32_t v);
void probe_atomic_store(uint32_t *p, uint32_t v);
int32_t probe_fetch_add(int32_t *p, int32_t v);
bool probe_sub_and_test(int32_t *p, int32_t v);
uint64_t probe_fetch_or(uint64_t *p, uint64_t v);
uint8_t probe_exchange1(uint8_t *p, uint8_t v);
uint16_t probe_fetch_xor2(uint16_t *p, uint16_t v);
uint64_t probe_fetch_and(uint64_t *p, uint64_t v);
uint64_t probe_fetch_nand(uint64_t *p, uint64_t v);
bool probe_compare_exchange(uint64_t *p, uint64_t *expected, uint64_t desired);
bool probe_compare_exchange_weak(uint32_t *p, uint32_t expected, uint32_t desired);
void probe_fences(void);

#endif
