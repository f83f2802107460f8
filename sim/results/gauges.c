/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gauges.c - users of each page, integrals over time, and the time series.
 */
#include "sim/results/gauges.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/memory/mm_sim.h"
#include "sim/results/atomic_file.h"

int gauges_init(struct gauges *g, unsigned long nr_pages, size_t page_bytes, uint64_t interval_ns)
{
	*g = (struct gauges){
		.page_bytes = page_bytes, .interval_ns = interval_ns, .next_ns = interval_ns};
	g->ring_users = calloc(nr_pages, sizeof(*g->ring_users));
	g->stack_users = calloc(nr_pages, sizeof(*g->stack_users));
	if (g->ring_users && g->stack_users)
		return 0;
	gauges_fini(g);
	return -ENOMEM;
}

void gauges_fini(struct gauges *g)
{
	free(g->ring_users);
	free(g->stack_users);
	g->ring_users = NULL;
	g->stack_users = NULL;
}

static uint64_t held_pages(void)
{
	struct page_counts c = page_allocator_counts(mm_sim.pages);

	return c.pages_allocated - c.pages_freed;
}

static uint64_t all_cycles(void)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < mm_sim.nr_cores; i++)
		sum += mm_sim.cores[i].total;
	return sum / MCYCLES_PER_CY;
}

static void series_thin(struct gauges *g)
{
	for (unsigned int i = 0; i < GAUGES_MAX_POINTS / 2; i++)
		g->points[i] = g->points[2 * i + 1];
	g->nr_points = GAUGES_MAX_POINTS / 2;
	g->interval_ns *= 2;
	g->next_ns = g->points[g->nr_points - 1].time_ns + g->interval_ns;
}

static void series_sample(struct gauges *g, uint64_t time_ns)
{
	struct iommu_counts io = iommu_counts_get(mm_sim.iommu);

	g->points[g->nr_points++] = (struct gauges_point){
		.time_ns = time_ns,
		.packets = g->packets,
		.pages_held = held_pages(),
		.pages_compared = g->compared ? g->compared(g->compared_arg) : held_pages(),
		.pages_in_ring = g->pages_in_ring,
		.pages_in_stack = g->pages_in_stack,
		.payload_bytes = g->payload_bytes,
		.cycles = all_cycles(),
		.iommu_maps = io.maps,
		.iommu_unmaps = io.unmaps,
	};
}

void gauges_advance(struct gauges *g, uint64_t now_ns)
{
	uint64_t dt;

	if (now_ns <= g->now_ns)
		return;
	dt = now_ns - g->now_ns;
	g->held_page_ns += (unsigned __int128)held_pages() * dt;
	g->payload_byte_ns += (unsigned __int128)g->payload_bytes * dt;
	g->now_ns = now_ns;
	while (g->next_ns <= now_ns) {
		series_sample(g, g->next_ns);
		g->next_ns += g->interval_ns;
		if (g->nr_points == GAUGES_MAX_POINTS)
			series_thin(g);
	}
}

/* Base pages behind a buffer: a compound page counts as a whole. */
static unsigned int page_weight(const struct page *page)
{
	return page->flags & PG_head ? 1u << page[1].compound_order : 1;
}

static void users_change(struct gauges *g, uint16_t *users, const struct rx_buf *buf, int change)
{
	size_t i = buf->page - mm_sim_layout.map;
	unsigned int w = page_weight(buf->page);

	g->pages_in_stack -= g->stack_users[i] ? w : 0;
	g->pages_in_ring -= g->ring_users[i] && !g->stack_users[i] ? w : 0;
	users[i] += change;
	g->pages_in_stack += g->stack_users[i] ? w : 0;
	g->pages_in_ring += g->ring_users[i] && !g->stack_users[i] ? w : 0;
}

void gauges_ring(struct gauges *g, const struct rx_buf *buf, int change)
{
	users_change(g, g->ring_users, buf, change);
}

void gauges_stack(struct gauges *g, const struct rx_buf *buf, int change)
{
	users_change(g, g->stack_users, buf, change);
}

void gauges_finish(struct gauges *g, uint64_t now_ns)
{
	gauges_advance(g, now_ns);
	if (!g->nr_points || g->points[g->nr_points - 1].time_ns < g->now_ns)
		series_sample(g, g->now_ns);
}

static void point_print(FILE *f, const struct gauges *g, const struct gauges_point *p)
{
	fprintf(f,
		"%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
		",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64,
		p->time_ns, p->packets, p->pages_held, p->pages_held * g->page_bytes,
		p->payload_bytes, p->pages_in_ring, p->pages_in_stack,
		p->pages_held - p->pages_in_ring - p->pages_in_stack, p->cycles, p->iommu_maps,
		p->iommu_unmaps);
	if (g->compared)
		fprintf(f, ",%" PRIu64, p->pages_compared);
	fputc('\n', f);
}

static int series_print(FILE *f, const struct gauges *g)
{
	fputs("time_ns,packets,pages_held,bytes_held,payload_bytes,pages_in_ring,pages_in_stack,"
	      "pages_in_pool,cycles,iommu_maps,iommu_unmaps",
	      f);
	fputs(g->compared ? ",pages_compared\n" : "\n", f);
	for (unsigned int i = 0; i < g->nr_points; i++)
		point_print(f, g, &g->points[i]);
	return ferror(f) ? -EIO : 0;
}

int gauges_write_csv(const struct gauges *g, const char *path)
{
	struct atomic_file file;
	int err = atomic_open(&file, path);

	return err ? err : atomic_commit(&file, series_print(file.f, g));
}
