/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu_map.h - which simulated core stands for which CPU of a capture.
 *
 * CPU numbers stay where all of them are small. In a capture of a larger machine they may be
 * anything, and few of them are used; then the CPUs that packets arrive, are sent or are released
 * on become cores 0, 1, ... in the order in which the capture first names them.
 */
#ifndef SIM_CPU_MAP_H
#define SIM_CPU_MAP_H

#include <stdbool.h>
#include <stdint.h>
#include "models/cpu/core.h"
#include "traces/packet.h"

/** CPU_MAP_NONE - no core stands for this CPU */
#define CPU_MAP_NONE CORE_MAX

/**
 * struct cpu_map - from CPUs to cores
 * @in_file: CPUs of the capture, used or not; 0: it does not say
 * @profile_cores: cores of the machine profile
 * @used: CPUs that packets of the replayed device name, also those beyond CORE_MAX; 0: not looked
 *	for, because @in_file is small enough
 * @beyond: the highest of them + 1
 * @renumbered: cores are given in order of first use; else a CPU keeps its number
 * @cpu: of each core below @used, with @renumbered
 * @core: of each CPU; CPU_MAP_NONE: none; CPU_MAP_NONE + 1: used, but there are too many
 */
struct cpu_map {
	unsigned int in_file, profile_cores, used, beyond;
	bool renumbered;
	uint16_t cpu[CORE_MAX];
	uint8_t core[UINT16_MAX + 1];
};

/**
 * cpu_map_init() - a map in which every CPU keeps its number
 * Return: true if that is enough: all CPUs of the file have a core of that number in a profile of
 *	@profile_cores, and there are few; false: packets have to be looked at, cpu_map_add()
 */
bool cpu_map_init(struct cpu_map *map, unsigned int in_file, uint64_t profile_cores);

/** cpu_map_add() - the CPUs that @pkt names are used */
void cpu_map_add(struct cpu_map *map, const struct packet *pkt);

/**
 * cpu_map_close() - all packets were added: renumber, unless all numbers are small
 * Return: 0, or -EINVAL: more than CORE_MAX CPUs are used
 */
int cpu_map_close(struct cpu_map *map);

/** cpu_map_cpus() - cores that stand for CPUs: 0 to one less. Return: 0 if the file has none */
unsigned int cpu_map_cpus(const struct cpu_map *map);

/** cpu_map_cores() - cores the machine has: the profile's, or more where more CPUs are used */
unsigned int cpu_map_cores(const struct cpu_map *map);

/**
 * cpu_map_apply() - write cores in the place of the CPUs of @pkt
 * Return: true, or false: no core stands for one of them
 */
bool cpu_map_apply(const struct cpu_map *map, struct packet *pkt);

#endif
