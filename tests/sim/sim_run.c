/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sim_run.c - runs a simulation in a child, which hands its result back in shared memory.
 */
#include "sim_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/memory/mm_sim.h"
#include "sim/scenario/scenario_finish.h"
#include "sim/simulate.h"
#include "traces/capture.h"

struct answer {
	int ret;
	char err[512];
	struct result res;
};

static struct answer *answer;

static void bug(const char *text)
{
	snprintf(answer->err, sizeof(answer->err), "BUG: %s", text);
	_exit(1);
}

/* Return: the scan of the scenario's capture, NULL when its traffic is synthetic or @ret is set */
static const struct capture_info *scan(const struct scenario *s, int *ret)
{
	static struct capture_info info;
	char path[512];

	if (*ret || !scenario_is_capture(s))
		return NULL;
	scenario_path(s, SCENARIO_SOURCE, path, sizeof(path));
	*ret = capture_scan(path, &info, answer->err, sizeof(answer->err));
	return &info;
}

const struct pool_begin *sim_run_begin;

static void run(const char *strategy, const char *const *settings)
{
	struct scenario_input in;
	char dir[] = "/tmp/fragsim-test-XXXXXX", text[300], path[64];
	struct simulate_params p = {
		.scenario = &in.s,
		.datadir = FRAGSIM_SOURCE_DIR "/models",
		.label = strategy,
		.begin = sim_run_begin,
		.dir = mkdtemp(dir),
		.check = true,
	};
	int ret = scenario_init(&in, ".");

	snprintf(text, sizeof(text), "strategies=%s", strategy);
	if (!ret)
		ret = scenario_set(&in, text, answer->err, sizeof(answer->err));
	for (; !ret && *settings; settings++)
		ret = scenario_set(&in, *settings, answer->err, sizeof(answer->err));
	if (!ret)
		ret = scenario_finish(&in, p.datadir, answer->err, sizeof(answer->err));
	p.capture = scan(&in.s, &ret);
	mm_sim.on_bug = bug;
	if (!ret)
		ret = simulate(&p, &answer->res, answer->err, sizeof(answer->err));
	snprintf(path, sizeof(path), "%s/timeseries.csv", dir);
	unlink(path);
	rmdir(dir);
	answer->ret = ret;
}

int sim_run(const char *strategy, const char *const *settings, struct result *res, char err[512])
{
	int status, ret;
	pid_t pid;

	answer = mmap(NULL, sizeof(*answer), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	answer->ret = -1;
	pid = fork();
	if (pid == 0) {
		run(strategy, settings);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	if (status && !answer->err[0])
		snprintf(answer->err, sizeof(answer->err), "process ended with status %d", status);
	ret = status ? -1 : answer->ret;
	*res = answer->res;
	memcpy(err, answer->err, sizeof(answer->err));
	munmap(answer, sizeof(*answer));
	return ret;
}
