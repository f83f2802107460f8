/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * datadir.c - locate the program's own files relative to the program.
 *
 * A program in a build tree uses the source tree around it, or the one CMakeCache.txt names while
 * the build tree is where it was made. FRAGSIM_DATADIR, the folder it was configured to be
 * installed in, is the only path compiled in, and is for a program that is in no build tree.
 */
#include "tools/datadir.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOT_MAX (DATADIR_PATH_MAX - 32)

/* Take @root if it has machines/ (installed) or models/machines/ (a source tree). */
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

/* Cut the last component off an absolute path. Return: false at the root */
static bool to_parent(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash || !path[1])
		return false;
	slash[slash == path] = '\0';
	return true;
}

static bool program_folder(char path[DATADIR_PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", path, DATADIR_PATH_MAX - 1);

	if (len <= 0)
		return false;
	path[len] = '\0';
	return to_parent(path);
}

/* The rest of the first line of @dir/@name that begins with @start, without its newline. */
static bool line_find(const char *dir, const char *name, const char *start,
		      char rest[DATADIR_PATH_MAX])
{
	char path[DATADIR_PATH_MAX + 32], line[2 * DATADIR_PATH_MAX];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "re");
	while (f && !found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		found = !strncmp(line, start, strlen(start));
		if (found)
			snprintf(rest, DATADIR_PATH_MAX, "%s", line + strlen(start));
	}
	if (f)
		fclose(f);
	return found;
}

static bool source_tree_try(struct datadir *dirs, const char *dir)
{
	char rest[DATADIR_PATH_MAX];

	return line_find(dir, "CMakeLists.txt", "project(fragsim ", rest) && root_try(dirs, dir);
}

static bool same_folder(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* The source tree a build tree was configured from; not for a copy of a build tree. */
static bool configured_try(struct datadir *dirs, const char *build)
{
	char made_in[DATADIR_PATH_MAX], source[DATADIR_PATH_MAX];

	return line_find(build, "CMakeCache.txt", "CMAKE_CACHEFILE_DIR:INTERNAL=", made_in) &&
	       same_folder(made_in, build) &&
	       line_find(build, "CMakeCache.txt", "CMAKE_HOME_DIRECTORY:INTERNAL=", source) &&
	       source_tree_try(dirs, source);
}

/* Search upwards from @program. @build: set when it is in a build tree */
static bool trees_try(struct datadir *dirs, const char *program, bool *build)
{
	char dir[DATADIR_PATH_MAX], line[DATADIR_PATH_MAX];

	snprintf(dir, sizeof(dir), "%s", program);
	do {
		*build |= line_find(dir, "CMakeCache.txt", "", line);
		if (source_tree_try(dirs, dir) || configured_try(dirs, dir))
			return true;
	} while (to_parent(dir));
	return false;
}

static bool beside_try(struct datadir *dirs, const char *program)
{
	char root[DATADIR_PATH_MAX + 32];

	snprintf(root, sizeof(root), "%s", program);
	if (!to_parent(root))
		return false;
	strcat(root, "/share/fragsim");
	return root_try(dirs, root);
}

int datadir_find(struct datadir *dirs, char *err, size_t err_size)
{
	const char *env = getenv("FRAGSIM_DATADIR");
	char program[DATADIR_PATH_MAX];
	bool build = false;

	if (env && *env) {
		if (root_try(dirs, env))
			return 0;
		snprintf(err, err_size,
			 "FRAGSIM_DATADIR=%s: no machines/ in this folder, nor in its models/",
			 env);
		return -ENOENT;
	}
	if (program_folder(program) &&
	    (beside_try(dirs, program) || trees_try(dirs, program, &build)))
		return 0;
	if (!build && root_try(dirs, FRAGSIM_DATADIR))
		return 0;
	snprintf(err, err_size,
		 "machine profiles not found: not in ../share/fragsim beside the program, not in a "
		 "source tree around it%s%s; set FRAGSIM_DATADIR to a source tree or "
		 "PREFIX/share/fragsim",
		 build ? "" : ", not in ", build ? "" : FRAGSIM_DATADIR);
	return -ENOENT;
}
