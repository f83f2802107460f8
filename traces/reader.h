/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reader.h - how a capture format becomes a stream of events.
 *
 * One ops table per format; the first bytes of a file choose it, never its name. To add a format,
 * write the five hooks and add a row in reader.c; nothing above this interface changes.
 */
#ifndef TRACES_READER_H
#define TRACES_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "traces/events/event.h"
#include "traces/events/name_table.h"

/** READER_HEAD_BYTES - so many first bytes decide what a file is */
#define READER_HEAD_BYTES 64

/** READER_REORDER_NS - an event of a CPU earlier than the one before by more: its clock was set */
#define READER_REORDER_NS 1000000u

/**
 * struct reader_facts - what a container says about itself
 * @format: "trace.dat v7 zstd", ...
 * @clock: trace clock, "" when unknown
 * @cpus: CPUs
 * @kernel: release of the kernel that was recorded, "" when the file does not say
 * @page_bytes: its PAGE_SIZE, 0 when the file does not say
 * @lost_events: events the recorder lost, complete once next() returned 0
 * @reordered: events earlier than one before them: moved up to its time
 * @clock_steps, @times_moved: times that the clock stepped back on a CPU; events whose times were
 *	moved for it, as well as can be guessed
 * @truncated: the file ends early
 * @note: a remark on the results, "" for none
 * @note_misleads: who does not read it takes wrong counts or times for right ones
 */
struct reader_facts {
	char format[32];
	char clock[16];
	char kernel[72];
	unsigned int cpus, page_bytes;
	uint64_t lost_events;
	uint64_t reordered;
	uint64_t clock_steps, times_moved;
	bool truncated;
	char note[256];
	bool note_misleads;
};

struct reader;

/**
 * struct reader_ops - one capture format
 * @name: of the format
 * @probe: Required. Do these first bytes start a file of this format?
 * @open: Required. Return: 0 with @out set, -errno with one line in @err.
 * @next: Required. Events of all CPUs in order of time. Return: 1, 0 at the end, -errno with one
 *	line in the reader's @error.
 * @describe: Required. Writes @facts; complete once next() returned 0.
 * @close: Required. Frees the reader.
 */
struct reader_ops {
	const char *name;
	bool (*probe)(const unsigned char *head, size_t size);
	int (*open)(const char *path, struct reader **out, char *err, size_t err_size);
	int (*next)(struct reader *reader, struct event *ev);
	void (*describe)(const struct reader *reader, struct reader_facts *facts);
	void (*close)(struct reader *reader);
};

/**
 * struct reader - base of every reader; first member of the derived structure
 * @ops: its format
 * @devs: device names, as numbered in events
 * @types: "system:name" of event types, as numbered in events
 * @error: one line about the last failure of next()
 */
struct reader {
	const struct reader_ops *ops;
	struct name_table devs;
	struct name_table types;
	char error[512];
};

/**
 * reader_open() - find the reader of a file and open it
 * Return: 0, -ENOENT, -EISDIR, -EINVAL (empty, unknown, or a format that is not read), -errno;
 *	one line in @err.
 */
int reader_open(const char *path, struct reader **out, char *err, size_t err_size);

/**
 * reader_head() - the first bytes of a regular file
 * @head: READER_HEAD_BYTES long; @size of them are there
 * Return: 0, -EISDIR, -EINVAL (no regular file), -errno; one line in @err.
 */
int reader_head(const char *path, unsigned char *head, size_t *size, char *err, size_t err_size);

/** reader_close() - ends a reader; accepts NULL */
void reader_close(struct reader *reader);

#endif
