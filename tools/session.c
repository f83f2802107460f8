/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session.c - run a scenario and show its results.
 */
#include "tools/session.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/iommu/iommu.h"
#include "sim/out_folder.h"
#include "sim/results/compare_print.h"
#include "sim/results/compare_truth.h"
#include "sim/results/notes.h"
#include "sim/results/truth_view.h"
#include "sim/run.h"
#include "sim/scenario/traffic.h"
#include "sim/wall.h"
#include "tools/document.h"
#include "tools/identity.h"
#include "tools/pictures.h"
#include "tools/progress.h"
#include "tools/said_from.h"
#include "tools/say_notes.h"
#include "traces/capture.h"

/* struct session - a run and its results; large, so it lives on the heap */
struct session {
	const struct session_options *opt;
	const struct datadir *dirs;
	const struct scenario_input *in;
	const struct scenario *s;
	struct capture_info *capture;
	int argc;
	char **argv;
	uint64_t start_ns;
	struct identity id;
	struct out_folder folder;
	struct notes notes;
	char out_dir[1024];
	struct run_outcome outcome;
	struct compare_table table;
};

/* Return: NULL without --baseline, and when that strategy has no result */
static const struct result *baseline_of(const struct session *ses)
{
	if (!ses->opt->baseline)
		return NULL;
	return result_find(ses->outcome.results, ses->outcome.nr, ses->opt->baseline);
}

static void on_interrupt(int sig)
{
	(void)sig;
	run_interrupt();
}

static void interrupt_catch(void)
{
	struct sigaction sa = {.sa_handler = on_interrupt}, hup;

	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	if (!sigaction(SIGHUP, NULL, &hup) && hup.sa_handler != SIG_IGN) /* nohup */
		sigaction(SIGHUP, &sa, NULL);
}

static int out_dir_choose(struct session *ses)
{
	const char *given = ses->opt->out_dir;
	int n = snprintf(ses->out_dir, sizeof(ses->out_dir), "%s%s", given ? "" : "fragsim-out/",
			 given ? given : ses->id.folder);

	if (n > 0 && n < (int)sizeof(ses->out_dir) - 200)
		return CLI_GO;
	cli_error("--output: the path of the folder is %s", n > 0 ? "too long" : "empty");
	return CLI_USAGE;
}

/* The folder is this run's alone until it is closed. */
static int folder_open(struct session *ses)
{
	char err[CLI_ERR_MAX] = "", what[256];
	int ret = out_folder_open(&ses->folder, ses->out_dir, err, sizeof(err));

	if (ret) {
		cli_error("%s", err);
		return ret == -EBUSY || ret == -EEXIST ? CLI_USAGE : CLI_FAILED;
	}
	if (!ses->opt->force && identity_differs(&ses->id, ses->folder.dir, what, sizeof(what))) {
		cli_error("%s: holds the results of another run (%s); --force replaces them, -o "
			  "names another folder",
			  ses->out_dir, what);
		ret = -EEXIST;
	}
	if (!ret && out_folder_begin(&ses->folder, err, sizeof(err))) {
		cli_error("%s", err);
		ret = -EIO;
	}
	if (ret)
		out_folder_close(&ses->folder);
	return !ret ? CLI_GO : ret == -EEXIST ? CLI_USAGE : CLI_FAILED;
}

static int strategies_run(struct session *ses)
{
	struct progress progress;
	char err[CLI_ERR_MAX] = "";
	struct run_params params = {
		.scenario = ses->s,
		.capture = ses->capture,
		.datadir = ses->dirs->models,
		.out_dir = ses->folder.work,
		.baseline = ses->opt->baseline,
		.jobs = ses->opt->jobs,
		.check = ses->opt->check,
		.timeout_ns = ses->opt->timeout_ns,
		.progress = progress_show,
		.ctx = &progress,
	};
	int ret;

	progress_init(&progress);
	ret = run_scenario(&params, &ses->outcome, err, sizeof(err));
	progress_clear(&progress);
	if (ret)
		cli_error("%s", err);
	return !ret ? CLI_GO : ret == -EINVAL ? CLI_USAGE : CLI_FAILED;
}

static bool truth_has_curve(const struct session *ses)
{
	struct truth_view view = {0};

	if (ses->capture)
		view = truth_view_of(ses->s, ses->capture);
	return truth_view_is(&view);
}

/*
 * Pictures and report. A picture that cannot be drawn is a warning: the results are complete. On a
 * full disk they are too, and the run failed.
 */
static int pictures_make(struct session *ses, bool *pictures)
{
	const char *dir = ses->folder.work;
	int drawn = -ECANCELED, ret;

	if (!ses->opt->no_plot && ses->outcome.nr)
		drawn = pictures_draw(dir, ses->dirs, ses->table.label, ses->table.nr_cols,
				      truth_has_curve(ses));
	*pictures = !drawn;
	ret = pictures_report(dir, ses->in, &ses->notes, &ses->outcome, &ses->table, *pictures);
	if (ret)
		cli_error("report.html: cannot write: %s", strerror(-ret));
	return ret || drawn == -ENOSPC ? CLI_FAILED : CLI_OK;
}

/* What the folder is, then pictures; all in place. Of an interrupted run, what it finished. */
static int files_make(struct session *ses, bool *pictures)
{
	const struct identity_run run = {
		.in = ses->in,
		.capture = ses->capture,
		.opt = ses->opt,
		.notes = &ses->notes,
		.outcome = &ses->outcome,
		.argc = ses->argc,
		.argv = ses->argv,
		.wall_ns = wall_ns() - ses->start_ns,
	};
	char err[CLI_ERR_MAX] = "";
	const char *file;
	int ret, code = CLI_OK;

	if (!ses->outcome.nr && ses->outcome.interrupted)
		return CLI_OK;
	ret = identity_write(&ses->id, &run, ses->folder.work, &file);
	if (ret) {
		cli_error("%s: cannot write: %s", file, strerror(-ret));
		return CLI_FAILED;
	}
	if (ses->outcome.nr || ses->outcome.failed)
		code = pictures_make(ses, pictures);
	if (!out_folder_commit(&ses->folder, err, sizeof(err)))
		return code;
	cli_error("%s", err);
	return CLI_FAILED;
}

/* The assumptions of the run: a wrong NIC preset is the most common source of wrong results. */
static void headline(const struct session *ses)
{
	const struct scenario *s = ses->s;
	const struct capture_device *dev = ses->capture ? traffic_device(s, ses->capture) : NULL;

	if (dev)
		printf("device %s of %s\n", dev->name, ses->capture->path);
	printf("nic %s (%s buffers, ring %llu), machine %s, Linux %s, %lluK pages, iommu %s\n\n",
	       s->nic.preset, s->nic.buffers == NIC_POSTED ? "posted" : "on-demand",
	       (unsigned long long)s->nic.ring, s->machine, s->kernel,
	       (unsigned long long)s->page_size / 1024, iommu_name(s->iommu));
	if (ses->capture) {
		said_from_print(ses->in);
		putchar('\n');
	}
}

/* Below the table, which has a column for each of the others. */
static void failures_show(const struct session *ses)
{
	const struct run_outcome *out = &ses->outcome;

	for (unsigned int i = 0; i < out->failed; i++)
		printf("%s%s: failed: %s\n", i || !out->nr ? "" : "\n", out->error[i].strategy,
		       out->error[i].message);
}

static int show(struct session *ses, bool pictures)
{
	if (ses->opt->json)
		return cli_printed(document_print(ses->in, ses->capture, &ses->notes, &ses->outcome,
						  baseline_of(ses)));
	headline(ses);
	if (ses->outcome.nr)
		compare_print(&ses->table, stdout);
	failures_show(ses);
	printf("\nreport:   %s/report.html\n", ses->out_dir);
	if (pictures)
		printf("pictures: %s/plots/\n", ses->out_dir);
	return CLI_OK;
}

static int outcome_code(const struct session *ses, int code)
{
	const struct run_outcome *out = &ses->outcome;

	for (unsigned int i = 0; i < out->failed; i++)
		cli_error("%s: %s", out->error[i].strategy, out->error[i].message);
	for (unsigned int i = 0; i < out->nr_hung; i++)
		cli_error("%s: stopped in its hook %s(), where it had been for %" PRIu64 " s",
			  out->hung[i].strategy, hook_name(out->hung[i].hook),
			  out->hung[i].still_ns / 1000000000);
	if (out->interrupted) {
		cli_error("interrupted: %u of %u strategies finished%s%s", out->nr,
			  ses->s->strategies.n, out->nr ? ", their results are in " : "",
			  out->nr ? ses->out_dir : "");
		return CLI_INTERRUPTED;
	}
	if (out->failed)
		return CLI_FAILED;
	return code;
}

static struct note_facts facts_of(const struct session *ses)
{
	return (struct note_facts){
		.capture = ses->capture,
		.dev = ses->capture ? traffic_device(ses->s, ses->capture) : NULL,
		.in = ses->in,
		.results = ses->outcome.results,
		.nr = ses->outcome.nr,
		.cpus = &ses->outcome.cpus,
		.fit = &ses->outcome.start.fit,
	};
}

/* What is known before the run: --strict saves the time. */
static int notes_before(struct session *ses)
{
	const struct note_facts facts = facts_of(ses);

	notes_capture(&ses->notes, &facts);
	notes_scenario(&ses->notes, &facts);
	return say_notes(&ses->notes, 0, ses->opt->strict);
}

/* Return: CLI_OK, or CLI_FAILED when --strict refuses what the results show */
static int notes_after(struct session *ses)
{
	const struct note_facts facts = facts_of(ses);
	unsigned int before = ses->notes.nr;

	notes_results(&ses->notes, &facts);
	return say_notes(&ses->notes, before, ses->opt->strict) == CLI_GO ? CLI_OK : CLI_FAILED;
}

/* With the folder open. */
static int results_make(struct session *ses)
{
	bool pictures = false;
	int code = notes_before(ses), drawn, shown = CLI_OK;

	if (code == CLI_GO)
		code = strategies_run(ses);
	if (code != CLI_GO)
		return code;
	code = notes_after(ses);
	if (ses->opt->baseline && ses->outcome.nr && !baseline_of(ses))
		cli_warn("--baseline: %s has no result, so there are no percents",
			 ses->opt->baseline);
	compare_build(&ses->table, ses->outcome.results, ses->outcome.nr, baseline_of(ses));
	compare_truth(&ses->table, ses->s, ses->outcome.results, ses->outcome.nr);
	drawn = files_make(ses, &pictures);
	if (ses->outcome.nr || ses->outcome.failed || ses->opt->json)
		shown = show(ses, pictures);
	if (drawn == CLI_OK)
		drawn = shown;
	return outcome_code(ses, drawn == CLI_OK ? code : drawn);
}

static int session_go(struct session *ses)
{
	int code;

	if (identity_init(&ses->id, ses->in, ses->capture, ses->opt)) {
		cli_error("not enough memory");
		return CLI_FAILED;
	}
	code = out_dir_choose(ses);
	/* from here on a signal ends the run in good order */
	interrupt_catch();
	if (code == CLI_GO)
		code = folder_open(ses);
	if (code == CLI_GO) {
		code = results_make(ses);
		out_folder_close(&ses->folder);
	}
	return code;
}

static int session_run(const struct session_options *opt, const struct datadir *dirs,
		       const struct scenario_input *in, struct capture_info *capture, int argc,
		       char **argv)
{
	struct session *ses = calloc(1, sizeof(*ses));
	int code;

	if (!ses) {
		cli_error("not enough memory");
		return CLI_FAILED;
	}
	ses->opt = opt;
	ses->dirs = dirs;
	ses->in = in;
	ses->s = &in->s;
	ses->capture = capture;
	ses->argc = argc;
	ses->argv = argv;
	ses->start_ns = wall_ns();
	code = session_go(ses);
	identity_fini(&ses->id);
	free(ses);
	return code;
}

int session_main(const struct argp *argp, int argc, char **argv, session_load_fn *load)
{
	struct session_options *opt = malloc(sizeof(*opt));
	struct scenario_input *in = malloc(sizeof(*in));
	struct capture_info *capture = NULL;
	struct datadir dirs;
	int code = CLI_FAILED;

	if (!opt || !in) {
		cli_error("not enough memory");
		goto out;
	}
	session_options_init(opt);
	code = cli_parse(argp, argc, argv, opt);
	if (code == CLI_GO)
		code = load(opt, &dirs, in);
	if (code == CLI_GO)
		code = session_finish(opt, &dirs, in, &capture);
	if (code == CLI_GO)
		code = session_run(opt, &dirs, in, capture, argc, argv);
out:
	free(capture);
	free(in);
	free(opt);
	return code;
}
