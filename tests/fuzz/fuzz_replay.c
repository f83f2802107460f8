/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_replay.c - stands in for libFuzzer: each file of the folders named goes to the target, whole
 * and cut at every 64th.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz_input.h"

#define INPUT_MAX (1 << 20)
#define CUTS	  64

static int file_replay(const char *path)
{
	static uint8_t data[INPUT_MAX];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file) {
		perror(path);
		return 1;
	}
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	for (size_t i = 1; i <= CUTS; i++)
		LLVMFuzzerTestOneInput(data, size * i / CUTS);
	return 0;
}

static int folder_replay(const char *dir)
{
	struct dirent **entries;
	int nr = scandir(dir, &entries, NULL, alphasort), files = 0, bad = 0;
	char path[1024];

	for (int i = 0; i < nr; i++) {
		if (entries[i]->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
			bad |= file_replay(path);
			files++;
		}
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
	printf("%s: %d files\n", dir, files);
	return bad || !files;
}

int main(int argc, char **argv)
{
	int bad = argc < 2;

	for (int i = 1; i < argc; i++)
		bad |= folder_replay(argv[i]);
	return bad;
}
