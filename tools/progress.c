/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress.c - a status line on stderr.
 */
#include "tools/progress.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sim/run.h"
#include "sim/wall.h"

#define COLUMNS	       80 /* of a terminal that does not say */
#define LINE_MAX_BYTES 1024

void progress_init(struct progress *p)
{
	p->terminal = isatty(STDERR_FILENO);
	p->shown = false;
	p->start_ns = wall_ns();
}

/* A line that is wider than the terminal could not be erased. */
static int columns(void)
{
	struct winsize size;

	return !ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col : COLUMNS;
}

static size_t append(char line[LINE_MAX_BYTES], size_t used, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line + used, LINE_MAX_BYTES - used, format, args);
	va_end(args);
	used += n > 0 ? (size_t)n : 0;
	return used < LINE_MAX_BYTES ? used : LINE_MAX_BYTES - 1;
}

/* @hung: those that have received nothing for a while and are in a hook, or the others */
static size_t running_append(char line[LINE_MAX_BYTES], size_t used, const struct run_progress *now,
			     bool hung)
{
	const char *before = hung ? ", " : "; running: ";

	for (unsigned int i = 0; i < now->nr_running; i++) {
		const struct run_running *r = &now->running[i];

		if (hung != (r->hook && r->still_ns > RUN_STILL_NS))
			continue;
		used = append(line, used, "%s%s", before, r->strategy);
		before = ", ";
		if (hung)
			used = append(line, used, " in %s() for %" PRIu64 " s", hook_name(r->hook),
				      r->still_ns / 1000000000);
	}
	return used;
}

void progress_show(void *ctx, const struct run_progress *now)
{
	struct progress *p = ctx;
	double seconds = (double)(wall_ns() - p->start_ns) * 1e-9;
	double rate = seconds > 0 ? (double)now->packets / seconds : 0;
	char line[LINE_MAX_BYTES];
	size_t used;

	if (!p->terminal)
		return;
	used = append(line, 0, "%u of %u strategies", now->finished, now->total);
	used = running_append(line, used, now, true);
	used = append(line, used, ", %.2f M packets, %.2f M/s", (double)now->packets * 1e-6,
		      rate * 1e-6);
	if (now->packets_total > now->packets && rate > 0)
		used = append(line, used, ", %.0f %%, %.0f s left",
			      (double)now->packets / (double)now->packets_total * 100,
			      (double)(now->packets_total - now->packets) / rate);
	running_append(line, used, now, false);
	fprintf(stderr, "\r\033[K%.*s", columns() - 1, line);
	p->shown = true;
}

void progress_clear(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
