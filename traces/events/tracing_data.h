/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tracing_data.h - the descriptions of events that a recorder copies from tracefs.
 *
 * A trace.dat (version 6: in a row; version 7: a section each) and the tracing data of a perf.data
 * have the same blocks in the same order. Each call here reads one block.
 * Source of the layout: trace-cmd.dat.v6(5).
 */
#ifndef TRACES_TRACING_DATA_H
#define TRACES_TRACING_DATA_H

#include "traces/cursor.h"
#include "traces/events/decode.h"

/**
 * struct tracing_page - the head of a sub-buffer of the kernel's ring buffer
 * @commit_size: bytes of the commit word, a long of that kernel: 4 or 8
 * @data_offset: where records start, from the head's first byte
 */
struct tracing_page {
	unsigned int commit_size;
	unsigned int data_offset;
};

/**
 * tracing_header() - read header_page and header_event
 * @abi: of the recording machine
 * @page: written when the text is sane; the caller sets a default
 *
 * Return: false when the block is cut (cur->cut is set) or is not there.
 */
bool tracing_header(struct cursor *cur, const struct format_abi *abi, struct tracing_page *page);

/**
 * tracing_ftrace() - read the formats of ftrace's own events
 *
 * Return: 0; -EINVAL when the block is cut or damaged; -ENOMEM.
 */
int tracing_ftrace(struct cursor *cur, struct decoder *dec);

/**
 * tracing_events() - read the formats of all other events, by system
 *
 * Return: 0; -EINVAL when the block is cut or damaged; -ENOMEM.
 */
int tracing_events(struct cursor *cur, struct decoder *dec);

/**
 * tracing_kallsyms() - read the symbols
 *
 * Return: 0; -EINVAL when the block is cut or longer than SYMBOLS_BYTES_MAX; -ENOMEM.
 */
int tracing_kallsyms(struct cursor *cur, struct decoder *dec);

#endif
