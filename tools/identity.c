/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * identity.c - scenario.yaml, manifest.json and run.json.
 */
#include "tools/identity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "sim/results/atomic_file.h"
#include "sim/results/json_text.h"
#include "sim/results/notes.h"
#include "sim/results/results.h"
#include "sim/run.h"
#include "sim/scenario/effective.h"
#include "tools/build_info.h"
#include "tools/document.h"
#include "tools/said_from.h"
#include "tools/say_notes.h"
#include "traces/capture.h"

#define SOURCE "traffic.source"

static void folder_name(struct identity *id, const struct scenario_input *in)
{
	uint64_t digest = DIGEST_START;
	char name[OPTION_TEXT_MAX];
	const char *key;
	json_t *value;

	json_object_foreach(id->scenario, key, value)
	{
		bool hashed = id->sha256[0] && !strcmp(key, SOURCE);

		digest = digest_text(digest, key);
		digest = digest_text(digest, "=");
		digest = digest_text(digest, hashed ? id->sha256 : json_string_value(value));
		digest = digest_text(digest, "\n");
	}
	result_dir_name(in->s.name, name, sizeof(name));
	snprintf(id->folder, sizeof(id->folder), "%s-%08x", name,
		 (unsigned int)(digest ^ digest >> 32));
}

static void capture_digest(struct identity *id, const char *path, bool hash)
{
	int err = hash ? digest_file(path, id->sha256) : -ECANCELED;

	if (err)
		id->sha256[0] = '\0';
	id->unknown = !err		  ? ""
		      : err == -ECANCELED ? "--no-hash"
		      : err == -ENOSYS	  ? "built without libgcrypt"
		      : err == -EINVAL	  ? "not a regular file"
					  : strerror(-err);
}

int identity_init(struct identity *id, const struct scenario_input *in,
		  const struct capture_info *capture, const struct session_options *opt)
{
	static char value[EFFECTIVE_VALUE_MAX];
	int err = 0;

	*id = (struct identity){.scenario = json_object(), .unknown = ""};
	for (const struct option *row = scenario_options(); row->key; row++) {
		effective_value(in, row, value);
		err |= json_object_set_new(id->scenario, row->key, json_text(value));
	}
	if (capture)
		capture_digest(id, capture->path, !opt->no_hash);
	if (err)
		return -ENOMEM;
	folder_name(id, in);
	return 0;
}

void identity_fini(struct identity *id)
{
	json_decref(id->scenario);
	id->scenario = NULL;
}

bool identity_differs(const struct identity *id, const char *dir, char *what, size_t size)
{
	char path[ATOMIC_PATH_MAX];
	json_t *manifest, *scenario, *mine;
	const char *key, *sha256;
	bool differs = false;

	snprintf(path, sizeof(path), "%s/manifest.json", dir);
	manifest = json_load_file(path, 0, NULL);
	scenario = json_object_get(manifest, "scenario");
	sha256 = json_string_value(json_object_get(json_object_get(manifest, "trace"), "sha256"));
	if (sha256 && id->sha256[0] && strcmp(sha256, id->sha256)) {
		snprintf(what, size, "of another capture, by its SHA-256");
		differs = true;
	}
	json_object_foreach(id->scenario, key, mine)
	{
		const char *was = json_string_value(json_object_get(scenario, key));

		/* a capture is what is in it, wherever it lies; another version has other keys */
		if (differs || !was || (sha256 && id->sha256[0] && !strcmp(key, SOURCE)) ||
		    !strcmp(was, json_string_value(mine)))
			continue;
		snprintf(what, size, "%s: there %.100s, here %.100s", key, *was ? was : "''",
			 *json_string_value(mine) ? json_string_value(mine) : "''");
		differs = true;
	}
	json_decref(manifest);
	return differs;
}

/* Keys the user gave; allocators of his own are strategies he chose. */
static json_t *set_json(const struct identity_run *run)
{
	json_t *set = json_array();

	for (const struct option *row = scenario_options(); row->key; row++)
		if (scenario_given(run->in, row->key) ||
		    (run->opt->allocators.nr && !strcmp(row->key, "strategies")))
			json_array_append_new(set, json_string(row->key));
	return set;
}

static json_t *trace_json(const struct identity *id, const struct capture_info *capture)
{
	json_t *trace;

	if (!capture)
		return json_null();
	trace = json_pack("{s:s, s:I, s:I}", "format", capture->format, "span_ns",
			  (json_int_t)capture->span_ns, "lost_events",
			  (json_int_t)capture->lost_events);
	json_object_set_new(trace, "sha256", id->sha256[0] ? json_string(id->sha256) : json_null());
	if (!id->sha256[0])
		json_object_set_new(trace, "sha256_unknown", json_string(id->unknown));
	return trace;
}

static json_t *manifest_json(const struct identity *id, const struct identity_run *run)
{
	json_t *build = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "version", build_info.version,
				  "commit", build_info.commit, "compiler", build_info.compiler,
				  "type", build_info.type, "instrumented_with",
				  build_info.instrumented_with, "simgrid", build_info.simgrid);

	return json_pack("{s:i, s:o, s:O, s:o, s:o, s:o, s:o, s:o, s:b, s:b}", "schema",
			 RESULT_SCHEMA, "build", build, "scenario", id->scenario, "set",
			 set_json(run), "said_from", said_from_json(run->in), "trace",
			 trace_json(id, run->capture), "notes", say_notes_json(run->notes),
			 "errors", document_errors(run->outcome), "checked", (int)run->opt->check,
			 "interrupted", (int)run->outcome->interrupted);
}

static json_t *texts_json(int nr, char *const *text)
{
	json_t *texts = json_array();

	for (int i = 0; i < nr; i++)
		json_array_append_new(texts, json_text(text[i]));
	return texts;
}

static json_t *wall_json(const struct run_outcome *out)
{
	json_t *wall = json_object();

	for (unsigned int i = 0; i < out->nr; i++)
		json_object_set_new(wall, out->results[i].strategy,
				    json_integer((json_int_t)out->results[i].wall_ns));
	return wall;
}

static json_t *run_json(const struct identity_run *run)
{
	char date[32] = "", here[ATOMIC_PATH_MAX] = "";
	time_t now = time(NULL);
	struct utsname host;
	struct tm tm;

	memset(&host, 0, sizeof(host));
	uname(&host);
	if (gmtime_r(&now, &tm))
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (!getcwd(here, sizeof(here)))
		here[0] = '\0';
	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:s, s:i, s:I, s:o}", "schema",
			 RESULT_SCHEMA, "command", texts_json(run->argc, run->argv), "folder",
			 json_text(here), "host", json_text(host.nodename), "kernel",
			 json_text(host.release), "cpu", json_text(host.machine), "date", date,
			 "jobs", (int)run->opt->jobs, "wall_ns", (json_int_t)run->wall_ns,
			 "strategy_wall_ns", wall_json(run->outcome));
}

static int json_save(json_t *obj, const char *dir, const char *name)
{
	char path[ATOMIC_PATH_MAX];
	struct atomic_file file;
	int ret = obj ? 0 : -ENOMEM;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (!ret)
		ret = atomic_open(&file, path);
	if (!ret) {
		ret = json_dumpf(obj, file.f, RESULT_JSON_FLAGS) ? -EIO : 0;
		fputc('\n', file.f);
		ret = atomic_commit(&file, ret);
	}
	json_decref(obj);
	return ret;
}

int identity_write(const struct identity *id, const struct identity_run *run, const char *dir,
		   const char **file)
{
	char path[ATOMIC_PATH_MAX];
	struct atomic_file yaml;
	int ret;

	*file = "scenario.yaml";
	snprintf(path, sizeof(path), "%s/%s", dir, *file);
	ret = atomic_open(&yaml, path);
	if (!ret)
		ret = atomic_commit(&yaml, effective_write(run->in, yaml.f));
	if (!ret) {
		*file = "run.json";
		ret = json_save(run_json(run), dir, *file);
	}
	if (!ret) {
		*file = "manifest.json";
		ret = json_save(manifest_json(id, run), dir, *file);
	}
	return ret;
}
