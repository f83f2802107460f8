/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * socket.h - the modelled application's sockets: one queue and receive buffer limit for all flows.
 */
#ifndef SIM_SOCKET_H
#define SIM_SOCKET_H

#include <stdbool.h>
#include <stdint.h>
#include "sim/rx/drop.h"

struct engine_gate;
struct skb;
struct sim;

/**
 * struct socket - the receive queue of the modelled application
 * @head, @tail: packets waiting, in order of delivery
 * @truesize: memory charged to the socket
 * @gate: the application waits here for packets
 * @wake_ns: when it begins to read, the queue having been empty; UINT64_MAX: not known yet
 * @busy_ns: when what it has taken so far is read
 * @queued, @taken: payload bytes queued and taken since the run began
 * @mss: the largest packet's data so far, of TCP; 0: none above TCP_MSS_DEFAULT
 * @ratio: data of that one to its truesize, in 1/256; 0: not known, a half
 * @collapsible: since it was collapsed, something has come that may begin a collapse
 * @spent: bytes read since it woke up, against workload.reader.bytes
 */
struct socket {
	struct skb *head, *tail;
	uint64_t truesize;
	struct engine_gate *gate;
	uint64_t wake_ns, busy_ns;
	uint64_t queued, taken, spent;
	uint32_t mss, ratio;
	bool collapsible;
};

/**
 * socket_wake_ns() - when the application, idle at @now_ns, reads next
 * Return: UINT64_MAX: not before the traffic ends
 */
uint64_t socket_wake_ns(const struct sim *sim, uint64_t now_ns);

/** socket_window() - Return: bytes of data that are expected to fit @space of truesize */
uint64_t socket_window(const struct socket *sock, uint64_t space);

/**
 * socket_is_bloated() - does @skb, of TCP, pin memory that would take more data than it came with?
 */
bool socket_is_bloated(const struct socket *sock, const struct skb *skb);

/** socket_grown() - @skb is in the queue and new, or has grown */
void socket_grown(struct socket *sock, const struct skb *skb);

/** socket_measure() - TCP looks at how much truesize the data of @skb takes */
void socket_measure(struct socket *sock, const struct skb *skb);

/** socket_queue() - append @skb and wake the application. Ownership: takes @skb */
void socket_queue(struct sim *sim, struct skb *skb);

/**
 * socket_holds() - is it certain that the application has not begun to read @skb by @now_ns?
 * It reads no faster than a copy takes of the bytes ahead.
 * @skb: in the queue
 */
bool socket_holds(const struct sim *sim, const struct skb *skb, uint64_t now_ns);

/** socket_collapses() - is the queue to be collapsed before @skb can be queued or is refused? */
bool socket_collapses(const struct sim *sim, const struct skb *skb);

/**
 * socket_refuses() - would the socket drop @skb?
 * Return: why, or DROP_NONE
 */
enum drop_cause socket_refuses(const struct sim *sim, const struct skb *skb);

/**
 * socket_take() - dequeue the oldest packet; the queue must not be empty
 * Return: the packet, now the caller's
 */
struct skb *socket_take(struct sim *sim);

/** socket_left() - Return: bytes that the application may still read in this wake-up */
uint64_t socket_left(const struct sim *sim);

/** socket_read_part() - core_current reads @bytes of the oldest packet, which stays in the queue */
void socket_read_part(struct sim *sim, uint32_t bytes);

/** socket_sleep() - the application has read what it does in this wake-up, until @sock->busy_ns */
void socket_sleep(struct sim *sim);

#endif
