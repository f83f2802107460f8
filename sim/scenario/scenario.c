/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario.c - resolve the paths of a scenario.
 */
#include "sim/scenario/scenario.h"

#include <stdio.h>
#include <string.h>

#include "models/options/profile.h"

void scenario_path(const struct scenario *s, enum scenario_path_key which, char *buf, size_t size)
{
	const char *const paths[SCENARIO_PATHS] = {
		[SCENARIO_MACHINE] = s->machine,
		[SCENARIO_PRESET] = s->nic.preset,
		[SCENARIO_SOURCE] = s->source,
		[SCENARIO_SIZES] = s->sizes_file,
	};
	const char *path = paths[which];
	bool name = which < SCENARIO_SOURCE && !profile_is_path(path);
	bool as_is = name || path[0] == '/' || s->from_here[which] || !strcmp(s->dir, ".");

	snprintf(buf, size, "%s%s%s", as_is ? "" : s->dir, as_is ? "" : "/", path);
}

bool scenario_is_capture(const struct scenario *s)
{
	return strcmp(s->source, "synthetic") != 0;
}
