/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oracle_log.h - reads a log of what Linux did, and knows the kernel's names of our pages.
 *
 * A page's number is a name: it is fixed when the page is first handed out and forgotten when the
 * page is freed. Two pages never have one name, nor one page two.
 */
#ifndef TESTS_ORACLE_LOG_H
#define TESTS_ORACLE_LOG_H

#include <stdbool.h>
#include <stdio.h>

#define ORACLE_PAGES 8192 /* page memory of the test */
#define ORACLE_IDS   4096
#define ORACLE_LINE  256

struct oracle_log {
	FILE *file;
	unsigned int operations;
	char line[ORACLE_LINE];
	unsigned long name[ORACLE_PAGES]; /* by our pfn; 0 = none */
};

/** oracle_open() - decompresses tests/alloc/oracle/@name and checks its @header */
void oracle_open(struct oracle_log *log, const char *name, const char *header);

/** oracle_next() - the next operation is in log->line. Return: false at the end */
bool oracle_next(struct oracle_log *log);

/** oracle_close() - the log was read to its end without trouble */
void oracle_close(struct oracle_log *log);

/** oracle_field() - decimal number in column @column of the line, counted from 0 */
unsigned long oracle_field(const struct oracle_log *log, unsigned int column);

/** oracle_name() - the name of our page @pfn; a page without one gets @fresh if that is free */
unsigned long oracle_name(struct oracle_log *log, unsigned long pfn, unsigned long fresh);

#endif
