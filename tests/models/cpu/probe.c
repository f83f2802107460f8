/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * probe.c - see probe.h. Also compiled without instrumentation, and with -flto, to show that the
 * test would notice.
 */
#include <string.h>
#include "probe.h"

uint8_t probe_load1(const uint8_t *p)
{
	return *p;
}

uint16_t probe_load2(const uint16_t *p)
{
	return *p;
}

uint32_t probe_load4(const uint32_t *p)
{
	return *p;
}

uint64_t probe_load8(const uint64_t *p)
{
	return *p;
}

unsigned __int128 probe_load16(const unsigned __int128 *p)
{
	return *p;
}

void probe_store1(uint8_t *p)
{
	*p = 1;
}

void probe_store2(uint16_t *p)
{
	*p = 2;
}

void probe_store4(uint32_t *p)
{
	*p = 4;
}

void probe_store8(uint64_t *p)
{
	*p = 8;
}

void probe_store16(unsigned __int128 *p)
{
	*p = 16;
}

uint32_t probe_volatile(volatile uint32_t *p)
{
	return *p + *p;
}

void probe_increment(uint32_t *p)
{
	(*p)++;
}

void probe_bits_store(struct probe_bits *p)
{
	p->high = 3;
}

uint64_t probe_unaligned(struct probe_packed *p)
{
	return p->eight++;
}

/*
 * The array is the function's own: it lives in registers or on the stack, in no case in the arena.
 */
uint64_t probe_locals(uint64_t n)
{
	uint64_t a[4] = {n, n + 1, n + 2, n + 3}, sum = 0;

	for (int i = 0; i < 4; i++)
		sum += a[i] * n;
	return sum;
}

void probe_copy64(struct probe_64 *dst, const struct probe_64 *src)
{
	*dst = *src;
}

void probe_copy256(struct probe_256 *dst, const struct probe_256 *src)
{
	*dst = *src;
}

void probe_copy8k(struct probe_8k *dst, const struct probe_8k *src)
{
	*dst = *src;
}

void probe_zero64(struct probe_64 *dst)
{
	*dst = (struct probe_64){0};
}

void probe_zero8k(struct probe_8k *dst)
{
	*dst = (struct probe_8k){{0}};
}

void probe_zero_loop(uint64_t *p, int n)
{
	for (int i = 0; i < n; i++)
		p[i] = 0;
}

void probe_store_loop4(uint64_t *p)
{
	for (int i = 0; i < 4; i++)
		p[i] = i;
}

void probe_memcpy40(void *dst, const void *src)
{
	memcpy(dst, src, 40);
}

void probe_memcpy(void *dst, const void *src, size_t bytes)
{
	memcpy(dst, src, bytes);
}

void probe_memmove40(void *dst, const void *src)
{
	memmove(dst, src, 40);
}

void probe_memset40(void *dst)
{
	memset(dst, 0, 40);
}

void probe_memset(void *dst, size_t bytes)
{
	memset(dst, 1, bytes);
}

void probe_builtin_memcpy16(void *dst, const void *src)
{
	__builtin_memcpy(dst, src, 16);
}

void probe_builtin_memset8(void *dst)
{
	__builtin_memset(dst, 0, 8);
}

uint32_t probe_atomic_load(uint32_t *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

void probe_atomic_store_release(uint32_t *p, uint32_t v)
{
	__atomic_store_n(p, v, __ATOMIC_RELEASE);
}

void probe_atomic_store(uint32_t *p, uint32_t v)
{
	__atomic_store_n(p, v, __ATOMIC_SEQ_CST);
}

int32_t probe_fetch_add(int32_t *p, int32_t v)
{
	return __atomic_fetch_add(p, v, __ATOMIC_RELAXED);
}

bool probe_sub_and_test(int32_t *p, int32_t v)
{
	return __atomic_sub_fetch(p, v, __ATOMIC_ACQ_REL) == 0;
}

uint64_t probe_fetch_or(uint64_t *p, uint64_t v)
{
	return __atomic_fetch_or(p, v, __ATOMIC_SEQ_CST);
}

uint8_t probe_exchange1(uint8_t *p, uint8_t v)
{
	return __atomic_exchange_n(p, v, __ATOMIC_ACQUIRE);
}

uint16_t probe_fetch_xor2(uint16_t *p, uint16_t v)
{
	return __atomic_fetch_xor(p, v, __ATOMIC_ACQUIRE);
}

uint64_t probe_fetch_and(uint64_t *p, uint64_t v)
{
	return __atomic_fetch_and(p, v, __ATOMIC_ACQUIRE);
}

uint64_t probe_fetch_nand(uint64_t *p, uint64_t v)
{
	return __atomic_fetch_nand(p, v, __ATOMIC_ACQUIRE);
}

bool probe_compare_exchange(uint64_t *p, uint64_t *expected, uint64_t desired)
{
	uint64_t e = *expected;
	bool done = __atomic_compare_exchange_n(p, &e, desired, false, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED);

	*expected = e;
	return done;
}

bool probe_compare_exchange_weak(uint32_t *p, uint32_t expected, uint32_t desired)
{
	return __atomic_compare_exchange_n(p, &expected, desired, true, __ATOMIC_ACQ_REL,
					   __ATOMIC_ACQUIRE);
}

void probe_fences(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}
