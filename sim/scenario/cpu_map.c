/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu_map.c - numbers CPUs in order of first use.
 */
#include "sim/scenario/cpu_map.h"

#include <errno.h>
#include <string.h>

#define TOO_MANY (CPU_MAP_NONE + 1)

static unsigned int at_most(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* CPUs below this number keep it. */
static unsigned int numbers_kept(const struct cpu_map *map)
{
	return at_most(CORE_FEW, map->profile_cores);
}

bool cpu_map_init(struct cpu_map *map, unsigned int in_file, uint64_t profile_cores)
{
	memset(map, 0, sizeof(*map));
	memset(map->core, CPU_MAP_NONE, sizeof(map->core));
	map->in_file = in_file;
	map->profile_cores = (unsigned int)profile_cores;
	return in_file <= numbers_kept(map);
}

static void cpu_add(struct cpu_map *map, uint16_t cpu)
{
	if (map->core[cpu] != CPU_MAP_NONE)
		return;
	map->core[cpu] = map->used < CORE_MAX ? (uint8_t)map->used : TOO_MANY;
	if (map->used < CORE_MAX)
		map->cpu[map->used] = cpu;
	map->used++;
	if (cpu >= map->beyond)
		map->beyond = cpu + 1u;
}

static bool names_release_cpu(const struct packet *pkt)
{
	return pkt->release_ns != PACKET_UNKNOWN && pkt->release_cpu != PACKET_CPU_READER;
}

void cpu_map_add(struct cpu_map *map, const struct packet *pkt)
{
	cpu_add(map, pkt->cpu);
	if (names_release_cpu(pkt))
		cpu_add(map, pkt->release_cpu);
}

int cpu_map_close(struct cpu_map *map)
{
	if (map->used > CORE_MAX)
		return -EINVAL;
	map->renumbered = map->beyond > numbers_kept(map);
	return 0;
}

unsigned int cpu_map_cpus(const struct cpu_map *map)
{
	return map->renumbered ? map->used : at_most(map->in_file, numbers_kept(map));
}

unsigned int cpu_map_cores(const struct cpu_map *map)
{
	unsigned int cpus = cpu_map_cpus(map);

	return cpus > map->profile_cores ? cpus : map->profile_cores;
}

static bool cpu_apply(const struct cpu_map *map, uint16_t *cpu)
{
	unsigned int core = map->renumbered ? map->core[*cpu] : *cpu;

	/* one of a file that names no CPUs: all its packets are on the first */
	if (core >= (map->in_file ? cpu_map_cpus(map) : 1))
		return false;
	*cpu = (uint16_t)core;
	return true;
}

bool cpu_map_apply(const struct cpu_map *map, struct packet *pkt)
{
	return cpu_apply(map, &pkt->cpu) &&
	       (!names_release_cpu(pkt) || cpu_apply(map, &pkt->release_cpu));
}
