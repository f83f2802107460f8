/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hook.c - hooks called through a second table that notes which of them runs.
 */
#include "sim/plugin/hook.h"

#include <inttypes.h>
#include <stdio.h>

static const struct rx_strategy *watched;
static struct rx_strategy watching;
static volatile unsigned int own;
static volatile unsigned int *running = &own;
static bool blamed;
static struct hook_call last;

const char *hook_name(unsigned int hook)
{
	static const char *const names[HOOK_MAX] = {
		[HOOK_NONE] = "run",	    [HOOK_CREATE] = "create", [HOOK_ALLOC] = "alloc",
		[HOOK_RECEIVE] = "receive", [HOOK_PUT] = "put",	      [HOOK_DROP] = "drop",
		[HOOK_STATS] = "stats",	    [HOOK_CLOSE] = "close",   [HOOK_DESTROY] = "destroy",
	};

	return names[hook < HOOK_MAX ? hook : HOOK_NONE];
}

static inline void note(enum hook hook)
{
	if (!blamed)
		*running = hook;
}

static int watch_create(const struct rx_params *params, void **queue)
{
	int ret;

	note(HOOK_CREATE);
	ret = watched->create(params, queue);
	note(HOOK_NONE);
	return ret;
}

static void watch_destroy(void *queue)
{
	note(HOOK_DESTROY);
	watched->destroy(queue);
	note(HOOK_NONE);
}

static int watch_alloc(void *queue, unsigned int slot, unsigned int bytes, struct rx_buf *buf)
{
	int ret;

	note(HOOK_ALLOC);
	ret = watched->alloc(queue, slot, bytes, buf);
	note(HOOK_NONE);
	return ret;
}

static void watch_receive(void *queue, unsigned int slot, struct rx_buf *buf)
{
	note(HOOK_RECEIVE);
	watched->receive(queue, slot, buf);
	note(HOOK_NONE);
}

static void watch_put(const struct rx_buf *buf, bool direct)
{
	note(HOOK_PUT);
	watched->put(buf, direct);
	note(HOOK_NONE);
}

static void watch_stats(const void *queue, struct rx_stats *stats)
{
	note(HOOK_STATS);
	watched->stats(queue, stats);
	note(HOOK_NONE);
}

static void watch_close(void *queue)
{
	note(HOOK_CLOSE);
	watched->close(queue);
	note(HOOK_NONE);
}

static void watch_drop(void *queue, unsigned int slot)
{
	note(HOOK_DROP);
	watched->drop(queue, slot);
	note(HOOK_NONE);
}

const struct rx_strategy *hook_watch(const struct rx_strategy *strategy)
{
	watched = strategy;
	watching = *strategy;
	watching.create = watch_create;
	watching.destroy = watch_destroy;
	watching.alloc = watch_alloc;
	watching.receive = watch_receive;
	watching.put = watch_put;
	watching.stats = watch_stats;
	if (strategy->close)
		watching.close = watch_close;
	if (strategy->drop)
		watching.drop = watch_drop;
	return &watching;
}

void hook_share(volatile unsigned int *word)
{
	running = word;
}

enum hook hook_now(void)
{
	return *running;
}

void hook_calls(const struct hook_call *call)
{
	last = *call;
}

struct hook_call hook_current(void)
{
	enum hook hook = hook_now();

	return hook && hook == last.hook ? last : (struct hook_call){.hook = hook};
}

const char *hook_call_format(const struct hook_call *call, char buf[HOOK_CALL_TEXT])
{
	size_t n = (size_t)snprintf(buf, HOOK_CALL_TEXT, "%s%s", hook_name(call->hook),
				    call->hook ? "()" : "");

	if (call->slotted)
		n += (size_t)snprintf(buf + n, HOOK_CALL_TEXT - n, " for slot %u of queue %u",
				      call->slot, call->queue);
	if (call->slotted || call->own || call->packet || call->time_ns)
		n += (size_t)snprintf(buf + n, HOOK_CALL_TEXT - n, " at %.6f ms",
				      (double)call->time_ns * 1e-6);
	if (call->packet)
		snprintf(buf + n, HOOK_CALL_TEXT - n, " (%spacket %" PRIu64 ")",
			 call->own ? "" : "after ", call->packet);
	return buf;
}

void hook_blame(enum hook hook)
{
	*running = hook;
	blamed = true;
}
