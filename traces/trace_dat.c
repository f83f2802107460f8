// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trace_dat.c - reader of trace-cmd files, versions 6 and 7, through libtracecmd.
 *
 * The library unpacks the container and finds records; merging the CPUs by time and decoding
 * (decode.h) are ours. Only the top buffer is read, not additional instances.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <event-parse.h>
#include <trace-cmd.h>
#include "decode.h"
#include "reader.h"
#include "trace_dat_file.h"

#define TRY_SECONDS 20
#define TRY_EVENTS  4096 /* the first pages of every CPU */

/** struct dat_head - next record of a CPU; the heads of all CPUs form a binary min-heap */
struct dat_head {
	struct tep_record *rec;
	int cpu;
};

/**
 * struct dat_reader - an open trace.dat
 * @file: its structure, checked
 * @input: the library's handle, @tep the event descriptions in it
 * @dec: decodes records
 * @heap, @nr_heads: next records
 * @ended: the data of a CPU broke off, see trace_dat_file.h
 * @missed: events that were lost before the records read so far
 */
struct dat_reader {
	struct reader base;
	struct trace_dat_file file;
	struct tracecmd_input *input;
	struct tep_handle *tep;
	struct decoder dec;
	struct dat_head *heap;
	unsigned int nr_heads;
	bool ended;
	uint64_t missed;
};

/* --- order of time over CPUs --- */

static bool head_before(const struct dat_head *a, const struct dat_head *b)
{
	return a->rec->ts < b->rec->ts || (a->rec->ts == b->rec->ts && a->cpu < b->cpu);
}

static void heap_sift(struct dat_reader *dat, unsigned int at)
{
	struct dat_head moved = dat->heap[at];

	for (;;) {
		unsigned int child = 2 * at + 1;

		if (child + 1 < dat->nr_heads &&
		    head_before(&dat->heap[child + 1], &dat->heap[child]))
			child++;
		if (child >= dat->nr_heads || !head_before(&dat->heap[child], &moved))
			break;
		dat->heap[at] = dat->heap[child];
		at = child;
	}
	dat->heap[at] = moved;
}

static void heap_fill(struct dat_reader *dat, int cpus)
{
	for (int cpu = 0; cpu < cpus; cpu++) {
		struct tep_record *rec = tracecmd_read_cpu_first(dat->input, cpu);

		if (rec)
			dat->heap[dat->nr_heads++] = (struct dat_head){rec, cpu};
	}
	for (unsigned int at = dat->nr_heads / 2; at-- > 0;)
		heap_sift(dat, at);
}

static int dat_decode(struct dat_reader *dat, struct tep_record *rec, struct event *ev)
{
	size_t size = rec->size > 0 ? (size_t)rec->size : 0;
	int rc;

	*ev = (struct event){.time_ns = rec->ts, .cpu = (uint16_t)rec->cpu};
	rc = decoder_event(&dat->dec, tep_data_type(dat->tep, rec), rec->data, size, ev);
	if (rc)
		snprintf(dat->base.error, sizeof(dat->base.error),
			 "%.300s: CPU %d at %llu ns: %s; record it again", dat->file.path, rec->cpu,
			 rec->ts, rc == -ENOMEM ? "out of memory" : "impossible event type");
	return rc;
}

static int dat_next(struct reader *reader, struct event *ev)
{
	struct dat_reader *dat = (struct dat_reader *)reader;
	struct dat_head *head = dat->heap;
	struct tep_record *rec;
	int rc;

	if (!dat->nr_heads || dat->ended)
		return 0;
	rec = head->rec;
	rc = dat_decode(dat, rec, ev);
	/* -1: the kernel lost events but did not count them; at least one is missing. */
	if (rec->missed_events)
		dat->missed += rec->missed_events > 0 ? (uint64_t)rec->missed_events : 1;
	tracecmd_free_record(rec);
	head->rec = tracecmd_read_data(dat->input, head->cpu);
	/* Past this time the other CPUs alone would show half of what happened. */
	dat->ended = !head->rec && head->cpu == dat->file.cut_cpu;
	if (!head->rec)
		*head = dat->heap[--dat->nr_heads];
	if (dat->nr_heads)
		heap_sift(dat, 0);
	return rc ? rc : 1;
}

/* --- open and close --- */

static bool dat_probe(const unsigned char *head, size_t size)
{
	return size >= TRACE_DAT_MAGIC_SIZE && !memcmp(head, TRACE_DAT_MAGIC, TRACE_DAT_MAGIC_SIZE);
}

static void dat_close(struct reader *reader)
{
	struct dat_reader *dat = (struct dat_reader *)reader;

	for (unsigned int i = 0; i < dat->nr_heads; i++)
		tracecmd_free_record(dat->heap[i].rec);
	if (dat->input)
		tracecmd_close(dat->input);
	trace_dat_file_close(&dat->file);
	name_table_fini(&dat->base.devs);
	name_table_fini(&dat->base.types);
	decoder_fini(&dat->dec);
	free(dat->heap);
	free(dat);
}

/* Clocks that do not count ns give no arrival times. */
static int clock_check(const struct trace_dat_file *file, char *err, size_t err_size)
{
	static const char *const refused[] = {"counter", "x86-tsc", "ppc-tb", "uptime"};

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (!strcmp(file->clock, refused[i])) {
			snprintf(err, err_size,
				 "%s: trace clock \"%s\" does not count nanoseconds; record with "
				 "trace-cmd record -C mono",
				 file->path, file->clock);
			return -EINVAL;
		}
	return 0;
}

static int refuse_input(const struct dat_reader *dat, const char *why, char *err, size_t err_size)
{
	snprintf(err, err_size,
		 "%s: damaged trace.dat v%d: %s; record it again, or check it with trace-cmd dump "
		 "--summary",
		 dat->file.path, dat->file.version, why);
	return -EINVAL;
}

static int dat_open_input(struct dat_reader *dat, char *err, size_t err_size)
{
	char link[32];
	int cpus;

	tracecmd_set_loglevel(TEP_LOG_NONE);
	tep_set_loglevel(TEP_LOG_NONE);
	/* The library closes what it opens, but not always what it is given: it gets a path. */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", dat->file.fd);
	dat->input = tracecmd_open(link, TRACECMD_FL_LOAD_NO_PLUGINS);
	if (!dat->input)
		return refuse_input(dat, "libtracecmd cannot open it", err, err_size);
	dat->tep = tracecmd_get_tep(dat->input);
	dat->dec.tep = dat->tep;
	dat->dec.reader = &dat->base;
	cpus = tep_get_cpus(dat->tep);
	dat->heap = calloc(cpus > 0 ? (size_t)cpus : 1, sizeof(*dat->heap));
	if (!dat->heap) {
		snprintf(err, err_size, "%s: out of memory", dat->file.path);
		return -ENOMEM;
	}
	heap_fill(dat, cpus);
	return 0;
}

static void try_in_child(struct dat_reader *dat)
{
	char err[512];
	struct event ev;
	int null = open("/dev/null", O_WRONLY);

	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	signal(SIGALRM, SIG_DFL);
	signal(SIGSEGV, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	alarm(TRY_SECONDS);
	if (dat_open_input(dat, err, sizeof(err)))
		_exit(EXIT_FAILURE);
	for (unsigned int i = 0; i < TRY_EVENTS; i++)
		if (dat_next(&dat->base, &ev) <= 0)
			break;
	_exit(EXIT_SUCCESS);
}

/*
 * The libraries die of some damaged files, and complain about others on stderr. So a silent child
 * goes first: what it cannot open, what kills it or holds it for TRY_SECONDS, is refused.
 */
static int dat_try(struct dat_reader *dat, char *err, size_t err_size)
{
	pid_t pid = fork();
	int status = 0;

	if (pid < 0)
		return 0;
	if (!pid)
		try_in_child(dat);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (WIFSIGNALED(status))
		return refuse_input(dat,
				    WTERMSIG(status) == SIGALRM
					    ? "libtracecmd does not finish opening it"
					    : "libtracecmd or libtraceevent crashes on it",
				    err, err_size);
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILURE)
		return refuse_input(dat, "libtracecmd cannot open it", err, err_size);
	return 0;
}

static int dat_open(const char *path, bool trusted, struct reader **out, char *err, size_t err_size)
{
	struct dat_reader *dat = calloc(1, sizeof(*dat));
	int rc;

	if (!dat) {
		snprintf(err, err_size, "%s: out of memory", path);
		return -ENOMEM;
	}
	dat->base.ops = &trace_dat_reader;
	rc = trace_dat_file_open(&dat->file, path, err, err_size);
	if (rc) {
		free(dat);
		return rc;
	}
	rc = clock_check(&dat->file, err, err_size);
	if (!rc && dat->file.cut)
		rc = trace_dat_file_mend(&dat->file, err, err_size);
	if (!rc && !trusted)
		rc = dat_try(dat, err, err_size);
	if (!rc)
		rc = dat_open_input(dat, err, err_size);
	if (rc) {
		dat_close(&dat->base);
		return rc;
	}
	*out = &dat->base;
	return 0;
}

static void dat_describe(const struct reader *reader, struct reader_facts *facts)
{
	const struct dat_reader *dat = (const struct dat_reader *)reader;
	const struct trace_dat_file *file = &dat->file;
	int cpus = tep_get_cpus(dat->tep);

	memset(facts, 0, sizeof(*facts));
	snprintf(facts->format, sizeof(facts->format), "trace.dat v%d%s%s", file->version,
		 strcmp(file->compression, "none") ? " " : "",
		 strcmp(file->compression, "none") ? file->compression : "");
	snprintf(facts->clock, sizeof(facts->clock), "%s", file->clock);
	facts->cpus = cpus > 0 ? (unsigned int)cpus : file->cpus;
	/* Overwritten events show in the statistics, those lost by a live reader in the records. */
	facts->lost_events = dat->missed > file->overruns ? dat->missed : file->overruns;
	facts->truncated = file->cut;
}

const struct reader_ops trace_dat_reader = {
	.name = "trace.dat",
	.probe = dat_probe,
	.open = dat_open,
	.next = dat_next,
	.describe = dat_describe,
	.close = dat_close,
};
