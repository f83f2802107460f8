/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_line.h - file and line of an address in the code of a strategy.
 */
#ifndef SIM_SOURCE_LINE_H
#define SIM_SOURCE_LINE_H

#include <stddef.h>

/**
 * source_line() - which line of the allocator made the call that returns to @pc
 * Asks addr2line (binutils, which gcc needs too) about the debug information of a plug-in or of
 * this program; of functions inlined into each other it takes the first that is not in mm.h.
 * Without addr2line or debug information: the place in its object, "my_pool.c+0x1234".
 * Cost: a process; for failures only.
 */
void source_line(const void *pc, char *buf, size_t size);

#endif
