/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * build_info.h - what this program was built from, and with.
 */
#ifndef TOOLS_BUILD_INFO_H
#define TOOLS_BUILD_INFO_H

/**
 * struct build_info - of this program
 * @version: release number
 * @commit: short hash, "+" behind it when tracked files were changed; or "unknown"
 * @compiler: name and version
 * @type: CMake's build type
 * @instrumented_with: flags of the simulated allocators
 * @simgrid: version of SimGrid
 */
struct build_info {
	const char *version, *commit, *compiler, *type, *instrumented_with, *simgrid;
};

/** build_info - the only one */
extern const struct build_info build_info;

#endif
