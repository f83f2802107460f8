/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spawn.h - runs the built program as a user would, without a shell.
 */
#ifndef TESTS_TOOLS_SPAWN_H
#define TESTS_TOOLS_SPAWN_H

#include <jansson.h>
#include <sys/types.h>

#define SAMPLES FRAGSIM_SOURCE_DIR "/traces/samples"
#define SAMPLE	SAMPLES "/tcp_slow_reader_small.dat"

/**
 * struct spawned - how a program ended; free with spawn_free()
 * @code: exit code, or 128 + signal
 * @out, @err: all it wrote, NUL-terminated
 */
struct spawned {
	int code;
	char *out, *err;
};

/**
 * spawn_run() - run fragsim to its end
 * @cwd: its working folder, NULL = this one
 * @env: "NAME=VALUE" to change, NULL = none
 * @args: words after "fragsim", NULL-terminated
 */
struct spawned spawn_run(const char *cwd, const char *env, const char *const *args);

/** spawn_start(), spawn_wait() - the same in two steps, to do something in between */
struct spawning;
struct spawning *spawn_start(const char *cwd, const char *env, const char *const *args);
pid_t spawn_pid(const struct spawning *child);
struct spawned spawn_wait(struct spawning *child);

/** spawn_full() - the same with a stdout that is a full disk */
struct spawned spawn_full(const char *const *args);

void spawn_free(struct spawned *s);

/** RUN() - spawn_run() in this folder with the words given */
#define RUN(...) spawn_run(NULL, NULL, (const char *const[]){__VA_ARGS__, NULL})

/** spawned_json() - its output as JSON, for json_decref(); fails the test when it is none */
json_t *spawned_json(const struct spawned *s);

#endif
