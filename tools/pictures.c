/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pictures.c - from results to the input of plots/ and of the HTML report.
 */
#include "tools/pictures.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "models/options/option_value.h"
#include "plots/html_report.h"
#include "plots/plot_cycles.h"
#include "plots/plot_memory.h"
#include "sim/results/atomic_file.h"
#include "sim/results/notes.h"
#include "sim/run.h"
#include "sim/scenario/scenario_input.h"
#include "tools/build_info.h"
#include "tools/cli.h"

#define VALUE_MAX (OPTION_LIST_MAX * OPTION_TEXT_MAX)

_Static_assert(COMPARE_MAX_COLS <= PLOT_MAX_STRATEGIES && COMPARE_MAX_COLS <= HTML_REPORT_MAX_COLS,
	       "a table has more columns than pictures and reports have room for");

int pictures_draw(const char *out_dir, const struct datadir *dirs,
		  char label[COMPARE_MAX_COLS][RESULT_NAME_MAX], unsigned int nr, bool truth)
{
	char name[COMPARE_MAX_COLS][RESULT_NAME_MAX], err[CLI_ERR_MAX] = "";
	int ret;
	struct plot_strategy strategy[COMPARE_MAX_COLS];
	struct plot_input in = {.out_dir = out_dir,
				.script_dir = dirs->plots,
				.strategy = strategy,
				.nr = nr,
				.truth = truth};

	for (unsigned int i = 0; i < nr; i++) {
		result_dir_name(label[i], name[i], sizeof(name[i]));
		strategy[i] = (struct plot_strategy){.label = label[i], .dir = name[i]};
	}
	ret = plot_memory(&in, err, sizeof(err));
	if (!ret)
		ret = plot_cycles(&in, err, sizeof(err));
	if (ret == -ENOSPC)
		cli_error("%s", err);
	else if (ret)
		cli_warn("%s", err);
	return ret;
}

/* Paths without folders, so that reports of equal runs are equal wherever their files lie. */
static const char *without_folder(const char *value)
{
	const char *slash = strrchr(value, '/');

	return slash && slash[1] ? slash + 1 : value;
}

/* Where a value is from that neither the user nor a default gave. */
static void origin_append(const struct scenario_input *in, const char *key, char text[VALUE_MAX])
{
	const char *why;
	enum scenario_origin origin = scenario_origin(in, key, &why);
	size_t used = strlen(text);

	if (origin != ORIGIN_USER && origin != ORIGIN_DEFAULT)
		snprintf(text + used, VALUE_MAX - used, " (%s: %s)", scenario_origin_name(origin),
			 why);
}

static unsigned int scenario_pairs(const struct scenario_input *in, struct html_report_pair *pair,
				   char text[][VALUE_MAX])
{
	unsigned int n = 0;

	for (const struct option *row = scenario_options(); row->key; row++, n++) {
		value_format(row, &in->s, text[n], VALUE_MAX);
		origin_append(in, row->key, text[n]);
		pair[n].key = row->key;
		pair[n].value = row->type == OPTION_TEXT ? without_folder(text[n]) : text[n];
	}
	return n;
}

static void rows_fill(const struct compare_table *table, struct html_report_row *row)
{
	for (unsigned int r = 0; r < table->nr_rows; r++) {
		row[r].name = table->row[r].name;
		for (unsigned int i = 0; i < table->nr_cols; i++)
			row[r].cell[i] =
				(struct html_report_cell){.text = table->row[r].cell[i].text,
							  .percent = table->row[r].cell[i].percent,
							  .best = table->row[r].cell[i].best};
	}
}

/* struct report_notes - what stands above the table */
struct report_notes {
	const char *text[NOTES_MAX + RUN_MAX_STRATEGIES];
	unsigned int nr;
	char format[NOTES_MAX][NOTE_FORMAT_MAX];
	char failed[RUN_MAX_STRATEGIES][sizeof(struct run_error) + 16];
};

static void notes_fill(struct report_notes *to, const struct notes *notes,
		       const struct run_outcome *outcome)
{
	to->nr = 0;
	for (unsigned int i = 0; i < notes->nr; i++) {
		note_format(&notes->note[i], to->format[i]);
		to->text[to->nr++] = to->format[i];
	}
	for (unsigned int i = 0; i < outcome->failed; i++) {
		snprintf(to->failed[i], sizeof(to->failed[i]), "%s: failed: %s",
			 outcome->error[i].strategy, outcome->error[i].message);
		to->text[to->nr++] = to->failed[i];
	}
}

static int report_save(const char *out_dir, const struct html_report *in)
{
	char path[ATOMIC_PATH_MAX];
	struct atomic_file file;
	int err;

	snprintf(path, sizeof(path), "%s/report.html", out_dir);
	err = atomic_open(&file, path);
	return err ? err : atomic_commit(&file, html_report_write(in, file.f));
}

int pictures_report(const char *out_dir, const struct scenario_input *scenario,
		    const struct notes *notes, const struct run_outcome *outcome,
		    const struct compare_table *table, bool pictures)
{
	static char text[SCENARIO_MAX_ROWS][VALUE_MAX];
	char svg[2][ATOMIC_PATH_MAX];
	struct html_report_pair pair[SCENARIO_MAX_ROWS];
	struct html_report_row row[COMPARE_MAX_ROWS];
	const char *label[COMPARE_MAX_COLS], *line[COMPARE_MAX_LINES];
	const char *remark[COMPARE_MAX_COLS];
	const char *picture[2] = {svg[0], svg[1]};
	const struct html_report_pair versions[] = {
		{"fragsim", build_info.version},   {"commit", build_info.commit},
		{"compiler", build_info.compiler}, {"build type", build_info.type},
		{"SimGrid", build_info.simgrid},
	};
	static struct report_notes top;
	struct html_report in = {
		.title = scenario->s.name,
		.notes = top.text,
		.label = label,
		.baseline = table->baseline,
		.remarks = remark,
		.nr_remarks = table->nr_remarks,
		.row = row,
		.lines = line,
		.picture = picture,
		.scenario = pair,
		.versions = versions,
		.nr_cols = table->nr_cols,
		.nr_rows = table->nr_rows,
		.nr_lines = table->nr_lines,
		.nr_pictures = pictures ? 2 : 0,
		.nr_scenario = scenario_pairs(scenario, pair, text),
		.nr_versions = sizeof(versions) / sizeof(versions[0]),
	};

	notes_fill(&top, notes, outcome);
	in.nr_notes = top.nr;
	snprintf(svg[0], sizeof(svg[0]), "%s/plots/memory.svg", out_dir);
	snprintf(svg[1], sizeof(svg[1]), "%s/plots/cycles.svg", out_dir);
	rows_fill(table, row);
	for (unsigned int i = 0; i < table->nr_cols; i++)
		label[i] = table->label[i];
	for (unsigned int i = 0; i < table->nr_remarks; i++)
		remark[i] = table->remark[i];
	for (unsigned int i = 0; i < table->nr_lines; i++)
		line[i] = table->line[i];
	return report_save(out_dir, &in);
}
