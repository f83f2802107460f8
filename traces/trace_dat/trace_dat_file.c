/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_dat_file.c - opens a trace.dat: its head, the walk of its version, refusals.
 */
#include "traces/trace_dat/trace_dat_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "traces/trace_dat/trace_dat_layout.h"
#include "traces/trace_dat/trace_dat_v6.h"
#include "traces/trace_dat/trace_dat_v7.h"

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
	file->dec->abi.big_endian = file->big_endian;
	file->dec->abi.long_size = long_size == 4 ? 4 : 8;
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

void trace_dat_file_symbols(struct trace_dat_file *file)
{
	if (!file->sections[DAT_SECTION_KALLSYMS])
		return;
	if (file->version == 6)
		dat_symbols_v6(file);
	else
		dat_symbols_v7(file);
}

void trace_dat_file_close(struct trace_dat_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
	free(file->extents);
	file->extents = NULL;
}
