// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trace_dat_file.c - opens a trace.dat: the head, options that both versions share, refusals.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "traces/trace_dat/trace_dat_file.h"

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

static void option_text(struct trace_dat_file *file, uint16_t id, const char *text)
{
	switch (id) {
	case DAT_OPTION_CPUSTAT:
		overruns_from_stats(file, text);
		break;
	case DAT_OPTION_TRACECLOCK:
		clock_from_list(file, text);
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

/* --- open and close --- */

static int head_read(struct trace_dat_file *file, struct cursor *cur, char *err, size_t err_size)
{
	const unsigned char *magic = cursor_take(cur, TRACE_DAT_MAGIC_SIZE, TRACE_DAT_MAGIC_SIZE);
	unsigned int long_size;
	char version[16] = "";

	if (!magic || memcmp(magic, TRACE_DAT_MAGIC, TRACE_DAT_MAGIC_SIZE) ||
	    !cursor_string(cur, version, sizeof(version))) {
		snprintf(err, err_size, "%s: cut within its first %llu bytes; record it again",
			 file->path, (unsigned long long)file->size);
		return -EINVAL;
	}
	file->version = atoi(version);
	if (file->version != 6 && file->version != 7) {
		snprintf(err, err_size, "%s: trace.dat version %.8s; read are 6 and 7", file->path,
			 version);
		return -EINVAL;
	}
	magic = cursor_take(cur, 2, 2);
	file->big_endian = magic && magic[0];
	long_size = magic ? magic[1] : 0;
	cur->big_endian = file->big_endian;
	file->dec->big_endian = file->big_endian;
	file->page_size = cursor_u32(cur);
	file->layout.commit_size = long_size == 4 ? 4 : 8;
	file->layout.data_offset = 8 + file->layout.commit_size;
	if (!cur->cut && !dat_page_size_is_sane(file->page_size)) {
		snprintf(err, err_size,
			 "%s: ring buffer pages of %u bytes; expected a power of two, record it "
			 "again",
			 file->path, file->page_size);
		return -EINVAL;
	}
	return 0;
}

static void refuse(const struct trace_dat_file *file, const struct dat_refusal *why, char *err,
		   size_t err_size)
{
	if (why->cut)
		snprintf(err, err_size,
			 "%s: cut in its %s: the file ends at byte %llu, before the first event; "
			 "copy or record it again",
			 file->path, why->what, (unsigned long long)file->size);
	else
		snprintf(err, err_size,
			 "%s: %s damaged near byte %llu; expected a trace.dat v%d as trace-cmd "
			 "writes it, copy or record it again",
			 file->path, why->what, (unsigned long long)why->at, file->version);
}

static int structure_read(struct trace_dat_file *file, char *err, size_t err_size)
{
	struct dat_refusal why = {.what = "head"};
	struct cursor cur;
	int rc;

	cursor_init_file(&cur, file->fd, file->size, false);
	rc = head_read(file, &cur, err, err_size);
	if (rc) {
		cursor_fini(&cur);
		return rc;
	}
	rc = file->version == 7 ? dat_walk_v7(file, &cur, &why) : dat_walk_v6(file, &cur, &why);
	cursor_fini(&cur);
	if (rc == -ENOMEM)
		snprintf(err, err_size, "%s: out of memory", file->path);
	else if (rc && file->texts)
		snprintf(
			err, err_size,
			"%s: holds the text of a latency tracer and no records; record events with "
			"trace-cmd record -e",
			file->path);
	else if (rc == -ENOTSUP)
		snprintf(err, err_size,
			 "%s: compressed by \"%s\"; read are zstd and zlib, or record it with "
			 "trace-cmd record --compression none",
			 file->path, file->compression);
	else if (rc)
		refuse(file, &why, err, err_size);
	return rc;
}

int trace_dat_file_open(struct trace_dat_file *file, const char *path, struct decoder *dec,
			char *err, size_t err_size)
{
	struct stat st;
	int rc;

	memset(file, 0, sizeof(*file));
	snprintf(file->path, sizeof(file->path), "%s", path);
	file->dec = dec;
	file->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (file->fd < 0 || fstat(file->fd, &st) < 0) {
		rc = -errno;
		snprintf(err, err_size, "%s: %s", path, strerror(-rc));
	} else {
		file->size = (uint64_t)st.st_size;
		rc = structure_read(file, err, err_size);
	}
	if (rc)
		trace_dat_file_close(file);
	return rc;
}

void trace_dat_file_close(struct trace_dat_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
	free(file->extents);
	file->extents = NULL;
}
