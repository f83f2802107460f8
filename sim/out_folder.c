/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * out_folder.c - lock, fill beside, exchange.
 *
 * Who holds the lock of a folder owns the folders of its name beside it too, so what it finds there
 * is of runs that were killed. The fresh folder has a lock file of its own, locked before the
 * exchange: who waits for a lock finds that its file is no longer that folder's, and begins again.
 */
#define _GNU_SOURCE /* renameat2(), statx(), nftw() */
#include "sim/out_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sim/wall.h"

#define POLL_MS	    20
#define WORK_INSIDE ".fragsim-work-"
#define WORK_BESIDE ".%s.fragsim-" /* of the folder's name */

/* What runs leave: at the top, and in the folder of a strategy. */
static const char *const top_files[] = {
	OUT_FOLDER_LOCK, "scenario.yaml", "manifest.json", "run.json",
	"compare.csv",	 "truth.csv",	  "report.html",   "plots",
};
static const char *const strategy_files[] = {"summary.json", "timeseries.csv"};

/* Of the folders that are open, for children. */
static int open_lock = -1, open_work_lock = -1;

static int path_join(char *path, const char *dir, const char *name)
{
	int n = snprintf(path, OUT_FOLDER_PATH_MAX, "%s/%s", dir, name);

	return n < OUT_FOLDER_PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int entry_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) && errno != ENOENT ? -errno : 0;
}

int out_folder_remove(const char *path)
{
	int ret = nftw(path, entry_remove, 16, FTW_DEPTH | FTW_PHYS);

	return ret == -1 ? errno == ENOENT ? 0 : -errno : ret;
}

static bool name_is_of(const char *name, const char *const *names, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static bool name_is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* A folder with the files of a strategy, as far as it came. */
static bool is_strategy(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	bool ours = d != NULL;

	while (ours && (entry = readdir(d)))
		ours = name_is_dots(entry->d_name) || strstr(entry->d_name, ".tmp") ||
		       strstr(entry->d_name, ".platform-") ||
		       name_is_of(entry->d_name, strategy_files,
				  sizeof(strategy_files) / sizeof(strategy_files[0]));
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	return ours;
}

/* Look for what no run made. Return: 0, -EEXIST with its name, -errno */
static int foreign_find(const char *path, char name[NAME_MAX + 1])
{
	DIR *d = opendir(path);
	struct dirent *entry;
	bool lock = false, foreign = false;

	if (!d)
		return -errno;
	while ((entry = readdir(d))) {
		bool dots = name_is_dots(entry->d_name);

		lock |= !strcmp(entry->d_name, OUT_FOLDER_LOCK);
		if (dots ||
		    name_is_of(entry->d_name, top_files,
			       sizeof(top_files) / sizeof(top_files[0])) ||
		    !strncmp(entry->d_name, WORK_INSIDE, strlen(WORK_INSIDE)) ||
		    is_strategy(dirfd(d), entry->d_name))
			continue;
		foreign = true;
		snprintf(name, NAME_MAX + 1, "%s", entry->d_name);
	}
	/* without a lock it is no run's, whatever the names are */
	rewinddir(d);
	while (!foreign && !lock && (entry = readdir(d)))
		if (!name_is_dots(entry->d_name)) {
			foreign = true;
			snprintf(name, NAME_MAX + 1, "%s", entry->d_name);
		}
	closedir(d);
	return foreign ? -EEXIST : 0;
}

static int parents_make(const char *path)
{
	char part[OUT_FOLDER_PATH_MAX];
	size_t len = strlen(path);

	if (len >= sizeof(part))
		return -ENAMETOOLONG;
	memcpy(part, path, len + 1);
	for (size_t i = 1; i < len; i++)
		if (part[i] == '/' && part[i + 1] && part[i + 1] != '/') {
			part[i] = '\0';
			if (mkdir(part, 0777) && errno != EEXIST)
				return -errno;
			part[i] = '/';
		}
	return 0;
}

static bool lock_is_there(int fd, const char *path)
{
	struct stat mine, there;

	return !fstat(fd, &mine) && !lstat(path, &there) && mine.st_ino == there.st_ino &&
	       mine.st_dev == there.st_dev;
}

static void lock_sign(int fd)
{
	if (!ftruncate(fd, 0))
		dprintf(fd, "%d\n", (int)getpid());
}

/* A pid that stays in it is of a process that is gone. */
static void lock_leave(int fd)
{
	if (fd >= 0 && ftruncate(fd, 0) <= 0)
		close(fd);
}

/* One try. Return: a locked descriptor, -EAGAIN (begin again), -EBUSY with @pid, -errno */
static int lock_try(const char *dir, char pid[16])
{
	char path[OUT_FOLDER_PATH_MAX];
	int fd, err = path_join(path, dir, OUT_FOLDER_LOCK);
	ssize_t n;

	if (err)
		return err;
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0)
		return errno == ENOENT ? -EAGAIN : -errno;
	if (!flock(fd, LOCK_EX | LOCK_NB)) {
		if (lock_is_there(fd, path)) {
			lock_sign(fd);
			return fd;
		}
		close(fd);
		return -EAGAIN;
	}
	err = errno == EWOULDBLOCK ? -EBUSY : -errno;
	n = pread(fd, pid, 15, 0);
	pid[n > 0 ? strspn(pid, "0123456789") : 0] = '\0';
	close(fd);
	return err;
}

static int lock_take(struct out_folder *f, const char *path, char *err, size_t err_size)
{
	const struct timespec pause = {.tv_nsec = POLL_MS * 1000000};
	uint64_t end_ns = wall_ns() + OUT_FOLDER_WAIT_MS * UINT64_C(1000000);
	char name[NAME_MAX + 1] = "", pid[16] = "";
	int ret;

	for (;;) {
		f->made = !mkdir(path, 0777);
		if (!f->made && errno != EEXIST) {
			ret = -errno;
			break;
		}
		ret = foreign_find(path, name);
		if (ret && ret != -ENOENT)
			break;
		if (!ret)
			ret = f->lock = lock_try(path, pid);
		if (ret >= 0)
			return 0;
		if ((ret != -EAGAIN && ret != -EBUSY && ret != -ENOENT) || wall_ns() > end_ns)
			break;
		nanosleep(&pause, NULL);
	}
	if (ret == -EBUSY || ret == -EAGAIN)
		snprintf(err, err_size,
			 "%.400s: in use by another run%s%s; wait for it, or choose a folder with "
			 "-o",
			 path, *pid ? ", process " : "", pid);
	else if (ret == -EEXIST)
		snprintf(err, err_size,
			 "%.400s: holds '%.100s', which this program did not leave; choose "
			 "another folder with -o, or move it away",
			 path, name);
	else
		snprintf(err, err_size, "%.400s: cannot use this folder: %s", path, strerror(-ret));
	return ret == -EAGAIN ? -EBUSY : ret;
}

int out_folder_open(struct out_folder *f, const char *path, char *err, size_t err_size)
{
	int ret = parents_make(path);
	char *real;

	memset(f, 0, sizeof(*f));
	f->lock = f->work_lock = -1;
	if (ret) {
		snprintf(err, err_size, "%.400s: cannot make the folder: %s", path, strerror(-ret));
		return ret;
	}
	ret = lock_take(f, path, err, err_size);
	if (ret)
		return ret;
	open_lock = f->lock;
	real = realpath(path, NULL);
	if (real && strlen(real) < OUT_FOLDER_PATH_MAX - NAME_MAX - 32) {
		strcpy(f->dir, real);
	} else {
		ret = -ENAMETOOLONG;
		snprintf(err, err_size, "%.400s: %s", path, strerror(real ? -ret : errno));
		snprintf(f->dir, sizeof(f->dir), "%s", path);
		out_folder_close(f);
	}
	free(real);
	return ret;
}

/* The part of a path after its folder. */
static const char *base_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

static bool is_mount(const char *path)
{
	struct statx st;

	return statx(AT_FDCWD, path, 0, 0, &st) ||
	       (st.stx_attributes_mask & st.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* A shell whose current folder it is would be left in the one that is replaced. */
static bool is_current(const char *dir)
{
	char *here = getcwd(NULL, 0);
	size_t len = strlen(dir);
	bool is = !here || (!strncmp(here, dir, len) && (!here[len] || here[len] == '/'));

	free(here);
	return is;
}

/* Remove what begins with @prefix in the folder @path. */
static void stale_remove(const char *path, const char *prefix)
{
	DIR *d = opendir(path);
	struct dirent *entry;
	char stale[OUT_FOLDER_PATH_MAX];

	while (d && (entry = readdir(d)))
		if (!strncmp(entry->d_name, prefix, strlen(prefix)) &&
		    !path_join(stale, path, entry->d_name))
			out_folder_remove(stale);
	if (d)
		closedir(d);
}

static int work_beside(struct out_folder *f)
{
	char parent[OUT_FOLDER_PATH_MAX], prefix[NAME_MAX + 32];
	const char *base = base_of(f->dir);

	snprintf(parent, sizeof(parent), "%.*s", (int)(base - f->dir), f->dir);
	snprintf(prefix, sizeof(prefix), WORK_BESIDE, base);
	stale_remove(parent, prefix);
	if (snprintf(f->work, sizeof(f->work), "%s%sXXXXXX", parent, prefix) >= OUT_FOLDER_PATH_MAX)
		return -ENAMETOOLONG;
	return mkdtemp(f->work) ? 0 : -errno;
}

static int work_inside(struct out_folder *f)
{
	f->inside = true;
	if (path_join(f->work, f->dir, WORK_INSIDE "XXXXXX"))
		return -ENAMETOOLONG;
	return mkdtemp(f->work) ? 0 : -errno;
}

int out_folder_begin(struct out_folder *f, char *err, size_t err_size)
{
	int ret = -EBUSY;

	stale_remove(f->dir, WORK_INSIDE);
	if (!is_mount(f->dir) && !is_current(f->dir))
		ret = work_beside(f);
	if (ret)
		ret = work_inside(f);
	if (ret) {
		f->work[0] = '\0';
		snprintf(err, err_size, "%.400s: cannot make a folder in it: %s", f->dir,
			 strerror(-ret));
		return ret;
	}
	if (!f->inside) {
		char pid[16];

		f->work_lock = lock_try(f->work, pid);
		open_work_lock = f->work_lock;
	}
	if (!f->inside && f->work_lock < 0) {
		snprintf(err, err_size, "%.400s: cannot lock: %s", f->work,
			 strerror(-f->work_lock));
		return f->work_lock;
	}
	return 0;
}

/* Each entry of @from to @to, the manifest last: a folder without it is not whole. */
static int entries_move(const char *from, const char *to)
{
	static const char manifest[] = "manifest.json";
	char a[OUT_FOLDER_PATH_MAX], b[OUT_FOLDER_PATH_MAX];
	DIR *d = opendir(from);
	struct dirent *entry;
	int ret = d ? 0 : -errno;

	while (!ret && (entry = readdir(d))) {
		if (name_is_dots(entry->d_name) || !strcmp(entry->d_name, manifest))
			continue;
		ret = path_join(a, from, entry->d_name);
		if (!ret)
			ret = path_join(b, to, entry->d_name);
		if (!ret && rename(a, b))
			ret = -errno;
	}
	if (d)
		closedir(d);
	if (!ret && !path_join(a, from, manifest) && !path_join(b, to, manifest) && rename(a, b))
		ret = -errno;
	return ret;
}

/* All that earlier runs left in the folder, its lock and the fresh folder aside. */
static int entries_remove(const struct out_folder *f)
{
	char path[OUT_FOLDER_PATH_MAX];
	struct dirent *entry;
	DIR *d;
	int ret = 0;

	if (!path_join(path, f->dir, "manifest.json") && unlink(path) && errno != ENOENT)
		return -errno;
	d = opendir(f->dir);
	if (!d)
		return -errno;
	while (!ret && (entry = readdir(d))) {
		if (name_is_dots(entry->d_name) || !strcmp(entry->d_name, OUT_FOLDER_LOCK) ||
		    !strcmp(entry->d_name, base_of(f->work)))
			continue;
		ret = path_join(path, f->dir, entry->d_name);
		if (!ret)
			ret = out_folder_remove(path);
	}
	closedir(d);
	return ret;
}

static int commit_inside(struct out_folder *f)
{
	int ret = entries_remove(f);

	if (!ret)
		ret = entries_move(f->work, f->dir);
	return ret;
}

/* Two renames where the file system cannot exchange. */
static int folders_swap(struct out_folder *f)
{
	char old[OUT_FOLDER_PATH_MAX];

	if (!renameat2(AT_FDCWD, f->work, AT_FDCWD, f->dir, RENAME_EXCHANGE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (snprintf(old, sizeof(old), "%s.old", f->work) >= (int)sizeof(old))
		return -ENAMETOOLONG;
	if (rename(f->dir, old))
		return -errno;
	if (rename(f->work, f->dir)) {
		int ret = -errno;

		rename(old, f->dir);
		return ret;
	}
	return rename(old, f->work) ? -errno : 0;
}

static int commit_beside(struct out_folder *f)
{
	struct stat st;

	if (stat(f->dir, &st) || chmod(f->work, st.st_mode & 07777))
		return -errno;
	return folders_swap(f);
}

int out_folder_commit(struct out_folder *f, char *err, size_t err_size)
{
	int ret = f->inside ? commit_inside(f) : commit_beside(f);

	if (ret) {
		snprintf(err, err_size, "%.400s: cannot put the results in place: %s", f->dir,
			 strerror(-ret));
		return ret;
	}
	f->made = false;
	return 0;
}

void out_folder_close(struct out_folder *f)
{
	char path[OUT_FOLDER_PATH_MAX];

	if (f->work[0])
		out_folder_remove(f->work);
	if (f->made && !path_join(path, f->dir, OUT_FOLDER_LOCK)) {
		unlink(path);
		rmdir(f->dir);
	}
	/* the lock file stays, to show whose the folder is */
	lock_leave(f->lock);
	lock_leave(f->work_lock);
	f->lock = f->work_lock = open_lock = open_work_lock = -1;
}

void out_folder_forget(void)
{
	if (open_lock >= 0)
		close(open_lock);
	if (open_work_lock >= 0)
		close(open_work_lock);
	open_lock = open_work_lock = -1;
}
