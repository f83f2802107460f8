/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_driver.c - a hash table of page frames, open addressing.
 */
#include "traces/truth/truth_driver.h"

#include <stdlib.h>
#include <string.h>

#include "traces/events/event.h"

#define ROOM_START 1024u
#define RING_PAGES 64 /* before the first packet: receive rings are being filled */
#define ORDER_MAX  10

static uint32_t home_of(uint64_t frame, uint32_t room)
{
	return (uint32_t)(frame * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (room - 1);
}

/* Return: where the frame is, or the empty place where it would be */
static uint32_t place_of(const uint64_t *table, uint32_t room, uint64_t frame)
{
	uint32_t at = home_of(frame, room);

	while (table[at] && table[at] != frame)
		at = (at + 1) & (room - 1);
	return at;
}

/* Half of it stays empty. Return: is there room for one more? */
static bool grow(struct truth_driver *driver)
{
	uint32_t room = driver->room ? 2 * driver->room : ROOM_START;
	uint64_t *frame;

	if (2 * (driver->nr + 1) <= driver->room)
		return true;
	if (driver->nr >= TRUTH_DRIVER_PAGES)
		return false;
	frame = calloc(room, sizeof(*frame));
	if (!frame)
		return false;
	for (uint32_t i = 0; i < driver->room; i++)
		if (driver->frame[i])
			frame[place_of(frame, room, driver->frame[i])] = driver->frame[i];
	free(driver->frame);
	driver->frame = frame;
	driver->room = room;
	return true;
}

/* Those behind it that are not at home move up, so that no gap hides them. */
static void remove_at(struct truth_driver *driver, uint32_t at)
{
	const uint32_t mask = driver->room - 1;
	uint32_t next = at;

	for (;;) {
		driver->frame[at] = 0;
		do {
			next = (next + 1) & mask;
			if (!driver->frame[next])
				return;
		} while (((next - home_of(driver->frame[next], driver->room)) & mask) <
			 ((next - at) & mask));
		driver->frame[at] = driver->frame[next];
		at = next;
	}
}

static uint64_t base_pages(const struct event *ev)
{
	return UINT64_C(1) << (ev->len <= ORDER_MAX ? ev->len : 0);
}

static void taken(struct truth_driver *driver, const struct event *ev, struct truth_point *last)
{
	uint32_t at;

	last->driver_pages += base_pages(ev);
	if (!grow(driver)) {
		driver->too_many = true;
		return;
	}
	at = place_of(driver->frame, driver->room, ev->object + 1);
	/* it was freed meanwhile, in an event that was lost */
	if (driver->frame[at])
		last->driver_freed += base_pages(ev);
	else
		driver->held += base_pages(ev);
	driver->nr += !driver->frame[at];
	driver->frame[at] = ev->object + 1;
	if (driver->held > driver->peak)
		driver->peak = driver->held;
}

static void freed(struct truth_driver *driver, const struct event *ev, struct truth_point *last)
{
	uint32_t at;

	driver->frees_seen = true;
	if (!driver->nr)
		return;
	at = place_of(driver->frame, driver->room, ev->object + 1);
	if (!driver->frame[at])
		return;
	remove_at(driver, at);
	driver->nr--;
	driver->held -= base_pages(ev) < driver->held ? base_pages(ev) : driver->held;
	last->driver_freed += base_pages(ev);
}

void truth_driver_event(struct truth_driver *driver, const struct event *ev, uint64_t time_ns,
			bool received, struct truth_point *last)
{
	if (ev->kind == EVENT_PAGE_FREE) {
		freed(driver, ev, last);
		return;
	}
	if (!(ev->flags & EVENT_MEMALLOC))
		return;
	taken(driver, ev, last);
	if (received)
		return;
	driver->mixed |= driver->before && driver->order != ev->len;
	driver->order = ev->len;
	driver->before++;
	driver->filled_ns = time_ns;
}

void truth_driver_finish(const struct truth_driver *driver, struct truth *truth)
{
	truth->driver_held_peak = driver->peak;
	truth->driver_filled_ns = driver->filled_ns;
	truth->driver_rings = driver->mixed ? 0 : driver->before;
	truth->driver_order = driver->order;
	truth->driver_from_start =
		driver->before >= RING_PAGES && !driver->too_many && driver->frees_seen;
}

void truth_driver_fini(struct truth_driver *driver)
{
	free(driver->frame);
	memset(driver, 0, sizeof(*driver));
}
