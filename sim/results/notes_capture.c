/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notes_capture.c - what a capture lacks, and what is known of the end of its packets.
 */
#include "sim/results/notes_capture.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/scenario/scenario_input.h"
#include "traces/capture.h"

/* More events out of order than this are no jitter between CPUs. */
#define REORDERED_SHARE_BAD 0.01

/* From this share on, bytes read that never arrived are more than what a machine does beside. */
#define COPIED_APART_SHARE 0.02

#define RELEASE_EVENTS "skb:consume_skb, skb:kfree_skb and skb:skb_copy_datagram_iovec"

const char *notes_release_method(unsigned int method)
{
	static const char *const names[RELEASE_METHODS] = {
		[RELEASE_FREE] = "free",   [RELEASE_COPY] = "copy", [RELEASE_UNKNOWN] = "unknown",
		[RELEASE_REUSE] = "reuse", [RELEASE_HELD] = "held", [RELEASE_WINDOW] = "window",
	};

	return names[method];
}

static bool has_event(const struct capture_info *info, const char *name)
{
	for (unsigned int i = 0; i < info->nr_events; i++)
		if (!strcmp(info->events[i].name, name) && info->events[i].count)
			return true;
	return false;
}

static bool has_release_event(const struct capture_info *info)
{
	return has_event(info, "skb:consume_skb") || has_event(info, "skb:kfree_skb") ||
	       has_event(info, "skb:skb_copy_datagram_iovec");
}

static bool is_perf(const struct capture_info *info)
{
	const char *format = info->origin[0] ? info->origin : info->format;

	return !strncmp(format, "perf.data", 9);
}

static bool received(const struct note_facts *f)
{
	return f->dev && f->dev->packets;
}

bool notes_releases_are_used(const struct note_facts *f)
{
	return received(f) && (!f->in || (f->in->s.release == RELEASE_MODE_RECORDED &&
					  f->in->s.kind == WORKLOAD_HOST));
}

uint64_t notes_release_sum(const struct capture_device *dev)
{
	uint64_t sum = 0;

	for (unsigned int m = 0; m < RELEASE_METHODS; m++)
		sum += dev->release[m];
	return sum;
}

static enum note_kind nothing_to_replay(const struct note_facts *f, struct note *note)
{
	if (received(f))
		return NOTE_NONE;
	if (f->capture->packets_only) {
		SAY(note, "nothing to replay: no packet came in that traffic.filter lets pass");
		CURE(note, "record on the receiving machine, or choose another filter");
	} else {
		SAY(note, "nothing to replay: no device received a packet");
		CURE(note, "record net:napi_gro_receive_entry (best) or net:netif_receive_skb");
	}
	return NOTE_MISLEADS;
}

static enum note_kind cut_off(const struct note_facts *f, struct note *note)
{
	if (!f->capture->truncated)
		return NOTE_NONE;
	SAY(note, "the file is cut off: its first %.3f s are all there is",
	    (double)f->capture->span_ns * 1e-9);
	CURE(note, "let the recorder end by itself");
	return NOTE_MISLEADS;
}

static enum note_kind lost_events(const struct note_facts *f, struct note *note)
{
	const bool packets = f->capture->packets_only;

	if (!f->capture->lost_events)
		return NOTE_NONE;
	SAY(note, "the recorder lost %" PRIu64 " %s missing from the capture",
	    f->capture->lost_events,
	    packets ? "packets: they are" : "events: packets and release times are");
	CURE(note, "record with %s",
	     packets ? "a larger buffer (tcpdump -B)" : "larger buffers, or fewer events");
	return NOTE_MISLEADS;
}

/* What the reader of the format found odd. */
static enum note_kind remark(const struct note_facts *f, struct note *note)
{
	if (!f->capture->note[0])
		return NOTE_NONE;
	SAY(note, "%s", f->capture->note);
	return f->capture->note_misleads ? NOTE_MISLEADS : NOTE_SAID;
}

static const char *plural(uint64_t nr)
{
	return nr == 1 ? "" : "s";
}

static enum note_kind clock_steps(const struct note_facts *f, struct note *note)
{
	const struct capture_info *c = f->capture;
	const char *what = c->packets_only ? "packet" : "event";

	if (!c->clock_steps)
		return NOTE_NONE;
	if (!c->times_unclear) {
		SAY(note,
		    "its clock was set back %" PRIu64 " time%s: %" PRIu64 " %s%s behind keep their "
		    "order and are moved to where time goes on",
		    c->clock_steps, plural(c->clock_steps), c->times_moved, what,
		    plural(c->times_moved));
		return NOTE_SAID;
	}
	if (c->packets_only) {
		SAY(note,
		    "its times go back %" PRIu64 " times in %" PRIu64
		    " records: which are right cannot be told; packets keep their order, their "
		    "times are a guess",
		    c->clock_steps, c->events_total);
		CURE(note, "record with one clock");
	} else {
		SAY(note,
		    "its clock was set back, %" PRIu64 " time%s on all CPUs: times behind (%" PRIu64
		    " event%s moved) are a guess",
		    c->clock_steps, plural(c->clock_steps), c->times_moved, plural(c->times_moved));
		CURE(note, "record with a clock that nobody sets (mono)");
	}
	return NOTE_MISLEADS;
}

static enum note_kind reordered(const struct note_facts *f, struct note *note)
{
	const struct capture_info *c = f->capture;

	if (!c->reordered)
		return NOTE_NONE;
	SAY(note,
	    "%" PRIu64 " of %" PRIu64 " %s %s earlier than the one before: moved up to its time",
	    c->reordered, c->events_total, c->packets_only ? "packets" : "events",
	    c->reordered == 1 ? "is" : "are");
	return (double)c->reordered > REORDERED_SHARE_BAD * (double)c->events_total ? NOTE_MISLEADS
										    : NOTE_SAID;
}

static enum note_kind packets_empty(const struct note_facts *f, struct note *note)
{
	if (!f->capture->packets_empty)
		return NOTE_NONE;
	SAY(note, "%" PRIu64 " packet%s of 0 bytes: left out", f->capture->packets_empty,
	    plural(f->capture->packets_empty));
	return NOTE_SAID;
}

static enum note_kind both_directions(const struct note_facts *f, struct note *note)
{
	if (!f->dev || !f->dev->pick[0])
		return NOTE_NONE;
	if (!f->in) {
		SAY(note,
		    "both directions are in it: a replay takes the packets to the address that "
		    "received most (%s), and from the others when they were read",
		    f->dev->pick);
		return NOTE_SAID;
	}
	SAY(note, "both directions are replayed as if one device received them");
	CURE(note, "pick the receiver, for the busiest --set 'traffic.filter=%s'", f->dev->pick);
	return NOTE_MISLEADS;
}

static enum note_kind seen_merged(const struct note_facts *f, struct note *note)
{
	if (!received(f) || f->capture->packets_only || f->dev->before_gro)
		return NOTE_NONE;
	SAY(note, "packets are seen after merging: the device wrote smaller ones");
	CURE(note, "record net:napi_gro_receive_entry to see them as they arrived");
	return NOTE_MISLEADS;
}

static enum note_kind long_packets(const struct note_facts *f, struct note *note)
{
	if (!f->dev || !f->capture->packets_only || f->dev->max_bytes <= CAPTURE_MTU_BYTES_MAX)
		return NOTE_NONE;
	SAY(note,
	    "packets of up to %" PRIu32
	    " bytes are longer than any MTU: they were captured after GRO or before TSO, "
	    "the device wrote smaller ones",
	    f->dev->max_bytes);
	CURE(note, "record with ethtool -K DEV gro off, or on another machine");
	return NOTE_MISLEADS;
}

/*
 * Larger than any MTU before the stack merged them: replayed as they are, which not every NIC can
 * take.
 */
static enum note_kind merged_by_device(const struct note_facts *f, struct note *note)
{
	if (!received(f) || f->capture->packets_only || !f->dev->before_gro ||
	    f->dev->max_bytes <= CAPTURE_MTU_BYTES_MAX)
		return NOTE_NONE;
	SAY(note,
	    "packets of up to %" PRIu32
	    " bytes: merged by the device (LRO, GRO in hardware) or never cut (GSO over veth), "
	    "and replayed so: a nic.preset whose buffers do not hold them is refused "
	    "(nic.header_split=yes with nic.buffer=4K holds 69 KB)",
	    f->dev->max_bytes);
	CURE(note, "or record with ethtool -K %s lro off rx-gro-hw off", f->dev->name);
	return NOTE_SAID;
}

static enum note_kind releases(const struct note_facts *f, struct note *note)
{
	uint64_t sum = notes_releases_are_used(f) ? notes_release_sum(f->dev) : 0;
	size_t n;

	if (!sum || f->dev->release[RELEASE_UNKNOWN] == sum)
		return NOTE_NONE;
	n = (size_t)SAY(note, "release times of the %" PRIu64 " packets of %s:", sum, f->dev->name);
	for (unsigned int m = 0; m < RELEASE_METHODS; m++)
		if (f->dev->release[m])
			n += (size_t)snprintf(note->text + n, sizeof(note->text) - n,
					      " %s %.1f %%,", notes_release_method(m),
					      (double)f->dev->release[m] / (double)sum * 100);
	note->text[n - 1] = '\0'; /* the last comma */
	return NOTE_SAID;
}

static void unknown_cause(const struct note_facts *f, struct note *note, const char **why)
{
	const struct capture_info *c = f->capture;

	if (c->packets_only) {
		*why = f->dev->release[RELEASE_WINDOW]
			       ? "a capture of packets records none, and no ACK tells it"
			       : "a capture of packets records none";
		CURE(note, "record kernel events with tools/capture; or say so with "
			   "traffic.release=modelled");
	} else if (!has_release_event(c)) {
		*why = "no event that tells it was recorded";
		CURE(note, "record " RELEASE_EVENTS "; or say so with traffic.release=modelled");
	} else if (c->lost_events) {
		*why = "events were lost";
	} else {
		*why = "its reads or frees are not in the capture, or left no event (a UDP reader "
		       "on the CPU that received)";
		CURE(note, "record " RELEASE_EVENTS
			   ", all of them, from before the flow starts until the readers are done; "
			   "bind a UDP reader to another CPU");
	}
}

static double unknown_share(const struct note_facts *f)
{
	uint64_t sum = notes_releases_are_used(f) ? notes_release_sum(f->dev) : 0;

	return sum ? (double)f->dev->release[RELEASE_UNKNOWN] / (double)sum : 0;
}

bool notes_releases_are_unknown(const struct note_facts *f)
{
	return unknown_share(f) > NOTES_UNKNOWN_SHARE_BAD;
}

static enum note_kind release_unknown(const struct note_facts *f, struct note *note)
{
	double share = unknown_share(f);
	uint64_t unknown = share > 0 ? f->dev->release[RELEASE_UNKNOWN] : 0;
	const char *why = "";

	if (!unknown)
		return NOTE_NONE;
	unknown_cause(f, note, &why);
	SAY(note,
	    "when %" PRIu64 " of %" PRIu64 " packets (%.1f %%) were released is not known, as "
	    "%s: the modelled reader decides",
	    unknown, notes_release_sum(f->dev), share * 100, why);
	if (notes_releases_are_unknown(f))
		return NOTE_MISLEADS;
	note->cure[0] = '\0';
	return NOTE_SAID;
}

static enum note_kind collapsed(const struct note_facts *f, struct note *note)
{
	if (!f->capture->collapsed || !notes_releases_are_used(f))
		return NOTE_NONE;
	SAY(note,
	    "TCP made room in a full receive buffer: it copied what was there into at least "
	    "%" PRIu64
	    " skb%s of its own (tcp_collapse), and freed the driver's pages; no event says when, "
	    "so it is found from addresses that are used again",
	    f->capture->collapsed, plural(f->capture->collapsed));
	return NOTE_SAID;
}

static double copied_apart_share(const struct note_facts *f)
{
	const struct capture_info *c = f->capture;

	if (!notes_releases_are_used(f) || !c->copied ||
	    (double)c->copied_apart <= COPIED_APART_SHARE * (double)f->dev->bytes)
		return 0;
	return (double)c->copied_apart / (double)c->copied;
}

/*
 * Sockets of other kinds are read too: only a recorder that is known for it tells.
 * Source: perf-idle
 */
bool notes_events_are_missing(const struct note_facts *f)
{
	return is_perf(f->capture) && copied_apart_share(f) > COPIED_APART_SHARE;
}

static enum note_kind copied_apart(const struct note_facts *f, struct note *note)
{
	double share = copied_apart_share(f);

	if (share <= COPIED_APART_SHARE)
		return NOTE_NONE;
	SAY(note,
	    "%.1f %% of the bytes that were read are of skbs that never arrived in the capture: of "
	    "sockets that are no network's (unix, netlink), or events are missing that no recorder "
	    "counted%s",
	    share * 100,
	    is_perf(f->capture) ? ", as perf record leaves out some of idle CPUs" : "");
	CURE(note, "record with tools/capture -m tracefs");
	return notes_events_are_missing(f) ? NOTE_MISLEADS : NOTE_SAID;
}

/* What the capture began with is simulated as far as it is known. */
static enum note_kind held_before(const struct note_facts *f, struct note *note)
{
	const struct truth *t = &f->capture->truth;
	uint64_t skbs = received(f) ? f->dev->held_before : 0;

	if (!t->pool_held_start && !skbs)
		return NOTE_NONE;
	if (t->has_pool && !t->starts_unknown && !skbs)
		SAY(note,
		    "the page_pools held %" PRIu64
		    " pages when the capture began, no packet in them; the simulation begins with "
		    "as many",
		    t->pool_held_start);
	else if (t->has_pool && !t->starts_unknown)
		SAY(note,
		    "begun in mid-flow: the stack held %" PRIu64
		    " packets of before, the page_pools %" PRIu64
		    " pages; the simulation begins with as many",
		    skbs, t->pool_held_start);
	else
		SAY(note,
		    "begun in mid-flow: the stack held %" PRIu64
		    " packets of before, and the simulation begins with them; how many pages the "
		    "page_pools held is not known",
		    skbs);
	return NOTE_SAID;
}

static enum note_kind start_unknown(const struct note_facts *f, struct note *note)
{
	uint64_t pools = f->capture->truth.starts_unknown;

	if (!pools)
		return NOTE_NONE;
	SAY(note,
	    "nothing to compare %" PRIu64 " page_pool%s with: how many pages it held when the "
	    "capture began is not known, as it released none since",
	    pools, plural(pools));
	CURE(note, "begin to record before the flow starts");
	return NOTE_MISLEADS;
}

/* The simulation maps its rings before time 0, and counts that. */
static enum note_kind rings_before(const struct note_facts *f, struct note *note)
{
	if (!received(f) || !f->capture->truth.has_iommu || f->capture->truth.rings_seen)
		return NOTE_NONE;
	SAY(note,
	    "the receive rings were mapped before the capture began: what is simulated has maps "
	    "of them, what was recorded has not");
	CURE(note, "begin to record before the device is up (ip link set DEV down, then up)");
	return NOTE_MISLEADS;
}

/* Pages in the pools of the device, all of which are known by the machine's list only; else 0 */
static uint64_t pages_listed(const struct note_facts *f)
{
	const struct truth *t = &f->capture->truth;
	uint64_t pages = 0;

	for (unsigned int i = 0; received(f) && i < t->nr_pools; i++) {
		if (strcmp(t->pools[i].device, f->dev->name))
			continue;
		if (t->pools[i].holds || t->pools[i].releases)
			return 0;
		pages += t->pools[i].held_start;
	}
	return pages;
}

/* The kernel recycles without an event: a pool that is warm shows nothing. */
static enum note_kind pool_silent(const struct note_facts *f, struct note *note)
{
	const struct truth *t = &f->capture->truth;
	uint64_t pages = pages_listed(f);

	if (pages) {
		SAY(note,
		    "no page entered or left the pool while it was recorded; it held %" PRIu64
		    " pages (netlink)",
		    pages);
		return NOTE_SAID;
	}
	if (!received(f) || f->capture->packets_only || t->has_pool || t->has_iommu)
		return NOTE_NONE;
	SAY(note, "nothing to compare with: no page entered a page_pool while it was recorded; "
		  "either page_pool:* was not recorded, or the pool was filled before and recycled "
		  "its pages since");
	CURE(note, "record page_pool:* (and iommu:map, iommu:unmap) from before the flow starts, "
		   "or make a new pool (ip link set DEV down, then up)");
	return NOTE_SAID;
}

static enum note_kind host_file(const struct note_facts *f, struct note *note)
{
	if (!f->capture->host_ignored[0])
		return NOTE_NONE;
	if (f->capture->host_used) {
		SAY(note, "the page_pools in %.*s.host.json are not used: %s", NOTE_TEXT_MAX / 3,
		    f->capture->path, f->capture->host_ignored);
		return NOTE_SAID;
	}
	SAY(note, "%.*s.host.json is not used: %s", NOTE_TEXT_MAX / 3, f->capture->path,
	    f->capture->host_ignored);
	CURE(note, "copy the one that tools/capture wrote with this capture, or remove it");
	return NOTE_SAID;
}

const struct note_row notes_capture_rows[] = {
	{"nothing-to-replay", nothing_to_replay},
	{"cut-off", cut_off},
	{"lost-events", lost_events},
	{"recorder", remark},
	{"clock-set-back", clock_steps},
	{"reordered", reordered},
	{"packets-empty", packets_empty},
	{"both-directions", both_directions},
	{"seen-merged", seen_merged},
	{"long-packets", long_packets},
	{"merged-by-device", merged_by_device},
	{"release", releases},
	{"release-unknown", release_unknown},
	{"copied-apart", copied_apart},
	{"collapsed", collapsed},
	{"held-before", held_before},
	{"start-unknown", start_unknown},
	{"rings-before", rings_before},
	{"pool-silent", pool_silent},
	{"host-file", host_file},
	{0},
};
