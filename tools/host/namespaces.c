/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * namespaces.c - enters each network namespace, and comes back.
 */
#define _GNU_SOURCE
#include "tools/host/namespaces.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NETNS_MAX 4096

/** struct tour - @netns: inodes of the namespaces visited so far, @nr of them */
struct tour {
	namespace_fn *visit;
	void *arg;
	unsigned int nr;
	uint64_t netns[NETNS_MAX];
};

/* A namespace that went away meanwhile, or was visited before, is none. */
static int namespace_visit(struct tour *tour, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	struct stat st;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st))
		goto out;
	for (unsigned int i = 0; i < tour->nr; i++)
		if (tour->netns[i] == st.st_ino)
			goto out;
	if (tour->nr == NETNS_MAX) {
		err = -E2BIG;
		goto out;
	}
	/* the first is where we are */
	if (tour->nr && setns(fd, CLONE_NEWNET)) {
		/* no network namespace, or one of somebody else's */
		err = errno == EINVAL || errno == EPERM ? 0 : -errno;
		goto out;
	}
	tour->netns[tour->nr++] = st.st_ino;
	err = tour->visit(st.st_ino, tour->arg);
out:
	close(fd);
	return err;
}

/* @suffix: of the path of a namespace, behind the name of an entry of @folder */
static int folder_visit(struct tour *tour, const char *folder, const char *suffix)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	char path[512];
	int err = 0;

	while (dir && !err && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%.255s%s", folder, entry->d_name, suffix);
		err = namespace_visit(tour, path);
	}
	if (dir)
		closedir(dir);
	return err;
}

int namespaces_visit(namespace_fn *visit, void *arg)
{
	struct tour *tour = calloc(1, sizeof(*tour));
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), err;

	if (!tour || home < 0) {
		err = tour ? -errno : -ENOMEM;
		goto out;
	}
	tour->visit = visit;
	tour->arg = arg;
	err = namespace_visit(tour, "/proc/self/ns/net");
	if (!err)
		err = folder_visit(tour, "/proc", "/ns/net");
	if (!err)
		err = folder_visit(tour, "/run/netns", "");
	if (tour->nr > 1 && setns(home, CLONE_NEWNET) && !err)
		err = -errno;
out:
	if (home >= 0)
		close(home);
	free(tour);
	return err;
}
