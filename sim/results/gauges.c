/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/results/gauges.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/memory/mm_sim.h"
#include "sim/results/atomic_file.h"

int metrics_init(struct metrics *m, unsigned long nr_pages, size_t page_bytes, uint64_t interval_ns)
{
	*m = (struct metrics){
		.page_bytes = page_bytes, .interval_ns = interval_ns, .next_ns = interval_ns};
	m->ring_users = calloc(nr_pages, sizeof(*m->ring_users));
	m->stack_users = calloc(nr_pages, sizeof(*m->stack_users));
	if (m->ring_users && m->stack_users)
		return 0;
	metrics_fini(m);
	return -ENOMEM;
}

void metrics_fini(struct metrics *m)
{
	free(m->ring_users);
	free(m->stack_users);
	m->ring_users = NULL;
	m->stack_users = NULL;
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

static void series_thin(struct metrics *m)
{
	for (unsigned int i = 0; i < METRICS_MAX_POINTS / 2; i++)
		m->points[i] = m->points[2 * i + 1];
	m->nr_points = METRICS_MAX_POINTS / 2;
	m->interval_ns *= 2;
	m->next_ns = m->points[m->nr_points - 1].time_ns + m->interval_ns;
}

static void series_sample(struct metrics *m, uint64_t time_ns)
{
	struct iommu_counts io = iommu_counts_get(mm_sim.iommu);

	m->points[m->nr_points++] = (struct metrics_point){
		.time_ns = time_ns,
		.packets = m->packets,
		.pages_held = held_pages(),
		.pages_in_ring = m->pages_in_ring,
		.pages_in_stack = m->pages_in_stack,
		.payload_bytes = m->payload_bytes,
		.cycles = all_cycles(),
		.iommu_maps = io.maps,
		.iommu_unmaps = io.unmaps,
	};
}

void metrics_advance(struct metrics *m, uint64_t now_ns)
{
	uint64_t dt;

	if (now_ns <= m->now_ns)
		return;
	dt = now_ns - m->now_ns;
	m->held_page_ns += (unsigned __int128)held_pages() * dt;
	m->payload_byte_ns += (unsigned __int128)m->payload_bytes * dt;
	m->now_ns = now_ns;
	while (m->next_ns <= now_ns) {
		series_sample(m, m->next_ns);
		m->next_ns += m->interval_ns;
		if (m->nr_points == METRICS_MAX_POINTS)
			series_thin(m);
	}
}

/* Pages a buffer's page stands for: a compound page counts whole. */
static unsigned int page_weight(const struct page *page)
{
	return page->flags & PG_head ? 1u << page[1].compound_order : 1;
}

static void users_change(struct metrics *m, uint16_t *users, const struct rx_buf *buf, int change)
{
	size_t i = buf->page - mm_sim_layout.map;
	unsigned int w = page_weight(buf->page);

	m->pages_in_stack -= m->stack_users[i] ? w : 0;
	m->pages_in_ring -= m->ring_users[i] && !m->stack_users[i] ? w : 0;
	users[i] += change;
	m->pages_in_stack += m->stack_users[i] ? w : 0;
	m->pages_in_ring += m->ring_users[i] && !m->stack_users[i] ? w : 0;
}

void metrics_ring(struct metrics *m, const struct rx_buf *buf, int change)
{
	users_change(m, m->ring_users, buf, change);
}

void metrics_stack(struct metrics *m, const struct rx_buf *buf, int change)
{
	users_change(m, m->stack_users, buf, change);
}

void metrics_finish(struct metrics *m, uint64_t now_ns)
{
	metrics_advance(m, now_ns);
	if (!m->nr_points || m->points[m->nr_points - 1].time_ns < m->now_ns)
		series_sample(m, m->now_ns);
}

static void point_print(FILE *f, const struct metrics *m, const struct metrics_point *p)
{
	fprintf(f,
		"%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
		",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n",
		p->time_ns, p->packets, p->pages_held, p->pages_held * m->page_bytes,
		p->payload_bytes, p->pages_in_ring, p->pages_in_stack,
		p->pages_held - p->pages_in_ring - p->pages_in_stack, p->cycles, p->iommu_maps,
		p->iommu_unmaps);
}

static int series_print(FILE *f, const struct metrics *m)
{
	fputs("time_ns,packets,pages_held,bytes_held,payload_bytes,pages_in_ring,pages_in_stack,"
	      "pages_in_pool,cycles,iommu_maps,iommu_unmaps\n",
	      f);
	for (unsigned int i = 0; i < m->nr_points; i++)
		point_print(f, m, &m->points[i]);
	return ferror(f) ? -EIO : 0;
}

int metrics_write_csv(const struct metrics *m, const char *path)
{
	struct atomic_file file;
	int err = atomic_open(&file, path);

	return err ? err : atomic_commit(&file, series_print(file.f, m));
}
