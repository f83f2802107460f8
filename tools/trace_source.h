/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_source.h - the capture a scenario names: found, scanned, judged.
 */
#ifndef TOOLS_TRACE_SOURCE_H
#define TOOLS_TRACE_SOURCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define TRACE_PATH_MAX 1024

struct capture_device;
struct capture_info;
struct scenario;

/**
 * trace_source_scan() - first pass over the capture; warns of what it lacks
 * @strict: lost events or a cut end are errors
 * @info: set on success; free() it
 * Return: CLI_GO, CLI_USAGE or CLI_FAILED (told).
 */
int trace_source_scan(const struct scenario *s, bool strict, struct capture_info **info);

/** trace_source_truth() - ground truth in a capture: names of what there is, as a JSON array */
json_t *trace_source_truth(const struct capture_info *info);

#endif
