/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_fmt.h - values of flags, from the "print fmt:" part of a tracepoint's format text.
 *
 * Own code: libtraceevent evaluates print formats only to print records, and hostile ones crash it.
 */
#ifndef TRACES_PRINT_FMT_H
#define TRACES_PRINT_FMT_H

#include <stddef.h>
#include <stdint.h>

/**
 * print_fmt_flag() - value of a flag in the __print_flags() of a print format
 * @text: the whole format text, @size bytes; any bytes, no NUL needed
 * @flag: "__GFP_MEMALLOC"
 *
 * Return: 0 when there is no such flag, or when its value is more than numbers, casts and
 *	| & + - ~ << >>.
 */
uint64_t print_fmt_flag(const char *text, size_t size, const char *flag);

#endif
