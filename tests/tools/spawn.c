/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spawn.c - fragsim by posix_spawn(), its output through temporary files.
 */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np() */
#include "tests/tools/spawn.h"

#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/tools/scratch.h"

#define MAX_ARGS 32
#define MAX_ENV	 256

extern char **environ;

struct spawning {
	pid_t pid;
	FILE *out, *err;
};

/* The change, and no chatter of the leak checker about what it leaves out. */
static void env_make(char *list[MAX_ENV], const char *change)
{
	static char quiet[] = "LSAN_OPTIONS=print_suppressions=0";
	size_t name = change ? strcspn(change, "=") + 1 : 0, n = 0;

	for (char **e = environ; *e && n < MAX_ENV - 3; e++)
		if (!change || strncmp(*e, change, name))
			list[n++] = *e;
	list[n++] = quiet;
	if (change)
		list[n++] = strdup(change);
	list[n] = NULL;
}

static struct spawning *start(const char *cwd, const char *env, const char *const *args, FILE *out)
{
	struct spawning *child = calloc(1, sizeof(*child));
	char *argv[MAX_ARGS] = {strdup("fragsim")}, *list[MAX_ENV];
	posix_spawn_file_actions_t files;
	int n = 1;

	for (; args[n - 1] && n < MAX_ARGS - 1; n++)
		argv[n] = strdup(args[n - 1]);
	child->out = out;
	child->err = tmpfile();
	env_make(list, env);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, fileno(child->out), STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, fileno(child->err), STDERR_FILENO);
	if (cwd)
		posix_spawn_file_actions_addchdir_np(&files, cwd);
	assert_int_equal(posix_spawn(&child->pid, FRAGSIM_PROGRAM, &files, NULL, argv, list), 0);
	posix_spawn_file_actions_destroy(&files);
	while (n--)
		free(argv[n]);
	for (n = 0; env && list[n]; n++)
		if (!list[n + 1])
			free(list[n]);
	return child;
}

struct spawning *spawn_start(const char *cwd, const char *env, const char *const *args)
{
	return start(cwd, env, args, tmpfile());
}

pid_t spawn_pid(const struct spawning *child)
{
	return child->pid;
}

struct spawned spawn_wait(struct spawning *child)
{
	struct spawned s = {0};
	int status;

	assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
	s.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	s.out = stream_slurp(child->out, NULL);
	s.err = stream_slurp(child->err, NULL);
	free(child);
	return s;
}

struct spawned spawn_run(const char *cwd, const char *env, const char *const *args)
{
	return spawn_wait(spawn_start(cwd, env, args));
}

struct spawned spawn_full(const char *const *args)
{
	FILE *full = fopen("/dev/full", "r+");

	assert_non_null(full);
	return spawn_wait(start(NULL, NULL, args, full));
}

void spawn_free(struct spawned *s)
{
	free(s->out);
	free(s->err);
}

json_t *spawned_json(const struct spawned *s)
{
	json_error_t error;
	json_t *doc;

	if (s->code)
		fail_msg("exit code %d: %s", s->code, s->err);
	doc = json_loads(s->out, 0, &error);
	if (!doc)
		fail_msg("no JSON: %s", error.text);
	return doc;
}
