/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tools/datadir.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOT_MAX (DATADIR_PATH_MAX - 32)

static bool root_try(struct datadir *dirs, const char *root)
{
	static const char *const below[] = {"", "/models"};
	char machines[DATADIR_PATH_MAX];

	if (strlen(root) >= ROOT_MAX)
		return false;
	for (unsigned int i = 0; i < 2; i++) {
		snprintf(machines, sizeof(machines), "%.*s%s/machines", ROOT_MAX, root, below[i]);
		if (access(machines, R_OK | X_OK))
			continue;
		snprintf(dirs->models, sizeof(dirs->models), "%.*s%s", ROOT_MAX, root, below[i]);
		snprintf(dirs->plots, sizeof(dirs->plots), "%.*s/plots", ROOT_MAX, root);
		snprintf(dirs->scenarios, sizeof(dirs->scenarios), "%.*s/scenarios", ROOT_MAX,
			 root);
		snprintf(dirs->sources, sizeof(dirs->sources), "%.*s/docs/sources.md", ROOT_MAX,
			 root);
		snprintf(dirs->alloc, sizeof(dirs->alloc), "%.*s/alloc", ROOT_MAX, root);
		return true;
	}
	return false;
}

/* A tree that was moved after its installation still finds its own files first. */
static bool beside_program(struct datadir *dirs)
{
	char root[DATADIR_PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", root, sizeof(root) - 1);
	char *cut;

	if (len < 0)
		return false;
	root[len] = '\0';
	for (int up = 0; up < 2; up++) {
		cut = strrchr(root, '/');
		if (!cut)
			return false;
		*cut = '\0';
	}
	cut = root + strlen(root);
	snprintf(cut, sizeof(root) - (size_t)(cut - root), "/share/fragsim");
	return root_try(dirs, root);
}

int datadir_find(struct datadir *dirs, char *err, size_t err_size)
{
	const char *env = getenv("FRAGSIM_DATADIR");

	if (env && *env) {
		if (root_try(dirs, env))
			return 0;
		snprintf(err, err_size,
			 "FRAGSIM_DATADIR=%s: no machines/ in this folder, nor in its models/",
			 env);
		return -ENOENT;
	}
	if (beside_program(dirs) || root_try(dirs, FRAGSIM_SOURCE_DIR) ||
	    root_try(dirs, FRAGSIM_DATADIR))
		return 0;
	snprintf(err, err_size,
		 "machine profiles not found in %s; set FRAGSIM_DATADIR to their folder",
		 FRAGSIM_DATADIR);
	return -ENOENT;
}
