/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * html_report.c - the page and its style; all text is escaped.
 */
#include "plots/html_report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
	"body{font:15px/1.5 system-ui,'DejaVu Sans',sans-serif;color:#222;background:#fff;"
	"max-width:60rem;margin:2rem auto;padding:0 1rem}"
	"h1{font-size:1.6rem;margin:0 0 1rem}h2{font-size:1.15rem;margin:2rem 0 .6rem}"
	"div.wide{overflow-x:auto}table{border-collapse:collapse}"
	"th,td{padding:.2rem .8rem;text-align:right;white-space:nowrap}"
	"th:first-child,td:first-child{text-align:left}"
	"thead th{border-bottom:2px solid #444;vertical-align:bottom}"
	"tbody tr:nth-child(even){background:#f5f6f8}"
	"tbody th{font-weight:normal}tbody th.part{padding-left:2rem;color:#555}"
	"td{font-variant-numeric:tabular-nums}"
	"td.best{font-weight:bold;color:#00563f}td.best::after{content:' *'}"
	"p.note{border-left:4px solid #d55e00;padding:.3rem .8rem;background:#fdf3ec}"
	"figure{margin:1rem 0}svg{max-width:100%;height:auto}"
	"dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1.2rem;font-size:.9rem}"
	"dt{font-family:monospace}dd{margin:0;font-family:monospace;overflow-wrap:anywhere}"
	"p.small{color:#555;font-size:.9rem}";

static void text(FILE *out, const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			fputc((unsigned char)*s < ' ' ? ' ' : *s, out);
		}
	}
}

static void element(FILE *out, const char *open, const char *s, const char *close)
{
	fputs(open, out);
	text(out, s);
	fputs(close, out);
}

/* A browser may break a label before its options. */
static void label(FILE *out, const char *s)
{
	size_t len = strcspn(s, ":");
	char id[128];

	snprintf(id, sizeof(id), "%.*s", (int)len, s);
	element(out, "<th scope=\"col\">", id, s[len] ? "<br>" : "");
	text(out, s[len] ? s + len + 1 : "");
	fputs("</th>", out);
}

static void row_write(const struct html_report *in, const struct html_report_row *row, FILE *out)
{
	const char *name = row->name + strspn(row->name, " ");

	element(out,
		name > row->name ? "<tr><th scope=\"row\" class=\"part\">"
				 : "<tr><th scope=\"row\">",
		name, "</th>");
	for (unsigned int i = 0; i < in->nr_cols; i++) {
		const struct html_report_cell *cell = &row->cell[i];

		element(out, cell->best ? "<td class=\"best\">" : "<td>", cell->text,
			cell->percent[0] ? "" : "</td>");
		if (cell->percent[0])
			element(out, "<br><small>", cell->percent, "</small></td>");
	}
	fputs("</tr>\n", out);
}

static void table_write(const struct html_report *in, FILE *out)
{
	bool best = false;

	fputs("<div class=\"wide\"><table>\n<thead><tr><th></th>", out);
	for (unsigned int i = 0; i < in->nr_cols; i++)
		label(out, in->label[i]);
	fputs("</tr></thead>\n<tbody>\n", out);
	for (unsigned int r = 0; r < in->nr_rows; r++) {
		row_write(in, &in->row[r], out);
		for (unsigned int i = 0; i < in->nr_cols; i++)
			best |= in->row[r].cell[i].best;
	}
	fputs("</tbody></table></div>\n", out);
	if (best)
		fputs("<p class=\"small\">* best of its row</p>\n", out);
	for (unsigned int i = 0; i < in->nr_remarks; i++)
		element(out, "<p class=\"small\">", in->remarks[i], "</p>\n");
	if (in->baseline[0])
		element(out, "<p class=\"small\">percent: compared with ", in->baseline, "</p>\n");
}

/* An SVG file without its XML prologue, which is not allowed inside a page. */
static int picture_write(const char *path, FILE *out)
{
	FILE *f = fopen(path, "r");
	char *svg = NULL, *start;
	size_t size = 0;
	ssize_t len;
	int ret = 0;

	if (!f)
		return -errno;
	len = getdelim(&svg, &size, '\0', f);
	start = len > 0 ? strstr(svg, "<svg") : NULL;
	if (start)
		fprintf(out, "<figure>%s</figure>\n", start);
	else
		ret = -EINVAL;
	free(svg);
	fclose(f);
	return ret;
}

static void pairs_write(const char *title, const struct html_report_pair *pair, unsigned int nr,
			FILE *out)
{
	element(out, "<h2>", title, "</h2>\n<dl>\n");
	for (unsigned int i = 0; i < nr; i++) {
		element(out, "<dt>", pair[i].key, "</dt>");
		element(out, "<dd>", pair[i].value, "</dd>\n");
	}
	fputs("</dl>\n", out);
}

int html_report_write(const struct html_report *in, FILE *out)
{
	int ret = 0;

	fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n",
	      out);
	element(out, "<title>", in->title, "</title>\n");
	fprintf(out, "<style>%s</style>\n</head><body>\n", style);
	element(out, "<h1>", in->title, "</h1>\n");
	for (unsigned int i = 0; i < in->nr_notes; i++)
		element(out, "<p class=\"note\">", in->notes[i], "</p>\n");
	if (in->nr_cols)
		table_write(in, out);
	if (in->nr_lines)
		fputs("<h2>Against what the kernel recorded</h2>\n<ul>\n", out);
	for (unsigned int i = 0; i < in->nr_lines; i++)
		element(out, "<li>", in->lines[i], "</li>\n");
	if (in->nr_lines)
		fputs("</ul>\n", out);
	if (in->nr_pictures)
		fputs("<h2>Pictures</h2>\n", out);
	for (unsigned int i = 0; !ret && i < in->nr_pictures; i++)
		ret = picture_write(in->picture[i], out);
	pairs_write("Scenario", in->scenario, in->nr_scenario, out);
	pairs_write("Versions", in->versions, in->nr_versions, out);
	fputs("</body></html>\n", out);
	return ret ? ret : ferror(out) ? -EIO : 0;
}
