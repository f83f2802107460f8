/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_kinds.c - count the constants of a profile by kind of source.
 */
#include "tools/source_kinds.h"

#include <stdio.h>

#define UNKNOWN SOURCE_KINDS /* a user's profile may name sources of its own */

void source_kinds_format(const struct machine_profile *profile, const struct sources *sources,
			 char *buf, size_t size)
{
	unsigned int count[SOURCE_KINDS + 1] = {0}, total = 0;
	const char *between = ": ";
	size_t used;

	for (unsigned int i = 0; machine_options[i].key; i++) {
		const struct source *s;

		if (machine_options[i].type == OPTION_TEXT)
			continue;
		s = sources_find(sources, profile->notes[i].source);
		count[s ? s->kind : UNKNOWN]++;
		total++;
	}
	used = (size_t)snprintf(buf, size, "%u constants", total);
	for (unsigned int k = 0; k <= UNKNOWN && used < size; k++) {
		if (!count[k])
			continue;
		used += (size_t)snprintf(buf + used, size - used, "%s%u %s", between, count[k],
					 k == UNKNOWN ? "of other sources" : source_kind_name(k));
		between = ", ";
	}
}
