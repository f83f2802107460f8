/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * out_folder.h - the folder that holds the files of one run, all of them or none.
 *
 * A run locks its folder, fills a fresh one beside it and puts that in its place when it is whole.
 * So a reader finds an earlier run or this one, and nothing of both; what a kill leaves is removed
 * by the next run. Where nothing can be put beside it (a mount point, the current folder), the
 * fresh one is inside, and its files are moved one by one.
 */
#ifndef SIM_OUT_FOLDER_H
#define SIM_OUT_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#define OUT_FOLDER_PATH_MAX 1024
#define OUT_FOLDER_WAIT_MS  2000 /* for another run in the same folder */

/** OUT_FOLDER_LOCK - shows that a folder is a run's; while one is at it, locked, its pid within */
#define OUT_FOLDER_LOCK ".fragsim.lock"

/**
 * struct out_folder - a folder locked for a run
 * @dir: its path, absolute
 * @work: where the files are written
 * @inside: @work is in @dir
 * @made: @dir was not there before
 */
struct out_folder {
	char dir[OUT_FOLDER_PATH_MAX], work[OUT_FOLDER_PATH_MAX];
	bool inside, made;
	int lock, work_lock;
};

/**
 * out_folder_open() - make a folder if there is none, and lock it
 * The lock is closed on exec; a child that is forked calls out_folder_forget().
 * Return: 0, to be closed; -EBUSY (another run is at it), -EEXIST (holds what no run made), or
 * -errno, with one line in @err.
 */
int out_folder_open(struct out_folder *f, const char *path, char *err, size_t err_size);

/** out_folder_begin() - remove what killed runs left, make @work. Return: 0, -errno with @err */
int out_folder_begin(struct out_folder *f, char *err, size_t err_size);

/** out_folder_commit() - what is in @work replaces all of @dir. Return: 0, -errno with @err */
int out_folder_commit(struct out_folder *f, char *err, size_t err_size);

/** out_folder_close() - unlock; without a commit, @work goes and @dir is as it was */
void out_folder_close(struct out_folder *f);

/** out_folder_forget() - in a child: leave the lock to the parent */
void out_folder_forget(void);

/** out_folder_remove() - a folder and all that is in it. Return: 0 (not there: too), -errno */
int out_folder_remove(const char *path);

#endif
