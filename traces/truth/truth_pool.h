/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_pool.h - the page_pools of a capture, one by one.
 */
#ifndef TRACES_TRUTH_POOL_H
#define TRACES_TRUTH_POOL_H

#include "traces/truth/truth.h"

/**
 * truth_pool_queue() - which queue's NAPI polls took the pages of a pool of truth.pools?
 * Return: true with @dev (device number) and @queue (queue_mapping as recorded), or false:
 *	not known, or several
 */
bool truth_pool_queue(const struct truth_builder *builder, unsigned int pool, uint16_t *dev,
		      uint16_t *queue);

/** truth_pool_event() - count an EVENT_POOL_* */
void truth_pool_event(struct truth_builder *builder, const struct event *ev, uint64_t time_ns);

/** truth_pool_cpu_event() - EVENT_GRO_RECEIVE, _XDP_SENT and _NAPI_POLL, which tell who polls */
void truth_pool_cpu_event(struct truth_builder *builder, const struct event *ev);

/** truth_pool_finish() - what the whole capture tells. Return: pages in all pools at the start */
uint64_t truth_pool_finish(struct truth_builder *builder);

#endif
