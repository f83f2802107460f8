/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * engine.c - SimGrid behind engine.h: a platform of independent cores, actors, time, gates.
 *
 * The platform has no links: packets move by the NIC model, not by SimGrid's network.
 */
#include "sim/engine/engine.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/semaphore.h>

#include "models/cpu/core.h"

#define SOFTIRQ_WEIGHT 1000.0
#define MAX_ACTORS     512 /* 256 queues, a releaser per core, consumer, sender, device */

/**
 * struct engine_gate
 * @waiting: an actor is blocked in @sem
 * @open: opened, and no actor has passed since
 * @listed, @next: in the list of opened gates
 */
struct engine_gate {
	sg_sem_t sem;
	bool waiting, open, listed;
	struct engine_gate *next;
};

struct engine_actor {
	void (*body)(void *arg);
	void *arg;
};

/*
 * SimGrid holds one simulation per process, and its calls take no object of ours to find this by.
 * @opened: gates whose actors gates_wake() wakes
 */
static struct {
	struct engine_actor actors[MAX_ACTORS];
	unsigned int nr_actors;
	sg_host_t hosts[CORE_MAX];
	struct engine_gate *opened;
} engine;

static const int kept_signals[] = {SIGINT, SIGTERM, SIGSEGV, SIGABRT, SIGFPE};
#define NR_KEPT (sizeof(kept_signals) / sizeof(kept_signals[0]))

static void signals_save(struct sigaction old[NR_KEPT])
{
	for (size_t i = 0; i < NR_KEPT; i++)
		sigaction(kept_signals[i], NULL, &old[i]);
}

static void signals_restore(const struct sigaction old[NR_KEPT])
{
	for (size_t i = 0; i < NR_KEPT; i++)
		sigaction(kept_signals[i], &old[i], NULL);
}

static int platform_write(FILE *f, unsigned int cores, uint64_t khz)
{
	fprintf(f, "<?xml version='1.0'?>\n"
		   "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
		   "<platform version=\"4.1\">\n<zone id=\"machine\" routing=\"None\">\n");
	for (unsigned int i = 0; i < cores; i++)
		fprintf(f, "<host id=\"core%u\" speed=\"%llu.0kf\"/>\n", i,
			(unsigned long long)khz);
	fprintf(f, "</zone>\n</platform>\n");
	return ferror(f) ? -EIO : 0;
}

static int platform_load(unsigned int cores, uint64_t khz, const char *dir)
{
	char path[600];
	FILE *f;
	int fd, err;

	snprintf(path, sizeof(path), "%s/.platform-XXXXXX.xml", dir);
	fd = mkstemps(path, 4);
	if (fd < 0)
		return -errno;
	f = fdopen(fd, "w");
	if (!f) {
		err = -errno;
		close(fd);
		unlink(path);
		return err;
	}
	err = platform_write(f, cores, khz);
	if (fclose(f) && !err)
		err = -errno;
	if (!err)
		simgrid_load_platform(path);
	unlink(path);
	return err;
}

static void hosts_find(unsigned int cores)
{
	char id[32];

	for (unsigned int i = 0; i < cores; i++) {
		snprintf(id, sizeof(id), "core%u", i);
		engine.hosts[i] = sg_host_by_name(id);
	}
}

int engine_init(unsigned int cores, uint64_t khz, const char *dir)
{
	char arg0[] = "fragsim", arg1[] = "--log=root.thres:error",
	     arg2[] = "--cfg=surf/precision:1e-12", arg3[] = "--cfg=contexts/stack-size:1024";
	char *argv[] = {arg0, arg1, arg2, arg3, NULL};
	struct sigaction old[NR_KEPT];
	int argc = 4, err;

	signals_save(old);
	simgrid_init(&argc, argv);
	err = platform_load(cores, khz, dir);
	signals_restore(old);
	if (!err)
		hosts_find(cores);
	return err;
}

/*
 * Waking an actor is a SimGrid call, and other actors may run before it returns. A poll must not be
 * interrupted like that, so actors at opened gates wake at the opener's next call of the engine.
 */
static void gates_wake(void)
{
	while (engine.opened) {
		struct engine_gate *gate = engine.opened;

		engine.opened = gate->next;
		gate->listed = false;
		if (gate->waiting) {
			gate->waiting = false;
			sg_sem_release(gate->sem);
		}
	}
}

/* SimGrid passes strings only: the argument is the index into the table of actors. */
static void actor_main(int argc, char **argv)
{
	const struct engine_actor *a = &engine.actors[argc > 1 ? atoi(argv[1]) : 0];

	a->body(a->arg);
	gates_wake();
}

int engine_spawn(const char *name, unsigned int core, void (*body)(void *arg), void *arg)
{
	char index[16];
	const char *argv[] = {name, index, NULL};

	if (engine.nr_actors == MAX_ACTORS)
		return -ENOMEM;
	snprintf(index, sizeof(index), "%u", engine.nr_actors);
	engine.actors[engine.nr_actors++] = (struct engine_actor){.body = body, .arg = arg};
	sg_actor_create_(name, engine.hosts[core], actor_main, 2, argv);
	return 0;
}

void engine_run(void)
{
	struct sigaction old[NR_KEPT];

	signals_save(old);
	simgrid_run();
	signals_restore(old);
}

uint64_t engine_now_ns(void)
{
	return (uint64_t)llround(simgrid_get_clock() * 1e9);
}

void engine_sleep_until(uint64_t ns)
{
	gates_wake();
	if (ns > engine_now_ns())
		sg_actor_sleep_until((double)ns * 1e-9);
}

void engine_spend(uint64_t mcycles, uint64_t end_ns, enum engine_priority prio)
{
	engine_execute(mcycles, prio);
	/* a nanosecond is rounding between cycles and time, not idling */
	if (end_ns > engine_now_ns() + 1)
		engine_sleep_until(end_ns);
}

void engine_execute(uint64_t mcycles, enum engine_priority prio)
{
	gates_wake();
	if (mcycles)
		sg_actor_execute_with_priority((double)mcycles / 1000.0,
					       prio == ENGINE_SOFTIRQ ? SOFTIRQ_WEIGHT : 1.0);
}

void engine_move(unsigned int core)
{
	if (sg_actor_get_host(sg_actor_self()) != engine.hosts[core])
		sg_actor_set_host(sg_actor_self(), engine.hosts[core]);
}

struct engine_gate *engine_gate_create(void)
{
	struct engine_gate *gate = calloc(1, sizeof(*gate));

	if (gate)
		gate->sem = sg_sem_init(0);
	return gate;
}

void engine_gate_destroy(struct engine_gate *gate)
{
	if (!gate)
		return;
	sg_sem_destroy(gate->sem);
	free(gate);
}

void engine_gate_wait(struct engine_gate *gate)
{
	gates_wake();
	if (!gate->open) {
		gate->waiting = true;
		sg_sem_acquire(gate->sem);
	}
	gate->open = false;
}

void engine_gate_wait_until(struct engine_gate *gate, uint64_t ns)
{
	gates_wake();
	if (!gate->open && ns > engine_now_ns()) {
		gate->waiting = true;
		sg_sem_acquire_timeout(gate->sem, (double)ns * 1e-9 - simgrid_get_clock());
		gate->waiting = false;
	}
	gate->open = false;
}

void engine_gate_open(struct engine_gate *gate)
{
	gate->open = true;
	if (gate->listed)
		return;
	gate->listed = true;
	gate->next = engine.opened;
	engine.opened = gate;
}
