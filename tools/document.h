/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * document.h - the JSON document of `run --json` and `replay --json`.
 */
#ifndef TOOLS_DOCUMENT_H
#define TOOLS_DOCUMENT_H

struct capture_info;
struct notes;
struct result;
struct run_outcome;
struct scenario_input;

/**
 * document_print() - one JSON document on stdout
 * @base: its strategy is "baseline", and each other result has "percent"; NULL: neither
 * @capture: NULL for synthetic traffic; "trace" is null then
 * Text that is not UTF-8 is there as json_text() makes it.
 * Return: 0, -ENOMEM, -EIO.
 */
int document_print(const struct scenario_input *in, const struct capture_info *capture,
		   const struct notes *notes, const struct run_outcome *outcome,
		   const struct result *base);

/** document_errors() - the strategies that failed, as an array of {strategy, hook, message} */
struct json_t *document_errors(const struct run_outcome *outcome);

#endif
