/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine_file.c - test helper: a copy of x86-100g.yaml with one value changed.
 */
#include "machine_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/traces/cmocka_all.h"

#define MACHINE "machine="

static char setting[64];

const char *machine_file_write(const char *from, const char *to)
{
	char text[16384], *at;
	FILE *f = fopen(FRAGSIM_SOURCE_DIR "/models/machines/x86-100g.yaml", "r");
	size_t n;
	int fd;

	machine_file_remove();
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	at = strstr(text, from);
	assert_non_null(at);
	strcpy(setting, MACHINE "/tmp/fragsim-test-XXXXXX.yaml");
	fd = mkstemps(setting + strlen(MACHINE), 5);
	assert_true(fd >= 0);
	f = fdopen(fd, "w");
	assert_non_null(f);
	fprintf(f, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	fclose(f);
	return setting;
}

void machine_file_remove(void)
{
	if (setting[0])
		unlink(setting + strlen(MACHINE));
	setting[0] = '\0';
}
