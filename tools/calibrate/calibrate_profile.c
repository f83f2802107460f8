/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_profile.c - set the measured rows, and write all of them as YAML.
 *
 * Values go through options_set(), so that a measured value obeys the same range as a written one.
 */
#include "tools/calibrate/calibrate_profile.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "models/options/option_value.h"
#include "models/options/options.h"

#define LINE_BYTES 64

const struct calib_constant calib_constants[] = {
	{"core.clock", CALIB_CORE_CLOCK, CALIB_NR},
	{"core.tsc_clock", CALIB_COUNTER_CLOCK, CALIB_NR},
	{"exec.width", CALIB_WIDTH, CALIB_NR},
	{"exec.loads", CALIB_LOADS, CALIB_NR},
	{"exec.stores", CALIB_STORES, CALIB_NR},
	{"exec.atomic", CALIB_ATOMIC, CALIB_NR},
	{"exec.lock", CALIB_LOCK, CALIB_NR},
	{"cache.l2.stall", CALIB_L2, CALIB_L1},
	{"cache.llc.stall", CALIB_LLC, CALIB_L1},
	{"cache.remote.stall", CALIB_TRANSFER, CALIB_L1},
	{"cache.socket.stall", CALIB_TRANSFER_SOCKET, CALIB_L1},
	{"cache.memory.stall", CALIB_MEMORY, CALIB_L1},
	{"stack.copy_per_byte", CALIB_COPY, CALIB_NR},
	{NULL, CALIB_NR, CALIB_NR},
};

/* A value out of the row's range is refused. */
static void row_set(struct machine_profile *profile, const char *key, const char *value)
{
	const struct option_set set = {.table = machine_options, .obj = &profile->m};
	char err[512];

	for (unsigned int i = 0; machine_options[i].key; i++) {
		if (strcmp(machine_options[i].key, key))
			continue;
		if (!options_set(&set, key, value, CALIB_SOURCE, err, sizeof(err)))
			strcpy(profile->notes[i].source, CALIB_SOURCE);
	}
}

static void constant_set(struct machine_profile *profile, const struct calibration *cal,
			 const struct calib_constant *c)
{
	const struct calib_value *value = &cal->value[c->id];
	const struct calib_value *less = c->less == CALIB_NR ? NULL : &cal->value[c->less];
	double x = value->value - (less ? less->value : 0);
	char text[64];

	if (!value->n || (less && !less->n))
		return;
	/* a tenth below ten: the quartiles allow no more digits */
	snprintf(text, sizeof(text), "%.*f", x < 1 ? 3 : x < 100 ? 2 : 0, x > 0 ? x : 0);
	row_set(profile, c->key, text);
}

static void number_set(struct machine_profile *profile, const char *key, uint64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	if (number)
		row_set(profile, key, text);
}

/* The cache model needs whole sets, in L1 and L2 a power of two of them. */
static bool geometry_fits(enum calib_level level, uint64_t bytes, uint64_t ways)
{
	uint64_t sets = bytes && ways ? bytes / LINE_BYTES / ways : 0;

	if (!sets || sets * LINE_BYTES * ways != bytes)
		return false;
	return level == CALIB_LEVEL_LLC || !(sets & (sets - 1));
}

/* All levels or none: an L2 of the base may be larger than a measured last level. */
static void geometry_set(struct machine_profile *profile, const struct calib_topology *t)
{
	static const char *const keys[CALIB_LEVELS][2] = {
		{"cache.l1.bytes", "cache.l1.ways"},
		{"cache.l2.bytes", "cache.l2.ways"},
		{"cache.llc.bytes", "cache.llc.ways"},
	};
	const struct machine *m = &profile->m;
	const uint64_t base[CALIB_LEVELS] = {m->l1_ways, m->l2_ways, m->llc_ways};
	uint64_t ways[CALIB_LEVELS];

	for (int i = 0; i < CALIB_LEVELS; i++) {
		ways[i] = t->level[i].ways ? t->level[i].ways : base[i];
		if (!geometry_fits(i, t->level[i].bytes, ways[i]) ||
		    (i && t->level[i].bytes < t->level[i - 1].bytes))
			return;
	}
	if (m->ddio_ways > ways[CALIB_LEVEL_LLC])
		return;
	for (int i = 0; i < CALIB_LEVELS; i++) {
		number_set(profile, keys[i][0], t->level[i].bytes);
		if (t->level[i].ways)
			number_set(profile, keys[i][1], ways[i]);
	}
}

/*
 * A second socket needs the latency of its memory too, which is not measured: it takes a base
 * profile that has one.
 */
static void sockets_set(struct machine_profile *profile, const struct calibration *cal)
{
	if (!cal->topology.other_socket)
		number_set(profile, "core.sockets", 1);
	else if (profile->m.sockets > 1)
		number_set(profile, "core.sockets", 2);
}

void calib_profile_apply(struct machine_profile *profile, const struct calibration *cal)
{
	for (const struct calib_constant *c = calib_constants; c->key; c++)
		constant_set(profile, cal, c);
	geometry_set(profile, &cal->topology);
	sockets_set(profile, cal);
	number_set(profile, "core.count", cal->topology.cores);
	number_set(profile, "page_size", cal->topology.page_bytes);
}

/* In quotes: the name of a CPU may have a colon. */
static void text_write(const char *text, FILE *out)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		if ((unsigned char)*text >= ' ')
			fputc(*text, out);
	}
	fputs("\"\n", out);
}

static void row_write(const struct machine_profile *profile, unsigned int i, const char *leaf,
		      FILE *out)
{
	const struct option *row = &machine_options[i];
	char value[OPTION_TEXT_MAX];

	value_format(row, &profile->m, value, sizeof(value));
	fprintf(out, "%s: ", leaf);
	if (row->type == OPTION_TEXT)
		text_write(value, out);
	else
		fprintf(out, "{value: %s, %s%s%ssource: %s}\n", value, row->unit ? "unit: " : "",
			row->unit ? row->unit : "", row->unit ? ", " : "",
			profile->notes[i].source);
}

/* Was the group of the first @len characters written with an earlier row? */
static bool seen_before(unsigned int i, size_t len)
{
	for (unsigned int j = 0; j < i; j++)
		if (!strncmp(machine_options[j].key, machine_options[i].key, len))
			return true;
	return false;
}

/* All rows below @prefix ("cache." or ""); rows of a group may be apart in the table. */
static void group_write(const struct machine_profile *profile, const char *prefix,
			unsigned int depth, FILE *out)
{
	size_t skip = strlen(prefix);

	for (unsigned int i = 0; machine_options[i].key; i++) {
		const char *key = machine_options[i].key, *dot;
		char group[64];

		if (strncmp(key, prefix, skip))
			continue;
		dot = strchr(key + skip, '.');
		if (dot && seen_before(i, (size_t)(dot + 1 - key)))
			continue;
		if (!depth && dot)
			fputc('\n', out);
		fprintf(out, "%*s", (int)(2 * depth), "");
		if (!dot) {
			row_write(profile, i, key + skip, out);
			continue;
		}
		fprintf(out, "%.*s:\n", (int)(dot - key - (ptrdiff_t)skip), key + skip);
		snprintf(group, sizeof(group), "%.*s", (int)(dot + 1 - key), key);
		group_write(profile, group, depth + 1, out);
	}
}

int calib_profile_write(const struct machine_profile *profile, const char *comment, FILE *out)
{
	fputs(comment, out);
	group_write(profile, "", 0, out);
	return ferror(out) ? -EIO : 0;
}
