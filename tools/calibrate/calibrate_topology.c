/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_topology.c - read /sys/devices/system/cpu: sizes and ways of the caches, and which CPUs
 * share a core, a last level, a socket.
 *
 * x86 kernels fill these files from CPUID, arm64 from firmware tables, which may be incomplete. CPU
 * lists are used, as ids of cores and sockets are unique only within their parents.
 */
#define _GNU_SOURCE
#include "tools/calibrate/calibrate_topology.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define SYSFS	   "/sys/devices/system/cpu"
#define TEXT_MAX   4096
#define INDEX_MAX  10 /* caches of a CPU */
#define LISTED_MAX 8192

static bool text_read(const char *sysfs, unsigned int cpu, const char *file, char *text)
{
	char path[512];
	FILE *f;
	bool ok;

	snprintf(path, sizeof(path), "%s/cpu%u/%s", sysfs, cpu, file);
	f = fopen(path, "re");
	ok = f && fgets(text, TEXT_MAX, f);
	if (f)
		fclose(f);
	if (ok)
		text[strcspn(text, "\n")] = '\0';
	return ok;
}

/* "32K", "1024K", "2M" */
static uint64_t size_parse(const char *text)
{
	char *end;
	uint64_t size = strtoull(text, &end, 10);

	if (*end == 'K')
		return size << 10;
	return *end == 'M' ? size << 20 : size;
}

/* The next range of "0-3,8,10-11". Return: start of the range after it, or NULL */
static const char *range_next(const char *list, unsigned long *first, unsigned long *last)
{
	char *end;

	if (*list < '0' || *list > '9')
		return NULL;
	*first = *last = strtoul(list, &end, 10);
	if (*end == '-')
		*last = strtoul(end + 1, &end, 10);
	return *end == ',' ? end + 1 : end;
}

static bool list_has(const char *list, unsigned int cpu)
{
	unsigned long first, last;

	while ((list = range_next(list, &first, &last)))
		if (cpu >= first && cpu <= last)
			return true;
	return false;
}

static unsigned int list_count(const char *list)
{
	unsigned long first, last, n = 0;

	while ((list = range_next(list, &first, &last)))
		if (last >= first && last - first < LISTED_MAX)
			n += last - first + 1;
	return (unsigned int)n;
}

/* One of the CPU's caches. Return: its level, or 0 when it holds no data. */
static unsigned int cache_read(struct calib_topology *t, const char *sysfs, unsigned int index,
			       char *shared)
{
	char file[64], text[TEXT_MAX];
	uint64_t bytes, ways;
	unsigned int level;

#define FIELD(name) (snprintf(file, sizeof(file), "cache/index%u/" name, index), file)
	if (!text_read(sysfs, t->cpu[0], FIELD("type"), text) || !strcmp(text, "Instruction") ||
	    !text_read(sysfs, t->cpu[0], FIELD("level"), text))
		return 0;
	level = (unsigned int)atoi(text);
	if (level < 1 || level > 4)
		return 0;
	bytes = text_read(sysfs, t->cpu[0], FIELD("size"), text) ? size_parse(text) : 0;
	ways = text_read(sysfs, t->cpu[0], FIELD("ways_of_associativity"), text)
		       ? strtoull(text, NULL, 10)
		       : 0;
	if (!text_read(sysfs, t->cpu[0], FIELD("shared_cpu_list"), shared))
		*shared = '\0';
#undef FIELD
	if (level > 3) /* the model has three levels; the third is the nearest shared one */
		return 0;
	t->level[level - 1].bytes = bytes;
	t->level[level - 1].ways = ways;
	return level;
}

static enum calib_relation relation_of(const char *sysfs, unsigned int cpu, unsigned int first,
				       const char *llc)
{
	char text[TEXT_MAX];

	if (text_read(sysfs, first, "topology/thread_siblings_list", text) && list_has(text, cpu))
		return CALIB_SAME_CORE;
	if (*llc && list_has(llc, cpu))
		return CALIB_SHARED_LLC;
	if (!text_read(sysfs, first, "topology/core_siblings_list", text))
		return CALIB_SHARED_LLC;
	if (!list_has(text, cpu))
		return CALIB_OTHER_SOCKET;
	return *llc ? CALIB_SAME_SOCKET : CALIB_SHARED_LLC;
}

void calib_topology_read(struct calib_topology *t, const char *sysfs, const unsigned int *cpus,
			 unsigned int nr)
{
	char shared[TEXT_MAX], llc[TEXT_MAX] = "", text[TEXT_MAX];
	unsigned int threads = 1;

	memset(t, 0, sizeof(*t));
	t->nr_cpus = nr < CALIB_CPUS_MAX ? nr : CALIB_CPUS_MAX;
	memcpy(t->cpu, cpus, t->nr_cpus * sizeof(*cpus));
	for (unsigned int i = 0; i < INDEX_MAX; i++)
		if (cache_read(t, sysfs, i, shared) == 3)
			strcpy(llc, shared);
	if (text_read(sysfs, t->cpu[0], "topology/thread_siblings_list", text) && list_count(text))
		threads = list_count(text);
	t->cores = list_count(llc) / threads;
	for (unsigned int i = 1; i < t->nr_cpus; i++)
		t->relation[i] = relation_of(sysfs, t->cpu[i], t->cpu[0], llc);
	for (unsigned int i = 1; i < t->nr_cpus; i++)
		t->other_socket |= t->relation[i] == CALIB_OTHER_SOCKET;
}

/* CPUID's hypervisor bit; arm64 has none that user space can read. */
static int virtualised(void)
{
#if defined(__x86_64__)
	unsigned int a, b, c, d;

	return __get_cpuid(1, &a, &b, &c, &d) ? (int)(c >> 31) : -1;
#else
	return -1;
#endif
}

int calib_topology_own(struct calib_topology *t)
{
	unsigned int cpus[CALIB_CPUS_MAX], nr = 0;
	cpu_set_t set;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set))
		return -errno;
	for (unsigned int cpu = 0; cpu < CPU_SETSIZE && nr < CALIB_CPUS_MAX; cpu++)
		if (CPU_ISSET(cpu, &set))
			cpus[nr++] = cpu;
	calib_topology_read(t, SYSFS, cpus, nr);
	t->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	t->virtualised = virtualised();
	return 0;
}
