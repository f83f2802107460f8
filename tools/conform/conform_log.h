/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform_log.h - a log of Linux's own allocator, operation by operation.
 *
 * A CSV file: a header that tells the allocator, then a line per operation with the state after it.
 * Reading checks columns, numbers, operations, and that buffers are allocated before they are put,
 * so that a replay can rely on it.
 */
#ifndef SIM_CONFORM_LOG_H
#define SIM_CONFORM_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CONFORM_COLUMNS	 15
#define CONFORM_MAX_ROWS (1u << 20)

/** enum conform_column - the first seven are common to both kinds of log */
enum conform_column {
	CONFORM_N,
	CONFORM_OP,
	CONFORM_ID,
	CONFORM_SIZE,
	CONFORM_PFN,
	CONFORM_OFFSET,
	CONFORM_REF,

	CONFORM_POOL_PP_REF = 7,
	CONFORM_POOL_LIVE,
	CONFORM_POOL_HOLD,
	CONFORM_POOL_RELEASE,
	CONFORM_POOL_CACHE,
	CONFORM_POOL_RING,
	CONFORM_POOL_FRAG_OFFSET,
	CONFORM_POOL_FRAG_USERS,

	CONFORM_FRAG_LIVE = 7,
	CONFORM_FRAG_OFFSET,
	CONFORM_FRAG_SIZE,
	CONFORM_FRAG_BIAS,
	CONFORM_FRAG_ORDER,
};

enum conform_effect { CONFORM_ALLOC, CONFORM_PUT, CONFORM_OTHER };

/** struct conform_op - a kind of operation; @empty: mask of the columns that are empty for it */
struct conform_op {
	char letter;
	enum conform_effect effect;
	uint32_t empty;
};

/**
 * struct conform_kind - one kind of log
 * @allocator: the kernel's allocator
 * @column: names of the columns
 * @max_size: largest request its operations can hold
 */
struct conform_kind {
	const char *allocator;
	unsigned int nr_columns, nr_ops, max_size;
	const char *column[CONFORM_COLUMNS];
	struct conform_op op[5];
};

/** conform_pool_kind - logs of the kernel's page_pool */
extern const struct conform_kind conform_pool_kind;

/** conform_frag_kind - logs of the kernel's page_frag_cache */
extern const struct conform_kind conform_frag_kind;

/** struct conform_row - an operation and the state after it; @present: columns with a value */
struct conform_row {
	char op;
	uint32_t present;
	int64_t value[CONFORM_COLUMNS];
};

/**
 * struct conform_log - a whole log
 * @page: its page numbers, sorted, each once
 * @max_id: largest id
 * @nr_allocs: operations that allocate
 * @nr_live: buffers still allocated after the last operation
 */
struct conform_log {
	const struct conform_kind *kind;
	struct conform_row *row;
	unsigned int nr, nr_allocs, nr_live;
	int64_t *page;
	unsigned int nr_pages;
	unsigned int max_id;
};

/**
 * conform_log_read() - read a log to its end
 * @file: open for reading
 * @name: of the log, for messages
 * Return: 0, or -EINVAL (no valid log), -EIO, -ENOMEM with one line in @err: line, column, what was
 * found and what was expected.
 */
int conform_log_read(struct conform_log *log, FILE *file, const char *name, char *err,
		     size_t err_size);

/** conform_log_free() - free what conform_log_read() allocated */
void conform_log_free(struct conform_log *log);

/** conform_log_page() - index of page number @page in log->page; nr_pages: not in the log */
unsigned int conform_log_page(const struct conform_log *log, int64_t page);

/** conform_row_print() - the row as a line of the log, "?" where @row lacks what @like has */
void conform_row_print(const struct conform_kind *kind, const struct conform_row *row,
		       const struct conform_row *like, char *buf, size_t size);

/** conform_row_differs() - first column in which two rows differ; nr_columns: none */
unsigned int conform_row_differs(const struct conform_kind *kind, const struct conform_row *a,
				 const struct conform_row *b);

/** conform_row_set() - one column of a row */
static inline void conform_row_set(struct conform_row *row, unsigned int column, int64_t value)
{
	row->value[column] = value;
	row->present |= 1u << column;
}

#endif
