/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * property_draw.c - see property_draw.h.
 */
#include <string.h>
#include "property_draw.h"

#define PICK(array, seed) ((array)[rnd(seed) % (sizeof(array) / sizeof((array)[0]))])

/* splitmix64: any seed will do, and neighbours have nothing in common */
static unsigned int rnd(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (unsigned int)(z >> 32);
}

static unsigned int option_draw(const struct strategy_option *option, uint64_t *seed)
{
	unsigned int words = 1;

	if (!option->choices) {
		const unsigned int values[] = {option->deflt, option->min, option->max,
					       option->min +
						       rnd(seed) % (option->max - option->min + 1)};

		return PICK(values, seed);
	}
	for (const char *c = option->choices; *c; c++)
		words += *c == '|';
	return rnd(seed) % words;
}

/* Half of the buffers are what drivers post, the others any size from a byte to a whole block. */
static unsigned int buffer_draw(unsigned int page_shift, unsigned int order, uint64_t *seed)
{
	static const unsigned int usual[] = {256, 1024, 1536, 2048, 3072, 4096, 9216};
	unsigned int page = 1u << page_shift;
	unsigned int all = page << order;
	unsigned int bytes;

	switch (rnd(seed) % 4) {
	case 0:
		bytes = 1 + rnd(seed) % (page / 2);
		break;
	case 1:
		bytes = 1 + rnd(seed) % all;
		break;
	default:
		bytes = PICK(usual, seed);
		break;
	}
	return bytes < all ? bytes : all;
}

void params_draw(struct rx_params *params, const struct run *run, unsigned int seed)
{
	static const unsigned int rings[] = {1, 2, 4, 16, 64, WORLD_RING};
	static const unsigned int pools[] = {1, 2, 4, 16, 64, 1024};
	static const unsigned int orders[] = {0, 0, 0, 1, 2, 3};
	const struct strategy_option *option = run->strategy->options;
	uint64_t state = seed;

	*params = (struct rx_params){.posted = run->posted};
	params->ring_size = PICK(rings, &state);
	params->pool_size = PICK(pools, &state);
	params->order = PICK(orders, &state);
	params->nid = rnd(&state) % 4 ? NUMA_NO_NODE : 0;
	params->buffer_bytes = buffer_draw(run->strategy->page_shift, params->order, &state);
	for (unsigned int i = 0; option && option[i].name && i < STRATEGY_MAX_OPTIONS; i++)
		params->option[i] = option_draw(&option[i], &state);
}

static void phase_draw(struct draw *d)
{
	static const unsigned int backlogs[] = {0, 2, 20, 150, 600};
	static const unsigned int direct[] = {0, 4, 8};

	d->phase_left = 50 + rnd(&d->seed) % 400;
	d->backlog = PICK(backlogs, &d->seed);
	d->order = rnd(&d->seed) % 3;
	d->direct_of_8 = PICK(direct, &d->seed);
}

/* Weather and holders: once in a while, and bad weather does not last. */
static struct op rare_draw(struct draw *d)
{
	static const enum op_kind kinds[] = {OP_PIN,	   OP_PIN,	OP_PIN,	    OP_UNPIN,
					     OP_UNPIN,	   OP_UNPIN,	OP_FAIL,    OP_FAIL,
					     OP_MAX_ORDER, OP_RESERVES, OP_DESTROY, OP_CLOSE,
					     OP_NODE};
	struct op op = {.kind = PICK(kinds, &d->seed), .queue = rnd(&d->seed) % MODEL_QUEUES};

	op.arg = rnd(&d->seed) & 0xffff;
	if (op.kind == OP_FAIL)
		op.arg = 1 + op.arg % 24;
	else if (op.kind == OP_MAX_ORDER)
		op.arg = op.arg % 3 ? MAX_PAGE_ORDER : op.arg / 3 % MAX_PAGE_ORDER;
	else if (op.kind == OP_RESERVES)
		op.arg = op.arg % 4 == 1;
	else if (op.kind == OP_NODE)
		op.arg &= 1;
	return op;
}

static void burst_draw(struct draw *d, const struct world *world)
{
	struct op *op = &d->burst;
	const struct world_queue *q;
	unsigned int what = rnd(&d->seed) % 8;

	op->queue = rnd(&d->seed) % MODEL_QUEUES;
	q = &world->queue[op->queue];
	d->burst_left = 1 + rnd(&d->seed) % 64;
	if (!q->queue) {
		op->kind = OP_CREATE;
		d->burst_left = 1;
	} else if (q->closed && (!world->nr_held || what < 2)) {
		op->kind = OP_DESTROY;
		d->burst_left = 1;
	} else if (q->closed || (world->nr_held > d->backlog && what < 4)) {
		op->kind = rnd(&d->seed) % 8 < d->direct_of_8 ? OP_PUT_DIRECT : OP_PUT_REMOTE;
	} else if (q->posted && what < 6) {
		op->kind = OP_RECEIVE;
	} else {
		op->kind = OP_POST;
	}
}

static bool burst_can_go_on(const struct draw *d, const struct world *world)
{
	const struct world_queue *q = &world->queue[d->burst.queue];

	if (d->burst.kind == OP_POST)
		return !q->closed && q->posted < q->params.ring_size;
	if (d->burst.kind == OP_RECEIVE)
		return q->posted > 0 && world->nr_held < WORLD_HELD;
	if (d->burst.kind == OP_CREATE)
		return !q->queue;
	if (d->burst.kind == OP_DESTROY)
		return q->queue;
	return world->nr_held > 0;
}

struct op op_draw(struct draw *d, const struct world *world)
{
	struct op op;

	if (d->phase_left-- == 0)
		phase_draw(d);
	if (rnd(&d->seed) % 64 == 0)
		return rare_draw(d);
	/* Without a queue, room or packets another burst is tried; a post() can always be. */
	for (int i = 0; i < 8 && (!d->burst_left || !burst_can_go_on(d, world)); i++)
		burst_draw(d, world);
	if (d->burst_left)
		d->burst_left--;
	op = d->burst;
	op.arg = rnd(&d->seed) & 0xffff;
	if ((op.kind == OP_PUT_DIRECT || op.kind == OP_PUT_REMOTE) && d->order < 2)
		op.arg = d->order && world->nr_held ? world->nr_held - 1 : 0;
	return op;
}
