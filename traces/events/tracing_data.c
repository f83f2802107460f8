/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tracing_data.c - walks counts, sizes and texts; feeds the texts to the decoder.
 */
#include <errno.h>
#include "traces/events/tracing_data.h"

#define HEADER_BYTES_MAX 65536

/* The text is field lines without a head. */
static void page_parse(const struct format_abi *abi, const char *text, size_t size,
		       struct tracing_page *page)
{
	static const char *const names[] = {"commit", "data"};
	struct format_field fields[2], *commit = &fields[0], *data = &fields[1];

	if (format_fields(abi, "ftrace", text, size, names, 2, fields))
		return;
	if ((commit->size == 4 || commit->size == 8) && data->offset == 8 + commit->size) {
		page->commit_size = commit->size;
		page->data_offset = data->offset;
	}
}

bool tracing_header(struct cursor *cur, const struct format_abi *abi, struct tracing_page *page)
{
	const char *text;
	uint64_t size;

	if (!cursor_expect(cur, "header_page"))
		return false;
	size = cursor_u64(cur);
	text = (const char *)cursor_take(cur, size, HEADER_BYTES_MAX);
	if (!text)
		return false;
	page_parse(abi, text, (size_t)size, page);
	return cursor_expect(cur, "header_event") && cursor_skip(cur, cursor_u64(cur));
}

/* A counted list of format texts. Each takes 8 bytes at least, so a false count ends at the cut. */
static int formats_read(struct cursor *cur, struct decoder *dec, const char *system)
{
	uint32_t nr = cursor_u32(cur);
	int rc = 0;

	for (uint32_t i = 0; i < nr && !cur->cut && !rc; i++) {
		uint64_t size = cursor_u64(cur);
		const char *text;

		if (size > FORMAT_BYTES_MAX) {
			cursor_skip(cur, size);
			continue;
		}
		text = (const char *)cursor_take(cur, size, FORMAT_BYTES_MAX);
		if (text)
			rc = decoder_add(dec, system, text, (size_t)size);
	}
	return rc ? rc : cur->cut ? -EINVAL : 0;
}

int tracing_ftrace(struct cursor *cur, struct decoder *dec)
{
	return formats_read(cur, dec, "ftrace");
}

int tracing_events(struct cursor *cur, struct decoder *dec)
{
	uint32_t nr = cursor_u32(cur);
	int rc = cur->cut ? -EINVAL : 0;

	for (uint32_t i = 0; i < nr && !rc; i++) {
		char system[NAME_BYTES_MAX];

		rc = -EINVAL;
		if (cursor_string(cur, system, sizeof(system)))
			rc = formats_read(cur, dec, system);
	}
	return rc;
}

int tracing_kallsyms(struct cursor *cur, struct decoder *dec)
{
	uint32_t size = cursor_u32(cur);
	const char *text = (const char *)cursor_take(cur, size, SYMBOLS_BYTES_MAX);

	return text ? decoder_symbols(dec, text, size) : -EINVAL;
}
