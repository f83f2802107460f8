/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * engine.h - simulated time: the only door to SimGrid.
 *
 * Cores are SimGrid hosts (1 flop = 1 core cycle); everything that runs is an actor on one of
 * them. One simulation per process: engine_init() once, after the fork. Each function that an
 * actor calls is one SimGrid call, so they are used once per poll, never per packet.
 */
#ifndef SIM_ENGINE_H
#define SIM_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** enum engine_priority - shares of a core that two actors want: softirq 1000, application 1 */
enum engine_priority { ENGINE_APP, ENGINE_SOFTIRQ };

/** struct engine_gate - where one actor waits for others */
struct engine_gate;

/**
 * engine_init() - start SimGrid with @cores hosts (at most CORE_MAX) of @khz each
 * SimGrid parses argv and installs signal handlers: it gets a synthetic argv, and the handlers of
 * SIGINT, SIGTERM, SIGSEGV, SIGABRT and SIGFPE are restored afterwards.
 * @dir: folder for the platform file, which is removed again
 * Return: 0 or -errno
 */
int engine_init(unsigned int cores, uint64_t khz, const char *dir);

/**
 * engine_spawn() - create an actor on @core
 * @body: runs once engine_run() does, with @arg
 * Return: 0, or -ENOMEM: too many actors
 */
int engine_spawn(const char *name, unsigned int core, void (*body)(void *arg), void *arg);

/** engine_run() - run the simulation until every actor has ended */
void engine_run(void);

/** engine_now_ns() - Return: simulated time */
uint64_t engine_now_ns(void);

/** engine_sleep_until() - the calling actor sleeps until @ns; returns at once if that has passed */
void engine_sleep_until(uint64_t ns);

/** engine_execute() - the calling actor keeps its core busy for @mcycles */
void engine_execute(uint64_t mcycles, enum engine_priority prio);

/**
 * engine_spend() - the calling actor's work took @mcycles and, with idle gaps, lasted until @end_ns
 * Cost: one SimGrid call, two where it idled.
 */
void engine_spend(uint64_t mcycles, uint64_t end_ns, enum engine_priority prio);

/** engine_move() - move the calling actor to @core */
void engine_move(unsigned int core);

/**
 * engine_gate_create() - create a gate, closed
 * Opening a gate while no actor waits is remembered, once. Opening is no SimGrid call and never
 * switches actors: the waiting actor wakes when the opener makes its next engine call, or ends.
 * Return: NULL when out of memory
 */
struct engine_gate *engine_gate_create(void);

/** engine_gate_destroy() - free a gate that no actor waits at; accepts NULL */
void engine_gate_destroy(struct engine_gate *gate);

/** engine_gate_wait() - the calling actor, the only one at @gate, waits until it is opened */
void engine_gate_wait(struct engine_gate *gate);

/**
 * engine_gate_wait_until() - as engine_gate_wait(), but no longer than until @ns
 * Returns at once if that has passed.
 */
void engine_gate_wait_until(struct engine_gate *gate, uint64_t ns);

/** engine_gate_open() - let the actor at @gate go on, or the next one that waits */
void engine_gate_open(struct engine_gate *gate);

#endif
