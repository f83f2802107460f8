/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oracle_log.c - see oracle_log.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "oracle_log.h"

static bool oracle_line(struct oracle_log *log)
{
	if (!fgets(log->line, sizeof(log->line), log->file))
		return false;
	log->line[strcspn(log->line, "\n")] = '\0';
	return true;
}

void oracle_open(struct oracle_log *log, const char *name, const char *header)
{
	char command[512];

	memset(log, 0, sizeof(*log));
	snprintf(command, sizeof(command), "xz -dc '%s/tests/alloc/oracle/%s'", FRAGSIM_SOURCE_DIR,
		 name);
	log->file = popen(command, "r");
	assert_non_null(log->file);
	assert_true(oracle_line(log));
	assert_string_equal(log->line, header);
}

bool oracle_next(struct oracle_log *log)
{
	if (!oracle_line(log))
		return false;
	log->operations++;
	return true;
}

void oracle_close(struct oracle_log *log)
{
	assert_int_equal(pclose(log->file), 0);
}

unsigned long oracle_field(const struct oracle_log *log, unsigned int column)
{
	const char *p = log->line;

	while (column-- && p)
		p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL;
	assert_non_null(p);
	return strtoul(p, NULL, 10);
}

unsigned long oracle_name(struct oracle_log *log, unsigned long pfn, unsigned long fresh)
{
	assert_true(pfn < ORACLE_PAGES);
	if (log->name[pfn])
		return log->name[pfn];
	for (unsigned long i = 0; i < ORACLE_PAGES; i++)
		assert_int_not_equal(log->name[i], fresh);
	log->name[pfn] = fresh;
	return fresh;
}
