/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_data_file.c - header, attributes and features of a perf.data; no record.
 *
 *	file mode	header | ids, attributes | records | features
 *	pipe mode	header | records, among them attributes and features
 *
 * In file mode perf writes the features last, and then the header again. A file that was cut, or
 * whose perf was killed, lacks the event formats, and its records cannot be decoded.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "traces/perf_data/perf_data_file.h"
#include "traces/perf_data/perf_data_format.h"
#include "traces/events/tracing_data.h"

#define ATTR_STRIDE_MAX 65536
#define COMPRESSED_ZSTD 1
#define TRACING_MAGIC	"\x17\x08\x44tracing" /* as in a trace.dat */

int perf_file_fail(struct perf_file *file, uint64_t at, const char *format, ...)
{
	int len = snprintf(file->error, sizeof(file->error), "%.300s: byte %llu: ", file->path,
			   (unsigned long long)at);
	va_list args;

	va_start(args, format);
	vsnprintf(file->error + len, sizeof(file->error) - (size_t)len, format, args);
	va_end(args);
	return -EINVAL;
}

static int file_no_memory(struct perf_file *file)
{
	snprintf(file->error, sizeof(file->error), "%.300s: out of memory", file->path);
	return -ENOMEM;
}

static int file_damaged(struct perf_file *file, uint64_t at, const char *what)
{
	return perf_file_fail(
		file, at,
		"%s is damaged or reaches beyond the end of the file at %llu; copy or "
		"record it again",
		what, (unsigned long long)file->size);
}

/* --- events --- */

static int attr_add(struct perf_file *file, const unsigned char *bytes, size_t size, uint64_t at)
{
	int nr = perf_attrs_add(&file->attrs, bytes, size, file->swap);

	if (nr == -E2BIG)
		return perf_file_fail(file, at, "more than %u events; record fewer",
				      (unsigned int)PERF_ATTRS_MAX);
	return nr == -ENOMEM ? file_no_memory(file) : nr;
}

static int id_add(struct perf_file *file, uint64_t id, uint32_t attr, uint64_t at)
{
	int rc = perf_attrs_id(&file->attrs, id, attr);

	if (rc == -E2BIG)
		return perf_file_fail(file, at, "more than %u event IDs; record fewer events",
				      PERF_IDS_MAX);
	return rc ? file_no_memory(file) : 0;
}

static int ids_read(struct perf_file *file, uint64_t at, uint64_t size, uint32_t attr)
{
	struct cursor cur;
	int rc = 0;

	cursor_init_file(&cur, file->fd, file->size, file->dec->abi.big_endian);
	cursor_seek(&cur, at);
	for (uint64_t done = 0; done + 8 <= size && !rc && !cur.cut; done += 8) {
		uint64_t id = cursor_u64(&cur);

		if (!cur.cut)
			rc = id_add(file, id, attr, at + done);
	}
	if (!rc && cur.cut)
		rc = file_damaged(file, at, "the list of IDs");
	cursor_fini(&cur);
	return rc;
}

static int attrs_read(struct perf_file *file, uint64_t at, uint64_t size, uint64_t stride)
{
	struct cursor cur;
	int rc = 0;

	if (stride < PERF_ATTR_MIN + 16 || stride > ATTR_STRIDE_MAX)
		return perf_file_fail(file, 16, "attributes of %llu bytes; expected %d or more",
				      (unsigned long long)stride, PERF_ATTR_MIN + 16);
	cursor_init_file(&cur, file->fd, file->size, file->dec->abi.big_endian);
	cursor_seek(&cur, at);
	for (uint64_t done = 0; done + stride <= size && !rc && !cur.cut; done += stride) {
		const unsigned char *bytes = cursor_take(&cur, stride, ATTR_STRIDE_MAX);
		int nr;

		if (!bytes)
			break;
		nr = attr_add(file, bytes, stride - 16, at + done);
		rc = nr < 0 ? nr
			    : ids_read(file, perf_u64(file->swap, bytes + stride - 16),
				       perf_u64(file->swap, bytes + stride - 8), (uint32_t)nr);
	}
	if (!rc && cur.cut)
		rc = file_damaged(file, at, "the table of events");
	cursor_fini(&cur);
	return rc;
}

int perf_file_attr(struct perf_file *file, const unsigned char *body, size_t size)
{
	size_t attr_size = size < PERF_ATTR_MIN ? 0 : perf_u32(file->swap, body + 4);
	int nr, rc = 0;

	if (!attr_size)
		attr_size = PERF_ATTR_MIN;
	if (attr_size < PERF_ATTR_MIN || attr_size > size)
		return file_damaged(file, 0, "an event attribute in the stream");
	nr = attr_add(file, body, attr_size, 0);
	for (size_t at = attr_size; nr >= 0 && !rc && at + 8 <= size; at += 8)
		rc = id_add(file, perf_u64(file->swap, body + at), (uint32_t)nr, 0);
	return nr < 0 ? nr : rc;
}

int perf_file_ready(struct perf_file *file)
{
	const char *why;

	if (!perf_attrs_check(&file->attrs, &why)) {
		snprintf(file->error, sizeof(file->error), "%.300s: %s", file->path, why);
		return -EINVAL;
	}
	for (uint32_t i = 0; i < file->attrs.nr && !file->formats; i++) {
		if (file->attrs.list[i].type != PERF_ATTR_TRACEPOINT)
			continue;
		snprintf(file->error, sizeof(file->error),
			 "%.300s: %s; record it again (perf record -o - >FILE can be read even "
			 "when cut)",
			 file->path,
			 file->cut
				 ? "is cut: the event formats, which perf writes last, are missing"
				 : "has no event formats: perf was killed before it wrote them");
		return -EINVAL;
	}
	return 0;
}

/* --- features --- */

static bool tracing_head(struct cursor *cur, struct format_abi *abi, uint32_t *page_bytes)
{
	const unsigned char *magic = cursor_take(cur, sizeof(TRACING_MAGIC) - 1, 64);
	const unsigned char *order;
	char version[16];

	if (!magic || memcmp(magic, TRACING_MAGIC, sizeof(TRACING_MAGIC) - 1) ||
	    !cursor_string(cur, version, sizeof(version)))
		return false;
	order = cursor_take(cur, 2, 64); /* byte order, bytes of a long */
	if (!order)
		return false;
	cur->big_endian = order[0] != 0;
	abi->long_size = order[1] == 4 ? 4 : 8;
	*page_bytes = cursor_u32(cur);
	return !cur->cut;
}

int perf_file_formats(struct perf_file *file, uint64_t at, uint64_t size)
{
	struct tracing_page page = {0};
	struct cursor cur;
	int rc = -EINVAL;

	cursor_init_file(&cur, file->fd, file->size, file->dec->abi.big_endian);
	if (size < file->size && at < file->size - size)
		cur.end = at + size;
	cursor_seek(&cur, at);
	if (tracing_head(&cur, &file->dec->abi, &file->page_bytes) &&
	    tracing_header(&cur, &file->dec->abi, &page))
		rc = tracing_ftrace(&cur, file->dec);
	if (!rc)
		rc = tracing_events(&cur, file->dec);
	file->formats = !rc;
	/* perf writes no symbols here, other recorders may. */
	if (!rc && tracing_kallsyms(&cur, file->dec) == -ENOMEM)
		rc = -ENOMEM;
	if (rc == -ENOMEM) {
		rc = file_no_memory(file);
	} else if (rc && cur.cut && cur.end == file->size) {
		file->cut = true;
		rc = 0;
	} else if (rc) {
		rc = file_damaged(file, at, "the tracing data");
	}
	cursor_fini(&cur);
	return rc;
}

static int feature_compressed(struct perf_file *file, const unsigned char *body, size_t size)
{
	uint32_t type = size >= 8 ? perf_u32(file->swap, body + 4) : COMPRESSED_ZSTD;

	file->packed = true;
	if (type == COMPRESSED_ZSTD)
		return 0;
	snprintf(file->error, sizeof(file->error),
		 "%.300s: records compressed by method %u; only zstd (1) is read", file->path,
		 type);
	return -EINVAL;
}

/* A counted string, filled with NULs to a multiple of 64 bytes. */
static void feature_release(struct perf_file *file, const unsigned char *body, size_t size)
{
	size_t most = size > 4 ? size - 4 : 0;

	if (most > perf_u32(file->swap, body))
		most = perf_u32(file->swap, body);
	if (most >= sizeof(file->kernel))
		most = sizeof(file->kernel) - 1;
	cursor_clean(file->kernel, (const char *)body + 4, strnlen((const char *)body + 4, most));
}

/* Features of a few bytes. */
static int feature_small(struct perf_file *file, uint64_t feature, const unsigned char *body,
			 size_t size)
{
	switch (feature) {
	case PERF_FEATURE_OSRELEASE:
		if (size >= 4)
			feature_release(file, body, size);
		return 0;
	case PERF_FEATURE_NRCPUS:
		if (size >= 8)
			file->cpus = perf_u32(file->swap, body + 4);
		return 0;
	case PERF_FEATURE_COMPRESSED:
		return feature_compressed(file, body, size);
	case PERF_FEATURE_DIR_FORMAT:
		snprintf(file->error, sizeof(file->error),
			 "%.300s: is one file of a perf.data directory; record without --threads",
			 file->path);
		return -EINVAL;
	default:
		return 0;
	}
}

int perf_file_feature(struct perf_file *file, const unsigned char *body, size_t size)
{
	if (size < 8)
		return file_damaged(file, 0, "a feature in the stream");
	return feature_small(file, perf_u64(file->swap, body), body + 8, size - 8);
}

static int feature_read(struct perf_file *file, uint64_t feature, uint64_t at, uint64_t size)
{
	unsigned char body[4 + 72] = {0}; /* of the longest that is used, the release */
	size_t want = size < sizeof(body) ? (size_t)size : sizeof(body);

	if (feature == PERF_FEATURE_TRACING_DATA)
		return perf_file_formats(file, at, size);
	if (pread(file->fd, body, want, (off_t)at) != (ssize_t)want)
		want = 0; /* beyond the end: the caller notices */
	return feature_small(file, feature, body, want);
}

/* Behind the records: a table of (offset, size), a row for each feature whose bit is set. */
static int features_read(struct perf_file *file, const unsigned char *bits)
{
	struct cursor cur;
	int rc = 0;

	cursor_init_file(&cur, file->fd, file->size, file->dec->abi.big_endian);
	cursor_seek(&cur, file->data_end);
	for (unsigned int i = 0; i < PERF_FEATURES && !rc; i++) {
		uint64_t at, size;

		if (!(perf_u64(file->swap, bits + i / 64 * 8) >> i % 64 & 1))
			continue;
		at = cursor_u64(&cur);
		size = cursor_u64(&cur);
		if (!cur.cut)
			rc = feature_read(file, i, at, size);
		if (cur.cut || at > file->size || size > file->size - at)
			file->cut = true;
	}
	cursor_fini(&cur);
	return rc;
}

/* --- header --- */

static int header_read(struct perf_file *file, const unsigned char *head, size_t got)
{
	uint64_t data, size;
	int rc;

	if (got < PERF_FILE_HEADER) {
		snprintf(file->error, sizeof(file->error),
			 "%.300s: cut within its header of %d bytes; record it again", file->path,
			 PERF_FILE_HEADER);
		return -EINVAL;
	}
	data = perf_u64(file->swap, head + 40);
	size = perf_u64(file->swap, head + 48);
	file->data_start = data;
	file->data_end = size > file->size || data > file->size - size ? file->size : data + size;
	if (data < PERF_FILE_HEADER || data > INT64_MAX)
		return file_damaged(file, 40, "the section of records");
	file->cut = data + size > file->size;
	rc = attrs_read(file, perf_u64(file->swap, head + 24), perf_u64(file->swap, head + 32),
			perf_u64(file->swap, head + 16));
	if (!rc && size && !file->cut)
		rc = features_read(file, head + 72);
	return rc;
}

static int file_read(struct perf_file *file)
{
	unsigned char head[PERF_FILE_HEADER] = {0};
	ssize_t got = pread(file->fd, head, sizeof(head), 0);
	uint64_t size;

	if (got < PERF_PIPE_HEADER)
		return file_damaged(file, 0, "the header");
	file->swap = !memcmp(head, PERF_MAGIC, 8) == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	file->dec->abi.big_endian = file->swap == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
	size = perf_u64(file->swap, head + 8);
	file->pipe = size == PERF_PIPE_HEADER;
	file->data_start = size;
	file->data_end = file->size;
	if (file->pipe)
		return 0;
	if (size != PERF_FILE_HEADER)
		return perf_file_fail(file, 8,
				      "a header of %llu bytes; expected %d, or %d of a "
				      "pipe",
				      (unsigned long long)size, PERF_FILE_HEADER, PERF_PIPE_HEADER);
	return header_read(file, head, (size_t)got);
}

int perf_file_open(struct perf_file *file, const char *path, struct decoder *dec)
{
	struct stat st;

	memset(file, 0, sizeof(*file));
	snprintf(file->path, sizeof(file->path), "%s", path);
	file->dec = dec;
	file->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (file->fd < 0 || fstat(file->fd, &st) < 0) {
		int error = errno;

		snprintf(file->error, sizeof(file->error), "%.300s: %s", path, strerror(error));
		return -error;
	}
	file->size = (uint64_t)st.st_size;
	return file_read(file);
}

void perf_file_close(struct perf_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
	perf_attrs_fini(&file->attrs);
}
