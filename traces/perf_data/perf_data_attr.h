/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_data_attr.h - the events of a perf.data and the layout of their samples.
 */
#ifndef TRACES_PERF_DATA_ATTR_H
#define TRACES_PERF_DATA_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PERF_ATTRS_MAX 65536
#define PERF_IDS_MAX   (1u << 22) /* 1024 events on 4096 CPUs */

/**
 * struct perf_attr - one recorded event
 * @type, @config: of the event; config of a tracepoint is its ID
 * @sample_type, @read_format: members of its samples
 * @swapped: the file has the other byte order
 * @clock: clock ID, -1: perf's own clock
 * @id_at, @time_at, @cpu_at: offsets in the body of a sample, -1: it has none
 * @tail_at: offset of the first member of variable length, or of the raw data
 * @event_type: number in the reader's table of event types, -1 before the first sample
 */
struct perf_attr {
	uint32_t type;
	uint64_t config;
	uint64_t sample_type;
	uint64_t read_format;
	bool swapped;
	int32_t clock;
	int16_t id_at, time_at, cpu_at;
	int16_t tail_at;
	int32_t event_type;
};

/** struct perf_id - cell of the map from IDs to events; @attr is the number + 1, 0: empty */
struct perf_id {
	uint64_t id;
	uint32_t attr;
};

/**
 * struct perf_attrs - all events of a file
 * @list, @nr, @room: the events
 * @ids: open addressing, @nr_ids of @mask + 1 cells are used
 * @first: the first event that has samples
 * @mixed: the ID of a sample must tell its event. Not needed when all are tracepoints with the same
 *	members: the raw data names the tracepoint.
 * @id_at: offset of the ID in the body of every sample, -1: no offset holds for all
 */
struct perf_attrs {
	struct perf_attr *list;
	uint32_t nr, room;
	struct perf_id *ids;
	uint32_t nr_ids, mask;
	uint32_t first;
	bool mixed;
	int id_at;
};

/**
 * struct perf_sample - the members that are needed of a sample
 * @attr: its event
 * @time_ns: 0 when it has no time
 * @cpu: 0 when it has none
 * @raw, @raw_size: the tracepoint's record, in the sample
 */
struct perf_sample {
	struct perf_attr *attr;
	uint64_t time_ns;
	uint32_t cpu;
	const unsigned char *raw;
	uint32_t raw_size;
};

/**
 * perf_attrs_add() - add an event
 * @bytes, @size: its struct perf_event_attr, at least PERF_ATTR_MIN bytes; members of newer kernels
 *	are ignored
 * @swap: numbers are of the other byte order
 *
 * Return: its number, -E2BIG, -ENOMEM.
 */
int perf_attrs_add(struct perf_attrs *attrs, const unsigned char *bytes, size_t size, bool swap);

/**
 * perf_attrs_id() - samples with this ID are of event @attr
 *
 * Return: 0, -E2BIG, -ENOMEM.
 */
int perf_attrs_id(struct perf_attrs *attrs, uint64_t id, uint32_t attr);

/**
 * perf_attrs_check() - do samples of these events have what is needed?
 * @why: set to what is missing and how to record it
 *
 * To be called again when events were added.
 * Return: false when they do not.
 */
bool perf_attrs_check(struct perf_attrs *attrs, const char **why);

/** perf_attr_is_silent() - is this an event that never has a sample? */
bool perf_attr_is_silent(const struct perf_attr *attr);

/**
 * perf_sample_read() - parse a sample
 * @body, @size: the record behind its header
 *
 * Return: false when it is damaged or of an unknown event.
 */
bool perf_sample_read(const struct perf_attrs *attrs, const unsigned char *body, size_t size,
		      struct perf_sample *sample);

/** perf_attrs_fini() - free the events and their IDs */
void perf_attrs_fini(struct perf_attrs *attrs);

#endif
