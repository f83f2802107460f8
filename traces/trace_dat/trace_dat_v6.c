/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_dat_v6.c - version 6: one sequence of blocks, then a table of where the CPUs' data are.
 *
 * The table of an instance (option BUFFER) is a "flyrecord" like that of the top buffer, elsewhere
 * in the file. A table that points beyond the end of the file is one of a file that was cut.
 */
#include "traces/trace_dat/trace_dat_v6.h"

#include <errno.h>
#include <string.h>

#define WORD_BYTES 10 /* "options  ", "flyrecord", "latency  " with their NUL */

/** struct instances - options BUFFER met: their tables are read last */
struct instances {
	char names[DAT_BUFFERS_MAX][64];
	uint64_t offsets[DAT_BUFFERS_MAX];
	unsigned int nr;
};

static int blocks_read(struct trace_dat_file *file, struct cursor *cur)
{
	int rc;

	if (!tracing_header(cur, &file->dec->abi, &file->layout))
		return -EINVAL;
	rc = tracing_ftrace(cur, file->dec);
	if (!rc)
		rc = tracing_events(cur, file->dec);
	if (rc)
		return rc;
	file->sections[DAT_SECTION_KALLSYMS] = cur->pos;
	cursor_skip(cur, cursor_u32(cur)); /* kallsyms */
	cursor_skip(cur, cursor_u32(cur)); /* printk formats */
	cursor_skip(cur, cursor_u64(cur)); /* command lines */
	return cur->cut ? -EINVAL : 0;
}

static void instance_add(struct instances *list, struct cursor *cur, uint32_t size)
{
	uint64_t end = cur->pos + size;

	if (list->nr < DAT_BUFFERS_MAX && size > 8) {
		list->offsets[list->nr] = cursor_u64(cur);
		if (cursor_string(cur, list->names[list->nr], sizeof(list->names[0])) &&
		    cur->pos <= end)
			list->nr++;
	}
	if (!cur->cut && cur->pos <= end)
		cursor_skip(cur, end - cur->pos);
}

static bool options_read(struct trace_dat_file *file, struct cursor *cur, struct instances *list)
{
	for (;;) {
		uint16_t id = cursor_u16(cur);
		uint32_t size;

		if (cur->cut || id == DAT_OPTION_DONE)
			return !cur->cut;
		size = cursor_u32(cur);
		if (size > cur->end - cur->pos) {
			cur->cut = true;
			return false;
		}
		if (id == DAT_OPTION_BUFFER)
			instance_add(list, cur, size);
		else
			dat_option_read(file, cur, id, size);
	}
}

/* The data of a CPU are whole sub-buffers, at a page boundary: anything else is damage. */
static int table_read(struct trace_dat_file *file, struct cursor *cur, const char *name)
{
	int buffer = dat_buffer_add(file, name, file->page_size, false), rc = 0;

	if (buffer < 0)
		return buffer;
	for (uint32_t cpu = 0; cpu < file->cpus && !rc; cpu++) {
		uint64_t offset = cursor_u64(cur), size = cursor_u64(cur);

		if (cur->cut || (size && offset % file->page_size))
			return -EINVAL;
		rc = dat_extent_add(file, buffer, cpu, offset, size);
	}
	return rc;
}

/* An instance whose table is beyond the end of the file is missing as a whole. */
static int instance_read(struct trace_dat_file *file, struct cursor *cur, uint64_t offset,
			 const char *name)
{
	if (offset > file->size || file->size - offset < WORD_BYTES + 16 * (uint64_t)file->cpus) {
		file->missing += file->cpus;
		file->cut = true;
		return 0;
	}
	cursor_seek(cur, offset);
	if (!cursor_expect(cur, "flyrecord"))
		return -EINVAL;
	return table_read(file, cur, name);
}

/* Files of old recorders name the clock here and have an empty option. */
static void clock_read(struct trace_dat_file *file, struct cursor *cur)
{
	uint64_t size = cursor_u64(cur);

	if (!cur->cut && size && size <= 256 && size <= cur->end - cur->pos)
		dat_option_read(file, cur, DAT_OPTION_TRACECLOCK, (uint32_t)size);
	cur->cut = false;
}

static int data_find(struct trace_dat_file *file, struct cursor *cur, struct dat_refusal *why)
{
	struct instances list = {.nr = 0};
	const unsigned char *word;
	char first[WORD_BYTES];
	int rc;

	why->what = "CPU table";
	file->cpus = cursor_u32(cur);
	word = cursor_take(cur, WORD_BYTES, WORD_BYTES);
	if (!word)
		return -EINVAL;
	memcpy(first, word, WORD_BYTES);
	if (!memcmp(first, "options  ", WORD_BYTES)) {
		why->what = "options";
		if (!options_read(file, cur, &list))
			return -EINVAL;
		word = cursor_take(cur, WORD_BYTES, WORD_BYTES);
		if (!word)
			return -EINVAL;
		memcpy(first, word, WORD_BYTES);
	}
	why->what = "CPU table";
	file->texts = !memcmp(first, "latency  ", WORD_BYTES);
	if (memcmp(first, "flyrecord", WORD_BYTES) || file->cpus > DAT_CPUS_MAX)
		return -EINVAL;
	rc = table_read(file, cur, "");
	if (!rc && !file->clock[0])
		clock_read(file, cur);
	if (!rc)
		why->what = "table of an instance";
	for (unsigned int i = 0; i < list.nr && !rc; i++)
		rc = instance_read(file, cur, list.offsets[i], list.names[i]);
	return rc;
}

int dat_walk_v6(struct trace_dat_file *file, struct cursor *cur, struct dat_refusal *why)
{
	int rc;

	strcpy(file->compression, "none");
	why->what = "event formats or symbols";
	rc = blocks_read(file, cur);
	if (!rc)
		rc = data_find(file, cur, why);
	why->at = cur->pos;
	why->cut = cur->cut;
	return rc;
}

void dat_symbols_v6(struct trace_dat_file *file)
{
	struct cursor cur;

	cursor_init_file(&cur, file->fd, file->size, file->big_endian);
	cursor_seek(&cur, file->sections[DAT_SECTION_KALLSYMS]);
	tracing_kallsyms(&cur, file->dec);
	cursor_fini(&cur);
}
