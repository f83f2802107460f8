/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run.c - one process per strategy.
 *
 * A child reports to its parent through a pipe: its struct result, or one line that says what went
 * wrong. Files of the output folder are never read back: another process may have written them. Its
 * progress and the hook that runs are in shared memory.
 */
#define _GNU_SOURCE /* pipe2() */
#include "sim/run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/memory/mm_sim.h"
#include "sim/child.h"
#include "sim/out_folder.h"
#include "sim/plugin/crash.h"
#include "sim/plugin/source_line.h"
#include "sim/results/compare_csv.h"
#include "sim/results/truth_csv.h"
#include "sim/results/truth_view.h"
#include "sim/scenario/traffic.h"
#include "sim/sim.h"
#include "sim/simulate.h"
#include "sim/wall.h"
#include "traces/capture.h"

#define PROGRESS_MS 250
#define SAID_MAX    sizeof(struct result)

/* Exit status of a child. */
enum child_exit {
	CHILD_OK,
	CHILD_FAILED,
	CHILD_NO_MEMORY,
};

/**
 * struct shared - what a running child shows its parent
 * @packets: that it has received
 * @hook: enum hook that runs, or in which it failed
 */
struct shared {
	volatile uint64_t packets;
	volatile unsigned int hook;
};

/**
 * struct job - one strategy's process
 * @pid: 0 = not started, -1 = ended
 * @no_memory: it failed because the host's memory was exhausted
 * @timed_out: it was ended because it ran too long
 * @start_ns: when it was started
 * @packets, @moved_ns: received when it was looked at last, and when that was more than before
 * @said: what it has reported so far, @len bytes: a struct result, or a line
 */
struct job {
	pid_t pid;
	int fd;
	bool ok, no_memory, timed_out;
	uint64_t start_ns, packets, moved_ns;
	char dir[1024];
	char said[SAID_MAX + 1];
	size_t len;
};

_Static_assert(sizeof(struct result) > 512, "there is room for a line");

static volatile sig_atomic_t interrupted;

/* Of a child, for callbacks without an argument: its pipe, and what its parent sees. */
static int tell_fd = -1;
static struct shared *tell_shared;

void run_interrupt(void)
{
	interrupted = 1;
}

static void tell_bytes(const void *bytes, size_t left)
{
	const char *next = bytes;

	while (left) {
		ssize_t n = write(tell_fd, next, left);

		if (n < 0 && errno != EINTR)
			return;
		next += n > 0 ? n : 0;
		left -= n > 0 ? n : 0;
	}
}

static void tell(const char *line)
{
	tell_bytes(line, strlen(line));
}

static void child_bug(const char *text)
{
	const struct hook_call call = hook_current();
	char line[512], where[HOOK_CALL_TEXT];

	snprintf(line, sizeof(line), "the allocator found its own state impossible%s%s: %s",
		 call.hook ? " in its hook " : "", call.hook ? hook_call_format(&call, where) : "",
		 text);
	tell(line);
	_exit(CHILD_FAILED);
}

static void child_no_memory(const char *text)
{
	tell(text);
	_exit(CHILD_NO_MEMORY);
}

static void child_violated(const char *text)
{
	tell(text);
	_exit(CHILD_FAILED);
}

static void child_tick(const struct sim *sim)
{
	tell_shared->packets = sim->packets.received;
}

/* Run one strategy. SimGrid prints to stdout of its own accord, which is discarded. */
static int child_main(const struct run_params *p, const struct run_outcome *out, const char *label,
		      const char *dir)
{
	struct simulate_params sp = {
		.scenario = p->scenario,
		.capture = p->capture,
		.cpus = &out->cpus,
		.begin = &out->start.begin,
		.datadir = p->datadir,
		.label = label,
		.dir = dir,
		.check = p->check,
		.tick = child_tick,
		.violated = child_violated,
	};
	uint64_t start_ns = wall_ns();
	struct result res;
	char line[512], path[1100];
	int null = open("/dev/null", O_WRONLY), err;

	out_folder_forget();
	if (null >= 0)
		dup2(null, STDOUT_FILENO);
	mm_sim.place_of = source_line;
	mm_sim.on_bug = child_bug;
	mm_sim.on_no_memory = child_no_memory;
	crash_catch(tell);
	err = simulate(&sp, &res, line, sizeof(line));
	if (!err) {
		snprintf(path, sizeof(path), "%s/summary.json", dir);
		err = result_write(&res, path);
		if (err)
			snprintf(line, sizeof(line), "summary.json: cannot write: %s",
				 strerror(-err));
	}
	if (!err) {
		res.wall_ns = wall_ns() - start_ns;
		tell_bytes(&res, sizeof(res));
	} else {
		tell(line);
	}
	return !err ? CHILD_OK : err == -ENOMEM ? CHILD_NO_MEMORY : CHILD_FAILED;
}

static int job_start(struct job *job, const struct run_params *p, const struct run_outcome *out,
		     unsigned int i, struct shared *shared)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC))
		return -errno;
	job->pid = child_fork();
	if (job->pid < 0) {
		close(fd[0]);
		close(fd[1]);
		return -errno;
	}
	if (job->pid == 0) {
		close(fd[0]);
		tell_fd = fd[1];
		tell_shared = shared;
		hook_share(&shared->hook);
		_exit(child_main(p, out, p->scenario->strategies.word[i], job->dir));
	}
	close(fd[1]);
	job->fd = fd[0];
	job->start_ns = job->moved_ns = wall_ns();
	return 0;
}

/* Read from the child. Return: false at the end of its pipe */
static bool job_listen(struct job *job)
{
	char drop[256];
	size_t room = SAID_MAX - job->len;
	ssize_t n = read(job->fd, room ? job->said + job->len : drop, room ? room : sizeof(drop));

	if (n > 0 && room)
		job->len += n;
	return n > 0 || (n < 0 && errno == EINTR);
}

/* What a child that has told no reason died of. */
static void job_explain(struct job *job, int status)
{
	if (!WIFSIGNALED(status))
		snprintf(job->said, sizeof(job->said), "its process ended with status %d",
			 WIFEXITED(status) ? WEXITSTATUS(status) : status);
	else if (WTERMSIG(status) == SIGKILL)
		snprintf(job->said, sizeof(job->said),
			 "its process was killed (signal 9); where the kernel did that because "
			 "host memory ran out, less simulated memory (--set memory=), a shorter "
			 "duration (--set duration=) or fewer "
			 "jobs (-j) help");
	else
		snprintf(job->said, sizeof(job->said), "its process was ended by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
}

static void job_explain_timeout(struct job *job, const struct shared *shared, uint64_t timeout_ns)
{
	unsigned int hook = shared->hook;

	snprintf(job->said, sizeof(job->said),
		 "ended by --timeout after %g s: %s%s%s, %" PRIu64 " packets had been received",
		 (double)timeout_ns * 1e-9,
		 hook ? "it was in its hook " : "it was in none of its hooks",
		 hook ? hook_name(hook) : "", hook ? "()" : "", shared->packets);
}

static void job_end(struct job *job, const struct run_params *p, const struct shared *shared)
{
	int status = 0;

	close(job->fd);
	while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
		;
	job->pid = -1;
	job->ok = WIFEXITED(status) && WEXITSTATUS(status) == CHILD_OK && job->len == SAID_MAX;
	job->no_memory = WIFEXITED(status) && WEXITSTATUS(status) == CHILD_NO_MEMORY;
	/* no line: nothing, or a result whose sender did not end well */
	if (!job->ok && job->timed_out)
		job_explain_timeout(job, shared, p->timeout_ns);
	else if (!job->ok && (!job->len || memchr(job->said, '\0', job->len)))
		job_explain(job, status);
}

static struct run_running running_of(const struct run_params *p, const struct job *job,
				     const struct shared *shared, unsigned int i)
{
	return (struct run_running){.strategy = p->scenario->strategies.word[i],
				    .hook = shared[i].hook,
				    .still_ns = wall_ns() - job[i].moved_ns};
}

static void progress(const struct run_params *p, struct job *job, unsigned int nr,
		     const struct shared *shared, uint64_t expected)
{
	struct run_progress now = {.total = nr, .packets_total = expected * nr};

	for (unsigned int i = 0; i < nr; i++) {
		uint64_t packets = shared[i].packets;

		now.finished += job[i].pid < 0;
		now.packets += packets;
		if (job[i].packets != packets)
			job[i].moved_ns = wall_ns();
		job[i].packets = packets;
		if (job[i].pid > 0)
			now.running[now.nr_running++] = running_of(p, job, shared, i);
	}
	if (p->progress)
		p->progress(p->ctx, &now);
}

static void hung_find(const struct run_params *p, const struct job *job,
		      const struct shared *shared, unsigned int nr, struct run_outcome *out)
{
	for (unsigned int i = 0; i < nr; i++) {
		struct run_running r = running_of(p, job, shared, i);

		if (job[i].pid > 0 && r.hook && r.still_ns > RUN_STILL_NS)
			out->hung[out->nr_hung++] = r;
	}
}

static void jobs_kill(struct job *job, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		if (job[i].pid > 0)
			kill(job[i].pid, SIGTERM);
}

/* End what has run too long: a hook that loops does not end by itself. */
static void jobs_time_out(const struct run_params *p, struct job *job, unsigned int nr)
{
	uint64_t now_ns = wall_ns();

	for (unsigned int i = 0; p->timeout_ns && i < nr; i++)
		if (job[i].pid > 0 && now_ns - job[i].start_ns >= p->timeout_ns) {
			job[i].timed_out = true;
			kill(job[i].pid, SIGKILL);
		}
}

/* Until progress is due, or the first strategy's time is over. */
static int wait_ms(const struct run_params *p, const struct job *job, unsigned int nr)
{
	uint64_t now_ns = wall_ns(), ms = PROGRESS_MS;

	for (unsigned int i = 0; p->timeout_ns && i < nr; i++) {
		uint64_t ran_ns = now_ns - job[i].start_ns, left_ms = 1;

		if (job[i].pid <= 0)
			continue;
		if (ran_ns < p->timeout_ns)
			left_ms += (p->timeout_ns - ran_ns) / 1000000;
		ms = left_ms < ms ? left_ms : ms;
	}
	return (int)ms;
}

/* Wait for any child, at most until something is due. */
static void jobs_wait(const struct run_params *p, struct job *job, unsigned int nr,
		      const struct shared *shared)
{
	struct pollfd fds[RUN_MAX_STRATEGIES];
	unsigned int of[RUN_MAX_STRATEGIES], n = 0;

	for (unsigned int i = 0; i < nr; i++)
		if (job[i].pid > 0) {
			of[n] = i;
			fds[n++] = (struct pollfd){.fd = job[i].fd, .events = POLLIN};
		}
	if (poll(fds, n, wait_ms(p, job, nr)) <= 0)
		return;
	for (unsigned int i = 0; i < n; i++)
		if (fds[i].revents && !job_listen(&job[of[i]]))
			job_end(&job[of[i]], p, &shared[of[i]]);
}

static void jobs_run(const struct run_params *p, struct run_outcome *out, struct job *job,
		     unsigned int nr, struct shared *shared)
{
	uint64_t expected = traffic_expected(p->scenario, p->capture);
	unsigned int next = 0, running;

	do {
		running = 0;
		for (unsigned int i = 0; i < next; i++)
			running += job[i].pid > 0;
		while (next < nr && running < p->jobs && !interrupted) {
			int err = job_start(&job[next], p, out, next, &shared[next]);

			if (err) {
				snprintf(job[next].said, sizeof(job[next].said),
					 "cannot start its process: %s", strerror(-err));
				job[next].pid = -1;
			} else {
				running++;
			}
			next++;
		}
		if (interrupted && !out->interrupted)
			hung_find(p, job, shared, next, out);
		out->interrupted = interrupted;
		if (out->interrupted)
			jobs_kill(job, next);
		jobs_time_out(p, job, next);
		if (running)
			jobs_wait(p, job, next, shared);
		progress(p, job, nr, shared, expected);
	} while (running || (next < nr && !interrupted));
}

static void error_fill(struct run_error *error, const char *label, unsigned int hook,
		       const char *message)
{
	snprintf(error->strategy, sizeof(error->strategy), "%s", label);
	error->hook = hook < HOOK_MAX ? hook : HOOK_NONE;
	snprintf(error->message, sizeof(error->message), "%s", message);
}

static void outcome_fill(const struct run_params *p, const struct job *job,
			 const struct shared *shared, unsigned int nr, struct run_outcome *out)
{
	out->interrupted = interrupted;
	for (unsigned int i = 0; i < nr; i++) {
		if (job[i].ok) {
			memcpy(&out->results[out->nr++], job[i].said, sizeof(struct result));
			continue;
		}
		out_folder_remove(job[i].dir);
		if (interrupted)
			continue;
		out->no_memory += job[i].no_memory;
		error_fill(&out->error[out->failed++], p->scenario->strategies.word[i],
			   shared[i].hook, job[i].said);
	}
}

static int dirs_make(const struct run_params *p, struct job *job, unsigned int nr, char *err,
		     size_t err_size)
{
	for (unsigned int i = 0; i < nr; i++) {
		char name[RESULT_NAME_MAX];
		int ret;

		result_dir_name(p->scenario->strategies.word[i], name, sizeof(name));
		snprintf(job[i].dir, sizeof(job[i].dir), "%.800s/%s", p->out_dir, name);
		ret = mkdir(job[i].dir, 0777) ? -errno : 0;
		if (ret) {
			snprintf(err, err_size, "%s: cannot make the folder: %s", name,
				 strerror(-ret));
			return ret;
		}
	}
	return 0;
}

static bool truth_is_there(const struct capture_info *capture)
{
	return capture && (capture->truth.has_pool || capture->truth.has_iommu ||
			   capture->truth.has_driver_pages);
}

static int truth_csv_write(const struct run_params *p, const char *path)
{
	struct truth_view view = truth_view_of(p->scenario, p->capture);

	return truth_write_csv(&view, path);
}

static bool has_failed(const struct run_outcome *out, const char *label)
{
	for (unsigned int i = 0; i < out->failed; i++)
		if (!strcmp(out->error[i].strategy, label))
			return true;
	return false;
}

/* A column for each strategy, in the scenario's order; one that failed has no values. */
static int compare_csv_write(const struct run_params *p, const struct run_outcome *out,
			     const char *path)
{
	const struct option_list *labels = &p->scenario->strategies;
	struct result *col = calloc(labels->n, sizeof(*col));
	const struct result *base = NULL;
	unsigned int nr = 0, done = 0;
	int ret = 0;

	if (!col)
		return -ENOMEM;
	for (unsigned int i = 0; i < labels->n; i++)
		if (has_failed(out, labels->word[i]))
			snprintf(col[nr++].strategy, sizeof(col[0].strategy), "%s",
				 labels->word[i]);
		else if (done < out->nr && !strcmp(out->results[done].strategy, labels->word[i]))
			col[nr++] = out->results[done++];
	if (p->baseline && result_find(out->results, out->nr, p->baseline))
		base = result_find(col, nr, p->baseline);
	if (nr)
		ret = compare_write_csv(col, nr, base, path);
	free(col);
	return ret;
}

static int files_write(const struct run_params *p, const struct run_outcome *out, char *err,
		       size_t err_size)
{
	char path[1100];
	int ret;

	snprintf(path, sizeof(path), "%.1000s/compare.csv", p->out_dir);
	ret = compare_csv_write(p, out, path);
	if (!ret) {
		snprintf(path, sizeof(path), "%.1000s/truth.csv", p->out_dir);
		if (truth_is_there(p->capture))
			ret = truth_csv_write(p, path);
	}
	if (ret)
		snprintf(err, err_size, "%s: cannot write: %s", strrchr(path, '/') + 1,
			 strerror(-ret));
	return ret;
}

/* Strategies with a pool begin as the recorded one did. */
static void start_find(const struct run_params *p, const char *dir, struct run_outcome *out)
{
	const struct simulate_params sp = {
		.scenario = p->scenario,
		.capture = p->capture,
		.cpus = &out->cpus,
		.datadir = p->datadir,
		.dir = dir,
	};

	pool_start_find(&sp, p->jobs, &interrupted, &out->start);
}

int run_scenario(const struct run_params *p, struct run_outcome *out, char *err, size_t err_size)
{
	unsigned int nr = p->scenario->strategies.n;
	struct job *job = calloc(nr, sizeof(*job));
	struct shared *shared = mmap(NULL, nr * sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct simulate_params first = {
		.scenario = p->scenario,
		.capture = p->capture,
		.datadir = p->datadir,
	};
	int ret = -ENOMEM;

	if (!job || shared == MAP_FAILED) {
		snprintf(err, err_size, "not enough memory to run %u strategies", nr);
		goto out;
	}
	memset(out, 0, sizeof(*out));
	/* what no strategy can run is reported once */
	ret = simulate_check(&first, &out->cpus, err, err_size);
	if (ret)
		goto out;
	ret = dirs_make(p, job, nr, err, err_size);
	if (ret)
		goto out;
	start_find(p, job[0].dir, out);
	jobs_run(p, out, job, nr, shared);
	outcome_fill(p, job, shared, nr, out);
	ret = files_write(p, out, err, err_size);
out:
	if (shared != MAP_FAILED)
		munmap(shared, nr * sizeof(*shared));
	free(job);
	return ret;
}
