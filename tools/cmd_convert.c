/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd_convert.c - `fragsim convert TRACE -o FILE.pkts`: from a capture to a packet file.
 *
 * The file replays like one device of the capture; events are decoded and release times inferred
 * once, not in each run.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/results/atomic_file.h"
#include "sim/scenario/scenario_input.h"
#include "sim/scenario/traffic.h"
#include "tools/cli.h"
#include "tools/say_notes.h"
#include "tools/trace_source.h"
#include "traces/capture.h"
#include "traces/packet_file/packet_file_write.h"

#define KEY_FILTER 256
#define KEY_STRICT 257

/* struct convert_input - of the command line */
struct convert_input {
	const char *path, *out, *device, *filter;
	bool strict;
};

static error_t convert_parse(int key, char *arg, struct argp_state *state)
{
	struct convert_input *in = state->input;

	switch (key) {
	case 'o':
		in->out = arg;
		return 0;
	case 'd':
		in->device = arg;
		return 0;
	case KEY_FILTER:
		in->filter = arg;
		return 0;
	case KEY_STRICT:
		in->strict = true;
		return 0;
	default:
		return cli_one_argument(key, arg, state, "TRACE", &in->path);
	}
}

static const struct argp_option convert_options[] = {
	{"output", 'o', "FILE", 0, "the packet file to write; required", 0},
	{"device", 'd', "DEV", 0, "the receiving device; default: the one that received most", 0},
	{"filter", KEY_FILTER, "EXPR", 0,
	 "pcap: only packets that match this pcap-filter expression", 0},
	{"strict", KEY_STRICT, NULL, 0, "refuse what a note says to mislead (docs/traces.md)", 0},
	{0},
};

static const struct argp convert_argp = {
	.options = convert_options,
	.parser = convert_parse,
	.args_doc = "TRACE",
	.doc = "Writes the packets that one device received as a packet file "
	       "(docs/packet-file.md): it replays like the capture, and is read much faster.",
};

/* The rename at the end would replace the capture. */
static bool same_file(const char *a, const char *b)
{
	struct stat sa, sb;

	return !stat(a, &sa) && !stat(b, &sb) && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

static int input_check(const struct convert_input *in, struct scenario *s)
{
	const struct {
		const char *text, *what;
		char *to;
	} rows[] = {
		{in->path, "TRACE", s->source},
		{in->device, "--device", s->device},
		{in->filter, "--filter", s->filter},
	};

	if (!in->out || !in->out[0]) {
		cli_error("convert: -o FILE.pkts is missing");
		return CLI_USAGE;
	}
	if (same_file(in->path, in->out)) {
		cli_error("convert: %s is the capture itself; expected another file", in->out);
		return CLI_USAGE;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].text && strlen(rows[i].text) >= OPTION_TEXT_MAX) {
			cli_error("convert: %s: found %zu bytes, expected at most %d", rows[i].what,
				  strlen(rows[i].text), OPTION_TEXT_MAX - 1);
			return CLI_USAGE;
		}
		strcpy(rows[i].to, rows[i].text ? rows[i].text : "");
	}
	return CLI_GO;
}

static int file_write(const struct convert_input *in, const struct capture_info *info,
		      const struct capture_device *dev, struct packet_source *src)
{
	struct atomic_file *file = malloc(sizeof(*file));
	char err[CLI_ERR_MAX] = "";
	uint64_t packets = 0;
	int ret = file ? atomic_open(file, in->out) : -ENOMEM;
	bool opened = !ret;

	if (opened)
		ret = packet_file_write(file->f, info, dev, src, &packets, err, sizeof(err));
	if (opened)
		ret = atomic_commit(file, ret);
	free(file);
	if (!ret) {
		printf("%s: %" PRIu64 " packets of %s\n", in->out, packets, dev->name);
		return CLI_OK;
	}
	cli_error("%s: %s", in->out, err[0] ? err : strerror(-ret));
	return CLI_FAILED;
}

static int convert(const struct convert_input *in, struct scenario_input *scenario)
{
	const struct scenario *s = &scenario->s;
	struct capture_info *info = NULL;
	const struct capture_device *dev;
	struct packet_source *src = NULL;
	char err[CLI_ERR_MAX] = "";
	int code = trace_source_scan(s, &info);

	if (code == CLI_GO && !in->filter)
		code = trace_source_pick(scenario, &info);
	if (code != CLI_GO)
		return code;
	if (!in->filter && s->filter[0])
		cli_note("only the packets to one address are taken, which received most of the "
			 "pcap: %s; --filter= takes all",
			 s->filter);
	dev = traffic_device(s, info);
	code = say_notes_of_capture(info, dev, in->strict);
	if (code != CLI_GO) {
		free(info);
		return code;
	}
	code = CLI_USAGE;
	if (capture_open(info, dev->name, &src, err, sizeof(err)))
		cli_error("%s", err);
	else
		code = file_write(in, info, dev, src);
	packet_source_close(src);
	free(info);
	return code;
}

static int cmd_convert(int argc, char **argv)
{
	struct convert_input in = {NULL, NULL, NULL, NULL, false};
	struct scenario_input *scenario = malloc(sizeof(*scenario));
	int code = cli_parse(&convert_argp, argc, argv, &in);

	if (code == CLI_GO && (!scenario || scenario_init(scenario, "."))) {
		cli_error("not enough memory");
		code = CLI_FAILED;
	}
	if (code == CLI_GO)
		code = input_check(&in, &scenario->s);
	if (code == CLI_GO)
		code = convert(&in, scenario);
	free(scenario);
	return code;
}

const struct cli_verb verb_convert = {"convert", "TRACE",
				      "convert a capture to a packet file, which is read faster",
				      cmd_convert};
