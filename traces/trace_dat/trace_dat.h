/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_dat.h - files of trace-cmd as streams of events.
 */
#ifndef TRACES_TRACE_DAT_H
#define TRACES_TRACE_DAT_H

#include "traces/reader.h"

/** trace_dat_reader - versions 6 and 7, plain or compressed */
extern const struct reader_ops trace_dat_reader;

#endif
