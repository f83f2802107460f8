/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_version.c - parse, order and format versions of Linux, and constants that differ.
 */
#include "models/kernel_version.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc/mm_types.h"

static const unsigned int listed[] = {
	KERNEL_VERSION(6, 12, 0),
	KERNEL_VERSION(6, 18, 0),
	KERNEL_VERSION(6, 19, 0),
	KERNEL_VERSION(7, 1, 0),
};

/* Return: the number at *at, which then points behind it, or -1 */
static long number(const char **at)
{
	char *end;
	long value;

	if (!isdigit((unsigned char)**at))
		return -1;
	value = strtol(*at, &end, 10);
	*at = end;
	return value < 256 ? value : -1;
}

int kernel_version_parse(const char *text, unsigned int *version)
{
	long major = number(&text), minor;

	if (major < 0 || *text++ != '.')
		return -EINVAL;
	minor = number(&text);
	if (minor < 0)
		return -EINVAL;
	*version = KERNEL_VERSION((unsigned int)major, (unsigned int)minor, 0);
	return 0;
}

unsigned int kernel_version_listed(unsigned int version)
{
	unsigned int best = listed[0];

	for (unsigned int i = 1; i < sizeof(listed) / sizeof(listed[0]); i++)
		if (listed[i] <= version)
			best = listed[i];
	return best;
}

void kernel_version_format(unsigned int version, char buf[KERNEL_VERSION_TEXT])
{
	snprintf(buf, KERNEL_VERSION_TEXT, "%u.%u", version >> 16 & 0xff, version >> 8 & 0xff);
}

unsigned int kernel_pool_refill(unsigned int version, unsigned long page_bytes)
{
	if (version < KERNEL_VERSION(7, 1, 0) || page_bytes < 16384)
		return 64;
	return page_bytes < 65536 ? 16 : 4;
}

unsigned int kernel_pool_cache(unsigned int version, unsigned long page_bytes)
{
	return 2 * kernel_pool_refill(version, page_bytes);
}

bool kernel_frag_counts_up(unsigned int version)
{
	return version >= KERNEL_VERSION(6, 13, 0);
}

unsigned int kernel_defer_max(unsigned int version)
{
	return version < KERNEL_VERSION(6, 19, 0) ? 64 : 128;
}

/*
 * Behind a lock the count is compared before it is raised, without one after it: so one less fits.
 * The skb that finds half of the maximum waiting kicks.
 */
struct kernel_defer kernel_defer(unsigned int version, unsigned int max)
{
	bool lockless = version >= KERNEL_VERSION(6, 18, 0);

	return (struct kernel_defer){
		.capacity = lockless && max ? max - 1 : max,
		.kick = max / 2 + 1,
		.by_node = lockless,
		.datagrams = lockless,
		.off = !max && version >= KERNEL_VERSION(7, 1, 0),
	};
}
