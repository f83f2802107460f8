/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * layout.c - queues, cores and sockets that the traffic needs, whatever the strategy.
 *
 * CPUs of a capture come first (cpu_map.h), and a profile of fewer cores gets as many as they are:
 * each with an L1 and L2 of its own, all on socket 0 and below the same last level. Queues are
 * dealt over min(queues, cores), where a capture without many CPUs has CORE_FEW cores at most, as
 * made-up traffic has. The reader may have a core beyond these, and that one may be on socket 1.
 */
#include "sim/layout.h"

#include <errno.h>
#include <stdio.h>

#include "sim/scenario/traffic.h"
#include "sim/sim.h"

static unsigned int queue_cores(const struct sim *sim)
{
	unsigned int few =
		sim->machine->cores < CORE_FEW ? (unsigned int)sim->machine->cores : CORE_FEW;
	unsigned int most = sim->nr_cpus > few ? sim->nr_cpus : few;

	return sim->nr_queues < most ? sim->nr_queues : most;
}

/* A core per queue and one for the application; a capture has CPUs of its own. */
static unsigned int cores_needed(const struct sim *sim)
{
	unsigned int n = sim->nr_queue_cores;

	if (sim->scenario->reader_core >= n)
		n = (unsigned int)sim->scenario->reader_core + 1;
	return sim->nr_cpus > n ? sim->nr_cpus : n;
}

static int cores_check(const struct sim *sim, char *err, size_t err_size)
{
	unsigned int cores = cpu_map_cores(&sim->cpus);

	if (sim->nr_cores <= cores)
		return 0;
	snprintf(err, err_size,
		 "workload.reader.core: found %llu, expected less than the %u cores of machine %s",
		 (unsigned long long)sim->scenario->reader_core, cores, sim->scenario->machine);
	return -EINVAL;
}

/* Memory and the application may be on the other socket; cores that poll may not. */
static int sockets_check(const struct sim *sim, char *err, size_t err_size)
{
	const struct scenario *s = sim->scenario;
	unsigned int polling =
		sim->nr_cpus > sim->nr_queue_cores ? sim->nr_cpus : sim->nr_queue_cores;

	if (sim->machine->sockets < 2 && (s->reader_socket || s->node1_bytes)) {
		snprintf(err, err_size, "%s: machine %s has one socket",
			 s->reader_socket ? "workload.reader.socket" : "page_allocator.node1",
			 s->machine);
		return -EINVAL;
	}
	if (!s->reader_socket || s->reader_core >= polling)
		return 0;
	snprintf(err, err_size,
		 "workload.reader.socket: found 1, but core %llu polls a queue, which socket 0 "
		 "does; "
		 "expected workload.reader.core to be %u or more%s",
		 (unsigned long long)s->reader_core, polling,
		 polling < CORE_MAX ? "" : " (there are no more: leave the reader on socket 0)");
	return -EINVAL;
}

int layout(struct sim *sim, const struct capture_info *capture, const struct cpu_map *cpus,
	   char *err, size_t err_size)
{
	const struct scenario *s = sim->scenario;
	int ret = capture ? traffic_fits(s, capture, err, err_size) : 0;

	if (!ret && cpus)
		sim->cpus = *cpus;
	else if (!ret)
		ret = traffic_cpus(s, capture, sim->machine->cores, &sim->cpus, err, err_size);
	if (!ret)
		ret = traffic_open(s, capture, &sim->cpus, &sim->traffic, err, err_size);
	if (ret)
		return ret;
	sim->nr_queues = traffic_queues(sim->traffic);
	sim->nr_cpus = cpu_map_cpus(&sim->cpus);
	sim->nr_queue_cores = queue_cores(sim);
	sim->nr_cores = cores_needed(sim);
	ret = cores_check(sim, err, err_size);
	if (!ret)
		ret = sockets_check(sim, err, err_size);
	if (!ret)
		ret = payload_init(&sim->payload, sim->machine, s->payload_sampling, err, err_size);
	return ret;
}
