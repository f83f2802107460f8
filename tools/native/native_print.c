/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native_print.c - a table of compare.h with rows of its own, and JSON.
 */
#include "tools/native/native_print.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/compare_print.h"
#include "sim/results/json_text.h"

static const char *const kind_rows[NATIVE_KINDS] = {"  alloc, each", "  receive, each",
						    "  put on own core, each",
						    "  put elsewhere, each",
						    "  drop in the ring, each"};
static const char *const kind_keys[NATIVE_KINDS] = {"alloc", "receive", "put_local", "put_remote",
						    "drop"};

/* struct value - a cell, empty unless @has; @range: show @low..@high */
struct value {
	bool has, range;
	double value, high;
};

static struct compare_row *row_add(struct compare_table *t, const char *name)
{
	struct compare_row *row = &t->row[t->nr_rows++];

	memset(row, 0, sizeof(*row));
	snprintf(row->name, sizeof(row->name), "%s", name);
	return row;
}

static void cell_set(struct compare_cell *cell, const struct value *v, int digits)
{
	if (!v->has)
		return;
	if (v->range)
		snprintf(cell->text, sizeof(cell->text), "%.*f..%.*f", digits, v->value, digits,
			 v->high);
	else
		snprintf(cell->text, sizeof(cell->text), "%.*f", digits, v->value);
}

/* The lowest value of a row is the best, unless all print alike. */
static void row_mark(struct compare_row *row, const struct value *v, unsigned int nr)
{
	double lowest = 0;
	bool any = false, differ = false;

	for (unsigned int i = 0; i < nr; i++) {
		if (v[i].has && (!any || v[i].value < lowest))
			lowest = v[i].value;
		any |= v[i].has;
		differ |= strcmp(row->cell[i].text, row->cell[0].text) != 0;
	}
	for (unsigned int i = 0; differ && i < nr; i++)
		row->cell[i].best = v[i].has && v[i].value <= lowest;
}

static void row_fill(struct compare_table *t, const char *name, const struct value *v, int digits,
		     bool mark)
{
	struct compare_row *row;
	bool any = false;

	for (unsigned int i = 0; i < t->nr_cols; i++)
		any |= v[i].has;
	if (!any)
		return;
	row = row_add(t, name);
	for (unsigned int i = 0; i < t->nr_cols; i++)
		cell_set(&row->cell[i], &v[i], digits);
	if (mark)
		row_mark(row, v, t->nr_cols);
}

/* Add the figure at @offset of each result: its median, with @spread its quartiles too. */
static void figure_rows(struct compare_table *t, const struct native_outcome *out, size_t offset,
			const char *name, const char *spread)
{
	struct value median[COMPARE_MAX_COLS] = {{0}}, range[COMPARE_MAX_COLS] = {{0}};

	for (unsigned int i = 0; i < out->nr; i++) {
		const char *base = (const char *)&out->result[i];
		struct native_figure fig;

		memcpy(&fig, base + offset, sizeof(fig));
		median[i] = (struct value){.has = fig.has, .value = fig.median};
		range[i] = (struct value){
			.has = fig.has, .range = true, .value = fig.q1, .high = fig.q3};
	}
	row_fill(t, name, median, 1, true);
	if (spread)
		row_fill(t, spread, range, 1, false);
}

static void count_rows(struct compare_table *t, const struct native_outcome *out)
{
	struct value pages[COMPARE_MAX_COLS] = {{0}}, reused[COMPARE_MAX_COLS] = {{0}};

	for (unsigned int i = 0; i < out->nr; i++) {
		pages[i] = (struct value){.has = true, .value = (double)out->result[i].pages};
		reused[i] = (struct value){.has = true, .value = (double)out->result[i].reused};
	}
	row_fill(t, "pages allocated", pages, 0, true);
	row_fill(t, "buffers reused", reused, 0, false);
}

/* Core cycles in those of the time stamp counter, the unit of native figures. */
static double tsc_cycles(const struct native_outcome *out, double cycles)
{
	return cycles * (double)out->tsc_khz / (double)out->khz;
}

/* @pages: with the page allocator's share, which cannot be told apart natively */
static struct value simulated_value(const struct native_outcome *out, unsigned int i, bool two,
				    bool pages)
{
	const struct native_cost *cost = &out->result[i].simulated[two];
	double cycles = cost->cycles - (pages ? 0 : cost->page_allocator);

	return (struct value){.has = cost->has, .value = tsc_cycles(out, cycles)};
}

static struct value ratio_value(const struct native_figure *fig, const struct value *simulated)
{
	bool has = fig->has && simulated->has && fig->median > 0;

	return (struct value){.has = has, .value = has ? simulated->value / fig->median : 0};
}

/* For one core or two: simulated, in cycles of the counter, and both ratios to native. */
static void simulated_rows(struct compare_table *t, const struct native_outcome *out, bool two)
{
	static const char *const names[2][6] = {
		{"simulated, 1 core: TSC cycles", "  less page allocator", "  in core cycles",
		 "  simulated / native", "  less page alloc. / native", ""},
		{"simulated, 2 cores: TSC cycles", "  less page allocator", "  in core cycles",
		 "  simulated / native", "  less page alloc. / native",
		 "  lines from the other core"},
	};
	struct value v[6][COMPARE_MAX_COLS] = {{{0}}};

	for (unsigned int i = 0; i < t->nr_cols; i++) {
		const struct native_result *r = &out->result[i];
		const struct native_figure *fig = two ? &r->two : &r->total;

		v[0][i] = simulated_value(out, i, two, true);
		v[1][i] = simulated_value(out, i, two, false);
		v[2][i] = (struct value){.has = r->simulated[two].has,
					 .value = r->simulated[two].cycles};
		v[3][i] = ratio_value(fig, &v[0][i]);
		v[4][i] = ratio_value(fig, &v[1][i]);
		v[5][i] = (struct value){.has = two && r->simulated[two].has,
					 .value = r->simulated[two].transfers};
	}
	for (unsigned int k = 0; k < 6; k++)
		row_fill(t, names[two][k], v[k], k == 3 || k == 4 ? 2 : 1, k < 2);
}

static void table_build(struct compare_table *t, const struct native_outcome *out)
{
	t->nr_cols = out->nr < COMPARE_MAX_COLS ? out->nr : COMPARE_MAX_COLS;
	for (unsigned int i = 0; i < t->nr_cols; i++)
		snprintf(t->label[i], sizeof(t->label[i]), "%s", out->result[i].strategy);
	figure_rows(t, out, offsetof(struct native_result, total), "1 core: cycles/packet",
		    "  quartiles");
	for (unsigned int k = 0; k < NATIVE_KINDS; k++)
		figure_rows(t, out,
			    offsetof(struct native_result, kind) + k * sizeof(struct native_figure),
			    kind_rows[k], NULL);
	figure_rows(t, out, offsetof(struct native_result, two), "2 cores: cycles/packet",
		    "  quartiles");
	figure_rows(t, out, offsetof(struct native_result, two_remote), "  put elsewhere, each",
		    NULL);
	count_rows(t, out);
	simulated_rows(t, out, false);
	simulated_rows(t, out, true);
}

static void head_print(const struct native_outcome *out, const struct scenario *s, FILE *file)
{
	const struct native_machine *m = &out->machine;
	const struct native_info *info = &out->stream;
	const struct native_result *h = &out->harness;

	fprintf(file, "machine:  %s, %s, " NATIVE_CLOCK " %.3f GHz\n", m->model, m->kernel,
		m->hz * 1e-9);
	fprintf(file, "pinned:   CPU %u", m->cpu[0]);
	if (!out->two_why_not[0])
		fprintf(file, ", puts of other cores on CPU %u", m->cpu[1]);
	fprintf(file, "; %u rounds after one to warm up; medians\n", out->rounds);
	if (out->two_why_not[0])
		fprintf(file, "          two cores skipped: %s\n", out->two_why_not);
	fprintf(file,
		"stream:   %" PRIu64 " packets: %" PRIu64 " alloc, %" PRIu64 " receive, %" PRIu64
		" put on the own core, %" PRIu64 " on another, %" PRIu64 " dropped in the ring%s\n",
		info->packets, info->count[NATIVE_ALLOC], info->count[NATIVE_RECEIVE],
		info->count[NATIVE_PUT_LOCAL], info->count[NATIVE_PUT_REMOTE],
		info->count[NATIVE_DROP], info->cut ? " (cut: the scenario has more)" : "");
	fprintf(file, "harness:  %.1f cycles/packet on one core", h->total.median);
	if (h->two.has)
		fprintf(file, ", %.1f on two", h->two.median);
	fprintf(file, " (strategy null); taken off below\n");
	fprintf(file,
		"native:   " NATIVE_CLOCK
		" cycles; the page allocator behind it is a simple one of "
		"this program,\n"
		"          not Linux's; no payload is touched and nothing is mapped for a device\n"
		"simulated: the same stream alone on cores of %s, above null, in its TSC cycles\n"
		"          (core %.3f GHz, TSC %.3f). Another machine than this one, if it is not "
		"its\n"
		"          profile (fragsim calibrate)\n\n",
		s->machine, (double)out->khz * 1e-6, (double)out->tsc_khz * 1e-6);
}

void native_print(const struct native_outcome *out, const struct scenario *s, FILE *file)
{
	struct compare_table *t = calloc(1, sizeof(*t));

	head_print(out, s, file);
	if (!t)
		return;
	table_build(t, out);
	compare_print(t, file);
	free(t);
}

static json_t *figure_json(const struct native_figure *fig)
{
	return fig->has ? json_pack("{s:f, s:f, s:f}", "median", fig->median, "q1", fig->q1, "q3",
				    fig->q3)
			: json_null();
}

static json_t *kinds_json(const struct native_figure kind[NATIVE_KINDS])
{
	json_t *obj = json_object();

	for (unsigned int k = 0; k < NATIVE_KINDS; k++)
		json_object_set_new(obj, kind_keys[k], figure_json(&kind[k]));
	return obj;
}

static json_t *simulated_json(const struct native_cost *cost)
{
	if (!cost->has)
		return json_null();
	return json_pack("{s:f, s:f, s:f}", "core_cycles_per_packet", cost->cycles,
			 "without_page_allocator", cost->cycles - cost->page_allocator,
			 "transfers_per_packet", cost->transfers);
}

static json_t *result_json(const struct native_result *r, bool harness)
{
	json_t *one = json_pack("{s:o, s:o}", "cycles_per_packet", figure_json(&r->total),
				"cycles_per_operation", kinds_json(r->kind));
	json_t *two = json_null(), *obj;

	if (r->two.has)
		two = json_pack("{s:o, s:o}", "cycles_per_packet", figure_json(&r->two),
				"cycles_per_remote_put", figure_json(&r->two_remote));
	obj = json_pack("{s:s, s:o, s:o}", "strategy", r->strategy, "one_core", one, "two_cores",
			two);
	if (!harness) {
		json_object_set_new(obj, "pages_allocated", json_integer((json_int_t)r->pages));
		json_object_set_new(obj, "buffers_reused", json_integer((json_int_t)r->reused));
		json_object_set_new(obj, "simulated",
				    json_pack("{s:o, s:o}", "one_core",
					      simulated_json(&r->simulated[0]), "two_cores",
					      simulated_json(&r->simulated[1])));
	}
	return obj;
}

static json_t *machine_json(const struct native_outcome *out)
{
	const struct native_machine *m = &out->machine;
	json_t *cpus = json_array();

	for (unsigned int i = 0; i < m->cpus; i++)
		json_array_append_new(cpus, json_integer(m->cpu[i]));
	return json_pack("{s:o, s:o, s:s, s:f, s:o, s:i}", "cpu", json_text(m->model), "kernel",
			 json_text(m->kernel), "counter", NATIVE_CLOCK, "counter_hz", m->hz,
			 "pinned", cpus, "rounds", (int)out->rounds);
}

static json_t *stream_json(const struct native_info *info)
{
	json_t *obj = json_pack("{s:I, s:I, s:b}", "packets", (json_int_t)info->packets,
				"operations", (json_int_t)info->nr, "cut", (int)info->cut);

	for (unsigned int k = 0; k < NATIVE_KINDS; k++)
		json_object_set_new(obj, kind_keys[k], json_integer((json_int_t)info->count[k]));
	return obj;
}

int native_print_json(const struct native_outcome *out, const struct scenario *s, FILE *file)
{
	json_t *results = json_array(), *doc;

	for (unsigned int i = 0; i < out->nr; i++)
		json_array_append_new(results, result_json(&out->result[i], false));
	doc = json_pack("{s:i, s:o, s:{s:o, s:f, s:f}, s:o, s:o, s:o, s:o}", "schema",
			RESULT_SCHEMA, "scenario", json_text(s->name), "simulated_machine", "name",
			json_text(s->machine), "core_mhz", (double)out->khz * 1e-3, "tsc_mhz",
			(double)out->tsc_khz * 1e-3, "machine", machine_json(out), "stream",
			stream_json(&out->stream), "harness", result_json(&out->harness, true),
			"results", results);
	return json_write(doc, file);
}
