/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress.c - a status line on stderr.
 */
#include "tools/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static uint64_t wall_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void progress_init(struct progress *p)
{
	p->terminal = isatty(STDERR_FILENO);
	p->shown = false;
	p->start_ns = wall_ns();
}

void progress_show(void *ctx, unsigned int finished, unsigned int total, uint64_t packets,
		   uint64_t packets_total)
{
	struct progress *p = ctx;
	double seconds = (double)(wall_ns() - p->start_ns) * 1e-9;
	double rate = seconds > 0 ? (double)packets / seconds : 0;

	if (!p->terminal)
		return;
	fprintf(stderr, "\r\033[K%u of %u strategies, %.2f M packets, %.2f M/s", finished, total,
		(double)packets * 1e-6, rate * 1e-6);
	if (packets_total > packets && rate > 0)
		fprintf(stderr, ", %.0f %%, %.0f s left",
			(double)packets / (double)packets_total * 100,
			(double)(packets_total - packets) / rate);
	p->shown = true;
}

void progress_clear(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
