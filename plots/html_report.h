/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * html_report.h - a run on one HTML page: table, pictures, scenario, versions.
 *
 * The page is self-contained, with style and pictures inside. All text is escaped here; callers
 * pass it as it is.
 */
#ifndef PLOTS_HTML_REPORT_H
#define PLOTS_HTML_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define HTML_REPORT_MAX_COLS 16

/** struct html_report_cell - a value; @percent: behind it, "" for none; @best: best of its row */
struct html_report_cell {
	const char *text, *percent;
	bool best;
};

/** struct html_report_row - one row; a name that begins with blanks is part of the row above */
struct html_report_row {
	const char *name;
	struct html_report_cell cell[HTML_REPORT_MAX_COLS];
};

/** struct html_report_pair - a key and its value */
struct html_report_pair {
	const char *key, *value;
};

/**
 * struct html_report - what the page says
 * @title: heading
 * @notes: sentences above the table (a lossy capture, failed strategies), @nr_notes of them
 * @label: columns of the table, @nr_cols of them
 * @row: the table, @nr_rows of them
 * @remarks: why a column is never best, @nr_remarks of them
 * @baseline: the column that percents are of, "" for none
 * @lines: simulated against recorded, @nr_lines of them
 * @picture: paths of SVG files to put in, @nr_pictures of them
 * @scenario: every key, @nr_scenario of them
 * @versions: of the programs, @nr_versions of them
 */
struct html_report {
	const char *title, *baseline;
	const char *const *notes;
	const char *const *remarks;
	const char *const *label;
	const struct html_report_row *row;
	const char *const *lines;
	const char *const *picture;
	const struct html_report_pair *scenario;
	const struct html_report_pair *versions;
	unsigned int nr_notes, nr_remarks, nr_cols, nr_rows, nr_lines, nr_pictures, nr_scenario,
		nr_versions;
};

/**
 * html_report_write() - the page as HTML
 * Return: 0, -errno (a picture cannot be read, or @out not written).
 */
int html_report_write(const struct html_report *in, FILE *out);

#endif
