/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child.h - processes that do not outlive the one that started them.
 *
 * Whatever ends the program (kill -9, a lost terminal), nothing of it goes on computing.
 */
#ifndef SIM_CHILD_H
#define SIM_CHILD_H

#include <signal.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <unistd.h>

/** child_signal() - a signal this program handles is as usual again; an ignored one stays so */
static inline void child_signal(int sig)
{
	struct sigaction sa;

	if (!sigaction(sig, NULL, &sa) && sa.sa_handler != SIG_IGN)
		signal(sig, SIG_DFL);
}

/**
 * child_fork() - fork() a child that the kernel kills when this thread ends, also after execve()
 * SIGINT, SIGTERM and SIGHUP end it.
 * Return: as fork()
 */
static inline pid_t child_fork(void)
{
	pid_t parent = getpid(), pid = fork();

	/* the parent may have ended before the child could ask to be told */
	if (pid == 0 && (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent))
		_exit(1);
	if (pid == 0) {
		child_signal(SIGINT);
		child_signal(SIGTERM);
		child_signal(SIGHUP);
	}
	return pid;
}

#endif
