/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reader.h - the actors that take packets out of the stack.
 */
#ifndef SIM_READER_H
#define SIM_READER_H

/** reader_actor() - the modelled consumer of @sim, a struct sim: reads its socket to the end */
void reader_actor(void *sim);

/** releaser_actor() - put buffers on @cpu, a struct cpu, when they are due there */
void releaser_actor(void *cpu);

#endif
