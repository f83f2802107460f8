/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_room.h - how much a TCP receiver's buffer takes, learned from the windows it advertised.
 *
 * With R the bytes it can hold, U those it has not read:
 *
 *	window = min(ssthresh, R - U)	at an ACK that moves the right edge ack + window
 *	right edge - R = bytes read	where R - U is the smaller one
 *
 * The right edge never moves back; while R - U is below what was promised it stays, and the
 * window falls as data come. ssthresh never falls, so a window below the largest one is R - U. R is
 * not in any packet. What shows it, by what it rests on:
 *
 *	ROOM_REST	the largest window came again and again while data came, and the sender
 *			did not use it up: U was 0
 *	ROOM_CLOSE	the window at the receiver's close, when all was read
 *	ROOM_FULL	else: nothing was read from when the window began to grow until it first
 *			fell, or since the connection began. It is the most that R can be
 *	ROOM_BETWEEN	as ROOM_FULL, but until then the window fell within what the handshake had
 *			promised, so reads did not show: the middle between the largest window,
 *			the least that R can be, and the most
 *
 * A buffer that the kernel makes larger while the application reads (autotuning) has an R that
 * grows: until the window last grew it is the largest one so far. Which kind it is the first ACK
 * tells: it promises half the buffer, so a window of more than twice that shows a larger one.
 * Source: tcp-window
 */
#ifndef TRACES_PCAP_ROOM_H
#define TRACES_PCAP_ROOM_H

#include <stdbool.h>
#include <stdint.h>

/** ROOM_NO_ACK - no position in a stream */
#define ROOM_NO_ACK UINT64_MAX

/**
 * struct ack_track - ACKs of one direction, positions as 64-bit numbers
 * @started: there was one
 * @moving: the right edge was moved by one, so what the handshake promised is used up
 * @ack, @right, @window: of the last one
 * @moved_right: the right edge from which a move counts
 * @promised: right edge of the first one, since the stream's first byte; 0: begun in mid-flow
 * @most: largest window since @moving
 */
struct ack_track {
	bool started, moving;
	uint32_t window, most;
	uint64_t ack, right, moved_right, promised;
};

/**
 * struct ack_step - one ACK against those before
 * @moved: it moved the right edge by more than rounding does
 * @filled: the sender had used up what was promised before
 * @fell: its window is smaller than the one before
 * @before, @most: ACK and largest window before it
 */
struct ack_step {
	bool moved, fell, filled;
	uint32_t window, most;
	uint64_t ack, right, before;
};

/**
 * ack_track_advance() - the next ACK
 * @base: position of the stream's first byte; ROOM_NO_ACK: begun in mid-flow
 * @quantum: windows are multiples of it
 * @step: but for @filled
 * Return: false: it tells nothing, a later one overtook it.
 */
bool ack_track_advance(struct ack_track *track, uint64_t base, uint64_t ack, uint32_t window,
		       uint32_t quantum, struct ack_step *step);

enum room_kind { ROOM_NONE, ROOM_REST, ROOM_CLOSE, ROOM_FULL, ROOM_BETWEEN };

/**
 * struct tcp_room - what was learned
 * @kind: how; ROOM_NONE: no window told anything, all the time there was room
 * @fixed: the buffer keeps its size
 * @bytes: R, at the end
 * @grown_from: ACK at which the window began to grow to its largest
 */
struct tcp_room {
	enum room_kind kind;
	bool fixed;
	uint64_t bytes, grown_from;
};

/**
 * struct room_learner - see pcap_room.c
 * @growing: the window grows
 * @at_most: ACKs at the largest window
 * @at_most_ack: the last of these
 * @grown_from: ACK before the window began to grow
 * @full_right: smallest right edge of windows that fell, since @grown_from; ROOM_NO_ACK
 * @full_right_ever: since the stream began
 * @full, @full_from: the largest R that such windows gave since the last rest, and the @grown_from
 *	of it
 * @close_window: at the close; 0: none, or it did not move the right edge
 */
struct room_learner {
	bool growing;
	uint32_t at_most, close_window;
	uint64_t at_most_ack, grown_from, full_right, full_right_ever, full, full_from;
};

/** room_learn_begin() - before the first ACK */
void room_learn_begin(struct room_learner *learner);

/** room_learn_ack() - an ACK of @track, as ack_track_advance() gave it; @base: first position */
void room_learn_ack(struct room_learner *learner, const struct ack_step *step, uint64_t base,
		    uint32_t quantum);

/** room_learn_close() - the receiver closed after it had read all; the same */
void room_learn_close(struct room_learner *learner, const struct ack_step *step);

/**
 * room_learn_end() - what is known of the room
 * @base: position of the first byte, or of the first ACK of a capture begun in mid-flow
 * @from_start: the capture has the connection's beginning
 */
void room_learn_end(struct room_learner *learner, const struct ack_track *track, uint64_t base,
		    bool from_start, uint32_t quantum, struct tcp_room *room);

/**
 * room_read() - the stream's position up to which a receiver had read when it sent an ACK
 * @least: at least; exactly with @exact
 * Return: false: the ACK tells nothing, not even the least
 */
bool room_read(const struct tcp_room *room, const struct ack_track *track,
	       const struct ack_step *step, uint32_t quantum, uint64_t *least, bool *exact);

#endif
