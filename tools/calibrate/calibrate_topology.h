/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_topology.h - caches and CPUs, from sysfs.
 */
#ifndef SIM_CALIBRATE_TOPOLOGY_H
#define SIM_CALIBRATE_TOPOLOGY_H

#include <stdbool.h>
#include <stdint.h>

/** CALIB_CPUS_MAX - CPUs that are considered */
#define CALIB_CPUS_MAX 256

enum calib_level { CALIB_LEVEL_L1, CALIB_LEVEL_L2, CALIB_LEVEL_LLC, CALIB_LEVELS };

/** enum calib_relation - how near two CPUs are */
enum calib_relation {
	CALIB_SAME_CORE,  /* hardware threads of one core */
	CALIB_SHARED_LLC, /* also when unknown */
	CALIB_SAME_SOCKET,
	CALIB_OTHER_SOCKET,
};

/**
 * struct calib_topology - caches and CPUs; 0: unknown
 * @cpu: CPUs this process may run on, the measuring one first
 * @relation: of each to the first
 * @cores: cores that share the first CPU's last level
 * @other_socket: there are CPUs of another socket
 * @virtualised: 1 in a guest, 0 not, -1 unknown; in a guest, CPUs may be anywhere on the host
 */
struct calib_topology {
	struct {
		uint64_t bytes, ways;
	} level[CALIB_LEVELS];
	unsigned int nr_cpus, cores;
	unsigned int cpu[CALIB_CPUS_MAX];
	enum calib_relation relation[CALIB_CPUS_MAX];
	uint64_t page_bytes;
	bool other_socket;
	int virtualised;
};

/**
 * calib_topology_read() - read @sysfs (normally "/sys/devices/system/cpu")
 * @cpus: the @nr CPUs to describe
 * What the files do not tell stays 0.
 */
void calib_topology_read(struct calib_topology *t, const char *sysfs, const unsigned int *cpus,
			 unsigned int nr);

/** calib_topology_own() - for the CPUs this process may run on. Return: 0, or -errno */
int calib_topology_own(struct calib_topology *t);

#endif
