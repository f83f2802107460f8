/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * consumer.h - the modelled application that reads packets from its socket.
 */
#ifndef SIM_CONSUMER_H
#define SIM_CONSUMER_H

/**
 * consumer_actor() - read the socket until the run is over
 * @sim: struct sim
 */
void consumer_actor(void *sim);

#endif
