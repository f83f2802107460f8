/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * consumer.h - the modelled application: one socket, read in the pattern the scenario asks for.
 */
#ifndef SIM_CONSUMER_H
#define SIM_CONSUMER_H

/** consumer_actor() - read the socket of @sim, a struct sim, until the run is over */
void consumer_actor(void *sim);

#endif
