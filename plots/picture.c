/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * picture.c - the head of a gnuplot script, and its output as SVG and as PNG.
 */
#include "plots/picture.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plots/gnuplot.h"

static const char *const formats[] = {"svg", "png"};

#define NR_FORMATS (sizeof(formats) / sizeof(formats[0]))

/* struct label_size - of the largest label: characters of a line, lines */
struct label_size {
	size_t chars;
	unsigned int lines;
};

/* A label with its options on lines below the id. */
static void label_write(FILE *script, const char *label, struct label_size *max)
{
	unsigned int lines = 1;
	char part[128];

	for (size_t len; len = strcspn(label, ":"), true; label += len + 1, lines++) {
		snprintf(part, sizeof(part), "%.*s", (int)len, label);
		gnuplot_text(script, part);
		max->chars = len > max->chars ? len : max->chars;
		if (!label[len])
			break;
		fputs(".\"\\n\".", script);
	}
	max->lines = lines > max->lines ? lines : max->lines;
}

FILE *picture_begin(const struct plot_input *in, char *err, size_t err_size)
{
	FILE *script = tmpfile();
	struct label_size max = {0};

	if (!script) {
		snprintf(err, err_size, "cannot make a temporary file: %s", strerror(errno));
		return NULL;
	}
	fprintf(script, "set encoding utf8\nnr = %u\narray label[%u]\narray title[%u]\n", in->nr,
		in->nr, in->nr);
	for (unsigned int i = 0; i < in->nr; i++) {
		fprintf(script, "label[%u] = ", i + 1);
		label_write(script, in->strategy[i].label, &max);
		fprintf(script, "\ntitle[%u] = ", i + 1);
		gnuplot_text(script, in->strategy[i].label);
		fputc('\n', script);
	}
	fprintf(script, "label_chars = %zu\nlabel_lines = %u\n", max.chars, max.lines);
	return script;
}

static void output_write(FILE *script, const char *name, const char *format, unsigned int height,
			 const char *gp)
{
	if (!strcmp(format, "svg"))
		fprintf(script,
			"set terminal svg noenhanced size 800,%u dynamic font 'DejaVu Sans,12' "
			"background '#ffffff' name '%s'\n",
			height, name);
	else
		fprintf(script,
			"set terminal pngcairo noenhanced size 800,%u font 'DejaVu Sans,10' "
			"background '#ffffff'\n",
			height);
	fprintf(script, "set output './plots/%s.%s.tmp'\nload ", name, format);
	gnuplot_text(script, gp);
	fputs("\nunset output\n", script);
}

/* Both formats or none: a failure keeps the old pictures and no temporary files. */
static int pictures_move(const char *out_dir, const char *name, int ret, char *err, size_t err_size)
{
	for (size_t i = 0; i < NR_FORMATS; i++) {
		char tmp[PATH_MAX + 64], path[PATH_MAX + 64];

		snprintf(path, sizeof(path), "%.*s/plots/%s.%s", PATH_MAX, out_dir, name,
			 formats[i]);
		snprintf(tmp, sizeof(tmp), "%.*s/plots/%s.%s.tmp", PATH_MAX, out_dir, name,
			 formats[i]);
		if (!ret && rename(tmp, path)) {
			ret = -errno;
			snprintf(err, err_size, "%.200s: cannot write: %s", path, strerror(-ret));
		}
		if (ret)
			unlink(tmp);
	}
	return ret;
}

int picture_end(FILE *script, const struct plot_input *in, const char *name, unsigned int height,
		char *err, size_t err_size)
{
	char path[PATH_MAX], *gp;
	int ret;

	snprintf(path, sizeof(path), "%.*s/%s.gp", PATH_MAX - 64, in->script_dir, name);
	gp = realpath(path, NULL);
	if (!gp) {
		ret = -errno;
		snprintf(err, err_size, "%.200s: cannot read: %s", path, strerror(errno));
		fclose(script);
		return ret;
	}
	for (size_t i = 0; i < NR_FORMATS; i++)
		output_write(script, name, formats[i], height, gp);
	free(gp);
	snprintf(path, sizeof(path), "%.*s/plots", PATH_MAX - 64, in->out_dir);
	ret = mkdir(path, 0777) && errno != EEXIST ? -errno : 0;
	if (ret)
		snprintf(err, err_size, "%.200s: cannot make the folder: %s", path, strerror(-ret));
	else
		ret = gnuplot_run(script, in->out_dir, err, err_size);
	fclose(script);
	return pictures_move(in->out_dir, name, ret, err, err_size);
}
