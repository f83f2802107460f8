/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * document.c - scenario, trace, build and results as jansson objects.
 */
#include "tools/document.h"

#include <jansson.h>
#include <stdio.h>

#include "models/options/option_value.h"
#include "sim/results/json_text.h"
#include "sim/run.h"
#include "sim/scenario/scenario_rows.h"
#include "sim/scenario/traffic.h"
#include "tools/build_info.h"
#include "tools/said_from.h"
#include "tools/say_notes.h"
#include "tools/trace_source.h"
#include "traces/capture.h"

#define VALUE_MAX (OPTION_LIST_MAX * OPTION_TEXT_MAX)

/* Keys and values in the syntax of --set. */
static json_t *scenario_json(const struct scenario *s)
{
	json_t *obj = json_object();

	for (const struct option *row = scenario_options(); row->key; row++) {
		char value[VALUE_MAX];

		value_format(row, s, value, sizeof(value));
		json_object_set_new(obj, row->key, json_text(value));
	}
	return obj;
}

static json_t *trace_json(const struct scenario *s, const struct capture_info *info)
{
	const struct capture_device *dev;

	if (!info)
		return json_null();
	dev = traffic_device(s, info);
	return json_pack("{s:o, s:s, s:o, s:o, s:I, s:I, s:I, s:i, s:I, s:I, s:b, s:o}", "path",
			 json_text(info->path), "format", info->format, "clock",
			 json_text(info->clock), "device", json_text(dev->name), "packets",
			 (json_int_t)dev->packets, "bytes", (json_int_t)dev->bytes, "delivered",
			 (json_int_t)dev->delivered, "queues", (int)dev->queues, "span_ns",
			 (json_int_t)info->span_ns, "lost_events", (json_int_t)info->lost_events,
			 "truncated", (int)info->truncated, "truth", trace_source_truth(info));
}

static json_t *results_json(const struct run_outcome *outcome, const struct result *base)
{
	json_t *results = json_array();

	for (unsigned int i = 0; i < outcome->nr; i++) {
		const struct result *res = &outcome->results[i];
		json_t *obj = result_to_json(res, true);

		if (base && res != base)
			json_object_set_new(obj, "percent", result_percent_json(res, base));
		json_array_append_new(results, obj);
	}
	return results;
}

/* What became of the strategies that are not among the results. */
json_t *document_errors(const struct run_outcome *outcome)
{
	json_t *errors = json_array();

	for (unsigned int i = 0; i < outcome->failed; i++) {
		const struct run_error *e = &outcome->error[i];

		json_array_append_new(errors,
				      json_pack("{s:s, s:s, s:s}", "strategy", e->strategy, "hook",
						hook_name(e->hook), "message", e->message));
	}
	return errors;
}

/* Block counts differ between compilers and flags: results are equal only within a build. */
static json_t *build_json(void)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "version", build_info.version, "commit",
			 build_info.commit, "compiler", build_info.compiler, "type",
			 build_info.type, "instrumented_with", build_info.instrumented_with);
}

int document_print(const struct scenario_input *in, const struct capture_info *capture,
		   const struct notes *notes, const struct run_outcome *outcome,
		   const struct result *base)
{
	const struct scenario *s = &in->s;
	json_t *doc = json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "schema", RESULT_SCHEMA,
				"build", build_json(), "scenario", scenario_json(s), "trace",
				trace_json(s, capture), "notes", say_notes_json(notes), "results",
				results_json(outcome, base), "errors", document_errors(outcome));

	if (capture)
		json_object_set_new(doc, "said_from", said_from_json(in));
	if (base)
		json_object_set_new(doc, "baseline", json_string(base->strategy));
	return json_write(doc, stdout);
}
