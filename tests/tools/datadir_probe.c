/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * datadir_probe.c - prints where a program in this place finds fragsim's files, for
 * test_datadir.sh.
 */
#include <stdio.h>

#include "tools/datadir.h"

int main(void)
{
	struct datadir dirs;
	char err[1024];

	if (datadir_find(&dirs, err, sizeof(err))) {
		puts(err);
		return 2;
	}
	puts(dirs.models);
	return 0;
}
