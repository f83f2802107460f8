/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform.c - find the parameters of a log's pool, and report the first difference.
 *
 * Candidates for the size of the ring: the fill at which the log saw the ring full, the powers of
 * two, and, when one of those differs from the log in the ring, every other size that the log's
 * puts could fill. Each is replayed, and the one that stays equal longest is reported, so that the
 * difference shown is that of the log and not of a wrong guess.
 */
#include "tools/conform/conform.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "tools/conform/conform_frag.h"
#include "tools/conform/conform_pool.h"

/* struct search - the best candidate so far */
struct search {
	const struct conform_log *log;
	bool tried;
	unsigned int pool_size, order;
	struct conform_pass pass;
};

static bool search_done(const struct search *s)
{
	return s->tried && s->pass.at == s->log->nr;
}

static int candidate_try(struct search *s, unsigned int pool_size, unsigned int order)
{
	struct conform_pass pass = {0};
	int err = conform_pool_pass(s->log, pool_size, order, &pass);

	if (err)
		return err;
	if (!s->tried || pass.at > s->pass.at) {
		s->tried = true;
		s->pool_size = pool_size;
		s->order = order;
		s->pass = pass;
	}
	return 0;
}

/* A put to the ring that released its page instead found the ring full: this is its size. */
static unsigned int ring_seen_full(const struct conform_log *log)
{
	for (unsigned int i = 1; i < log->nr; i++) {
		const int64_t *was = log->row[i - 1].value, *is = log->row[i].value;
		char op = log->row[i].op;

		if ((op == 'D' || op == 'R') &&
		    is[CONFORM_POOL_RELEASE] != was[CONFORM_POOL_RELEASE] &&
		    is[CONFORM_POOL_RING] == was[CONFORM_POOL_RING] && is[CONFORM_POOL_RING] > 0 &&
		    is[CONFORM_POOL_RING] <= CONFORM_POOL_SIZE_MAX)
			return (unsigned int)is[CONFORM_POOL_RING];
	}
	return 0;
}

static int sizes_try(struct search *s, unsigned int order)
{
	unsigned int full = ring_seen_full(s->log);
	int err = full ? candidate_try(s, full, order) : 0;

	for (unsigned int size = 1; !err && size <= CONFORM_POOL_SIZE_MAX && !search_done(s);
	     size *= 2)
		err = candidate_try(s, size, order);
	return err;
}

/* Does the best candidate first differ in a column that depends on the ring? */
static bool parted_at_ring(const struct search *s)
{
	unsigned int column =
		conform_row_differs(s->log->kind, &s->log->row[s->pass.at], &s->pass.ours);

	return column == CONFORM_POOL_RING || column == CONFORM_POOL_RELEASE;
}

/* A ring that was never full shows such a size only where its slots wrap. */
static int odd_sizes_try(struct search *s)
{
	unsigned int puts = 0, order = s->order;
	int err = 0;

	for (unsigned int i = 0; i < s->log->nr; i++)
		puts += s->log->row[i].op == 'R' || s->log->row[i].op == 'D';
	if (puts > CONFORM_POOL_SIZE_MAX)
		puts = CONFORM_POOL_SIZE_MAX;
	for (unsigned int size = 1; !err && size <= puts && !search_done(s); size++)
		err = candidate_try(s, size, order);
	return err;
}

static int pool_search(struct search *s, const struct conform_params *params)
{
	unsigned int first = params->order < 0 ? 0 : (unsigned int)params->order;
	unsigned int last = params->order < 0 ? CONFORM_ORDER_MAX : first;
	int err = 0;

	for (unsigned int order = first; !err && order <= last && !search_done(s); order++)
		err = params->pool_size ? candidate_try(s, params->pool_size, order)
					: sizes_try(s, order);
	if (!err && !search_done(s) && !params->pool_size && parted_at_ring(s))
		err = odd_sizes_try(s);
	return err;
}

/* A ring that was never full may have been larger. */
static int others_find(const struct search *s, struct conform_report *report)
{
	size_t n = 0;

	for (unsigned int size = 1; size <= CONFORM_POOL_SIZE_MAX; size *= 2) {
		struct conform_pass pass = {0};
		int err =
			size > s->pool_size ? conform_pool_pass(s->log, size, s->order, &pass) : 0;

		if (err)
			return err;
		if (pass.at == s->log->nr && n < sizeof(report->others))
			n += (size_t)snprintf(report->others + n, sizeof(report->others) - n,
					      "%s%u", n ? ", " : "", size);
	}
	return 0;
}

static void value_print(const struct conform_row *row, unsigned int column, char *buf, size_t size)
{
	if (row->present & 1u << column)
		snprintf(buf, size, "%" PRId64, row->value[column]);
	else
		snprintf(buf, size, "?");
}

static void difference_fill(const struct conform_log *log, const struct conform_pass *pass,
			    struct conform_report *report)
{
	const struct conform_row *theirs = &log->row[pass->at], *ours = &pass->ours;
	unsigned int column = conform_row_differs(log->kind, theirs, ours);

	report->at = pass->at;
	report->line = pass->at + 2;
	report->column = log->kind->column[column];
	value_print(theirs, column, report->their_value, sizeof(report->their_value));
	value_print(ours, column, report->our_value, sizeof(report->our_value));
	conform_row_print(log->kind, theirs, theirs, report->their_row, sizeof(report->their_row));
	conform_row_print(log->kind, ours, theirs, report->our_row, sizeof(report->our_row));
}

static const char *strategies_of(const struct conform_log *log)
{
	bool whole = false, frag = false;

	if (log->kind == &conform_frag_kind)
		return "frag_countdown";
	for (unsigned int i = 0; i < log->nr; i++) {
		whole |= log->row[i].op == 'A';
		frag |= log->row[i].op == 'F';
	}
	return !frag ? "page_pool" : whole ? "page_pool, page_pool_frag" : "page_pool_frag";
}

static int log_replay(const struct conform_log *log, const struct conform_params *params,
		      struct conform_report *report)
{
	struct search s = {.log = log};
	int err;

	memset(report, 0, sizeof(*report));
	report->allocator = log->kind->allocator;
	report->strategies = strategies_of(log);
	report->operations = log->nr;
	report->live = log->nr_live;
	report->is_pool = log->kind == &conform_pool_kind;
	err = report->is_pool ? pool_search(&s, params) : conform_frag_pass(log, &s.pass);
	report->equal = s.pass.at == log->nr;
	report->size_given = params->pool_size;
	report->order_given = params->order >= 0;
	if (!err && report->is_pool && report->equal && !report->size_given)
		err = others_find(&s, report);
	report->pool_size = s.pool_size;
	report->order = s.order;
	if (!err && !report->equal)
		difference_fill(log, &s.pass, report);
	return err;
}

int conform_stream(FILE *file, const char *name, const struct conform_params *params,
		   struct conform_report *report, char *err, size_t err_size)
{
	struct conform_log log;
	int ret = conform_log_read(&log, file, name, err, err_size);

	if (ret)
		return ret;
	ret = log_replay(&log, params, report);
	if (ret == -EBUSY)
		snprintf(err, err_size,
			 "%s: after the log our allocator could not give everything back", name);
	else if (ret)
		snprintf(err, err_size, "%s: cannot replay %u operations: %s", name, log.nr,
			 strerror(-ret));
	conform_log_free(&log);
	return ret;
}
