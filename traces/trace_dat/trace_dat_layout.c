/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_dat_layout.c - fills in a trace_dat_file: what the walks of both versions share.
 */
#include "traces/trace_dat/trace_dat_layout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_SIZE_MIN 512
#define PAGE_SIZE_MAX (1u << 20) /* sub-buffers can be larger than pages since Linux 6.8 */

bool dat_page_size_is_sane(uint32_t page_size)
{
	return page_size >= PAGE_SIZE_MIN && page_size <= PAGE_SIZE_MAX &&
	       !(page_size & (page_size - 1));
}

int dat_buffer_add(struct trace_dat_file *file, const char *name, uint32_t page_size, bool packed)
{
	struct dat_buffer *buffer;

	if (file->nr_buffers == DAT_BUFFERS_MAX || !dat_page_size_is_sane(page_size))
		return -EINVAL;
	buffer = &file->buffers[file->nr_buffers];
	snprintf(buffer->name, sizeof(buffer->name), "%s", name);
	buffer->page_size = page_size;
	buffer->packed = packed;
	return (int)file->nr_buffers++;
}

int dat_extent_add(struct trace_dat_file *file, int buffer, uint32_t cpu, uint64_t offset,
		   uint64_t size)
{
	struct dat_extent *extents;
	bool cut = false;

	if (!size)
		return 0;
	if (cpu > UINT16_MAX || file->nr_extents == DAT_CPUS_MAX)
		return -EINVAL;
	if (offset >= file->size) {
		file->missing++;
		file->cut = true;
		return 0;
	}
	if (size > file->size - offset) {
		size = file->size - offset;
		cut = true;
		file->cut = true;
	}
	file->claimed += size;
	if (file->claimed > file->size)
		return -EINVAL;
	extents = reallocarray(file->extents, file->nr_extents + 1, sizeof(*extents));
	if (!extents)
		return -ENOMEM;
	file->extents = extents;
	extents[file->nr_extents++] = (struct dat_extent){.offset = offset,
							  .size = size,
							  .cpu = (uint16_t)cpu,
							  .buffer = (uint16_t)buffer,
							  .cut = cut};
	return 0;
}

/* --- options --- */

/* "local global [mono] boot": the clock in use is the one in brackets. */
static void clock_from_list(struct trace_dat_file *file, const char *list)
{
	const char *open = strchr(list, '[');
	const char *end = open ? strchr(open, ']') : NULL;

	if (end && !file->clock[0] && (size_t)(end - open) <= sizeof(file->clock))
		cursor_clean(file->clock, open + 1, (size_t)(end - open - 1));
}

static void overruns_from_stats(struct trace_dat_file *file, const char *stats)
{
	static const char *const keys[] = {"\noverrun: ", "\ndropped events: "};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *at = strstr(stats, keys[i]);

		if (at)
			file->overruns += strtoull(at + strlen(keys[i]), NULL, 10);
	}
}

/* "Linux HOST 6.12.107+deb13-amd64 x86_64": a host may have no name, but not one of two words. */
static void kernel_from_uname(struct trace_dat_file *file, const char *uname)
{
	const char *at = strchr(uname, ' ');
	size_t size;

	at = at ? strchr(at + 1, ' ') : NULL;
	size = at ? strcspn(at + 1, " ") : 0;
	if (size && size < sizeof(file->kernel))
		cursor_clean(file->kernel, at + 1, size);
}

static void option_text(struct trace_dat_file *file, uint16_t id, const char *text)
{
	switch (id) {
	case DAT_OPTION_CPUSTAT:
		overruns_from_stats(file, text);
		break;
	case DAT_OPTION_TRACECLOCK:
		clock_from_list(file, text);
		break;
	case DAT_OPTION_UNAME:
		kernel_from_uname(file, text);
		break;
	case DAT_OPTION_DATE: /* microseconds between the clock and the time of day */
		file->add_ns = (int64_t)((uint64_t)file->add_ns +
					 (uint64_t)strtoll(text, NULL, 0) * 1000u);
		break;
	case DAT_OPTION_OFFSET:
		file->add_ns = (int64_t)((uint64_t)file->add_ns + (uint64_t)strtoll(text, NULL, 0));
		break;
	default:
		break;
	}
}

void dat_option_read(struct trace_dat_file *file, struct cursor *cur, uint16_t id, uint32_t size)
{
	char text[1024];
	uint64_t end = cur->pos + size;
	size_t take = size < sizeof(text) ? size : sizeof(text) - 1;
	const unsigned char *bytes;

	if (id == DAT_OPTION_CPUCOUNT && size >= 4) {
		file->cpus = cursor_u32(cur);
	} else if (id == DAT_OPTION_TSC2NSEC && size >= 16) {
		file->mult = cursor_u32(cur);
		file->shift = cursor_u32(cur);
	} else {
		bytes = cursor_take(cur, take, sizeof(text));
		if (bytes) {
			memcpy(text, bytes, take);
			text[take] = '\0';
			option_text(file, id, text);
		}
	}
	if (!cur->cut)
		cursor_skip(cur, end - cur->pos);
}
