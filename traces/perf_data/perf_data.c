/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_data.c - reader of perf.data, in file mode and pipe mode.
 *
 * perf_data_*.c read the container, decode.c the tracepoint records in it. A perf.data has no
 * symbols: free_sites.h stands in for them.
 * Samples of other events than tracepoints are only counted. Directories (perf record --threads)
 * are not read.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "traces/events/decode.h"
#include "traces/perf_data/perf_data_file.h"
#include "traces/perf_data/perf_data_format.h"
#include "traces/perf_data/perf_data_stream.h"
#include "traces/lifetime/free_sites.h"
#include "traces/perf_data/perf_data.h"
#include "traces/events/rounds.h"

#define CLOCK_CPUS_MAX 8192 /* NR_CPUS; more are refused by the scan */

/**
 * struct perf_reader - an open perf.data
 * @file: header, attributes and features
 * @stream: the records
 * @dec: decodes tracepoint records
 * @rounds: sorts events by time
 * @sites: stands in for symbols
 * @lost: lost events by PERF_RECORD_LOST, written where it happened
 * @lost_samples: the same events by PERF_RECORD_LOST_SAMPLES, one for each event at the end
 * @cpus: highest CPU seen + 1
 * @latest_ns: by CPU, the latest time in the file so far; only of clocks that can be set
 * @clock_steps: times that one was set back
 * @ready: attributes and formats suffice to read samples
 * @ended: there are no more records
 */
struct perf_reader {
	struct reader base;
	struct perf_file file;
	struct perf_stream stream;
	struct decoder dec;
	struct rounds rounds;
	struct free_sites sites;
	uint64_t lost, lost_samples;
	uint32_t cpus;
	uint64_t *latest_ns;
	uint64_t clock_steps;
	bool ready;
	bool ended;
};

/* --- samples --- */

static int reader_no_memory(struct perf_reader *perf)
{
	snprintf(perf->file.error, sizeof(perf->file.error), "%.300s: out of memory",
		 perf->file.path);
	return -ENOMEM;
}

/* Other events than tracepoints have no name, but for a feature that few files have. */
static int other_event(struct perf_reader *perf, struct perf_attr *attr, struct event *ev)
{
	static const char *const types[] = {"hardware", "software", "tracepoint",
					    "hw-cache", "raw",	    "breakpoint"};
	char name[NAME_BYTES_MAX];
	unsigned long long config = attr->config;

	if (attr->event_type < 0) {
		if (attr->type < sizeof(types) / sizeof(*types))
			snprintf(name, sizeof(name), "%s:%llu", types[attr->type], config);
		else
			snprintf(name, sizeof(name), "pmu%u:%llu", attr->type, config);
		attr->event_type =
			name_table_intern(&perf->base.types, name, sizeof(name), UINT16_MAX);
	}
	if (attr->event_type < 0)
		return reader_no_memory(perf);
	ev->kind = EVENT_OTHER;
	ev->type = (uint16_t)attr->event_type;
	ev->dev = EVENT_NO_DEV;
	return 0;
}

static int sample_decode(struct perf_reader *perf, const struct perf_record *rec,
			 const struct perf_sample *sample, struct event *ev)
{
	int id, rc;

	if (sample->attr->type != PERF_ATTR_TRACEPOINT)
		return other_event(perf, sample->attr, ev);
	id = decoder_id(&perf->dec, sample->raw, sample->raw_size);
	rc = decoder_event(&perf->dec, id, sample->raw, sample->raw_size, ev);
	if (rc == -ENOMEM)
		return reader_no_memory(perf);
	if (rc)
		return perf_file_fail(&perf->file, rec->at,
				      "a sample with an impossible event ID; copy or record it "
				      "again");
	return 0;
}

static int sample_order(struct perf_reader *perf, const struct perf_record *rec,
			const struct event *ev)
{
	int rc = rounds_put(&perf->rounds, ev);

	if (!rc)
		return 0;
	if (rc == -ENOMEM)
		return reader_no_memory(perf);
	if (rc == -ERANGE)
		perf_file_fail(&perf->file, rec->at,
			       "CPU %u: the event at %llu ns is %llu ns older than events of two "
			       "rounds before; record with perf record -k mono",
			       ev->cpu, (unsigned long long)ev->time_ns,
			       (unsigned long long)(perf->rounds.left_ns - ev->time_ns));
	else
		snprintf(perf->file.error, sizeof(perf->file.error),
			 "%.300s: sorting events in a temporary file: %s; set TMPDIR to a larger "
			 "file system",
			 perf->file.path, strerror(-rc));
	return rc == -ERANGE ? -EINVAL : rc;
}

static bool clock_can_be_set(const struct perf_reader *perf)
{
	int32_t clock = perf->file.attrs.list[perf->file.attrs.first].clock;

	return clock == CLOCK_REALTIME || clock == CLOCK_TAI;
}

/*
 * A CPU's events are in the file as they happened, but for interrupts of interrupts. Sorted by
 * time, those before and after a step of the clock are mixed: nothing can be told from their order.
 */
static int clock_watch(struct perf_reader *perf, const struct event *ev)
{
	uint64_t *latest_ns;

	if (!clock_can_be_set(perf) || ev->cpu >= CLOCK_CPUS_MAX)
		return 0;
	if (!perf->latest_ns)
		perf->latest_ns = calloc(CLOCK_CPUS_MAX, sizeof(*perf->latest_ns));
	if (!perf->latest_ns)
		return reader_no_memory(perf);
	latest_ns = &perf->latest_ns[ev->cpu];
	if (*latest_ns > ev->time_ns && *latest_ns - ev->time_ns > READER_REORDER_NS) {
		perf->clock_steps++;
		*latest_ns = ev->time_ns;
	}
	if (ev->time_ns > *latest_ns)
		*latest_ns = ev->time_ns;
	return 0;
}

static int on_sample(struct perf_reader *perf, const struct perf_record *rec)
{
	struct perf_sample sample;
	struct event ev = {0};
	int rc;

	if (!perf->ready) {
		rc = perf_file_ready(&perf->file);
		if (rc)
			return rc;
		perf->ready = true;
	}
	if (!perf_sample_read(&perf->file.attrs, rec->body, rec->size, &sample) ||
	    sample.cpu >= UINT16_MAX)
		return perf_file_fail(&perf->file, rec->at,
				      "a damaged sample of %zu bytes; copy or record it again",
				      rec->size);
	if (sample.time_ns > INT64_MAX)
		return perf_file_fail(&perf->file, rec->at,
				      "CPU %u: a time centuries away, %llu ns; copy or record it "
				      "again",
				      sample.cpu, (unsigned long long)sample.time_ns);
	ev.time_ns = sample.time_ns;
	ev.cpu = (uint16_t)sample.cpu;
	if (sample.cpu >= perf->cpus)
		perf->cpus = sample.cpu + 1;
	rc = clock_watch(perf, &ev);
	if (!rc)
		rc = sample_decode(perf, rec, &sample, &ev);
	return rc ? rc : sample_order(perf, rec, &ev);
}

/* --- other records --- */

static void on_lost(struct perf_reader *perf, const struct perf_record *rec)
{
	bool swap = perf->file.swap;

	if (rec->type == PERF_RECORD_LOST && rec->size >= 16)
		perf->lost += perf_u64(swap, rec->body + 8);
	else if (rec->type == PERF_RECORD_LOST_SAMPLES && rec->size >= 8 &&
		 !(rec->misc & PERF_MISC_LOST_BPF))
		perf->lost_samples += perf_u64(swap, rec->body);
}

/* Bytes follow that the record's size does not count: tracing data, or AUX area data. */
static int on_bytes_behind(struct perf_reader *perf, const struct perf_record *rec)
{
	bool formats = rec->type == PERF_RECORD_HEADER_TRACING_DATA;
	uint64_t size, at = perf_stream_tell(&perf->stream);
	int rc = 0;

	if (rec->size < (formats ? 4u : 8u))
		return perf_file_fail(&perf->file, rec->at,
				      "a record too short for its size; copy or record it again");
	size = formats ? perf_u32(perf->file.swap, rec->body)
		       : perf_u64(perf->file.swap, rec->body);
	if (formats && perf->file.pipe && !perf->file.formats)
		rc = perf_file_formats(&perf->file, at, size);
	if (!rc && !perf_stream_skip(&perf->stream, size))
		perf->ended = true;
	return rc;
}

static int on_attr(struct perf_reader *perf, const struct perf_record *rec)
{
	perf->ready = false;
	return perf->file.pipe ? perf_file_attr(&perf->file, rec->body, rec->size) : 0;
}

static int on_record(struct perf_reader *perf, const struct perf_record *rec)
{
	switch (rec->type) {
	case PERF_RECORD_SAMPLE:
		return on_sample(perf, rec);
	case PERF_RECORD_FINISHED_ROUND:
		rounds_end(&perf->rounds);
		return 0;
	case PERF_RECORD_LOST:
	case PERF_RECORD_LOST_SAMPLES:
		on_lost(perf, rec);
		return 0;
	case PERF_RECORD_HEADER_TRACING_DATA:
	case PERF_RECORD_AUXTRACE:
		return on_bytes_behind(perf, rec);
	case PERF_RECORD_HEADER_ATTR:
		return on_attr(perf, rec);
	case PERF_RECORD_HEADER_FEATURE:
		return perf->file.pipe ? perf_file_feature(&perf->file, rec->body, rec->size) : 0;
	default:
		return 0;
	}
}

static int stream_error(struct perf_reader *perf, int rc)
{
	perf_file_fail(&perf->file, perf_stream_tell(&perf->stream), "%s; copy or record it again",
		       perf->stream.why);
	return rc;
}

static int perf_next(struct reader *reader, struct event *ev)
{
	struct perf_reader *perf = (struct perf_reader *)reader;
	struct perf_record rec;
	int rc;

	while (!rounds_take(&perf->rounds, ev)) {
		if (perf->rounds.nr && perf->ended) {
			rounds_finish(&perf->rounds);
			continue;
		}
		if (perf->ended)
			return 0;
		rc = perf_stream_next(&perf->stream, &rec);
		if (rc < 0)
			rc = stream_error(perf, rc);
		else if (!rc)
			perf->ended = true;
		else
			rc = on_record(perf, &rec);
		if (rc < 0) {
			memcpy(perf->base.error, perf->file.error, sizeof(perf->base.error));
			return rc;
		}
	}
	free_sites_event(&perf->sites, ev);
	return 1;
}

/* --- open and close --- */

static bool perf_probe(const unsigned char *head, size_t size)
{
	return size >= 8 && (!memcmp(head, PERF_MAGIC, 8) || !memcmp(head, PERF_MAGIC_SWAPPED, 8));
}

static void perf_close(struct reader *reader)
{
	struct perf_reader *perf = (struct perf_reader *)reader;

	perf_stream_fini(&perf->stream);
	perf_file_close(&perf->file);
	rounds_fini(&perf->rounds);
	decoder_fini(&perf->dec);
	name_table_fini(&perf->base.devs);
	name_table_fini(&perf->base.types);
	free(perf->latest_ns);
	free(perf);
}

/* Pipe mode: read on to the first sample, so that missing formats are an error of open. */
static int pipe_start(struct perf_reader *perf)
{
	struct perf_record rec;
	int rc;

	while (!perf->rounds.nr && !perf->ended) {
		rc = perf_stream_next(&perf->stream, &rec);
		if (rc < 0)
			return stream_error(perf, rc);
		if (rc)
			rc = on_record(perf, &rec);
		else
			perf->ended = true;
		if (rc < 0)
			return rc;
	}
	perf->file.cut |= perf->stream.cut;
	return perf_file_ready(&perf->file);
}

static int perf_open(const char *path, struct reader **out, char *err, size_t err_size)
{
	struct perf_reader *perf = calloc(1, sizeof(*perf));
	int rc;

	if (!perf) {
		snprintf(err, err_size, "%s: out of memory", path);
		return -ENOMEM;
	}
	perf->base.ops = &perf_data_reader;
	decoder_init(&perf->dec, &perf->base.devs, &perf->base.types);
	rounds_init(&perf->rounds);
	rc = perf_file_open(&perf->file, path, &perf->dec);
	if (!rc && perf_stream_init(&perf->stream, perf->file.fd, perf->file.data_start,
				    perf->file.data_end, perf->file.swap))
		rc = reader_no_memory(perf);
	if (!rc)
		rc = perf->file.pipe ? pipe_start(perf) : perf_file_ready(&perf->file);
	if (rc) {
		snprintf(err, err_size, "%s", perf->file.error);
		perf_close(&perf->base);
		return rc;
	}
	*out = &perf->base;
	return 0;
}

/* Names of ftrace's trace_clock; without a clock ID perf uses what ftrace calls "perf". */
static const char *clock_name(int32_t clock)
{
	switch (clock) {
	case -1:
		return "perf";
	case CLOCK_REALTIME:
		return "realtime";
	case CLOCK_MONOTONIC:
		return "mono";
	case CLOCK_MONOTONIC_RAW:
		return "mono_raw";
	case CLOCK_BOOTTIME:
		return "boot";
	case CLOCK_TAI:
		return "tai";
	default:
		return "";
	}
}

static void perf_describe(const struct reader *reader, struct reader_facts *facts)
{
	const struct perf_reader *perf = (const struct perf_reader *)reader;
	const struct perf_file *file = &perf->file;

	memset(facts, 0, sizeof(*facts));
	snprintf(facts->format, sizeof(facts->format), "perf.data%s%s", file->pipe ? " pipe" : "",
		 file->packed || perf->stream.zstd ? " zstd" : "");
	snprintf(facts->clock, sizeof(facts->clock), "%s",
		 clock_name(file->attrs.list[file->attrs.first].clock));
	snprintf(facts->kernel, sizeof(facts->kernel), "%s", file->kernel);
	facts->page_bytes = file->page_bytes;
	facts->cpus = file->cpus > perf->cpus ? file->cpus : perf->cpus;
	facts->lost_events = perf->lost > perf->lost_samples ? perf->lost : perf->lost_samples;
	facts->clock_steps = perf->clock_steps;
	facts->truncated = file->cut || perf->stream.cut;
}

const struct reader_ops perf_data_reader = {
	.name = "perf.data",
	.probe = perf_probe,
	.open = perf_open,
	.next = perf_next,
	.describe = perf_describe,
	.close = perf_close,
};
