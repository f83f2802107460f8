/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nic_find.c - which preset stands for what a capture or a machine tells of a NIC.
 */
#include "models/nic/nic_find.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/kernel_version.h"
#include "models/nic/nic.h"
#include "models/options/profile.h"

/* Is @driver one of the names in nic->drivers? */
static bool names_driver(const struct nic *nic, const char *driver)
{
	const size_t len = strlen(driver);

	for (const char *at = nic->drivers; len && *at;) {
		size_t word = strcspn(at, ", ");

		if (word == len && !strncmp(at, driver, len))
			return true;
		at += word;
		at += strspn(at, ", ");
	}
	return false;
}

/* Is preset @nic of @since a better answer for @kernel than @best of @best_since? */
static bool fits_better(const struct nic *nic, unsigned int since, const struct nic *best,
			unsigned int best_since, unsigned int kernel)
{
	if (since == best_since)
		return nic->max_mtu && (!best->max_mtu || nic->max_mtu < best->max_mtu);
	if ((since <= kernel) != (best_since <= kernel))
		return since <= kernel;
	return since <= kernel ? since > best_since : since < best_since;
}

static int is_preset(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && profile_is_path(entry->d_name);
}

/* struct presets - a walk over the presets of a folder, by name */
struct presets {
	const char *dir;
	struct dirent **entries;
	int nr, at;
};

static int presets_open(struct presets *p, const char *dir)
{
	*p = (struct presets){.dir = dir};
	p->nr = scandir(dir, &p->entries, is_preset, alphasort);
	return p->nr < 0 ? -errno : 0;
}

/*
 * The next preset that nic_load() takes, and its since. Return: its name; NULL after the last one,
 * and the walk is closed.
 */
static const char *presets_next(struct presets *p, struct nic *nic, unsigned int *since)
{
	char err[OPTION_TEXT_MAX];

	while (p->at < p->nr) {
		char *stem = p->entries[p->at++]->d_name;

		*strrchr(stem, '.') = '\0';
		if (!nic_load(nic, stem, p->dir, err, sizeof(err)) &&
		    !kernel_version_parse(nic->since, since))
			return stem;
	}
	while (p->nr)
		free(p->entries[--p->nr]);
	free(p->entries);
	return NULL;
}

static int name_set(char *name, size_t size, const char *found)
{
	return snprintf(name, size, "%s", found) < (int)size ? 0 : -ENAMETOOLONG;
}

int nic_find(const char *dir, const char *driver, unsigned int kernel, unsigned int mtu, char *name,
	     size_t size)
{
	struct presets presets;
	struct nic nic, best = {0};
	unsigned int since, best_since = 0;
	const char *found;
	int ret = presets_open(&presets, dir);

	if (ret)
		return ret;
	ret = -ENOENT;
	while ((found = presets_next(&presets, &nic, &since))) {
		if (!names_driver(&nic, driver) || (nic.max_mtu && mtu > nic.max_mtu) ||
		    (best_since && !fits_better(&nic, since, &best, best_since, kernel)))
			continue;
		best_since = since;
		best = nic;
		ret = name_set(name, size, found);
	}
	return ret;
}

/* Does its driver take pages itself, and fill whole rings with so many blocks of @order? */
static bool fills_rings(const struct nic *nic, uint64_t blocks, unsigned int order)
{
	char own[OPTION_TEXT_MAX];
	uint64_t each = nic->ring - 1;

	nic_strategy(nic, own, sizeof(own));
	return nic->drivers[0] && nic->buffers == NIC_POSTED && nic->order == order && blocks &&
	       blocks % each == 0 && blocks / each <= NIC_QUEUES_MAX &&
	       (!strcmp(own, "pingpong") || !strcmp(own, "refcount_reuse"));
}

int nic_find_ring(const char *dir, unsigned int kernel, uint64_t blocks, unsigned int order,
		  char *name, size_t size)
{
	struct presets presets;
	struct nic nic;
	unsigned int since;
	const char *found;
	int ret = presets_open(&presets, dir);

	if (ret)
		return ret;
	ret = -ENOENT;
	while ((found = presets_next(&presets, &nic, &since)))
		if (since <= kernel && fills_rings(&nic, blocks, order))
			ret = ret == -ENOENT ? name_set(name, size, found) : -EEXIST;
	return ret;
}
