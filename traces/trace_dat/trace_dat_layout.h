/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_dat_layout.h - what both versions write around the data: buffers, extents, options.
 */
#ifndef TRACES_TRACE_DAT_LAYOUT_H
#define TRACES_TRACE_DAT_LAYOUT_H

#include "traces/trace_dat/trace_dat_file.h"

/**
 * struct dat_refusal - why a file cannot be read
 * @what: the part, "CPU table"
 * @at: near which byte
 * @cut: the file ends there
 */
struct dat_refusal {
	const char *what;
	uint64_t at;
	bool cut;
};

/** dat_option_read() - read one option that both versions have; others are skipped */
void dat_option_read(struct trace_dat_file *file, struct cursor *cur, uint16_t id, uint32_t size);

/**
 * dat_buffer_add() - a ring buffer
 * Return: its number, or -EINVAL: too many, or sub-buffers of no possible size.
 */
int dat_buffer_add(struct trace_dat_file *file, const char *name, uint32_t page_size, bool packed);

/**
 * dat_extent_add() - data of a CPU, clipped to what the file has
 * Return: 0, -ENOMEM, -EINVAL: more data than the file has bytes, or too many CPUs.
 */
int dat_extent_add(struct trace_dat_file *file, int buffer, uint32_t cpu, uint64_t offset,
		   uint64_t size);

/** dat_page_size_is_sane() - can a sub-buffer have so many bytes? */
bool dat_page_size_is_sane(uint32_t page_size);

#endif
