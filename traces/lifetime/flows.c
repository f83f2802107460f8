/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flows.c - table of flows. Idle flows are forgotten when the table fills, so memory is bounded.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "traces/lifetime/flows.h"

#define FLOWS_START 256
#define SWEEP_PAUSE 4096

int flows_init(struct flows *flows)
{
	memset(flows, 0, sizeof(*flows));
	flows->pool = calloc(FLOWS_START, sizeof(*flows->pool));
	flows->map = calloc(2 * FLOWS_START, sizeof(*flows->map));
	flows->nr = FLOW_NONE + 1;
	flows->map_size = 2 * FLOWS_START;
	if (!flows->pool || !flows->map) {
		flows_fini(flows);
		return -ENOMEM;
	}
	return 0;
}

void flows_fini(struct flows *flows)
{
	free(flows->pool);
	free(flows->map);
	memset(flows, 0, sizeof(*flows));
}

static bool flow_is_idle(const struct flow *flow)
{
	return !flow->gro.first && !flow->unread.first && !flow->reading;
}

static uint32_t *map_cell(const struct flows *flows, uint64_t key)
{
	uint32_t mask = flows->map_size - 1;
	uint32_t at = (uint32_t)(key * 0x9e3779b97f4a7c15u >> 32) & mask;

	while (flows->map[at] && flows->pool[flows->map[at]].key != key)
		at = (at + 1) & mask;
	return &flows->map[at];
}

static void map_rebuild(struct flows *flows)
{
	memset(flows->map, 0, flows->map_size * sizeof(*flows->map));
	for (uint32_t nr = 1; nr < flows->nr; nr++)
		if (flows->pool[nr].key)
			*map_cell(flows, flows->pool[nr].key) = nr;
}

static bool flows_grow(struct flows *flows)
{
	uint32_t size = flows->map_size;
	struct flow *pool = reallocarray(flows->pool, size, sizeof(*pool));
	uint32_t *map;

	if (!pool)
		return false;
	flows->pool = pool;
	map = reallocarray(flows->map, 2 * (size_t)size, sizeof(*map));
	if (!map)
		return false;
	flows->map = map;
	flows->map_size = 2 * size;
	map_rebuild(flows);
	return true;
}

/* Forgets every idle flow. When hardly any is idle, the next search waits for a while. */
static void flows_sweep(struct flows *flows)
{
	uint32_t found = 0;

	if (flows->pause) {
		flows->pause--;
		return;
	}
	for (uint32_t nr = flows->nr - 1; nr > FLOW_NONE; nr--) {
		struct flow *flow = &flows->pool[nr];

		if (!flow_is_idle(flow))
			continue;
		flow->key = 0;
		flow->next_free = flows->free;
		flows->free = nr;
		found++;
	}
	map_rebuild(flows);
	if (found < SWEEP_PAUSE)
		flows->pause = SWEEP_PAUSE;
}

static uint32_t flow_take(struct flows *flows)
{
	uint32_t nr;

	if (!flows->free) {
		if (flows->nr < flows->map_size / 2 ||
		    (flows->map_size / 2 < FLOWS_MAX && flows_grow(flows)))
			return flows->nr++;
		flows_sweep(flows);
	}
	nr = flows->free;
	if (nr)
		flows->free = flows->pool[nr].next_free;
	return nr;
}

uint32_t flows_find(struct flows *flows, uint64_t key)
{
	uint32_t nr = *map_cell(flows, key);

	if (nr)
		return nr;
	nr = flow_take(flows);
	if (nr == FLOW_NONE)
		return FLOW_NONE;
	memset(&flows->pool[nr], 0, sizeof(flows->pool[nr]));
	*map_cell(flows, key) = nr;
	flows->pool[nr].key = key;
	return nr;
}
