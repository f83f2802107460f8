/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native_clock.c - CPU model, frequency of the counter, CPU affinity.
 */
#define _GNU_SOURCE
#include "tools/native/native_clock.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#define COMPARE_NS 50000000

int64_t native_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static double counter_hz(void)
{
	int64_t start_ns = native_now_ns(), end_ns;
	uint64_t start = native_clock(), end;

	do {
		end_ns = native_now_ns();
		end = native_clock();
	} while (end_ns - start_ns < COMPARE_NS);
	return (double)(end - start) * 1e9 / (double)(end_ns - start_ns);
}

/* Only x86 kernels print "model name". */
static void model_look(char *model, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	char line[256];

	snprintf(model, size, "unknown CPU");
	while (file && fgets(line, sizeof(line), file)) {
		const char *colon = strchr(line, ':');

		if (strncmp(line, "model name", 10) || !colon)
			continue;
		snprintf(model, size, "%s", colon + 1 + strspn(colon + 1, " "));
		model[strcspn(model, "\n")] = '\0';
		break;
	}
	if (file)
		fclose(file);
}

void native_machine_look(struct native_machine *m)
{
	struct utsname name;
	cpu_set_t set;

	memset(m, 0, sizeof(*m));
	model_look(m->model, sizeof(m->model));
	if (!uname(&name))
		snprintf(m->kernel, sizeof(m->kernel), "%.60s %.80s", name.sysname, name.release);
	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set))
		CPU_SET(0, &set);
	for (unsigned int cpu = 0; cpu < CPU_SETSIZE && m->cpus < 2; cpu++)
		if (CPU_ISSET(cpu, &set))
			m->cpu[m->cpus++] = cpu;
	m->hz = counter_hz();
}

int native_pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}
