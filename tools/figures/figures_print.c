/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * figures_print.c - figures as a table and as JSON.
 */
#include "tools/figures/figures_print.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "sim/results/json_text.h"
#include "sim/results/results.h"

/* End of the rows with the source and machine of figure @first. */
static unsigned int source_end(const struct figures *figures, unsigned int first)
{
	unsigned int end = first;

	while (end < figures->nr &&
	       !strcmp(figures->figure[end].row->machine, figures->figure[first].row->machine) &&
	       !strcmp(figures->figure[end].row->source, figures->figure[first].row->source))
		end++;
	return end;
}

static void score(const struct figures *figures, unsigned int *close, unsigned int *counted)
{
	*close = *counted = 0;
	for (unsigned int i = 0; i < figures->nr; i++) {
		if (figures->figure[i].row->fitted)
			continue;
		*counted += 1;
		*close += figure_is_close(&figures->figure[i]);
	}
}

static void published_format(const struct figure_row *row, char *text, size_t size)
{
	if (row->low == row->high)
		snprintf(text, size, "%.2f", row->low);
	else
		snprintf(text, size, "%g-%g", row->low, row->high);
}

/* A time in cycles of the core, or of the time stamp counter, as often published. */
static double cycles_of(const struct figure *f, uint64_t khz)
{
	return f->simulated * (double)khz / 1e6;
}

static bool is_time(const struct figure *f)
{
	return !strcmp(f->row->unit, "ns");
}

static void figure_print(const struct figure *f, FILE *out)
{
	char text[32], cycles[48] = "";
	const char *verdict = figure_is_close(f) ? "yes" : "no";

	published_format(f->row, text, sizeof(text));
	if (is_time(f))
		snprintf(cycles, sizeof(cycles), "%8.1f %8.1f", cycles_of(f, f->khz),
			 cycles_of(f, f->tsc_khz));
	fprintf(out, "  %-20s %10s %10.2f %-6s %-17s %6.2f  %-6s %-8s", f->row->name, text,
		f->simulated, f->row->unit, cycles, figure_ratio(f), f->row->fitted ? "-" : verdict,
		f->row->source);
	if (f->row->fitted)
		fprintf(out, " gave %s", f->row->fitted);
	fputc('\n', out);
}

void figures_print(const struct figures *figures, FILE *out)
{
	unsigned int close, counted;

	fprintf(out, "  %-20s %10s %10s %-6s %8s %8s %6s  %-6s %s\n", "", "published", "simulated",
		"", "core cyc", "TSC cyc", "ratio", "25 %", "source");
	for (unsigned int i = 0, end; i < figures->nr; i = end) {
		end = source_end(figures, i);
		if (!i ||
		    strcmp(figures->figure[i].row->machine, figures->figure[i - 1].row->machine))
			fprintf(out, "%s\n", figures->figure[i].row->machine);
		for (unsigned int k = i; k < end; k++)
			figure_print(&figures->figure[k], out);
		fprintf(out, "  order: %s\n",
			figures_order_is_right(figures, i, end) ? "right" : "WRONG");
	}
	score(figures, &close, &counted);
	fprintf(out,
		"\nwithin 25 %%: %u of %u; rows that gave a constant to the profile do not "
		"count\n",
		close, counted);
}

static json_t *figure_json(const struct figure *f)
{
	const struct figure_row *row = f->row;

	return json_pack("{s:s, s:s, s:s, s:s, s:[f,f], s:f, s:f, s:o, s:b}", "machine",
			 row->machine, "source", row->source, "figure", row->name, "unit",
			 row->unit, "published", row->low, row->high, "simulated", f->simulated,
			 "ratio", figure_ratio(f), "fitted",
			 row->fitted ? json_string(row->fitted) : json_null(), "within_25_percent",
			 (int)figure_is_close(f));
}

int figures_print_json(const struct figures *figures, FILE *out)
{
	json_t *rows = json_array(), *order = json_object(), *doc;
	unsigned int close, counted;

	for (unsigned int i = 0, end; i < figures->nr; i = end) {
		end = source_end(figures, i);
		json_object_set_new(order, figures->figure[i].row->source,
				    json_boolean(figures_order_is_right(figures, i, end)));
	}
	for (unsigned int i = 0; i < figures->nr; i++)
		json_array_append_new(rows, figure_json(&figures->figure[i]));
	score(figures, &close, &counted);
	doc = json_pack("{s:i, s:o, s:o, s:{s:i, s:i}}", "schema", RESULT_SCHEMA, "figures", rows,
			"order_right", order, "score", "within_25_percent", (int)close, "of",
			(int)counted);
	return json_write(doc, out);
}
