/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * said_from.c - keys of a replay, their values, and where they are from.
 */
#include "tools/said_from.h"

#include <stdio.h>
#include <string.h>

#include "models/options/option_value.h"
#include "sim/results/json_text.h"

#define VALUE_MAX (OPTION_LIST_MAX * OPTION_TEXT_MAX)

/* What machine it was: shown in any case, also where nobody said. */
static const char *const always[] = {"nic.preset", "kernel", "page_size", "iommu"};

#define NR_ALWAYS (sizeof(always) / sizeof(always[0]))
#define KEYS_MAX  (NR_ALWAYS + SCENARIO_MAX_FOUND)

static unsigned int keys_collect(const struct scenario_input *in, const char *keys[KEYS_MAX])
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < NR_ALWAYS; i++)
		keys[nr++] = always[i];
	for (unsigned int i = 0; i < in->nr_found; i++) {
		bool known = false;

		for (unsigned int j = 0; j < NR_ALWAYS; j++)
			known |= !strcmp(in->found[i].key, always[j]);
		if (!known)
			keys[nr++] = in->found[i].key;
	}
	return nr;
}

static int widest(int width, const char *text)
{
	return (int)strlen(text) > width ? (int)strlen(text) : width;
}

void said_from_print(const struct scenario_input *in)
{
	const char *keys[KEYS_MAX], *why;
	unsigned int nr = keys_collect(in, keys);
	int key_width = 0, value_width = 0;
	char value[VALUE_MAX];

	for (unsigned int i = 0; i < nr; i++) {
		scenario_value(&in->s, keys[i], value, VALUE_MAX);
		key_width = widest(key_width, keys[i]);
		value_width = widest(value_width, value);
	}
	for (unsigned int i = 0; i < nr; i++) {
		enum scenario_origin origin = scenario_origin(in, keys[i], &why);

		scenario_value(&in->s, keys[i], value, VALUE_MAX);
		printf("  %-*s  %-*s  %s%s%s\n", key_width, keys[i], value_width, value,
		       scenario_origin_name(origin), why[0] ? ": " : "", why);
	}
}

json_t *said_from_json(const struct scenario_input *in)
{
	const char *keys[KEYS_MAX], *why;
	unsigned int nr = keys_collect(in, keys);
	json_t *list = json_array();
	char value[VALUE_MAX];

	for (unsigned int i = 0; i < nr; i++) {
		enum scenario_origin origin = scenario_origin(in, keys[i], &why);

		scenario_value(&in->s, keys[i], value, VALUE_MAX);
		json_array_append_new(list, json_pack("{s:s, s:o, s:s, s:o}", "key", keys[i],
						      "value", json_text(value), "from",
						      scenario_origin_name(origin), "why",
						      json_text(why)));
	}
	return list;
}
