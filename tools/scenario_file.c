/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_file.c - a path, or the name of an installed scenario.
 */
#include "tools/scenario_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/cli.h"

/* A name that is no file here may be that of an installed scenario. */
static int path_find(const char *name, const struct datadir *dirs, char *path, size_t size)
{
	if (!access(name, F_OK) || strchr(name, '/')) {
		snprintf(path, size, "%s", name);
		return 0;
	}
	if (snprintf(path, size, "%s/%s.yaml", dirs->scenarios, name) < (int)size &&
	    !access(path, F_OK))
		return 0;
	return -ENOENT;
}

static void dir_of(const char *path, char *dir, size_t size)
{
	const char *slash = strrchr(path, '/');
	int len = slash ? (int)(slash - path) : 1;

	snprintf(dir, size, "%.*s", len ? len : 1, slash ? path : ".");
}

int scenario_file_load(const char *name, struct datadir *dirs, struct scenario_input *in)
{
	char path[2 * DATADIR_PATH_MAX], err[CLI_ERR_MAX] = "";
	char dir[sizeof(in->s.dir)];

	if (datadir_find(dirs, err, sizeof(err))) {
		cli_error("%s", err);
		return CLI_USAGE;
	}
	if (path_find(name, dirs, path, sizeof(path))) {
		cli_error("%s: no such file, and no scenario of that name (fragsim list scenarios)",
			  name);
		return CLI_USAGE;
	}
	dir_of(path, dir, sizeof(dir));
	if (strlen(dir) + 1 >= sizeof(dir)) {
		cli_error("%.80s...: this path is too long", path);
		return CLI_USAGE;
	}
	if (scenario_init(in, dir) || scenario_load(in, path, err, sizeof(err))) {
		cli_error("%s", err[0] ? err : "internal error: invalid scenario defaults");
		return CLI_USAGE;
	}
	return CLI_GO;
}
