/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * picture.c - the head of a gnuplot script, and its output as SVG and as PNG.
 */
#define _GNU_SOURCE /* memmem() */
#include "plots/picture.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
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

static void output_write(FILE *script, const char *tmp_dir, const char *name, const char *format,
			 unsigned int height, const char *gp)
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
	fprintf(script, "set output './plots/%s/%s.%s'\nload ", tmp_dir, name, format);
	gnuplot_text(script, gp);
	fputs("\nunset output\n", script);
}

/* gnuplot does not say that the disk was full: a whole picture ends as its format does. */
static int picture_check(const char *path, const char *format)
{
	const char *end = strcmp(format, "svg") ? "IEND" : "</svg>";
	FILE *f = fopen(path, "re");
	char tail[16];
	size_t n = 0;

	if (!f)
		return -errno;
	if (!fseek(f, -(long)sizeof(tail), SEEK_END))
		n = fread(tail, 1, sizeof(tail), f);
	fclose(f);
	return memmem(tail, n, end, strlen(end)) ? 0 : -EIO;
}

static int disk_error(const char *dir)
{
	struct statvfs fs;

	return !statvfs(dir, &fs) && !fs.f_bavail ? -ENOSPC : -EIO;
}

/* Both formats or none: a failure keeps the old pictures. */
static int pictures_move(const char *plots, const char *tmp_dir, const char *name, char *err,
			 size_t err_size)
{
	char from[NR_FORMATS][PATH_MAX], to[PATH_MAX];
	int ret = 0;

	for (size_t i = 0; !ret && i < NR_FORMATS; i++) {
		snprintf(from[i], PATH_MAX, "%.*s/%s/%s.%s", PATH_MAX / 2, plots, tmp_dir, name,
			 formats[i]);
		ret = picture_check(from[i], formats[i]);
	}
	if (ret) {
		ret = disk_error(plots);
		snprintf(err, err_size, "gnuplot's picture %s was cut short: %s", name,
			 strerror(-ret));
		return ret;
	}
	for (size_t i = 0; !ret && i < NR_FORMATS; i++) {
		snprintf(to, sizeof(to), "%.*s/%s.%s", PATH_MAX / 2, plots, name, formats[i]);
		if (!rename(from[i], to))
			continue;
		ret = -errno;
		snprintf(err, err_size, "plots/%s.%s: cannot write: %s", name, formats[i],
			 strerror(-ret));
	}
	return ret;
}

static void tmp_remove(const char *plots, const char *tmp_dir, const char *name)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < NR_FORMATS; i++) {
		snprintf(path, sizeof(path), "%.*s/%s/%s.%s", PATH_MAX / 2, plots, tmp_dir, name,
			 formats[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%.*s/%s", PATH_MAX / 2, plots, tmp_dir);
	rmdir(path);
}

/* A folder below OUT/plots that is this process's own. @tmp_dir: its name */
static int tmp_make(const char *plots, char tmp_dir[16], char *err, size_t err_size)
{
	char path[PATH_MAX];
	int ret = mkdir(plots, 0777) && errno != EEXIST ? -errno : 0;

	snprintf(path, sizeof(path), "%.*s/.tmp-XXXXXX", PATH_MAX / 2, plots);
	if (!ret && !mkdtemp(path))
		ret = -errno;
	if (ret)
		snprintf(err, err_size, "%.200s: cannot make the folder: %s", plots,
			 strerror(-ret));
	else
		snprintf(tmp_dir, 16, "%s", strrchr(path, '/') + 1);
	return ret;
}

static int picture_draw(FILE *script, const struct plot_input *in, const char *name,
			unsigned int height, const char *gp, char *err, size_t err_size)
{
	char plots[PATH_MAX / 2], tmp_dir[16];
	int ret;

	snprintf(plots, sizeof(plots), "%.*s/plots", PATH_MAX / 2 - 16, in->out_dir);
	ret = tmp_make(plots, tmp_dir, err, err_size);
	if (ret)
		return ret;
	for (size_t i = 0; i < NR_FORMATS; i++)
		output_write(script, tmp_dir, name, formats[i], height, gp);
	ret = gnuplot_run(script, in->out_dir, err, err_size);
	if (!ret)
		ret = pictures_move(plots, tmp_dir, name, err, err_size);
	tmp_remove(plots, tmp_dir, name);
	return ret;
}

int picture_end(FILE *script, const struct plot_input *in, const char *name, unsigned int height,
		char *err, size_t err_size)
{
	char path[PATH_MAX], *gp;
	int ret;

	snprintf(path, sizeof(path), "%.*s/%s.gp", PATH_MAX - 64, in->script_dir, name);
	gp = realpath(path, NULL);
	if (gp) {
		ret = picture_draw(script, in, name, height, gp, err, err_size);
	} else {
		ret = -errno;
		snprintf(err, err_size, "%.200s: cannot read: %s", path, strerror(errno));
	}
	free(gp);
	fclose(script);
	return ret;
}
