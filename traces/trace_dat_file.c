// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trace_dat_file.c - walks through the sections of a trace.dat without decoding an event.
 *
 * libtracecmd trusts the offsets in a file: given one that was cut, it maps pages beyond its end
 * and dies. So the structure is checked here first: version 6 is one sequence of counted blocks,
 * version 7 a chain of option sections that point to the others. Nothing is decompressed.
 * Source of the layout: trace-cmd.dat.v6(5) and trace-cmd.dat.v7(5).
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "trace_dat_file.h"

#define WINDOW_BYTES  65536
#define OPTIONS_MAX   4096 /* option sections; more means a chain that runs in circles */
#define CPUS_MAX      4096 /* of a file; Linux itself allows 8192 at most (NR_CPUS) */
#define SYSTEMS_MAX   65536
#define STATS_BYTES   1024
#define SECTION_BYTES 16

enum option_id {
	OPTION_DONE = 0,
	OPTION_CPUSTAT = 2,
	OPTION_BUFFER = 3,
	OPTION_TRACECLOCK = 4,
	OPTION_CPUCOUNT = 8,
	OPTION_HEADER_INFO = 16,
	OPTION_CMDLINES = 21,
};

/**
 * struct cursor - sequential reading with a window
 * @file: what is read
 * @pos: next byte
 * @start, @fill: bytes of the file in @window
 * @short_read: the file ended before what its structure promises
 */
struct cursor {
	struct trace_dat_file *file;
	uint64_t pos;
	uint64_t start;
	size_t fill;
	bool short_read;
	unsigned char window[WINDOW_BYTES];
};

static bool cursor_has(const struct cursor *cur, uint64_t bytes)
{
	return cur->pos <= cur->file->size && bytes <= cur->file->size - cur->pos;
}

static bool cursor_skip(struct cursor *cur, uint64_t bytes)
{
	if (!cursor_has(cur, bytes)) {
		cur->short_read = true;
		return false;
	}
	cur->pos += bytes;
	return true;
}

static bool cursor_read(struct cursor *cur, void *out, size_t bytes)
{
	if (!cursor_has(cur, bytes)) {
		cur->short_read = true;
		return false;
	}
	if (cur->pos < cur->start || cur->pos + bytes > cur->start + cur->fill) {
		ssize_t got = pread(cur->file->fd, cur->window, WINDOW_BYTES, (off_t)cur->pos);

		cur->start = cur->pos;
		cur->fill = got > 0 ? (size_t)got : 0;
		if (cur->fill < bytes) {
			cur->short_read = true;
			return false;
		}
	}
	memcpy(out, cur->window + (cur->pos - cur->start), bytes);
	cur->pos += bytes;
	return true;
}

static uint16_t cursor_u16(struct cursor *cur)
{
	uint16_t value = 0;

	cursor_read(cur, &value, sizeof(value));
	return cur->file->big_endian ? be16toh(value) : le16toh(value);
}

static uint32_t cursor_u32(struct cursor *cur)
{
	uint32_t value = 0;

	cursor_read(cur, &value, sizeof(value));
	return cur->file->big_endian ? be32toh(value) : le32toh(value);
}

static uint64_t cursor_u64(struct cursor *cur)
{
	uint64_t value = 0;

	cursor_read(cur, &value, sizeof(value));
	return cur->file->big_endian ? be64toh(value) : le64toh(value);
}

/* Reads to the NUL; what does not fit into @out is dropped, a string of 4 KB is none. */
static bool cursor_string(struct cursor *cur, char *out, size_t out_size)
{
	size_t len = 0;
	char c;

	for (unsigned int i = 0; i < 4096; i++) {
		if (!cursor_read(cur, &c, 1))
			return false;
		if (!c) {
			out[len] = '\0';
			return true;
		}
		if (len + 1 < out_size)
			out[len++] = c;
	}
	cur->short_read = true;
	return false;
}

static bool cursor_expect(struct cursor *cur, const char *word, size_t size)
{
	char found[16];

	return cursor_read(cur, found, size) && !memcmp(found, word, size);
}

static bool page_size_is_sane(uint32_t page_size)
{
	return page_size >= 512 && page_size <= 1u << 20 && !(page_size & (page_size - 1));
}

/* The library maps the data of a CPU by page; an empty CPU may start anywhere. */
static bool data_are_aligned(const struct trace_dat_file *file, uint64_t start, uint64_t size)
{
	return !size || (page_size_is_sane(file->page_size) && start % file->page_size == 0);
}

/* Text of an option into @out, NUL-terminated; the cursor ends behind the option. */
static bool option_text(struct cursor *cur, uint32_t size, char *out, size_t out_size)
{
	size_t take = size < out_size - 1 ? size : out_size - 1;

	if (!cursor_read(cur, out, take))
		return false;
	out[take] = '\0';
	return cursor_skip(cur, size - take);
}

/* "local global [mono] boot": the clock in use is the one in brackets. */
static void clock_from_list(struct trace_dat_file *file, const char *list)
{
	const char *open = strchr(list, '[');
	const char *end = open ? strchr(open, ']') : NULL;

	if (end)
		snprintf(file->clock, sizeof(file->clock), "%.*s", (int)(end - open - 1), open + 1);
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

static bool option_common(struct cursor *cur, uint16_t id, uint32_t size)
{
	char text[STATS_BYTES];

	switch (id) {
	case OPTION_CPUSTAT:
		if (!option_text(cur, size, text, sizeof(text)))
			return false;
		overruns_from_stats(cur->file, text);
		return true;
	case OPTION_TRACECLOCK:
		if (!option_text(cur, size, text, sizeof(text)))
			return false;
		clock_from_list(cur->file, text);
		return true;
	default:
		return cursor_skip(cur, size);
	}
}

/* --- version 7: sections --- */

/* A section header and all it claims to contain must lie within the file. */
static bool section_check(struct cursor *cur, uint64_t offset)
{
	uint64_t size;

	cur->pos = offset;
	if (!cursor_skip(cur, 8))
		return false;
	size = cursor_u64(cur);
	return !cur->short_read && cursor_skip(cur, size);
}

static bool buffer_check(struct cursor *cur, uint64_t end)
{
	uint64_t offset = cursor_u64(cur);
	uint32_t cpus;
	char name[16];

	if (!cursor_string(cur, name, sizeof(name)) ||
	    !cursor_string(cur, cur->file->clock, sizeof(cur->file->clock)))
		return false;
	cur->file->page_size = cursor_u32(cur);
	cpus = cursor_u32(cur);
	if (cur->short_read || cpus > CPUS_MAX)
		return false;
	for (uint32_t i = 0; i < cpus; i++) {
		uint32_t cpu = cursor_u32(cur);
		uint64_t start = cursor_u64(cur);
		uint64_t size = cursor_u64(cur);

		if (cur->short_read || cpu >= CPUS_MAX || !data_are_aligned(cur->file, start, size))
			return false;
		if (start > cur->file->size || size > cur->file->size - start) {
			cur->short_read = true;
			return false;
		}
	}
	if (cpus > cur->file->cpus)
		cur->file->cpus = cpus;
	if (!section_check(cur, offset))
		return false;
	cur->pos = end;
	return true;
}

static bool option_v7(struct cursor *cur, uint16_t id, uint32_t size)
{
	uint64_t end = cur->pos + size;

	if (!cursor_has(cur, size)) {
		cur->short_read = true;
		return false;
	}
	if (id == OPTION_BUFFER)
		return buffer_check(cur, end);
	if (id >= OPTION_HEADER_INFO && id <= OPTION_CMDLINES) {
		if (size < 8 || !section_check(cur, cursor_u64(cur)))
			return false;
		cur->pos = end;
		return true;
	}
	return option_common(cur, id, size);
}

/* One option section; @next is set to the place of the one that follows, 0 when it is the last. */
static bool options_v7(struct cursor *cur, uint64_t offset, uint64_t *next)
{
	uint16_t id, flags;

	cur->pos = offset;
	id = cursor_u16(cur);
	flags = cursor_u16(cur);
	cursor_u32(cur);
	if (!cursor_has(cur, cursor_u64(cur)) || cur->short_read) {
		cur->short_read = true;
		return false;
	}
	if (id || flags)
		return false;
	for (;;) {
		id = cursor_u16(cur);
		uint32_t size = cursor_u32(cur);

		if (cur->short_read)
			return false;
		if (id == OPTION_DONE) {
			*next = cursor_u64(cur);
			return size == 8 && !cur->short_read;
		}
		if (!option_v7(cur, id, size))
			return false;
	}
}

static bool walk_v7(struct cursor *cur, const char **what)
{
	struct trace_dat_file *file = cur->file;
	uint64_t offset;
	char version[16];

	*what = "header";
	if (!cursor_string(cur, file->compression, sizeof(file->compression)) ||
	    !cursor_string(cur, version, sizeof(version)))
		return false;
	offset = cursor_u64(cur);
	*what = "section chain";
	for (unsigned int i = 0; offset && i < OPTIONS_MAX; i++)
		if (!options_v7(cur, offset, &offset))
			return false;
	return !cur->short_read && !offset;
}

/* --- version 6: one sequence --- */

static bool blocks_v6(struct cursor *cur)
{
	uint32_t nr = cursor_u32(cur);

	for (uint32_t i = 0; i < nr && !cur->short_read; i++)
		cursor_skip(cur, cursor_u64(cur));
	return !cur->short_read;
}

static bool formats_v6(struct cursor *cur)
{
	char name[16];
	uint32_t systems;

	if (!cursor_expect(cur, "header_page", 12) || !cursor_skip(cur, cursor_u64(cur)) ||
	    !cursor_expect(cur, "header_event", 13) || !cursor_skip(cur, cursor_u64(cur)) ||
	    !blocks_v6(cur))
		return false;
	systems = cursor_u32(cur);
	for (uint32_t i = 0; i < systems && systems <= SYSTEMS_MAX; i++)
		if (!cursor_string(cur, name, sizeof(name)) || !blocks_v6(cur))
			return false;
	return systems <= SYSTEMS_MAX && cursor_skip(cur, cursor_u32(cur)) &&
	       cursor_skip(cur, cursor_u32(cur)) && cursor_skip(cur, cursor_u64(cur));
}

static bool options_v6(struct cursor *cur)
{
	for (;;) {
		uint16_t id = cursor_u16(cur);
		uint32_t size;

		if (cur->short_read)
			return false;
		if (id == OPTION_DONE)
			return true;
		size = cursor_u32(cur);
		if (cur->short_read || !option_common(cur, id, size))
			return false;
	}
}

/* The CPU table may point beyond the end: the recording was cut, what is there can be read. */
static bool cpu_table_v6(struct cursor *cur)
{
	struct trace_dat_file *file = cur->file;

	file->cpu_table = cur->pos;
	for (uint32_t i = 0; i < file->cpus; i++) {
		uint64_t start = cursor_u64(cur);
		uint64_t size = cursor_u64(cur);

		if (!data_are_aligned(file, start, size))
			return false;
		if (!size || (start <= file->size && size <= file->size - start))
			continue;
		if (start < file->size)
			file->cut_cpu = (int)i;
		file->cut = true;
	}
	return !cur->short_read;
}

static bool walk_v6(struct cursor *cur, const char **what)
{
	char word[10];

	strcpy(cur->file->compression, "none");
	*what = "event formats or symbols";
	if (!formats_v6(cur))
		return false;
	*what = "CPU table";
	cur->file->cpus = cursor_u32(cur);
	if (cur->short_read || cur->file->cpus > CPUS_MAX || !cursor_read(cur, word, 10))
		return false;
	if (!memcmp(word, "options  ", 10) && (!options_v6(cur) || !cursor_read(cur, word, 10)))
		return false;
	if (memcmp(word, "flyrecord", 10))
		return false;
	return cpu_table_v6(cur);
}

/* --- both --- */

static int head_check(struct cursor *cur, char *err, size_t err_size)
{
	struct trace_dat_file *file = cur->file;
	unsigned char order[2] = {0};
	char version[16];

	if (!cursor_expect(cur, TRACE_DAT_MAGIC, TRACE_DAT_MAGIC_SIZE) ||
	    !cursor_string(cur, version, sizeof(version)) || !cursor_read(cur, order, 2)) {
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
	file->big_endian = order[0];
	if (file->big_endian != (BYTE_ORDER == BIG_ENDIAN)) {
		snprintf(err, err_size,
			 "%s: recorded on a %s-endian machine; read are those of this machine's "
			 "byte order",
			 file->path, file->big_endian ? "big" : "little");
		return -EINVAL;
	}
	file->page_size = cursor_u32(cur);
	return 0;
}

static int walk(struct cursor *cur, char *err, size_t err_size)
{
	struct trace_dat_file *file = cur->file;
	const char *what;
	int rc = head_check(cur, err, err_size);

	if (rc)
		return rc;
	if (!(file->version == 7 ? walk_v7(cur, &what) : walk_v6(cur, &what))) {
		char place[64] = "";

		if (cur->short_read)
			snprintf(place, sizeof(place), " (the file ends at byte %llu)",
				 (unsigned long long)file->size);
		snprintf(err, err_size,
			 "%s: %s %s near byte %llu%s; expected a complete trace.dat v%d, copy or "
			 "record it again",
			 file->path, what, cur->short_read ? "cut" : "damaged",
			 (unsigned long long)cur->pos, place, file->version);
		return -EINVAL;
	}
	if (!page_size_is_sane(file->page_size)) {
		snprintf(err, err_size,
			 "%s: ring buffer pages of %u bytes; expected a power of two, record it "
			 "again",
			 file->path, file->page_size);
		return -EINVAL;
	}
	return 0;
}

int trace_dat_file_open(struct trace_dat_file *file, const char *path, char *err, size_t err_size)
{
	struct cursor *cur = calloc(1, sizeof(*cur));
	struct stat st;
	int rc;

	memset(file, 0, sizeof(*file));
	snprintf(file->path, sizeof(file->path), "%s", path);
	file->cut_cpu = -1;
	file->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (!cur || file->fd < 0 || fstat(file->fd, &st) < 0) {
		rc = cur ? -errno : -ENOMEM;
		snprintf(err, err_size, "%s: %s", path, strerror(-rc));
	} else {
		file->size = (uint64_t)st.st_size;
		cur->file = file;
		rc = walk(cur, err, err_size);
	}
	free(cur);
	if (rc)
		trace_dat_file_close(file);
	return rc;
}

void trace_dat_file_close(struct trace_dat_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}
