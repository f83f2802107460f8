/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crash.c - a line about a signal that means a bug.
 *
 * The signal handler builds its line by string copies alone, on a stack of its own: the hook may
 * have used up the other one.
 */
#define _GNU_SOURCE /* sigdescr_np() */
#include "sim/plugin/crash.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "sim/plugin/hook.h"

#define CRASH_STACK_BYTES 65536
#define LINE_BYTES_MAX	  256
#define NULL_BYTES	  4096 /* a fault below is a member of a NULL pointer */

static void (*crash_tell)(const char *line);

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
	enum hook hook = hook_now();

	(void)context;
	append(line, hook ? " in its hook " : " outside its hooks");
	append(line, hook ? hook_name(hook) : "");
	append(line, hook ? "(): " : ": ");
	append(line, what ? what : "signal");
	if (sig == SIGSEGV && info->si_code > 0 && (uintptr_t)info->si_addr < NULL_BYTES)
		append(line, " (NULL pointer)");
	if (!hook)
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
