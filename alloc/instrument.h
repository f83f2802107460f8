/* SPDX-License-Identifier: GPL-2.0-or-later OR MIT */
/*
 * instrument.h - included ahead of every instrumented source, by a compiler flag.
 *
 * The compiler reports loads and stores; what memcpy() and its like do happens in libc, unseen. So
 * instrumented objects call versions that report. With gcc only calls by name are redirected: it
 * reports a copied struct itself, and the memcpy it may then emit must stay libc's, or the copy is
 * counted twice. clang 14 reports no copied struct, but emits a call for each, as for __builtin_
 * forms: the assembler renames them all.
 */
#ifndef FRAGSIM_INSTRUMENT_H
#define FRAGSIM_INSTRUMENT_H

#include <stddef.h>

/** access_memcpy() - memcpy() that reports the ranges it reads and writes */
void *access_memcpy(void *dst, const void *src, size_t bytes);
/** access_memmove() - memmove() that reports the ranges it reads and writes */
void *access_memmove(void *dst, const void *src, size_t bytes);
/** access_memset() - memset() that reports the range it writes */
void *access_memset(void *dst, int byte, size_t bytes);

#ifdef __clang__
__asm__(".set memcpy, access_memcpy\n"
	".set memmove, access_memmove\n"
	".set memset, access_memset");
#else
#include <string.h>
#define memcpy		  access_memcpy
#define memmove		  access_memmove
#define memset		  access_memset
#define __builtin_memcpy  access_memcpy
#define __builtin_memmove access_memmove
#define __builtin_memset  access_memset
#endif

#endif
