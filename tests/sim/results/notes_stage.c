/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notes_stage.c - sets the facts up, looks, and finds a note.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/scenario/scenario_finish.h"
#include "tests/sim/results/notes_stage.h"

struct capture_info capture;
struct scenario_input in;
struct notes notes;
struct truth_fit fit;

void complete(void)
{
	char err[512];

	memset(&capture, 0, sizeof(capture));
	memset(&fit, 0, sizeof(fit));
	capture.events_total = 10000;
	capture.nr_events = 2;
	capture.events[0] = (struct capture_event){"net:napi_gro_receive_entry", 1000};
	capture.events[1] = (struct capture_event){"skb:consume_skb", 1000};
	capture.nr_devices = 1;
	capture.cpus = 2;
	strcpy(capture.devices[0].name, "vb");
	capture.devices[0].packets = 1000;
	capture.devices[0].queues = 1;
	capture.devices[0].before_gro = true;
	capture.devices[0].release[RELEASE_FREE] = 1000;
	capture.truth.has_pool = true;
	capture.truth.pool_held_peak = 10000;
	assert_int_equal(scenario_init(&in, "."), 0);
	assert_int_equal(scenario_set(&in, "nic.preset=veth", err, sizeof(err)), 0);
	assert_int_equal(scenario_set(&in, "traffic.source=a", err, sizeof(err)), 0);
	if (scenario_finish(&in, FRAGSIM_SOURCE_DIR "/models", err, sizeof(err)))
		fail_msg("%s", err);
}

const struct note *note_find(const char *id)
{
	for (unsigned int i = 0; i < notes.nr; i++)
		if (!strcmp(notes.note[i].id, id))
			return &notes.note[i];
	return NULL;
}

const struct note *look(const char *id, const struct result *results, unsigned int nr)
{
	const struct note_facts facts = {.capture = &capture,
					 .dev = &capture.devices[0],
					 .in = &in,
					 .results = results,
					 .nr = nr,
					 .fit = &fit};

	notes.nr = 0;
	notes_capture(&notes, &facts);
	notes_scenario(&notes, &facts);
	notes_results(&notes, &facts);
	return note_find(id);
}

void expect(const char *id, enum answer wanted)
{
	const struct note *note = look(id, NULL, 0);
	enum answer found = !note ? ABSENT : note->misleads ? MISLEADS : SAID;

	if (found != wanted)
		fail_msg("%s: found %d, expected %d", id, found, wanted);
}
