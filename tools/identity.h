/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * identity.h - which run the files of a folder are of: scenario.yaml reruns it, manifest.json says
 * what went in and what was remarked, run.json how it was started.
 *
 * Two runs are the same when their effective scenarios and the digests of their captures are equal,
 * whatever the version of the program. Equal runs leave equal bytes in all files but run.json.
 */
#ifndef TOOLS_IDENTITY_H
#define TOOLS_IDENTITY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include "sim/scenario/scenario_input.h"
#include "tools/digest.h"
#include "tools/session_options.h"

struct capture_info;
struct notes;
struct run_outcome;

/**
 * struct identity - of a run
 * @scenario: keys and values, paths absolute
 * @sha256: of the capture, "" where there is none
 * @unknown: why there is none, "" where there is no capture
 * @folder: name for the folder of its results: the scenario's name and 8 digits of its digest
 */
struct identity {
	json_t *scenario;
	char sha256[DIGEST_HEX_MAX];
	const char *unknown;
	char folder[OPTION_TEXT_MAX + 16];
};

/** identity_init() - of a finished scenario; @opt may forbid a digest. Return: 0, -ENOMEM */
int identity_init(struct identity *id, const struct scenario_input *in,
		  const struct capture_info *capture, const struct session_options *opt);

/** identity_fini() - free what identity_init() made */
void identity_fini(struct identity *id);

/**
 * identity_differs() - does a folder hold the results of another run?
 * @what: set to what differs
 * Return: false also where it holds no complete results.
 */
bool identity_differs(const struct identity *id, const char *dir, char *what, size_t size);

/** struct identity_run - what there is to say of a run; @argv, @wall_ns: for run.json alone */
struct identity_run {
	const struct scenario_input *in;
	const struct capture_info *capture;
	const struct session_options *opt;
	const struct notes *notes;
	const struct run_outcome *outcome;
	int argc;
	char **argv;
	uint64_t wall_ns;
};

/** identity_write() - the three files. Return: 0, or -errno with the file's name in *@file */
int identity_write(const struct identity *id, const struct identity_run *run, const char *dir,
		   const char **file);

#endif
