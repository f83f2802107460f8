/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server.c - see server.h.
 *
 * Ignored, and the error that brings: order. Work asked for later may take a slot before work that has
 * waited longer is served, as long as both were simulated so; the sum of all waiting is right, its
 * share among the parties less so.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "models/cpu/server.h"

int server_init(struct server *server, uint64_t slot_time, unsigned int nr)
{
	*server = (struct server){
		.slot_time = slot_time,
		.nr = nr,
		.used = calloc(nr, sizeof(*server->used)),
		.slot = calloc(nr, sizeof(*server->slot)),
	};
	return server->used && server->slot ? 0 : -ENOMEM;
}

void server_fini(struct server *server)
{
	free(server->used);
	free(server->slot);
	server->used = NULL;
	server->slot = NULL;
}

void server_reset(struct server *server)
{
	memset(server->slot, 0, server->nr * sizeof(*server->slot));
}

uint64_t server_take(struct server *server, uint64_t start, uint64_t need)
{
	uint64_t done = start + need, served;

	for (uint64_t at = start / server->slot_time;; at++) {
		unsigned int i = at % server->nr;
		uint64_t take;

		if (server->slot[i] > at + 1)
			return done;
		if (server->slot[i] < at + 1) {
			server->slot[i] = at + 1;
			server->used[i] = 0;
		}
		take = server->slot_time - server->used[i];
		if (take > need)
			take = need;
		server->used[i] += (uint32_t)take;
		need -= take;
		if (need)
			continue;
		served = at * server->slot_time + server->used[i];
		return served > done ? served : done;
	}
}
