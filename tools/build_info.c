/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * build_info.c - the only file that is recompiled when the commit changes.
 */
#include "tools/build_info.h"

#include <build_commit.h> /* written by build_commit.cmake */

const struct build_info build_info = {
	.version = FRAGSIM_VERSION,
	.commit = FRAGSIM_COMMIT,
	.compiler = FRAGSIM_COMPILER,
	.type = FRAGSIM_BUILD_TYPE,
	.instrumented_with = FRAGSIM_INSTRUMENTED_WITH,
	.simgrid = FRAGSIM_SIMGRID,
};
