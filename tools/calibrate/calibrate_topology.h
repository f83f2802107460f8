/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_topology.h - caches and CPUs as the kernel describes them in sysfs.
 */
#ifndef SIM_CALIBRATE_TOPOLOGY_H
#define SIM_CALIBRATE_TOPOLOGY_H

#include <stdbool.h>
#include <stdint.h>

/** CALIB_CPUS_MAX - CPUs that are looked at */
#define CALIB_CPUS_MAX 256

enum calib_level { CALIB_LEVEL_L1, CALIB_LEVEL_L2, CALIB_LEVEL_LLC, CALIB_LEVELS };

/** enum calib_relation - of two CPUs */
enum calib_relation {
	CALIB_SAME_CORE,  /* hardware threads of one core */
	CALIB_SHARED_LLC, /* also when the kernel does not say */
	CALIB_SAME_SOCKET,
	CALIB_OTHER_SOCKET,
};

/**
 * struct calib_topology - what was found; 0 = unknown
 * @cpu: CPUs this process may run on, the measuring one first
 * @relation: of each of them to the first
 * @cores: cores that share the first CPU's last level
 * @other_socket: there are CPUs of another socket
 * @virtualised: 1 under a hypervisor, 0 not, -1 unknown; under one, the two CPUs of a pair may sit
 *	anywhere on the host, whatever sysfs says
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
 * calib_topology_read() - look at @sysfs (normally "/sys/devices/system/cpu")
 * @cpus: CPUs to describe, @nr of them; what a file does not say stays 0
 */
void calib_topology_read(struct calib_topology *t, const char *sysfs, const unsigned int *cpus,
			 unsigned int nr);

/** calib_topology_own() - of this machine and the CPUs this process may use. Return: 0, -errno */
int calib_topology_own(struct calib_topology *t);

#endif
