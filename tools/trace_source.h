/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_source.h - find, scan and check the capture of a scenario.
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
struct scenario_input;

/**
 * trace_source_scan() - first pass over the capture
 * @info: set on success, for free()
 * Return: CLI_GO, or CLI_USAGE or CLI_FAILED after a message.
 */
int trace_source_scan(const struct scenario *s, struct capture_info **info);

/** trace_source_truth() - names of the ground truth in a capture, as a JSON array */
json_t *trace_source_truth(const struct capture_info *info);

/**
 * trace_source_pick() - of a pcap of both directions, the packets to the address that received most
 * They are those of a receiver, and the other direction tells when they were read. Scans the pcap
 * once more. A traffic.filter that the user gave stays, the empty one too.
 * @info: from trace_source_scan(); replaced, or freed and NULL on failure
 * Return: as trace_source_scan().
 */
int trace_source_pick(struct scenario_input *in, struct capture_info **info);

#endif
