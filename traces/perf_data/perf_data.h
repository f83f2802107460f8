/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_data.h - files of perf record as streams of events.
 */
#ifndef TRACES_PERF_DATA_H
#define TRACES_PERF_DATA_H

#include "traces/reader.h"

/** perf_data_reader - version 2, of a file or of a pipe */
extern const struct reader_ops perf_data_reader;

#endif
