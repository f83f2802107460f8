/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sim.c - when a run is over, and who is told.
 */
#include "sim/sim.h"

#include "sim/engine/engine.h"

bool sim_is_drained(const struct sim *sim)
{
	return !sim->napi_running && !sim->skbs.live;
}

void sim_wake_consumers(struct sim *sim)
{
	for (unsigned int i = 0; i < sim->nr_cores; i++)
		engine_gate_open(sim->cpu[i].gate);
	engine_gate_open(sim->socket.gate);
}
