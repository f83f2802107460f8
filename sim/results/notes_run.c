/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notes_run.c - scenario and results against the capture they belong to.
 */
#include "sim/results/notes_run.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/kernel_version.h"
#include "models/memory/mm_sim.h"
#include "sim/results/notes_capture.h"
#include "sim/results/results.h"
#include "sim/results/truth_curve.h"
#include "sim/results/truth_kernel.h"
#include "sim/results/truth_view.h"
#include "sim/scenario/cpu_map.h"
#include "sim/scenario/scenario_input.h"
#include "sim/scenario/strategies.h"
#include "sim/scenario/traffic.h"
#include "traces/capture.h"

#define NAMED_CPUS 8 /* in a note */

/* Of the packets a kernel received, as many may get lost in a simulation before it misleads. */
#define DROP_SHARE_BAD 0.01

/* A replay does what the kernel did where it is as near as this. */
#define APART_SHARE	0.01
#define APART_COUNT	64 /* a refill of a page_pool */
#define APART_RMS_SHARE 0.03
#define APART_RMS_PAGES 8

static bool has_truth(const struct capture_info *c)
{
	return c->truth.has_pool || c->truth.has_iommu || c->truth.has_driver_pages;
}

/* Presets decide most of what a result says: one that nobody chose is a guess. */
static enum note_kind preset_guessed(const struct note_facts *f, struct note *note)
{
	const char *why, *driver = f->dev ? f->dev->nic.driver : "";
	enum scenario_origin origin = scenario_origin(f->in, "nic.preset", &why);

	if (origin == ORIGIN_USER || origin == ORIGIN_HOST)
		return NOTE_NONE;
	CURE(note,
	     "say which driver it was with --set nic.preset=igb or another (fragsim list nics)");
	if (origin == ORIGIN_INFERRED) {
		SAY(note, "nic.preset=%.64s is inferred: %s", f->in->s.nic.preset, why);
		return NOTE_SAID;
	}
	if (driver[0])
		SAY(note, "driver %s has no preset: nic.preset=%.64s stands in, and is a guess",
		    driver, f->in->s.nic.preset);
	else
		SAY(note, "which driver it was no event tells: nic.preset=%.64s is a guess",
		    f->in->s.nic.preset);
	return NOTE_MISLEADS;
}

/* What other addresses received is not replayed. */
static enum note_kind receiver_guessed(const struct note_facts *f, struct note *note)
{
	if (scenario_origin(f->in, "traffic.filter", NULL) != ORIGIN_INFERRED)
		return NOTE_NONE;
	SAY(note, "the packets to one address are replayed, which received most of the pcap: %s",
	    f->in->s.filter);
	CURE(note, "--set traffic.filter= replays all of it, another expression what that matches");
	return NOTE_SAID;
}

/* Two devices of one name, or settings that were changed: what is in doubt is not used. */
static enum note_kind host_doubtful(const struct note_facts *f, struct note *note)
{
	if (!f->dev || (!f->dev->nic.several && !f->dev->nic.changed))
		return NOTE_NONE;
	SAY(note, "%s: of its settings only those are used that %s", f->dev->name,
	    f->dev->nic.several ? "all devices of this name have in common"
				: "stayed the same while it was recorded");
	CURE(note, "--set the others (fragsim list keys)");
	return NOTE_SAID;
}

/* Of its settings, or its page size. */
static enum note_kind host_unfit(const struct note_facts *f, struct note *note)
{
	if (!f->in->unfit[0])
		return NOTE_NONE;
	SAY(note, "the recorded machine had what no run can have, and it is not used: %s",
	    f->in->unfit);
	CURE(note, "--set what comes nearest to it");
	return NOTE_MISLEADS;
}

static enum note_kind device_guessed(const struct note_facts *f, struct note *note)
{
	unsigned int others = 0;
	uint64_t packets = 0;

	for (unsigned int i = 0; i < f->capture->nr_devices; i++) {
		const struct capture_device *dev = &f->capture->devices[i];

		if (dev == f->dev || !dev->packets)
			continue;
		others++;
		packets += dev->packets;
	}
	if (f->in->s.device[0] || !f->dev || !others)
		return NOTE_NONE;
	SAY(note,
	    "device %s is taken, which received most (%" PRIu64 " packets); %u other%s received "
	    "%" PRIu64,
	    f->dev->name, f->dev->packets, others, others == 1 ? "" : "s", packets);
	return NOTE_SAID;
}

static enum note_kind iommu_guessed(const struct note_facts *f, struct note *note)
{
	const struct truth *t = &f->capture->truth;
	enum scenario_origin preset = scenario_origin(f->in, "nic.preset", NULL);
	const char *why;

	if (scenario_origin(f->in, "iommu", &why) == ORIGIN_INFERRED) {
		SAY(note, "iommu=lazy is inferred: %s; pages and maps are the same, cycles are not",
		    why);
		CURE(note, "--set iommu=strict if the machine had that");
		return NOTE_SAID;
	}
	if (!t->has_iommu || f->in->s.iommu != IOMMU_OFF ||
	    scenario_origin(f->in, "iommu", NULL) != ORIGIN_DEFAULT)
		return NOTE_NONE;
	/* a virtual device maps nothing: other devices did */
	if (f->in->s.nic.buffers == NIC_ON_DEMAND &&
	    (preset == ORIGIN_HOST || preset == ORIGIN_INFERRED))
		return NOTE_NONE;
	SAY(note,
	    "the kernel mapped %" PRIu64 " times for DMA, and without iommu the simulation maps "
	    "nothing",
	    t->last.iommu_maps);
	CURE(note, "say what it had with --set iommu=strict or iommu=lazy%s",
	     f->in->s.nic.buffers == NIC_ON_DEMAND ? ", and its driver with --set nic.preset=igb "
						     "or another: a virtual device maps nothing"
						   : "");
	return NOTE_MISLEADS;
}

static enum note_kind truth_part(const struct note_facts *f, struct note *note)
{
	if (!has_truth(f->capture) || traffic_is_whole(&f->in->s, f->capture))
		return NOTE_NONE;
	SAY(note,
	    "only a part of the capture is replayed (duration, traffic.packets): what the kernel "
	    "counted over all of it is not compared");
	return NOTE_SAID;
}

static enum note_kind truth_of_another(const struct note_facts *f, struct note *note)
{
	const struct scenario *s = &f->in->s;
	char name[OPTION_TEXT_MAX];

	if (!has_truth(f->capture) || !traffic_is_whole(s, f->capture))
		return NOTE_NONE;
	for (unsigned int i = 0; i < s->strategies.n; i++)
		if (truth_is_kernels(s, s->strategies.word[i]))
			return NOTE_NONE;
	nic_strategy(&s->nic, name, sizeof(name));
	if (name[0]) {
		SAY(note,
		    "no strategy here is the one the kernel ran (%s on pages of %uK): what it "
		    "recorded is no measure of these",
		    name, (unsigned int)s->kernel_page_bytes / 1024);
	} else {
		SAY(note,
		    "which strategy the kernel ran is not known: what it recorded is no measure "
		    "of these");
		CURE(note, "say which with --set nic.strategy=page_pool_frag or another");
	}
	return NOTE_SAID;
}

/* What a kernel received, a simulation of it should not lose. */
static enum note_kind replay_drops(const struct note_facts *f, struct note *note)
{
	const struct result *most = NULL;

	for (unsigned int i = 0; f->capture && i < f->nr; i++)
		if (!most || result_drops(&f->results[i]) > result_drops(most))
			most = &f->results[i];
	if (!most || !result_drops(most))
		return NOTE_NONE;
	SAY(note,
	    "%" PRIu64 " of %" PRIu64 " captured packets were dropped in the simulation of %s",
	    result_drops(most), most->u[METRIC_OFFERED], most->strategy);
	CURE(note,
	     "see the rows of drops; a wrong nic.preset, page size or clock is the usual cause");
	return (double)result_drops(most) > DROP_SHARE_BAD * (double)most->u[METRIC_OFFERED]
		       ? NOTE_MISLEADS
		       : NOTE_SAID;
}

/* No strategy can help it, so it is the same for all: said once. */
static enum note_kind oversize(const struct note_facts *f, struct note *note)
{
	uint64_t dropped = f->nr ? f->results[0].u[METRIC_DROP_OVERSIZE] : 0;

	if (!dropped)
		return NOTE_NONE;
	SAY(note,
	    "%" PRIu64 " of %" PRIu64 " packets are larger than nic %.64s can take, and were "
	    "dropped (packets.drop_oversize)",
	    dropped, f->results[0].u[METRIC_OFFERED], f->in->s.nic.preset);
	CURE(note, "a larger nic.buffer holds them");
	return NOTE_MISLEADS;
}

static enum note_kind cpus_renumbered(const struct note_facts *f, struct note *note)
{
	const struct cpu_map *cpus = f->cpus;
	char names[NAMED_CPUS * 7 + 1] = "";
	size_t n = 0;

	if (!f->capture || !cpus || !cpus->renumbered)
		return NOTE_NONE;
	for (unsigned int i = 0; i < cpus->used && i < NAMED_CPUS; i++)
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%u", i ? ", " : "",
				      cpus->cpu[i]);
	SAY(note,
	    "packets use %u of %u CPUs; cores 0 to %u stand for them in order of first use: CPUs "
	    "%s%s",
	    cpus->used, cpus->in_file, cpus->used - 1, names,
	    cpus->used > NAMED_CPUS ? ", ..." : "");
	return NOTE_SAID;
}

static enum note_kind machine_widened(const struct note_facts *f, struct note *note)
{
	const struct cpu_map *cpus = f->cpus;

	if (!f->capture || !cpus || !cpus->renumbered || cpus->used <= cpus->profile_cores)
		return NOTE_NONE;
	SAY(note,
	    "machine %.200s has %u cores, fewer than these %u CPUs: it is simulated with %u, all "
	    "on the NIC's socket, whose last level stays as it is",
	    f->in->s.machine, cpus->profile_cores, cpus->used, cpus->used);
	return NOTE_SAID;
}

/* Only a few versions differ in what is modelled. */
static enum note_kind kernel_stands_in(const struct note_facts *f, struct note *note)
{
	const struct scenario *s = &f->in->s;
	char listed[KERNEL_VERSION_TEXT];
	unsigned int asked;

	if (kernel_version_parse(s->kernel, &asked) || asked == s->kernel_version)
		return NOTE_NONE;
	kernel_version_format(s->kernel_version, listed);
	SAY(note, "kernel %.64s behaves here as %s, the %s of those that are told apart (%s)",
	    s->kernel, listed, asked < s->kernel_version ? "oldest" : "next below it",
	    KERNEL_VERSION_LISTED);
	return NOTE_SAID;
}

static enum note_kind preset_uncompared(const struct note_facts *f, struct note *note)
{
	const struct nic *nic = &f->in->s.nic;

	if (!nic->drivers[0] || nic->compared)
		return NOTE_NONE;
	SAY(note,
	    "nic.preset=%.64s is what the source of %.64s says, and was never compared with a "
	    "capture of such a NIC",
	    nic->preset, nic->drivers);
	return NOTE_SAID;
}

const struct note_row notes_any_rows[] = {
	{"kernel-stands-in", kernel_stands_in},
	{"preset-uncompared", preset_uncompared},
	{0},
};

const struct note_row notes_scenario_rows[] = {
	{"receiver-guessed", receiver_guessed},
	{"preset-guessed", preset_guessed},
	{"host-doubtful", host_doubtful},
	{"host-unfit", host_unfit},
	{"device-guessed", device_guessed},
	{"iommu-guessed", iommu_guessed},
	{"truth-part", truth_part},
	{"truth-of-another", truth_of_another},
	{0},
};

static enum note_kind pool_start(const struct note_facts *f, struct note *note)
{
	const struct truth_fit *fit = f->fit;
	char held[64] = "";

	if (!fit || fit->apart >= fit->apart_before)
		return NOTE_NONE;
	if (fit->resized)
		snprintf(held, sizeof(held), ", and the stack begins with %d packets %s",
			 abs(fit->resized), fit->resized < 0 ? "fewer" : "more");
	SAY(note,
	    "no event tells how the page_pool began beyond its pages: its cache, its ring and its "
	    "page of fragments are set so that the first %.1f ms of the recorded curve fit (%.1f "
	    "pages apart on average, %.1f without)%s%s; only what follows is a comparison",
	    (double)fit->until_ns / 1e6, fit->apart, fit->apart_before, held,
	    fit->ended ? ", and what no event of it ends ends early" : "");
	return NOTE_SAID;
}

/* Is one of the two not known, or are they as near as a replay is to be? */
static bool near_enough(const struct result *r, enum metric simulated, enum metric recorded)
{
	double sim = (double)r->u[simulated], rec = (double)r->u[recorded];
	double most = rec * APART_SHARE > APART_COUNT ? rec * APART_SHARE : APART_COUNT;

	return !r->has[simulated] || !r->has[recorded] || fabs(sim - rec) <= most;
}

static bool curve_is_near(const struct result *r)
{
	double most = (double)r->u[METRIC_TRUTH_HELD_PEAK] * APART_RMS_SHARE;

	if (most < APART_RMS_PAGES)
		most = APART_RMS_PAGES;
	return !r->has[METRIC_TRUTH_RMSE] || r->r[METRIC_TRUTH_RMSE] <= most;
}

/* What of @r is not as recorded, for people; "" = nothing */
static void apart_list(const struct result *r, bool iommu, char *list, size_t size)
{
	enum metric pages = r->has[METRIC_TRUTH_SIM_ALLOCATED] ? METRIC_TRUTH_SIM_ALLOCATED
							       : METRIC_PG_ALLOCATED;
	const struct {
		const char *what;
		bool near;
	} rows[] = {
		{"pages allocated", near_enough(r, pages, METRIC_TRUTH_ALLOCATED)},
		{"pages held at most",
		 near_enough(r, METRIC_TRUTH_SIM_HELD_PEAK, METRIC_TRUTH_HELD_PEAK)},
		{"pages held over time", curve_is_near(r)},
		{"IOMMU maps", !iommu || near_enough(r, METRIC_IOMMU_MAPS, METRIC_TRUTH_MAPS)},
		{"IOMMU unmaps",
		 !iommu || near_enough(r, METRIC_IOMMU_UNMAPS, METRIC_TRUTH_UNMAPS)},
	};
	size_t n = 0;

	list[0] = '\0';
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!rows[i].near)
			n += (size_t)snprintf(list + n, size - n, "%s%s", n ? ", " : "",
					      rows[i].what);
}

/*
 * Pages that left a pool which held no more than its ring takes: it was not full, so somebody else
 * had them when they were put. Frames of XDP do so in the simulation too.
 */
static bool pages_were_shared(const struct note_facts *f, const struct result *r)
{
	const struct truth_view view = truth_view_of(&f->in->s, f->capture);
	unsigned int points = f->capture->truth.nr_points;
	uint64_t entered, held;

	if (!view.nr || !points || !r->has[METRIC_TRUTH_HELD_PEAK] ||
	    r->u[METRIC_TRUTH_HELD_PEAK] > f->in->s.nic.pool_size)
		return false;
	entered = truth_view_entered(&view, points - 1);
	held = truth_view_held(&view, points - 1);
	return entered - held > r->u[METRIC_PG_RELEASED] + APART_COUNT;
}

/* Why it is not what the kernel did, by what is known of the capture; the likeliest first */
static void apart_cure(const struct note_facts *f, const struct result *r, struct note *note)
{
	if (f->capture->lost_events || notes_events_are_missing(f))
		CURE(note, "events are missing, as another note says; record again");
	else if (notes_releases_are_unknown(f))
		CURE(note, "when part of the packets was released is not known, as another note "
			   "says");
	else if (pages_were_shared(f, r))
		CURE(note, "pages left a pool that was not full: somebody else still held them "
			   "when they were put (splice(), sendfile(), a frame sent on), which no "
			   "event tells");
	else if (f->capture->collapsed)
		CURE(note, "when TCP freed what it collapsed is inferred; a reader that keeps its "
			   "receive buffer from filling up is replayed as it was");
	else if (f->dev && f->dev->held_before)
		CURE(note, "what the stack and the pool held when the capture began is known in "
			   "part: record from before the flow starts, with a new pool (ip link set "
			   "DEV down, then up); or nic.preset or another setting is not the "
			   "kernel's");
	else
		CURE(note, "nic.preset or another setting that is not the kernel's does that");
}

/* The strategy that the kernel ran must do what the kernel did: else the replay is not it. */
static enum note_kind truth_apart(const struct note_facts *f, struct note *note)
{
	char list[128] = "";
	unsigned int i;

	for (i = 0; i < f->nr; i++) {
		if (truth_is_kernels(&f->in->s, f->results[i].strategy))
			apart_list(&f->results[i], f->in->s.iommu != IOMMU_OFF, list, sizeof(list));
		if (list[0])
			break;
	}
	if (!list[0])
		return NOTE_NONE;
	SAY(note,
	    "the strategy that the kernel ran does not do here what the kernel did (%s: beyond "
	    "1 %% or 64, over time 3 %% of the peak or 8 pages); the others are as doubtful",
	    list);
	apart_cure(f, &f->results[i], note);
	return NOTE_MISLEADS;
}

/* Return: the built-in strategy among the results that @own did not differ from, or NULL */
static const char *twin_of(const struct note_facts *f, const struct result *own,
			   unsigned int page_shift)
{
	for (unsigned int i = 0; i < f->nr; i++)
		if (!strategy_is_own(f->results[i].strategy, page_shift) &&
		    result_is_equal(&f->results[i], own))
			return f->results[i].strategy;
	return NULL;
}

/* A plug-in that gives another's numbers to the last digit: its change did nothing. */
static enum note_kind identical_to(const struct note_facts *f, struct note *note)
{
	unsigned int page_shift = (unsigned int)__builtin_ctzl(f->in->s.page_size);
	size_t n = 0;

	for (unsigned int i = 0; i < f->nr; i++) {
		const char *own = f->results[i].strategy;
		const char *twin = strategy_is_own(own, page_shift)
					   ? twin_of(f, &f->results[i], page_shift)
					   : NULL;

		if (twin && n < sizeof(note->text))
			n += (size_t)snprintf(note->text + n, sizeof(note->text) - n,
					      "%s%s is identical to %s in every metric",
					      n ? ", " : "", own, twin);
	}
	if (!n)
		return NOTE_NONE;
	CURE(note, "what was changed in it does nothing in this run: is the changed file the one "
		   "that is compiled (--verbose), and does this traffic reach the change?");
	return NOTE_SAID;
}

const struct note_row notes_result_rows[] = {
	{"oversize", oversize},
	{"replay-drops", replay_drops},
	{"truth-apart", truth_apart},
	{"pool-start", pool_start},
	{"cpus-renumbered", cpus_renumbered},
	{"machine-widened", machine_widened},
	{"identical-to", identical_to},
	{0},
};
