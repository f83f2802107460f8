/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * size_cdf.c - reads the points of a distribution, and draws between them.
 */
#include "traces/synthetic/size_cdf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** struct place - file and line of a message */
struct place {
	const char *path;
	unsigned int line;
	char *err;
	size_t err_size;
};

static int refuse(const struct place *place, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int refuse(const struct place *place, const char *format, ...)
{
	char what[256];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(place->err, place->err_size, "%s:%u: %s", place->path, place->line, what);
	return -EINVAL;
}

static int point_add(struct size_cdf *cdf, double bytes, double share, const struct place *place)
{
	const struct size_cdf_point *last = cdf->nr ? &cdf->point[cdf->nr - 1] : NULL;

	if (!(bytes >= SIZE_CDF_BYTES_MIN && bytes <= SIZE_CDF_BYTES_MAX))
		return refuse(place, "found a size of %g bytes, expected %d to %d", bytes,
			      SIZE_CDF_BYTES_MIN, SIZE_CDF_BYTES_MAX);
	if (!(share >= 0 && share <= 1))
		return refuse(place, "found a cumulative share of %g, expected 0 to 1", share);
	if (last && (bytes < last->bytes || share < last->share))
		return refuse(place, "found %g %g after %g %g, expected both to ascend", bytes,
			      share, last->bytes, last->share);
	if (cdf->nr == SIZE_CDF_POINTS)
		return refuse(place, "expected at most %d points", SIZE_CDF_POINTS);
	cdf->point[cdf->nr++] = (struct size_cdf_point){bytes, share};
	return 0;
}

static int line_read(struct size_cdf *cdf, char *line, const struct place *place)
{
	char *first, *second, *end;
	double bytes, share;

	line[strcspn(line, "#\r\n")] = '\0';
	first = line + strspn(line, " \t");
	if (!*first)
		return 0;
	bytes = strtod(first, &second);
	share = strtod(second, &end);
	if (second == first || end == second || end[strspn(end, " \t")])
		return refuse(place, "found \"%.60s\", expected BYTES CUMULATIVE, such as 1514 0.9",
			      first);
	return point_add(cdf, bytes, share, place);
}

static int file_read(struct size_cdf *cdf, FILE *file, struct place *place)
{
	char line[256];
	int rc = 0;

	while (!rc && fgets(line, sizeof(line), file)) {
		place->line++;
		if (!strchr(line, '\n') && !feof(file))
			return refuse(place, "expected lines of at most %zu bytes",
				      sizeof(line) - 2);
		rc = line_read(cdf, line, place);
	}
	if (rc)
		return rc;
	if (ferror(file)) {
		snprintf(place->err, place->err_size, "%s: %s", place->path, strerror(errno));
		return -EIO;
	}
	if (!cdf->nr || cdf->point[cdf->nr - 1].share < 1)
		return refuse(place, "found %g as the last cumulative share, expected 1",
			      cdf->nr ? cdf->point[cdf->nr - 1].share : 0);
	return 0;
}

int size_cdf_load(const char *path, struct size_cdf **out, char *err, size_t err_size)
{
	struct place place = {path, 0, err, err_size};
	struct size_cdf *cdf = calloc(1, sizeof(*cdf));
	FILE *file = cdf ? fopen(path, "r") : NULL;
	int rc;

	if (!file) {
		rc = cdf ? -errno : -ENOMEM;
		snprintf(err, err_size, "%s: %s", path, strerror(-rc));
		free(cdf);
		return rc;
	}
	rc = file_read(cdf, file, &place);
	fclose(file);
	if (rc)
		free(cdf);
	else
		*out = cdf;
	return rc;
}

double size_cdf_mean(const struct size_cdf *cdf)
{
	double mean = cdf->point[0].bytes * cdf->point[0].share;

	for (unsigned int i = 1; i < cdf->nr; i++)
		mean += (cdf->point[i].share - cdf->point[i - 1].share) *
			(cdf->point[i].bytes + cdf->point[i - 1].bytes) / 2;
	return mean;
}

uint32_t size_cdf_draw(const struct size_cdf *cdf, struct rng *rng)
{
	const struct size_cdf_point *point = cdf->point;
	double share = rng_unit(rng), rise;
	unsigned int low = 0, high = cdf->nr - 1;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (point[middle].share < share)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return (uint32_t)point[0].bytes;
	rise = (share - point[low - 1].share) / (point[low].share - point[low - 1].share);
	return (uint32_t)(point[low - 1].bytes + rise * (point[low].bytes - point[low - 1].bytes) +
			  0.5);
}
