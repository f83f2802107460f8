/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_dat.c - reader of trace-cmd files, versions 6 and 7.
 *
 * Records of all CPUs, of all buffers (the top one and instances), merged by time: as trace-cmd
 * report shows them. The container is trace_dat_file.h, a CPU's records are trace_dat_stream.h,
 * their fields decode.h. Not libtracecmd: it takes 0.1 s to open a file, is four times slower and
 * crashes on damaged ones.
 *
 * All CPUs read one clock. Where it was set back (tai), each CPU's times go on from where they
 * were; the CPUs then agree but for the gaps of their events at that moment.
 * Times are those of trace-cmd report, --date and --ts-offset included; a guest's file is not
 * shifted to its host's clock (option TIME_SHIFT), which would move all its times alike.
 */
#include "traces/trace_dat/trace_dat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "traces/events/decode.h"
#include "traces/min_heap.h"
#include "traces/trace_dat/trace_dat_stream.h"

#define WINDOWS_BYTES	 (16u << 20) /* of all streams together */
#define WINDOW_BYTES_MAX (256u << 10)

/**
 * struct dat_reader - an open trace.dat
 * @file: its structure
 * @dec: decodes records
 * @blocks, @streams: data of the CPUs, @file.nr_extents of them
 * @heap, @nr_heads: streams that have a record, min_heap.h by its time
 * @seen: by kind of event: in which buffers, a bit each
 * @last_ns: time of the event before
 * @reordered: events earlier than one before them
 * @clock_steps, @times_moved: times that a CPU's clock was set back; events behind
 * @ended: the data of a CPU broke off
 */
struct dat_reader {
	struct reader base;
	struct trace_dat_file file;
	struct decoder dec;
	struct dat_blocks blocks;
	struct dat_stream *streams;
	struct dat_stream **heap;
	size_t nr_heads;
	uint64_t seen[EVENT_KINDS];
	uint64_t last_ns;
	uint64_t reordered;
	uint64_t clock_steps, times_moved;
	bool ended;
};

/* --- order of time over CPUs --- */

static inline bool head_before(const struct dat_stream *a, const struct dat_stream *b)
{
	return a->time < b->time || (a->time == b->time && a < b);
}

MIN_HEAP_DEFINE(streams, struct dat_stream *, head_before);

/* Reading ends where the data of one CPU are cut: the others alone would be half the picture. */
static void stream_ended(struct dat_reader *dat, const struct dat_stream *stream)
{
	if (!stream->cut)
		return;
	dat->file.cut = true;
	dat->ended = true;
}

static int streams_start(struct dat_reader *dat, char *err, size_t err_size)
{
	for (unsigned int i = 0; i < dat->file.nr_extents; i++) {
		struct dat_stream *stream = &dat->streams[i];
		int rc = dat_stream_page(stream, err, err_size);

		if (rc < 0)
			return rc;
		if (rc) {
			stream->time = stream->page.time;
			dat->heap[dat->nr_heads++] = stream;
		} else if (stream->cut) { /* no sub-buffer is left: the CPU is missing */
			dat->file.missing++;
			dat->file.cut = true;
		}
	}
	streams_build(dat->heap, dat->nr_heads);
	return 0;
}

/* --- events --- */

static inline uint64_t ticks_ns(const struct trace_dat_file *file, uint64_t ticks)
{
	if (!file->mult)
		return ticks;
	return (uint64_t)((unsigned __int128)ticks * file->mult >> (file->shift & 63));
}

static inline bool time_convert(const struct trace_dat_file *file, uint64_t ticks, uint64_t *ns)
{
	*ns = ticks_ns(file, ticks) + (uint64_t)file->add_ns;
	return *ns <= INT64_MAX;
}

/*
 * When the record that @stream has come to happened. Behind a step back of the clock the gap is
 * not known: the one before it stands in, so that this CPU keeps its place among the others.
 */
static void stream_time(struct dat_reader *dat, struct dat_stream *stream)
{
	uint64_t time = stream->page.time + stream->shift;

	if (time >= stream->time) {
		stream->gap = time - stream->time;
	} else if (ticks_ns(&dat->file, stream->time - time) > READER_REORDER_NS) {
		stream->shift += stream->time + stream->gap - time;
		time = stream->time + stream->gap;
		dat->clock_steps++;
	}
	stream->time = time;
	dat->times_moved += stream->shift != 0;
}

static int dat_decode(struct dat_reader *dat, const struct dat_stream *stream, struct event *ev)
{
	const struct ring_record *rec = &stream->rec;
	char *err = dat->base.error;
	int rc;

	ev->cpu = stream->extent->cpu;
	if (!time_convert(&dat->file, stream->time, &ev->time_ns))
		return dat_stream_damaged(stream, "a time centuries away", err,
					  sizeof(dat->base.error));
	if (ev->time_ns < dat->last_ns) {
		ev->time_ns = dat->last_ns;
		dat->reordered++;
	}
	dat->last_ns = ev->time_ns;
	rc = decoder_event(&dat->dec, decoder_id(&dat->dec, rec->data, rec->size), rec->data,
			   rec->size, ev);
	if (rc)
		return dat_stream_damaged(stream,
					  rc == -ENOMEM ? "out of memory" : "impossible event type",
					  err, sizeof(dat->base.error));
	dat->seen[ev->kind] |= 1ull << stream->extent->buffer;
	return 0;
}

static int dat_next(struct reader *reader, struct event *ev)
{
	struct dat_reader *dat = (struct dat_reader *)reader;
	struct dat_stream *stream;
	int rc;

	if (!dat->nr_heads || dat->ended)
		return 0;
	stream = dat->heap[0];
	rc = dat_decode(dat, stream, ev);
	if (rc)
		return rc;
	rc = dat_stream_next(stream, dat->base.error, sizeof(dat->base.error));
	if (rc < 0)
		return rc;
	if (!rc) {
		stream_ended(dat, stream);
		streams_pop(dat->heap, &dat->nr_heads);
	} else {
		stream_time(dat, stream);
		streams_down(dat->heap, dat->nr_heads, 0);
	}
	return 1;
}

/* --- open and close --- */

static bool dat_probe(const unsigned char *head, size_t size)
{
	return size >= TRACE_DAT_MAGIC_SIZE && !memcmp(head, TRACE_DAT_MAGIC, TRACE_DAT_MAGIC_SIZE);
}

static void dat_close(struct reader *reader)
{
	struct dat_reader *dat = (struct dat_reader *)reader;

	for (unsigned int i = 0; dat->streams && i < dat->file.nr_extents; i++)
		dat_stream_fini(&dat->streams[i]);
	trace_dat_file_close(&dat->file);
	name_table_fini(&dat->base.devs);
	name_table_fini(&dat->base.types);
	decoder_fini(&dat->dec);
	free(dat->blocks.packed);
	free(dat->streams);
	free(dat->heap);
	free(dat);
}

/* Clocks whose ticks cannot be converted to time. */
static int clock_check(const struct trace_dat_file *file, char *err, size_t err_size)
{
	static const char *const refused[] = {"counter", "uptime"};

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (!strcmp(file->clock, refused[i])) {
			snprintf(err, err_size,
				 "%s: trace clock \"%s\" does not count time finely enough for "
				 "packets; record with trace-cmd record -C mono",
				 file->path, file->clock);
			return -EINVAL;
		}
	return 0;
}

static bool clock_counts_ticks(const struct trace_dat_file *file)
{
	static const char *const ticks[] = {"x86-tsc", "ppc-tb", "tsc2nsec"};

	for (size_t i = 0; !file->mult && i < sizeof(ticks) / sizeof(ticks[0]); i++)
		if (!strcmp(file->clock, ticks[i]))
			return true;
	return false;
}

static void load_symbols(void *file)
{
	trace_dat_file_symbols(file);
}

static int streams_init(struct dat_reader *dat, char *err, size_t err_size)
{
	unsigned int nr = dat->file.nr_extents;

	dat->streams = calloc(nr + 1, sizeof(*dat->streams));
	dat->heap = calloc(nr + 1, sizeof(struct dat_stream *));
	if (!dat->streams || !dat->heap) {
		snprintf(err, err_size, "%s: out of memory", dat->file.path);
		return -ENOMEM;
	}
	dat->blocks.window = WINDOWS_BYTES / (nr + 1);
	if (dat->blocks.window > WINDOW_BYTES_MAX)
		dat->blocks.window = WINDOW_BYTES_MAX;
	for (unsigned int i = 0; i < nr; i++)
		dat_stream_init(&dat->streams[i], &dat->file, &dat->blocks, &dat->file.extents[i]);
	return streams_start(dat, err, err_size);
}

static int dat_open(const char *path, struct reader **out, char *err, size_t err_size)
{
	struct dat_reader *dat = calloc(1, sizeof(*dat));
	int rc;

	if (!dat) {
		snprintf(err, err_size, "%s: out of memory", path);
		return -ENOMEM;
	}
	dat->base.ops = &trace_dat_reader;
	decoder_init(&dat->dec, &dat->base.devs, &dat->base.types);
	dat->dec.load_symbols = load_symbols;
	dat->dec.load_arg = &dat->file;
	rc = trace_dat_file_open(&dat->file, path, &dat->dec, err, err_size);
	if (!rc)
		rc = clock_check(&dat->file, err, err_size);
	if (!rc)
		rc = streams_init(dat, err, err_size);
	if (rc) {
		dat_close(&dat->base);
		return rc;
	}
	*out = &dat->base;
	return 0;
}

/* --- what is said of it --- */

static void note_add(struct reader_facts *facts, const char *text)
{
	size_t len = strlen(facts->note);

	snprintf(facts->note + len, sizeof(facts->note) - len, "%s%s", len ? "; " : "", text);
}

static void note_buffers(const struct dat_reader *dat, struct reader_facts *facts)
{
	const struct trace_dat_file *file = &dat->file;
	uint64_t arrivals = dat->seen[EVENT_GRO_RECEIVE],
		 delivered = dat->seen[EVENT_NETIF_RECEIVE];
	char text[160] = "buffers merged:";
	size_t len = strlen(text);

	if (file->nr_buffers < 2)
		return;
	for (unsigned int i = 0; i < file->nr_buffers && len < sizeof(text); i++) {
		const char *name = file->buffers[i].name;

		len += (size_t)snprintf(text + len, sizeof(text) - len, " %.24s",
					*name ? name : "(top)");
	}
	note_add(facts, text);
	if (file->clocks_differ || arrivals & (arrivals - 1) || delivered & (delivered - 1))
		facts->note_misleads = true;
	if (file->clocks_differ)
		note_add(facts, "they have different clocks, their times do not compare");
	if (arrivals & (arrivals - 1) || delivered & (delivered - 1))
		note_add(facts, "packets are recorded in several of them and counted as often");
}

static void dat_notes(const struct dat_reader *dat, struct reader_facts *facts)
{
	const struct trace_dat_file *file = &dat->file;
	char text[96];

	if (clock_counts_ticks(file)) {
		snprintf(text, sizeof(text),
			 "clock %s: the file does not say how long a tick is, times are ticks",
			 file->clock);
		note_add(facts, text);
		facts->note_misleads = true;
	}
	if (file->missing) {
		snprintf(text, sizeof(text), "the data of %s%u CPU%s are cut off altogether",
			 file->guessed ? "up to " : "", file->missing,
			 file->missing == 1 ? "" : "s");
		note_add(facts, text);
	}
	if (file->guessed)
		note_add(facts, "the table of CPUs is cut off too, their numbers are guessed");
	note_buffers(dat, facts);
}

static void dat_describe(const struct reader *reader, struct reader_facts *facts)
{
	const struct dat_reader *dat = (const struct dat_reader *)reader;
	const struct trace_dat_file *file = &dat->file;
	bool packed = file->packing != UNPACK_NONE;

	memset(facts, 0, sizeof(*facts));
	snprintf(facts->format, sizeof(facts->format), "trace.dat v%d%s%s", file->version,
		 packed ? " " : "", packed ? file->compression : "");
	snprintf(facts->clock, sizeof(facts->clock), "%s", file->clock);
	snprintf(facts->kernel, sizeof(facts->kernel), "%s", file->kernel);
	facts->cpus = file->cpus;
	facts->page_bytes = file->page_size;
	/* Overwritten events are in the statistics, those a live reader lost in the records. */
	facts->lost_events =
		dat->blocks.missed > file->overruns ? dat->blocks.missed : file->overruns;
	facts->reordered = dat->reordered;
	facts->clock_steps = dat->clock_steps;
	facts->times_moved = dat->times_moved;
	facts->truncated = file->cut;
	dat_notes(dat, facts);
}

const struct reader_ops trace_dat_reader = {
	.name = "trace.dat",
	.probe = dat_probe,
	.open = dat_open,
	.next = dat_next,
	.describe = dat_describe,
	.close = dat_close,
};
