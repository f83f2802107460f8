/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * engine.h - simulated time: the only door to SimGrid.
 *
 * Cores are SimGrid hosts (1 flop = 1 core cycle), everything that runs is an actor on one of them.
 * One simulation per process: engine_init() once, after the fork. Actors call the functions below;
 * each is one SimGrid call, so they are used once per poll, never per packet.
 */
#ifndef SIM_ENGINE_H
#define SIM_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** enum engine_priority - who gets the core when two actors want it: softirq 1000 : 1 */
enum engine_priority { ENGINE_APP, ENGINE_SOFTIRQ };

struct engine_gate;

/**
 * engine_init() - start SimGrid with @cores hosts (at most CORE_MAX) of @khz each
 * SimGrid parses argv and installs signal handlers: it gets a made-up argv, and the handlers of
 * SIGINT, SIGTERM and SIGSEGV are put back afterwards.
 * @dir: folder for the platform file, removed again
 * Return: 0, -errno.
 */
int engine_init(unsigned int cores, uint64_t khz, const char *dir);

/** engine_spawn() - an actor on @core; @body runs when engine_run() does. Return: 0, -ENOMEM */
int engine_spawn(const char *name, unsigned int core, void (*body)(void *arg), void *arg);

/** engine_run() - until every actor has ended */
void engine_run(void);

/** engine_now_ns() - simulated time */
uint64_t engine_now_ns(void);

/** engine_sleep_until() - the calling actor sleeps; a time in the past returns at once */
void engine_sleep_until(uint64_t ns);

/** engine_execute() - the calling actor keeps its core busy for @mcycles */
void engine_execute(uint64_t mcycles, enum engine_priority prio);

/**
 * engine_spend() - the actor's work took @mcycles and, idling in between, lasted until @end_ns
 * One SimGrid call, two when it idled.
 */
void engine_spend(uint64_t mcycles, uint64_t end_ns, enum engine_priority prio);

/** engine_move() - the calling actor goes on on @core */
void engine_move(unsigned int core);

/**
 * engine_gate_create() - where one actor waits for another's word
 * A word given while nobody waits is kept (at most one). Opening is no SimGrid call and never
 * switches actors: the waiting one wakes when the opener makes its next engine call, or ends.
 */
struct engine_gate *engine_gate_create(void);
void engine_gate_destroy(struct engine_gate *gate);
/** engine_gate_wait() - until engine_gate_open() */
void engine_gate_wait(struct engine_gate *gate);
void engine_gate_open(struct engine_gate *gate);

#endif
