/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare_print.c - the table in columns as wide as their labels, in blocks as wide as a terminal.
 */
#include "sim/results/compare_print.h"

#include <string.h>

#define TABLE_COLUMNS 110
#define NAME_WIDTH    26

/* A label takes several lines: the id, then each option of "id:option=value:...". */
static const char *label_part(const char *label, unsigned int n, int *len)
{
	while (n-- && *label) {
		label += strcspn(label, ":");
		label += *label == ':';
	}
	*len = (int)strcspn(label, ":");
	return label;
}

static int name_width(const struct compare_table *table)
{
	int width = NAME_WIDTH;

	for (unsigned int i = 0; i < table->nr_rows; i++)
		if ((int)strlen(table->row[i].name) > width)
			width = (int)strlen(table->row[i].name);
	return width;
}

static int percent_width(const struct compare_table *table, unsigned int col)
{
	int width = 0, len;

	for (unsigned int i = 0; i < table->nr_rows; i++) {
		len = (int)strlen(table->row[i].cell[col].percent);
		width = len > width ? len : width;
	}
	return width;
}

/* What a cell's percents take beside its text: a blank and themselves. */
static int percent_room(const struct compare_table *table, unsigned int col)
{
	int width = percent_width(table, col);

	return width ? width + 2 : 0;
}

static int col_width(const struct compare_table *table, unsigned int col)
{
	int room = percent_room(table, col), width = 0, len;

	for (unsigned int n = 0; *label_part(table->label[col], n, &len); n++)
		width = len > width ? len : width;
	for (unsigned int i = 0; i < table->nr_rows; i++) {
		len = (int)strlen(table->row[i].cell[col].text) + room;
		width = len > width ? len : width;
	}
	return width + 3; /* two blanks before, room for the mark behind */
}

static void header_print(const struct compare_table *table, unsigned int from, unsigned int to,
			 FILE *out)
{
	for (unsigned int n = 0, left = 1; left; n++) {
		left = 0;
		for (unsigned int i = from; i < to; i++)
			left |= *label_part(table->label[i], n, &(int){0}) != '\0';
		if (left)
			fprintf(out, "%-*s", name_width(table), "");
		for (unsigned int i = from; left && i < to; i++) {
			int len, width = col_width(table, i) - 1;
			const char *part = label_part(table->label[i], n, &len);

			fprintf(out, "%*s%.*s%s", width - len, "", len, part,
				i + 1 < to ? " " : "\n");
		}
	}
}

static void cell_print(const struct compare_table *table, const struct compare_cell *cell,
		       unsigned int col, bool last, FILE *out)
{
	int room = percent_room(table, col);

	fprintf(out, "%*s%s", col_width(table, col) - room - 1, cell->text[0] ? cell->text : "-",
		cell->best		    ? "*"
		: last && !cell->percent[0] ? ""
					    : " ");
	if (room && (!last || cell->percent[0]))
		fprintf(out, " %*s%s", room - 2, cell->percent, last ? "" : " ");
}

static void block_print(const struct compare_table *table, unsigned int from, unsigned int to,
			FILE *out)
{
	header_print(table, from, to, out);
	for (unsigned int r = 0; r < table->nr_rows; r++) {
		const struct compare_row *row = &table->row[r];

		fprintf(out, "%-*s", name_width(table), row->name);
		for (unsigned int i = from; i < to; i++)
			cell_print(table, &row->cell[i], i, i + 1 == to, out);
		fputc('\n', out);
	}
}

static const char truth_heading[] = "\nagainst what the kernel recorded\n";

void compare_print(const struct compare_table *table, FILE *out)
{
	bool any_best = false;

	for (unsigned int from = 0, to; from < table->nr_cols; from = to) {
		int width = name_width(table) + col_width(table, from);

		for (to = from + 1; to < table->nr_cols; to++) {
			width += col_width(table, to);
			if (width > TABLE_COLUMNS)
				break;
		}
		if (from)
			fputc('\n', out);
		block_print(table, from, to, out);
	}
	for (unsigned int r = 0; r < table->nr_rows; r++)
		for (unsigned int i = 0; i < table->nr_cols; i++)
			any_best |= table->row[r].cell[i].best;
	if (any_best)
		fputs("* best of its row\n", out);
	if (table->baseline[0])
		fprintf(out, "percent: compared with %s\n", table->baseline);
	for (unsigned int i = 0; i < table->nr_remarks; i++)
		fprintf(out, "%s\n", table->remark[i]);
	for (unsigned int i = 0; i < table->nr_lines; i++)
		fprintf(out, "%s%s\n", i ? "" : truth_heading, table->line[i]);
}
