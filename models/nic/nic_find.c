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

int nic_find(const char *dir, const char *driver, unsigned int kernel, unsigned int mtu, char *name,
	     size_t size)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, is_preset, alphasort), ret = n < 0 ? -errno : -ENOENT;
	unsigned int since, best_since = 0;
	struct nic nic, best = {0};
	char err[OPTION_TEXT_MAX];

	for (int i = 0; i < n; i++) {
		char *stem = entries[i]->d_name;

		*strrchr(stem, '.') = '\0';
		if (!nic_load(&nic, stem, dir, err, sizeof(err)) && names_driver(&nic, driver) &&
		    (!nic.max_mtu || mtu <= nic.max_mtu) &&
		    !kernel_version_parse(nic.since, &since) &&
		    (!best_since || fits_better(&nic, since, &best, best_since, kernel))) {
			best_since = since;
			best = nic;
			ret = snprintf(name, size, "%s", stem) < (int)size ? 0 : -ENAMETOOLONG;
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
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
	struct dirent **entries;
	int n = scandir(dir, &entries, is_preset, alphasort), ret = n < 0 ? -errno : -ENOENT;
	char err[OPTION_TEXT_MAX];
	unsigned int since;
	struct nic nic;

	for (int i = 0; i < n; i++) {
		char *stem = entries[i]->d_name;

		*strrchr(stem, '.') = '\0';
		if (!nic_load(&nic, stem, dir, err, sizeof(err)) &&
		    fills_rings(&nic, blocks, order) && !kernel_version_parse(nic.since, &since) &&
		    since <= kernel) {
			if (ret == -ENOENT)
				ret = snprintf(name, size, "%s", stem) < (int)size ? 0
										   : -ENAMETOOLONG;
			else
				ret = -EEXIST;
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return ret;
}
