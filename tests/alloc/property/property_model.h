/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * property_model.h - a second set of books beside an allocator: who owns which bytes.
 *
 * The reference a property test holds a strategy against. It knows nothing of strategies: it sees
 * what they ask of the native environment (linked with --wrap, see tests/alloc/CMakeLists.txt) and
 * what the test tells it of their hooks, and finds by itself
 *
 *	block	  is out once; is freed unreferenced, unmapped, and when nobody owns bytes of it;
 *		  has one reference for each holder and one more while it has buffers
 *	buffer	  inside one block; its bytes are nobody else's; truesizes of a block's buffers
 *		  <= its bytes; bytes intact until they are given back
 *	mapping	  covers each buffer the device owns, at its offset; undone once, as it was made
 *	reserves  no byte of a pfmemalloc page is handed out twice
 *	queue	  nothing of it is left when it is gone, but pages that somebody holds
 *
 * The first violation leaves the run by longjmp(); one model at a time, one thread.
 */
#ifndef TESTS_PROPERTY_MODEL_H
#define TESTS_PROPERTY_MODEL_H

#include <setjmp.h>
#include "strategy.h"

#define MODEL_QUEUES 3

enum model_state {
	MODEL_POSTED,	 /* the device's */
	MODEL_RECEIVING, /* the strategy takes it from the device */
	MODEL_HELD,	 /* the stack's, who owes a put() */
	MODEL_PINNED,	 /* was put, but a holder has a reference to the page and reads the bytes */
	MODEL_CLOSING,	 /* was posted to a queue that is being destroyed */
};

/**
 * struct model_buffer - bytes that have an owner
 * @next: another buffer of the same block
 */
struct model_buffer {
	struct rx_buf buf;
	unsigned int bytes;
	unsigned int queue;
	enum model_state state;
	bool pinned, owes_put;
	unsigned char pattern;
	struct model_buffer *next;
};

/**
 * model_init() - empty books over the native environment, which is up
 * @shares_buffers: of the strategy: who owns which bytes is not checked
 * @escape: where a violation goes; set by the caller before anything else of the model is called
 */
void model_init(unsigned int page_shift, bool shares_buffers, jmp_buf *escape);

/** model_fini() - frees the books, and small objects that a violation left behind */
void model_fini(void);

/** model_fail() - reports a violation. Context: between model_init() and model_fini() */
_Noreturn void model_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** model_violation() - what the last model_fail() said; outlives model_fini() */
const char *model_violation(void);

/** model_call() - a hook of @queue is about to be called */
void model_call(unsigned int queue);

/** model_refused() - requests of the current hook call that the environment refused */
unsigned int model_refused(void);

/** model_posted() - alloc() handed out @buf for @bytes. Return: its record */
struct model_buffer *model_posted(unsigned int queue, const struct rx_buf *buf, unsigned int bytes,
				  bool mapped);

/** model_received() - receive() described @b, whose state was MODEL_RECEIVING, as @buf */
void model_received(struct model_buffer *b, const struct rx_buf *buf);

/**
 * model_put() - @b is about to be put: its bytes must be what was written
 * A pinned buffer stays in the books until model_unpin(), any other is forgotten.
 */
void model_put(struct model_buffer *b);

/**
 * model_pin() - another holder takes a reference to the page, as get_page() does
 * @owes_put: it will be given back by the strategy's put(), not by put_page()
 */
void model_pin(struct model_buffer *b, bool owes_put);

/**
 * model_unpin() - the holder is done: without @owes_put gives the reference back, and the last one
 * frees the page; with it the caller calls put() next
 */
void model_unpin(struct model_buffer *b);

/** model_forget() - @b was posted to a queue that is destroyed now */
void model_forget(struct model_buffer *b);

/** model_queue_closed() - @queue keeps nothing for itself: no page that the stack does not use */
void model_queue_closed(unsigned int queue);

/** model_queue_gone() - @queue was destroyed, or create() failed; no buffer of it is in use */
void model_queue_gone(unsigned int queue);

/**
 * model_pages_taken() - blocks @queue took since it was created
 * model_pages_returned() - of these, given back within the same hook call: it had failed, or the
 *	block was of no use
 */
uint64_t model_pages_taken(unsigned int queue);
uint64_t model_pages_returned(unsigned int queue);

/** model_check() - the whole books at once: references of every block, pages held */
void model_check(void);

#endif
