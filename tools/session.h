/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session.h - what `run` and `replay` have in common: everything from a finished scenario to its
 * table, pictures and report.
 */
#ifndef TOOLS_SESSION_H
#define TOOLS_SESSION_H

#include "tools/session_options.h"

/** session_run() - run a finished scenario. Return: an exit code, messages told */
int session_run(const struct session_options *opt, const struct datadir *dirs,
		const struct scenario *s);

#endif
