/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_format.c - format texts, each parsed by libtraceevent if the guard lets it.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz_input.h"
#include "traces/events/format.h"
#include "traces/events/print_fmt.h"

static const char *const names[] = {"common_type", "skbaddr", "len", "name", "gfp_flags", "commit"};

#define NAMES (sizeof(names) / sizeof(*names))

/* In memory of its own: the address sanitizer sees what is read behind its end. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct format_abi abi = {.big_endian = size & 1, .long_size = size & 2 ? 4 : 8};
	struct format_field fields[NAMES];
	struct format_head head;
	char *text = calloc(1, size ? size : 1);
	int rc;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	format_head(text, size, &head);
	print_fmt_flag(text, size, "__GFP_MEMALLOC");
	rc = format_fields(&abi, size & 4 ? "ftrace" : "net", text, size, names, NAMES, fields);
	for (size_t i = 0; i < NAMES; i++)
		if (rc && fields[i].size)
			abort();
	free(text);
	return 0;
}
