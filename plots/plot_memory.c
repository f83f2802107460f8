/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plot_memory.c - variables of memory.gp: units that fit the numbers, and whether the capture has
 * the kernel's own curve.
 */
#include "plots/plot_memory.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "plots/gnuplot.h"
#include "plots/picture.h"

/* A curve whose peak is so many times below the highest is drawn again, enlarged. */
#define ZOOM_RATIO 4

/* Page size of the recorded kernel, which truth.csv counts in: no event tells it. */
#define TRUTH_PAGE_BYTES 4096.0

/* struct extent - largest values of all curves; @peak: of each strategy; @truth_pages: recorded */
struct extent {
	uint64_t time_ns, pages, truth_pages, page_bytes;
	uint64_t peak[PLOT_MAX_STRATEGIES];
	bool truth;
};

static int csv_open(const char *path, const char *header, FILE **out, char *err, size_t err_size)
{
	char line[512] = "";
	int ret;

	*out = fopen(path, "r");
	if (!*out) {
		ret = -errno;
		snprintf(err, err_size, "%s: cannot read: %s", path, strerror(-ret));
		return ret;
	}
	if (fgets(line, sizeof(line), *out) && !strncmp(line, header, strlen(header)))
		return 0;
	fclose(*out);
	snprintf(err, err_size, "%s:1: found '%.60s', expected '%s...'", path,
		 strtok(line, "\r\n") ? line : "", header);
	return -EINVAL;
}

static int series_extent(const char *path, struct extent *ex, uint64_t *peak, char *err,
			 size_t err_size)
{
	uint64_t time_ns, pages, bytes;
	char line[512];
	FILE *f;
	int ret = csv_open(path, "time_ns,packets,pages_held,bytes_held", &f, err, err_size);

	if (ret)
		return ret;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%" SCNu64 ",%*u,%" SCNu64 ",%" SCNu64, &time_ns, &pages,
			   &bytes) != 3)
			continue;
		ex->time_ns = time_ns > ex->time_ns ? time_ns : ex->time_ns;
		*peak = pages > *peak ? pages : *peak;
		if (pages)
			ex->page_bytes = bytes / pages;
	}
	fclose(f);
	ex->pages = *peak > ex->pages ? *peak : ex->pages;
	return 0;
}

static int truth_extent(const char *path, struct extent *ex, char *err, size_t err_size)
{
	uint64_t time_ns, pages;
	char line[512];
	FILE *f;
	int ret = csv_open(path, "time_ns,pages_held", &f, err, err_size);

	if (ret)
		return ret;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%" SCNu64 ",%" SCNu64, &time_ns, &pages) != 2)
			continue;
		ex->truth = true;
		ex->time_ns = time_ns > ex->time_ns ? time_ns : ex->time_ns;
		ex->truth_pages = pages > ex->truth_pages ? pages : ex->truth_pages;
	}
	fclose(f);
	return 0;
}

/* Simulated pages that are as large as one recorded page: the axis counts simulated ones. */
static double truth_scale(const struct extent *ex)
{
	return ex->page_bytes ? TRUTH_PAGE_BYTES / (double)ex->page_bytes : 1;
}

static void truth_fit(struct extent *ex)
{
	uint64_t pages = (uint64_t)((double)ex->truth_pages * truth_scale(ex) + 0.5);

	ex->pages = pages > ex->pages ? pages : ex->pages;
}

static void path_make(char path[PATH_MAX], const char *dir, const char *name, const char *file)
{
	snprintf(path, PATH_MAX, "%s/%s%s%s", dir, name, *name ? "/" : "", file);
}

static int extent_find(const struct plot_input *in, struct extent *ex, char *err, size_t err_size)
{
	char path[PATH_MAX];
	int ret = 0;

	for (unsigned int i = 0; !ret && i < in->nr; i++) {
		path_make(path, in->out_dir, in->strategy[i].dir, "timeseries.csv");
		ret = series_extent(path, ex, &ex->peak[i], err, err_size);
	}
	if (ret || !in->truth)
		return ret;
	path_make(path, in->out_dir, "", "truth.csv");
	ret = truth_extent(path, ex, err, err_size);
	truth_fit(ex);
	return ret;
}

/* struct unit - @per of the smaller thing make one; used from twice that on */
struct unit {
	double per;
	const char *name;
};

static const struct unit time_units[] = {{1, "ns"}, {1e3, "us"}, {1e6, "ms"}, {1e9, "s"}};
static const struct unit byte_units[] = {{1024, "KiB"}, {1048576, "MiB"}, {1073741824, "GiB"}};

static struct unit unit_choose(const struct unit *units, unsigned int nr, double max)
{
	while (nr > 1 && max < 2 * units[nr - 1].per)
		nr--;
	return units[nr - 1];
}

/* The highest of the low curves, 0 when none is low. */
static uint64_t zoom_peak(const struct extent *ex)
{
	uint64_t zoom = 0;

	for (unsigned int i = 0; i < PLOT_MAX_STRATEGIES; i++)
		if (ex->peak[i] > zoom && ex->peak[i] * ZOOM_RATIO <= ex->pages)
			zoom = ex->peak[i];
	return zoom;
}

static void extent_write(FILE *script, const struct extent *ex)
{
	double bytes = ex->page_bytes ? (double)ex->page_bytes : 4096;
	double time_max = ex->time_ns ? (double)ex->time_ns : 1;
	struct unit t = unit_choose(time_units, 4, time_max);
	struct unit b = unit_choose(byte_units, 3, (double)ex->pages * bytes);

	fprintf(script, "time_per = %.15g\ntime_unit = '%s'\ntime_max = %.15g\n", t.per, t.name,
		time_max / t.per);
	fprintf(script, "pages_max = %" PRIu64 "\nmem_per_page = %.15g\nmem_unit = '%s'\n",
		ex->pages ? ex->pages : 1, bytes / b.per, b.name);
	fprintf(script, "truth = %d\ntruth_scale = %.15g\nzoom_max = %" PRIu64 "\n", ex->truth,
		truth_scale(ex), zoom_peak(ex));
}

int plot_memory(const struct plot_input *in, char *err, size_t err_size)
{
	struct extent ex = {0};
	int ret = extent_find(in, &ex, err, err_size);
	FILE *script;

	if (ret)
		return ret;
	script = picture_begin(in, err, err_size);
	if (!script)
		return -EIO;
	extent_write(script, &ex);
	fprintf(script, "array file[%u]\n", in->nr);
	for (unsigned int i = 0; i < in->nr; i++) {
		char path[PATH_MAX];

		path_make(path, ".", in->strategy[i].dir, "timeseries.csv");
		fprintf(script, "file[%u] = ", i + 1);
		gnuplot_text(script, path);
		fputc('\n', script);
	}
	return picture_end(script, in, "memory", zoom_peak(&ex) ? 700 : 500, err, err_size);
}
