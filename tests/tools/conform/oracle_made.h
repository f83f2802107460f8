/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oracle_made.h - a log as the kernel's driver writes it, made by our own page_pool: for what the
 * recorded logs do not have, other ring sizes above all. It proves nothing about Linux.
 */
#ifndef TESTS_ORACLE_MADE_H
#define TESTS_ORACLE_MADE_H

#include <stdio.h>

/**
 * oracle_make() - a page_pool log of seeded operations, rewound
 * A page that left the pool never comes back under the number it had: here pages are new names,
 * where the native environment hands out the same page again.
 * @live: buffers allocated at a time, at most
 */
FILE *oracle_make(unsigned int seed, unsigned int pool_size, unsigned int live,
		  unsigned int operations);

#endif
