/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crash.c - hooks called through a second table that notes their names.
 *
 * The signal handler builds its line by string copies alone, on a stack of its own: the hook may
 * have used up the other one.
 */
#define _GNU_SOURCE /* sigdescr_np() */
#include "sim/plugin/crash.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>

#define CRASH_STACK_BYTES 65536
#define LINE_BYTES_MAX	  256
#define NULL_BYTES	  4096 /* a fault below is a member of a NULL pointer */

static const struct rx_strategy *watched;
static struct rx_strategy watching;
static const char *volatile hook;
static void (*crash_tell)(const char *line);

static int watch_create(const struct rx_params *params, void **queue)
{
	int ret;

	hook = "create";
	ret = watched->create(params, queue);
	hook = NULL;
	return ret;
}

static void watch_destroy(void *queue)
{
	hook = "destroy";
	watched->destroy(queue);
	hook = NULL;
}

static int watch_alloc(void *queue, unsigned int slot, unsigned int bytes, struct rx_buf *buf)
{
	int ret;

	hook = "alloc";
	ret = watched->alloc(queue, slot, bytes, buf);
	hook = NULL;
	return ret;
}

static void watch_receive(void *queue, unsigned int slot, struct rx_buf *buf)
{
	hook = "receive";
	watched->receive(queue, slot, buf);
	hook = NULL;
}

static void watch_put(const struct rx_buf *buf, bool direct)
{
	hook = "put";
	watched->put(buf, direct);
	hook = NULL;
}

static void watch_stats(const void *queue, struct rx_stats *stats)
{
	hook = "stats";
	watched->stats(queue, stats);
	hook = NULL;
}

static void watch_drop(void *queue, unsigned int slot)
{
	hook = "drop";
	watched->drop(queue, slot);
	hook = NULL;
}

const struct rx_strategy *crash_watch(const struct rx_strategy *strategy)
{
	watched = strategy;
	watching = *strategy;
	watching.create = watch_create;
	watching.destroy = watch_destroy;
	watching.alloc = watch_alloc;
	watching.receive = watch_receive;
	watching.put = watch_put;
	watching.stats = watch_stats;
	if (strategy->drop)
		watching.drop = watch_drop;
	return &watching;
}

static void append(char line[LINE_BYTES_MAX], const char *text)
{
	size_t used = strlen(line), len = strlen(text);

	if (len > LINE_BYTES_MAX - 1 - used)
		len = LINE_BYTES_MAX - 1 - used;
	memcpy(line + used, text, len);
	line[used + len] = '\0';
}

/* Returning repeats the fault, which then ends the process as usual (core file, exit status). */
static void on_crash(int sig, siginfo_t *info, void *context)
{
	const char *what = sigdescr_np(sig);
	char line[LINE_BYTES_MAX] = "crashed";

	(void)context;
	append(line, hook ? " in its hook " : watched ? " outside its hooks" : "");
	append(line, hook ? hook : "");
	append(line, hook ? "(): " : ": ");
	append(line, what ? what : "signal");
	if (sig == SIGSEGV && info->si_code > 0 && (uintptr_t)info->si_addr < NULL_BYTES)
		append(line, " (NULL pointer)");
	if (!hook && watched)
		append(line, "; --check finds a wrong buffer where it is handed out");
	crash_tell(line);
	raise(sig);
}

void crash_catch(void (*tell)(const char *line))
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
	static char stack[CRASH_STACK_BYTES];
	stack_t other = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction sa = {.sa_sigaction = on_crash,
			       .sa_flags = SA_SIGINFO | SA_ONSTACK | (int)SA_RESETHAND};

	crash_tell = tell;
	sigemptyset(&sa.sa_mask);
	sigaltstack(&other, NULL);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &sa, NULL);
}
