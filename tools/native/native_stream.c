/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native_stream.c - a strategy that records its calls and passes them on to `null`.
 *
 * A buffer's number travels through the stack in place of its device address, which is not used
 * between receive and put.
 */
#include "tools/native/native_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/cpu/core.h"
#include "models/memory/mm_sim.h"
#include "sim/child.h"
#include "sim/scenario/strategies.h"
#include "sim/simulate.h"

/* struct held_buffer - @next_free: number + 1 of the next free one, while it is free */
struct held_buffer {
	dma_addr_t dma;
	unsigned int core, next_free;
};

/* struct recorder - of the recording process; @said: shared with its parent */
static struct recorder {
	const struct rx_strategy *real;
	struct rx_strategy watching;
	struct recording {
		struct native_info info;
		char error[512];
	} * said;
	FILE *out;
	void *queue[NATIVE_MAX_QUEUES];
	struct held_buffer *held;
	unsigned int room, free;
	uint64_t received;
	bool failed, drops;
} rec;

/* Buffers that came out of the rings. */
static uint64_t nr_taken(const struct native_info *info)
{
	return info->count[NATIVE_RECEIVE] + info->count[NATIVE_DROP];
}

static void note(enum native_kind kind, const void *queue, unsigned int slot, unsigned int arg,
		 bool direct)
{
	struct native_info *info = &rec.said->info;
	struct native_op op = {.slot = slot, .arg = arg, .kind = kind, .direct = direct};

	if (info->nr == NATIVE_MAX_OPS) {
		info->cut = true;
		return;
	}
	while (queue && op.queue + 1u < info->nr_queues && rec.queue[op.queue] != queue)
		op.queue++;
	if ((kind == NATIVE_RECEIVE || kind == NATIVE_DROP) && !rec.received++ &&
	    info->params.posted)
		info->nr_setup = info->nr;
	info->count[kind]++;
	info->nr++;
	rec.failed |= fwrite(&op, sizeof(op), 1, rec.out) != 1;
}

static int rec_create(const struct rx_params *params, void **queue)
{
	struct native_info *info = &rec.said->info;
	int err = info->nr_queues < NATIVE_MAX_QUEUES ? rec.real->create(params, queue) : -EINVAL;

	if (err)
		return err;
	info->params = *params;
	rec.queue[info->nr_queues++] = *queue;
	return 0;
}

static int rec_alloc(void *queue, unsigned int slot, unsigned int bytes, struct rx_buf *buf)
{
	note(NATIVE_ALLOC, queue, slot, bytes, false);
	return rec.real->alloc(queue, slot, bytes, buf);
}

/* Numbers are reused last in, first out, so that few are needed. */
static unsigned int number_take(void)
{
	unsigned int n = rec.free;

	if (n) {
		rec.free = rec.held[n - 1].next_free;
		return n - 1;
	}
	n = rec.said->info.nr_buffers++;
	if (n >= rec.room) {
		rec.room = rec.room ? 2 * rec.room : 4096;
		rec.held = realloc(rec.held, rec.room * sizeof(*rec.held));
		if (!rec.held)
			mm_sim_no_memory("the buffers of the recording");
	}
	return n;
}

static void rec_receive(void *queue, unsigned int slot, struct rx_buf *buf)
{
	unsigned int n = number_take();

	note(NATIVE_RECEIVE, queue, slot, n, false);
	rec.real->receive(queue, slot, buf);
	rec.held[n] = (struct held_buffer){.dma = buf->dma, .core = core_current->id};
	buf->dma = n;
}

static void rec_put(const struct rx_buf *buf, bool direct)
{
	unsigned int n = (unsigned int)buf->dma;
	struct held_buffer *held = &rec.held[n];
	struct rx_buf real = *buf;

	note(held->core == core_current->id ? NATIVE_PUT_LOCAL : NATIVE_PUT_REMOTE, NULL, 0, n,
	     direct);
	real.dma = held->dma;
	rec.real->put(&real, direct);
	held->next_free = rec.free;
	rec.free = n + 1;
}

static void rec_drop(void *queue, unsigned int slot)
{
	struct rx_buf buf;

	note(NATIVE_DROP, queue, slot, 0, true);
	rec.real->receive(queue, slot, &buf);
	rec.real->put(&buf, true);
}

static const struct rx_strategy *rec_watch(const struct rx_strategy *real)
{
	rec.real = real;
	rec.watching = *real;
	rec.watching.create = rec_create;
	rec.watching.alloc = rec_alloc;
	rec.watching.receive = rec_receive;
	rec.watching.put = rec_put;
	if (rec.drops)
		rec.watching.drop = rec_drop;
	return &rec.watching;
}

static void child_fail(const char *text)
{
	snprintf(rec.said->error, sizeof(rec.said->error), "recording the operations: %s", text);
	_exit(1);
}

/* SimGrid prints to stdout. */
static int child_main(const struct simulate_params *params)
{
	struct native_info *info = &rec.said->info;
	struct result *res = calloc(1, sizeof(*res));
	int null = open("/dev/null", O_WRONLY), err;

	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	if (null >= 0)
		dup2(null, STDOUT_FILENO);
	mm_sim.on_bug = child_fail;
	mm_sim.on_no_memory = child_fail;
	if (!res)
		mm_sim_no_memory("the result");
	err = simulate(params, res, rec.said->error, sizeof(rec.said->error));
	if (err)
		return 1;
	if (fflush(rec.out) || rec.failed)
		child_fail("cannot write to a temporary file");
	info->count[NATIVE_ALLOC] -= info->nr_setup;
	/* Packets of a cut stream: in proportion to its buffers. */
	info->packets = res->u[METRIC_DELIVERED];
	if (info->cut)
		info->packets = (uint64_t)((double)info->packets * nr_taken(info) / rec.received);
	return 0;
}

static int child_wait(pid_t pid, char *err, size_t err_size)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	if (WIFSIGNALED(status))
		snprintf(err, err_size, "recording the operations was ended by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(err, err_size, "%s", rec.said->error);
	return -EINVAL;
}

static int stream_take(struct native_stream *stream, char *err, size_t err_size)
{
	const struct native_info *info = &rec.said->info;
	struct native_op *op;

	if (!info->packets || !nr_taken(info)) {
		snprintf(err, err_size,
			 "no packet reached the stack in this scenario: nothing to "
			 "measure");
		return -EINVAL;
	}
	op = malloc(info->nr * sizeof(*op));
	rewind(rec.out);
	if (!op || fread(op, sizeof(*op), info->nr, rec.out) != info->nr) {
		snprintf(err, err_size, "cannot take the recorded operations: %s",
			 op ? "temporary file is short" : "not enough memory");
		free(op);
		return -EIO;
	}
	stream->info = *info;
	stream->op = op;
	return 0;
}

static int stream_record(const struct simulate_params *params, struct native_stream *stream,
			 char *err, size_t err_size)
{
	pid_t pid = child_fork();
	int ret;

	if (pid < 0) {
		snprintf(err, err_size, "cannot start a process: %s", strerror(errno));
		return -errno;
	}
	if (!pid)
		_exit(child_main(params));
	ret = child_wait(pid, err, err_size);
	return ret ? ret : stream_take(stream, err, err_size);
}

/* Does a strategy of @s have the hook drop? */
static bool any_drops(const struct scenario *s)
{
	unsigned int shift = (unsigned int)__builtin_ctzl(s->page_size);

	for (unsigned int i = 0; i < s->strategies.n; i++) {
		unsigned int option[STRATEGY_MAX_OPTIONS];
		const struct rx_strategy *strategy;
		char err[512];

		if (!strategy_find(s->strategies.word[i], shift, &strategy, option, err,
				   sizeof(err)) &&
		    strategy->drop)
			return true;
	}
	return false;
}

int native_stream_record(const struct scenario *s, const struct capture_info *capture,
			 const char *datadir, const char *dir, struct native_stream *stream,
			 char *err, size_t err_size)
{
	struct simulate_params params = {
		.scenario = s,
		.capture = capture,
		.datadir = datadir,
		.label = "null",
		.dir = dir,
		.watch = rec_watch,
	};
	int ret = -ENOMEM;

	memset(&rec, 0, sizeof(rec));
	rec.drops = any_drops(s);
	rec.out = tmpfile();
	rec.said = mmap(NULL, sizeof(*rec.said), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	if (rec.out && rec.said != MAP_FAILED)
		ret = stream_record(&params, stream, err, err_size);
	else
		snprintf(err, err_size, "cannot make a temporary file: %s", strerror(errno));
	if (rec.said != MAP_FAILED)
		munmap(rec.said, sizeof(*rec.said));
	if (rec.out)
		fclose(rec.out);
	return ret;
}

void native_stream_free(struct native_stream *stream)
{
	free(stream->op);
	stream->op = NULL;
}
