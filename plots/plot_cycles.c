/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plot_cycles.c - cycles per packet by cause, from each summary.json, as a table for cycles.gp.
 *
 * A cause has the same colour in every picture. The allocator's causes are stacked first, from the
 * common base line; those of the stack come on top.
 */
#include "plots/plot_cycles.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "plots/gnuplot.h"
#include "plots/picture.h"

/* struct cause - @colour: of Okabe and Ito's palette, or a shade of one */
struct cause {
	const char *key, *title, *colour;
};

static const struct cause causes[] = {
	{"alloc", "alloc", "#0072b2"},
	{"free", "free", "#56b4e9"},
	{"refcount", "refcount", "#d55e00"},
	{"page_allocator", "page allocator", "#e69f00"},
	{"cache_miss", "cache misses", "#cc79a7"},
	{"lock", "waiting for locks", "#000000"},
	{"ring", "ring", "#009e73"},
	{"iommu_map", "IOMMU map", "#f0e442"},
	{"iommu_unmap", "IOMMU unmap", "#a89b00"},
	{"skb", "skb and stack", "#999999"},
	{"copy", "copy", "#cccccc"},
	{"irq", "interrupt and poll", "#666666"},
	{NULL, "other", "#ffffff"},
};

/* Fewer cycles per packet are no line in a picture, and read 0.0 in the table. */
#define CYCLES_SEEN 0.05

#define NR_CAUSES (sizeof(causes) / sizeof(causes[0]))

/* struct bar - one strategy's cycles per packet */
struct bar {
	double by_cause[NR_CAUSES];
};

static unsigned int cause_find(const char *key)
{
	unsigned int i = 0;

	while (causes[i].key && strcmp(causes[i].key, key))
		i++;
	return i;
}

static int bar_fill(struct bar *bar, json_t *summary)
{
	json_t *received = json_object_get(json_object_get(summary, "packets"), "received");
	json_t *by_cause = json_object_get(json_object_get(summary, "cycles"), "by_cause");
	json_t *value;
	const char *key;

	if (!json_is_integer(received) || !json_is_object(by_cause))
		return -EINVAL;
	json_object_foreach(by_cause, key,
			    value) if (json_is_number(value) && json_integer_value(received) > 0)
		bar->by_cause[cause_find(key)] +=
		json_number_value(value) / (double)json_integer_value(received);
	return 0;
}

static int bar_read(struct bar *bar, const char *path, char *err, size_t err_size)
{
	json_error_t why;
	json_t *summary = json_load_file(path, 0, &why);
	int ret;

	memset(bar, 0, sizeof(*bar));
	if (!summary) {
		snprintf(err, err_size, "%s:%d: not a JSON file: %s", path, why.line, why.text);
		return -EINVAL;
	}
	ret = bar_fill(bar, summary);
	if (ret)
		snprintf(err, err_size,
			 "%s: no result: expected packets.received and "
			 "cycles.by_cause",
			 path);
	json_decref(summary);
	return ret;
}

/* A cause that cost no strategy anything to speak of needs no place in the legend. */
static bool cause_used(const struct bar *bars, unsigned int nr, unsigned int cause)
{
	for (unsigned int i = 0; i < nr; i++)
		if (bars[i].by_cause[cause] >= CYCLES_SEEN)
			return true;
	return false;
}

static void bars_write(FILE *script, const struct bar *bars, unsigned int nr)
{
	unsigned int used = 0;

	fprintf(script, "array cause[%zu]\narray colour[%zu]\n", NR_CAUSES, NR_CAUSES);
	for (unsigned int c = 0; c < NR_CAUSES; c++)
		if (cause_used(bars, nr, c)) {
			used++;
			fprintf(script, "cause[%u] = '%s'\ncolour[%u] = '%s'\n", used,
				causes[c].title, used, causes[c].colour);
		}
	fprintf(script, "causes = %u\n$bars << END\n", used);
	for (unsigned int i = 0; i < nr; i++) {
		fprintf(script, "%u", i + 1);
		for (unsigned int c = 0; c < NR_CAUSES; c++)
			if (cause_used(bars, nr, c))
				fprintf(script, " %.6g", bars[i].by_cause[c]);
		fputc('\n', script);
	}
	fputs("END\n", script);
}

int plot_cycles(const struct plot_input *in, char *err, size_t err_size)
{
	struct bar bars[PLOT_MAX_STRATEGIES];
	FILE *script;

	for (unsigned int i = 0; i < in->nr; i++) {
		char path[PATH_MAX];
		int ret;

		snprintf(path, sizeof(path), "%s/%s/summary.json", in->out_dir,
			 in->strategy[i].dir);
		ret = bar_read(&bars[i], path, err, err_size);
		if (ret)
			return ret;
	}
	script = picture_begin(in, err, err_size);
	if (!script)
		return -EIO;
	bars_write(script, bars, in->nr);
	return picture_end(script, in, "cycles", 500, err, err_size);
}
