/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * profile.c - finds a profile by name, reads it, and insists that nothing is left out.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "models/options/option_value.h"
#include "models/options/options.h"
#include "models/options/options_yaml.h"
#include "models/options/profile.h"

#define PATH_BYTES_MAX 4096
#define SUFFIX	       ".yaml"

static size_t stem_length(const char *file)
{
	size_t len = strlen(file), suffix = strlen(SUFFIX);

	return len > suffix && !strcmp(file + len - suffix, SUFFIX) ? len - suffix : 0;
}

static int is_profile(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && stem_length(entry->d_name);
}

/* -ENOENT with the names that would have worked, sorted: a folder's own order is accidental. */
static int not_found(const char *kind, const char *name, const char *dir, char *err,
		     size_t err_size)
{
	char shown[VALUE_SHOWN_MAX + 8], names[2 * OPTION_TEXT_MAX] = "";
	struct dirent **entries;
	int n = scandir(dir, &entries, is_profile, alphasort);
	size_t used = 0;

	for (int i = 0; i < n; i++) {
		const char *file = entries[i]->d_name;

		if (used < sizeof(names))
			used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%.*s",
						 i ? ", " : "", (int)stem_length(file), file);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	value_shown(shown, name);
	if (n > 0)
		snprintf(err, err_size, "no %s %s in %s; expected a path or one of: %s", kind,
			 shown, dir, names);
	else
		snprintf(err, err_size, "no %s %s, and none at all in %s; expected a path", kind,
			 shown, dir);
	return -ENOENT;
}

static int check_complete(const struct option_set *set, const char *path, char *err,
			  size_t err_size)
{
	const struct option *row;
	char expected[OPTION_TEXT_MAX];

	for (row = set->table; row->key; row++)
		if (!set->given[row - set->table] && !row->deflt)
			break;
	if (!row->key)
		return 0;
	value_expected(row, expected, sizeof(expected));
	if (row->type == OPTION_TEXT)
		snprintf(err, err_size, "%s: %s is missing; expected %s", path, row->key, expected);
	else
		snprintf(err, err_size,
			 "%s: %s is missing; expected {value: X, %s%s%ssource: ID} with X %s", path,
			 row->key, row->unit ? "unit: " : "", row->unit ? row->unit : "",
			 row->unit ? ", " : "", expected);
	return -EINVAL;
}

bool profile_is_path(const char *name)
{
	return strchr(name, '/') || stem_length(name);
}

int profile_load(const struct option_set *set, const char *kind, const char *name, const char *dir,
		 char *err, size_t err_size)
{
	bool is_path = profile_is_path(name);
	char path[PATH_BYTES_MAX];
	int ret, len;

	len = snprintf(path, sizeof(path), "%s%s%s%s", is_path ? "" : dir, is_path ? "" : "/", name,
		       is_path ? "" : SUFFIX);
	if (!*name || len >= (int)sizeof(path))
		return not_found(kind, name, dir, err, err_size);
	ret = options_default(set);
	if (!ret)
		ret = options_load(set, path, err, err_size);
	if (ret == -ENOENT)
		return not_found(kind, name, dir, err, err_size);
	return ret ? ret : check_complete(set, path, err, err_size);
}
