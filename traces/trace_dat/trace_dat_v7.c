/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_dat_v7.c - version 7: sections, and options sections that say where the others are.
 *
 * The options form a chain through the file, and the one that has the table of CPU data is
 * written last. Where the chain leads beyond the end of the file (it was cut), the sections are
 * taken in the order in which they lie, and the data of the CPUs are told apart by their own
 * structure: compressed data are counted chunks, plain data are sub-buffers in order of time.
 */
#include "traces/trace_dat/trace_dat_v7.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SECTION_BYTES	     16
#define UNPACKED_BYTES_MAX   (128u << 20) /* of all sections: each is unpacked once */
#define SECTION_BYTES_MAX    (48u << 20)  /* unpacked: event formats and symbols have up to 20 MB */
#define SECTION_PACKED	     1
#define OPTIONS_SECTIONS_MAX 4096

/**
 * struct section - an open section
 * @id: enum dat_option
 * @packed: it is compressed
 * @cut: the file ends before it does
 * @size: bytes of it in the file
 * @cur: reads its contents
 * @bytes: its contents, when they had to be unpacked
 */
struct section {
	uint16_t id;
	bool packed;
	bool cut;
	uint64_t size;
	struct cursor cur;
	void *bytes;
};

static bool section_head(struct cursor *cur, struct section *sec)
{
	sec->id = cursor_u16(cur);
	sec->packed = cursor_u16(cur) & SECTION_PACKED;
	cursor_u32(cur);
	sec->size = cursor_u64(cur);
	return !cur->cut;
}

static void section_close(struct section *sec)
{
	cursor_fini(&sec->cur);
	free(sec->bytes);
	sec->bytes = NULL;
}

static int section_unpack(struct trace_dat_file *file, struct section *sec)
{
	uint32_t in_size = cursor_u32(&sec->cur), out_size = cursor_u32(&sec->cur);
	const unsigned char *in = cursor_take(&sec->cur, in_size, SECTION_BYTES_MAX);
	int rc;

	file->unpacked += out_size;
	if (!in || out_size > SECTION_BYTES_MAX || file->unpacked > UNPACKED_BYTES_MAX)
		return -EINVAL;
	sec->bytes = malloc(out_size ? out_size : 1);
	if (!sec->bytes)
		return -ENOMEM;
	rc = unpack_block(file->packing, in, in_size, sec->bytes, out_size);
	cursor_fini(&sec->cur);
	cursor_init_memory(&sec->cur, sec->bytes, out_size, file->big_endian);
	return rc;
}

/* Return: 0 (then close it), -EINVAL (@cut tells why), -ENOTSUP (its compression), -ENOMEM. */
static int section_open(struct trace_dat_file *file, uint64_t offset, struct section *sec)
{
	int rc = -EINVAL;

	memset(sec, 0, sizeof(*sec));
	cursor_init_file(&sec->cur, file->fd, file->size, file->big_endian);
	cursor_seek(&sec->cur, offset);
	if (!section_head(&sec->cur, sec) || sec->size > file->size - sec->cur.pos) {
		sec->cut = true;
	} else {
		sec->cur.end = sec->cur.pos + sec->size;
		rc = sec->packed ? section_unpack(file, sec) : 0;
	}
	if (rc)
		section_close(sec);
	return rc;
}

/* --- options --- */

static int table_read(struct trace_dat_file *file, struct cursor *cur, int buffer, uint32_t nr)
{
	int rc = 0;

	for (uint32_t i = 0; i < nr && !rc; i++) {
		uint32_t cpu = cursor_u32(cur);
		uint64_t offset = cursor_u64(cur), size = cursor_u64(cur);

		if (size && file->buffers[buffer].packed) /* the count of chunks is not in it */
			size = size < UINT64_MAX - 4 ? size + 4 : size;
		rc = cur->cut ? -EINVAL : dat_extent_add(file, buffer, cpu, offset, size);
		if (cpu >= file->cpus && cpu < DAT_CPUS_MAX)
			file->cpus = cpu + 1;
	}
	return rc;
}

/* Recorders before 3.1.3 do not write the size of a sub-buffer: what is left tells. */
static int buffer_read(struct trace_dat_file *file, struct cursor *cur, uint64_t end)
{
	uint64_t offset = cursor_u64(cur);
	char name[64], clock[sizeof(file->clock)];
	uint32_t page_size = file->page_size, nr;
	struct section sec;
	struct cursor head;
	int buffer;

	if (!cursor_string(cur, name, sizeof(name)) || !cursor_string(cur, clock, sizeof(clock)) ||
	    cur->pos > end)
		return -EINVAL;
	if ((end - cur->pos) % 20 == 8)
		page_size = cursor_u32(cur);
	nr = cursor_u32(cur);
	if (nr > DAT_CPUS_MAX)
		return -EINVAL;
	cursor_init_file(&head, file->fd, file->size, file->big_endian);
	cursor_seek(&head, offset);
	if (!section_head(&head, &sec)) { /* cut before it: so are all its CPUs */
		sec.id = DAT_OPTION_BUFFER;
		sec.packed = false;
	}
	cursor_fini(&head);
	if (sec.id != DAT_OPTION_BUFFER)
		return -EINVAL;
	if (!file->clock[0])
		memcpy(file->clock, clock, sizeof(clock));
	buffer = dat_buffer_add(file, name, page_size, sec.packed);
	if (buffer < 0)
		return buffer;
	memcpy(file->buffers[buffer].clock, clock, sizeof(clock));
	file->clocks_differ |= strcmp(clock, file->buffers[0].clock) != 0;
	return table_read(file, cur, buffer, nr);
}

static int option_read(struct trace_dat_file *file, struct cursor *cur, uint16_t id, uint32_t size)
{
	uint64_t end = cur->pos + size;
	int rc = 0;

	if (size > cur->end - cur->pos)
		return -EINVAL;
	if (id == DAT_OPTION_BUFFER && !file->guessed)
		rc = buffer_read(file, cur, end);
	else if (id >= DAT_SECTION_HEADER && id <= DAT_SECTION_CMDLINES && size >= 8)
		file->sections[id] = cursor_u64(cur);
	else
		dat_option_read(file, cur, id, size);
	file->texts |= id == DAT_SECTION_TEXT_BUFFER;
	if (!rc && (cur->cut || cur->pos > end))
		rc = -EINVAL;
	if (!rc)
		cursor_seek(cur, end);
	return rc;
}

/* Contents of an options section; @next: where the one behind it is, 0 for none. */
static int options_read(struct trace_dat_file *file, struct cursor *cur, uint64_t *next)
{
	for (;;) {
		uint16_t id = cursor_u16(cur);
		uint32_t size = cursor_u32(cur);
		int rc;

		if (cur->cut)
			return -EINVAL;
		if (id == DAT_OPTION_DONE) {
			*next = cursor_u64(cur);
			return size != 8 || cur->cut ? -EINVAL : 0;
		}
		rc = option_read(file, cur, id, size);
		if (rc)
			return rc;
	}
}

/**
 * chain_read() - follow the chain of options, which only leads forward
 * @offset: the first; on return where the last one that could be read ends, when it was cut
 * @cut: it leads beyond the end of the file
 */
static int chain_read(struct trace_dat_file *file, uint64_t *offset, struct dat_refusal *why,
		      bool *cut)
{
	uint64_t at = *offset, next = 0;

	*offset = 0;
	why->what = "options";
	for (unsigned int i = 0; at && i < OPTIONS_SECTIONS_MAX; i++, at = next) {
		struct section sec;
		int rc = section_open(file, at, &sec);

		why->at = at;
		*cut = rc && sec.cut;
		if (*cut)
			return 0;
		if (!rc && sec.id != DAT_OPTION_DONE)
			rc = -EINVAL;
		else if (!rc)
			rc = options_read(file, &sec.cur, &next);
		section_close(&sec);
		if (rc)
			return rc;
		if (next && next <= at)
			return -EINVAL;
		*offset = at + SECTION_BYTES + sec.size;
	}
	return at ? -EINVAL : 0;
}

/* --- a file that was cut --- */

/* Chunks: their number, then each with its packed and unpacked size. Return: where they end. */
static uint64_t chunks_end(struct cursor *cur)
{
	uint32_t nr = cursor_u32(cur);

	for (uint32_t i = 0; i < nr && !cur->cut; i++) {
		uint32_t size = cursor_u32(cur);

		cursor_u32(cur);
		cursor_skip(cur, size);
	}
	return cur->cut ? cur->end : cur->pos;
}

/* Sub-buffers whose time goes on: where it falls back, another CPU begins. */
static uint64_t pages_end(struct cursor *cur, uint32_t page_size)
{
	uint64_t last = 0;

	while (cur->end - cur->pos >= page_size) {
		uint64_t time = cursor_u64(cur);

		if (cur->cut || time < last)
			return cur->cut ? cur->end : cur->pos - 8;
		last = time;
		cursor_skip(cur, page_size - 8);
	}
	return cur->end;
}

/* The data of each CPU start at a page boundary; those cut off reach to the end of the file. */
static int buffer_guess(struct trace_dat_file *file, const struct section *sec, uint64_t offset,
			uint64_t end)
{
	uint64_t mask = file->page_size - 1, pos = (offset + mask) & ~mask;
	const char *name = file->nr_buffers ? "(cut)" : "";
	int rc = dat_buffer_add(file, name, file->page_size, sec->packed), buffer = rc;

	for (uint32_t cpu = 0; rc >= 0 && pos < end && cpu < DAT_CPUS_MAX; cpu++) {
		struct cursor cur;
		uint64_t stop;

		cursor_init_file(&cur, file->fd, end, file->big_endian);
		cursor_seek(&cur, pos);
		stop = sec->packed ? chunks_end(&cur) : pages_end(&cur, file->page_size);
		cursor_fini(&cur);
		rc = dat_extent_add(file, buffer, cpu, pos, stop - pos);
		if (!rc && stop == file->size)
			file->extents[file->nr_extents - 1].cut = true;
		pos = (stop + mask) & ~mask;
	}
	return rc < 0 ? rc : 0;
}

/* A size of 0: nothing was recorded and its options follow, or the recorder was killed. */
static bool buffer_is_empty(struct trace_dat_file *file, const struct section *sec, uint64_t end)
{
	struct section next;

	if (sec->size || section_open(file, end, &next))
		return false;
	section_close(&next);
	return next.id == DAT_OPTION_DONE && next.size;
}

/* One section found in place. Return: 0, 1 when it is the last that is there, -errno. */
static int section_found(struct trace_dat_file *file, uint64_t offset, uint64_t *next)
{
	struct section sec;
	struct cursor head;
	uint64_t start, ignored;
	bool there;
	int rc = 0;

	cursor_init_file(&head, file->fd, file->size, file->big_endian);
	cursor_seek(&head, offset);
	there = section_head(&head, &sec);
	start = head.pos;
	cursor_fini(&head);
	if (!there)
		return 1;
	*next = sec.size > file->size - start ? file->size : start + sec.size;
	if (sec.id == DAT_OPTION_BUFFER && !buffer_is_empty(file, &sec, start)) {
		rc = buffer_guess(file, &sec, start, sec.size ? *next : file->size);
		return rc ? rc : !sec.size;
	}
	if (sec.size > file->size - start)
		return 1;
	if (sec.id >= DAT_SECTION_HEADER && sec.id <= DAT_SECTION_CMDLINES)
		file->sections[sec.id] = offset;
	if (sec.id != DAT_OPTION_DONE)
		return sec.id < DAT_SECTIONS ? 0 : 1;
	rc = section_open(file, offset, &sec);
	if (!rc) {
		options_read(file, &sec.cur, &ignored);
		section_close(&sec);
	}
	return rc == -ENOMEM ? rc : 0;
}

static int sections_walk(struct trace_dat_file *file, uint64_t offset, struct dat_refusal *why)
{
	unsigned int known = file->nr_extents;
	int rc = 0;

	file->cut = true;
	file->guessed = true;
	while (!rc && offset < file->size) {
		uint64_t at = offset;

		rc = section_found(file, at, &offset);
		if (offset <= at)
			break;
	}
	if (file->nr_extents - known < file->cpus) /* or empty: without the table who knows */
		file->missing = file->cpus - (file->nr_extents - known);
	why->what = "descriptions of events";
	why->cut = !file->nr_buffers;
	return rc < 0 ? rc : file->nr_buffers ? 0 : -EINVAL;
}

/* --- both --- */

static int section_use(struct trace_dat_file *file, enum dat_option id, struct dat_refusal *why)
{
	static const char *const names[DAT_SECTIONS] = {[DAT_SECTION_HEADER] = "header section",
							[DAT_SECTION_FTRACE] = "ftrace formats",
							[DAT_SECTION_EVENTS] = "event formats"};
	struct section sec;
	int rc;

	why->what = names[id];
	why->at = file->sections[id];
	why->cut = false;
	if (!file->sections[id])
		return id == DAT_SECTION_EVENTS ? -EINVAL : 0;
	rc = section_open(file, file->sections[id], &sec);
	if (rc)
		return rc;
	if (sec.id != id)
		rc = -EINVAL;
	else if (id == DAT_SECTION_HEADER)
		rc = tracing_header(&sec.cur, &file->dec->abi, &file->layout) ? 0 : -EINVAL;
	else
		rc = id == DAT_SECTION_FTRACE ? tracing_ftrace(&sec.cur, file->dec)
					      : tracing_events(&sec.cur, file->dec);
	section_close(&sec);
	return rc;
}

int dat_walk_v7(struct trace_dat_file *file, struct cursor *cur, struct dat_refusal *why)
{
	uint64_t first, start;
	char version[16];
	bool cut = false;
	int rc;

	why->what = "head";
	if (!cursor_string(cur, file->compression, sizeof(file->compression)) ||
	    !cursor_string(cur, version, sizeof(version))) {
		why->cut = true;
		return -EINVAL;
	}
	first = cursor_u64(cur);
	start = cur->pos;
	why->cut = cur->cut;
	file->packing = unpack_kind(file->compression);
	if (cur->cut)
		return -EINVAL;
	rc = chain_read(file, &first, why, &cut);
	if (!rc && (cut || !file->nr_buffers))
		rc = sections_walk(file, first ? first : start, why);
	file->cut |= cut;
	why->cut = rc && (why->cut || cut);
	for (int id = DAT_SECTION_HEADER; !rc && id <= DAT_SECTION_EVENTS; id++)
		rc = section_use(file, (enum dat_option)id, why);
	if (!rc && !file->nr_buffers) {
		why->what = "table of buffers";
		rc = -EINVAL;
	}
	return rc;
}

void dat_symbols_v7(struct trace_dat_file *file)
{
	struct section sec;

	if (section_open(file, file->sections[DAT_SECTION_KALLSYMS], &sec))
		return;
	if (sec.id == DAT_SECTION_KALLSYMS)
		tracing_kallsyms(&sec.cur, file->dec);
	section_close(&sec);
}
