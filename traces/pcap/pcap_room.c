/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_room.c - learns the room of a receive buffer, and reads from it what an ACK tells.
 *
 * Error: bytes are counted as R counts them when its scaling ratio was measured; packets that fill
 * their buffers better or worse than that one are off by the ratio of both (up to a tenth seen).
 */
#include "traces/pcap/pcap_room.h"

/*
 * So many ACKs at the largest window are rest. A window that grows until free space is less than
 * what ssthresh allows has its peak at one ACK, or at two that differ by rounding. Source: tcp-rest
 */
#define REST_ACKS 4

/* ... each so many bytes after the one before, at least, and two quanta. Source: tcp-rest */
#define REST_BYTES 4096

bool ack_track_advance(struct ack_track *track, uint64_t base, uint64_t ack, uint32_t window,
		       uint32_t quantum, struct ack_step *step)
{
	uint64_t right = ack + window;
	bool started = track->started;

	if (started && ack < track->ack)
		return false;
	if (started && right < track->right) /* not of Linux: what was promised holds */
		right = track->right > ack ? track->right : ack;
	window = (uint32_t)(right - ack);
	*step = (struct ack_step){
		.moved = started && right >= track->moved_right + quantum,
		.fell = started && (uint64_t)window + quantum <= track->window,
		.window = window,
		.most = track->most,
		.ack = ack,
		.right = right,
		.before = started ? track->ack : ack,
	};
	if (!started && base != ROOM_NO_ACK)
		track->promised = right - base;
	if (!started || step->moved || step->fell)
		track->moved_right = right;
	track->started = true;
	track->moving |= step->moved;
	track->ack = ack;
	track->right = right;
	track->window = window;
	if (track->moving && window > track->most)
		track->most = window;
	return true;
}

void room_learn_begin(struct room_learner *learner)
{
	*learner = (struct room_learner){
		.growing = true,
		.full_right = ROOM_NO_ACK,
		.full_right_ever = ROOM_NO_ACK,
	};
}

/* A growth and its fall are over. */
static void full_note(struct room_learner *learner, uint64_t base)
{
	uint64_t from = learner->grown_from ? learner->grown_from : base;

	if (learner->full_right == ROOM_NO_ACK || learner->at_most >= REST_ACKS ||
	    learner->full_right < from + learner->full)
		return;
	learner->full = learner->full_right - from;
	learner->full_from = from;
}

static void grows(struct room_learner *learner, const struct ack_step *step, uint64_t base)
{
	if (!learner->growing) {
		full_note(learner, base);
		learner->grown_from = step->before;
	}
	learner->growing = true;
	learner->at_most = 1;
	learner->at_most_ack = step->ack;
	learner->full_right = ROOM_NO_ACK;
}

static void rests(struct room_learner *learner, const struct ack_step *step, uint32_t quantum)
{
	uint64_t apart = 2 * (uint64_t)quantum > REST_BYTES ? 2 * (uint64_t)quantum : REST_BYTES;

	if (step->filled || step->ack - learner->at_most_ack < apart)
		return;
	learner->growing = false;
	learner->at_most++;
	learner->at_most_ack = step->ack;
	if (learner->at_most == REST_ACKS)
		learner->full = 0;
}

static void is_full(struct room_learner *learner, uint64_t right)
{
	learner->growing = false;
	if (right < learner->full_right)
		learner->full_right = right;
	if (right < learner->full_right_ever)
		learner->full_right_ever = right;
}

void room_learn_ack(struct room_learner *learner, const struct ack_step *step, uint64_t base,
		    uint32_t quantum)
{
	bool below = (uint64_t)step->window + quantum < step->most;

	if (!step->most && !step->moved)
		return; /* nothing was moved so far */
	if (!step->most || step->window > (uint64_t)step->most + quantum)
		grows(learner, step, base);
	else if (step->moved && !below)
		rests(learner, step, quantum);
	else if (step->fell || (step->moved && below))
		is_full(learner, step->right);
}

void room_learn_close(struct room_learner *learner, const struct ack_step *step)
{
	if (step->moved)
		learner->close_window = step->window;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* The window at the close is free space, not ssthresh: that has been larger. */
static bool close_tells(const struct room_learner *learner, const struct ack_track *track,
			const struct tcp_room *room, uint32_t quantum)
{
	uint64_t window = learner->close_window;

	return room->fixed && window && window + quantum < larger(track->promised, track->most) &&
	       window + quantum > track->most;
}

/* A buffer that stays is twice what it promised, so no window can be larger than that. */
static void room_full(struct tcp_room *room, const struct ack_track *track, uint64_t most)
{
	room->kind = ROOM_FULL;
	if (room->fixed && track->promised && room->bytes < track->promised) {
		if (most > 2 * track->promised)
			most = 2 * track->promised;
		room->kind = ROOM_BETWEEN;
		most = (room->bytes + most) / 2;
	}
	room->bytes = larger(room->bytes, most);
}

void room_learn_end(struct room_learner *learner, const struct ack_track *track, uint64_t base,
		    bool from_start, uint32_t quantum, struct tcp_room *room)
{
	uint64_t most = larger(track->most, learner->close_window);

	*room = (struct tcp_room){
		.fixed = !from_start || most <= 2 * track->promised,
		.bytes = most,
		.grown_from = larger(learner->grown_from, base),
	};
	if (!most)
		return;
	full_note(learner, base);
	room->kind = ROOM_REST;
	if (close_tells(learner, track, room, quantum))
		room->kind = ROOM_CLOSE;
	else if (learner->at_most >= REST_ACKS)
		return;
	else if (room->fixed && learner->full_right_ever != ROOM_NO_ACK)
		room_full(room, track, learner->full_right_ever - base);
	else if (!room->fixed && learner->full) {
		room->grown_from = learner->full_from;
		room_full(room, track, learner->full);
	}
}

bool room_read(const struct tcp_room *room, const struct ack_track *track,
	       const struct ack_step *step, uint32_t quantum, uint64_t *least, bool *exact)
{
	bool follows = !room->fixed && (room->kind == ROOM_REST || step->ack <= room->grown_from);
	uint64_t bytes = follows ? track->most : room->bytes;
	uint64_t threshold = larger(track->promised, track->most);

	if (room->kind == ROOM_NONE) {
		*least = step->ack;
		*exact = true;
		return true;
	}
	if (!track->moving)
		return false;
	*least = step->right > bytes ? step->right - bytes : 0;
	if (*least > step->ack)
		*least = step->ack;
	*exact = follows || step->fell ||
		 (step->moved && (uint64_t)step->window + quantum < threshold) ||
		 (room->kind < ROOM_FULL && (uint64_t)step->window + quantum >= bytes);
	return true;
}
