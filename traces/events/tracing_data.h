/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tracing_data.h - the descriptions that a recorder copies from tracefs in front of its records.
 *
 * The same blocks, in the same order, are in a trace.dat (version 6: one after the other; version
 * 7: a section each) and in the tracing data of a perf.data. Each call here reads one block.
 * Source of the layout: trace-cmd.dat.v6(5).
 */
#ifndef TRACES_TRACING_DATA_H
#define TRACES_TRACING_DATA_H

#include "traces/cursor.h"
#include "traces/events/decode.h"

/**
 * struct tracing_page - the head of a sub-buffer of the kernel's ring buffer
 * @commit_size: bytes of the word behind the timestamp, a long of that kernel: 4 or 8
 * @data_offset: where records start
 */
struct tracing_page {
	unsigned int commit_size;
	unsigned int data_offset;
};

/**
 * tracing_header() - header_page and header_event
 * @page: written when the text makes sense; the caller sets what holds otherwise
 * Return: false when the block is cut or is none (then cur->cut is not set).
 */
bool tracing_header(struct cursor *cur, const struct format_abi *abi, struct tracing_page *page);

/** tracing_ftrace() - formats of ftrace's own events; Return: 0, -EINVAL (cut), -ENOMEM */
int tracing_ftrace(struct cursor *cur, struct decoder *dec);

/** tracing_events() - formats of all other events by system; Return: 0, -EINVAL (cut), -ENOMEM */
int tracing_events(struct cursor *cur, struct decoder *dec);

/** tracing_kallsyms() - a counted text of symbols; Return: 0, -EINVAL (cut or too long), -ENOMEM */
int tracing_kallsyms(struct cursor *cur, struct decoder *dec);

#endif
