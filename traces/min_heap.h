/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * min_heap.h - a binary heap in an array of any type, the first element at its front.
 *
 *	!before(heap[i], heap[(i - 1) / 2])	for 0 < i < nr
 *
 * The user owns array and count. With a strict total order the output depends on the elements only.
 */
#ifndef TRACES_MIN_HEAP_H
#define TRACES_MIN_HEAP_H

#include <stddef.h>

/* clang warns of static functions of a .c file that nobody calls, inline or not. */
#define MIN_HEAP_FUNCTION static inline __attribute__((unused))

/**
 * MIN_HEAP_DEFINE() - the functions of a heap of one type
 * @name: their prefix
 * @type: of its elements, copied as a whole
 * @before: function or macro of two elements: true when the first comes out earlier
 *
 * name_down(heap, nr, at): move heap[at], which was replaced by a later one, back to its place
 * name_up(heap, at): move heap[at], which was added at the end, forward to its place
 * name_build(heap, nr): make a heap of elements in any order
 * name_pop(heap, &nr): take the first one out; @nr is at least 1
 */
#define MIN_HEAP_DEFINE(name, type, before)                                                        \
	MIN_HEAP_FUNCTION void name##_down(type *heap, size_t nr, size_t at)                       \
	{                                                                                          \
		type moved = heap[at];                                                             \
                                                                                                   \
		for (;;) {                                                                         \
			size_t child = 2 * at + 1;                                                 \
                                                                                                   \
			if (child + 1 < nr && before(heap[child + 1], heap[child]))                \
				child++;                                                           \
			if (child >= nr || !before(heap[child], moved))                            \
				break;                                                             \
			heap[at] = heap[child];                                                    \
			at = child;                                                                \
		}                                                                                  \
		heap[at] = moved;                                                                  \
	}                                                                                          \
                                                                                                   \
	MIN_HEAP_FUNCTION void name##_up(type *heap, size_t at)                                    \
	{                                                                                          \
		type moved = heap[at];                                                             \
                                                                                                   \
		for (; at && before(moved, heap[(at - 1) / 2]); at = (at - 1) / 2)                 \
			heap[at] = heap[(at - 1) / 2];                                             \
		heap[at] = moved;                                                                  \
	}                                                                                          \
                                                                                                   \
	MIN_HEAP_FUNCTION void name##_build(type *heap, size_t nr)                                 \
	{                                                                                          \
		for (size_t at = nr / 2; at-- > 0;)                                                \
			name##_down(heap, nr, at);                                                 \
	}                                                                                          \
                                                                                                   \
	MIN_HEAP_FUNCTION type name##_pop(type *heap, size_t *nr)                                  \
	{                                                                                          \
		type first = heap[0];                                                              \
                                                                                                   \
		heap[0] = heap[--*nr];                                                             \
		if (*nr > 1)                                                                       \
			name##_down(heap, *nr, 0);                                                 \
		return first;                                                                      \
	}                                                                                          \
	_Static_assert(sizeof(type), "takes the semicolon behind it")

#endif
