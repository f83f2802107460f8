/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conform_log.c - the two kinds of log, and reading them line by line.
 */
#include "tools/conform/conform_log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* longer than any line of 15 numbers */
#define LINE_MAX_BYTES 512
#define MAX_ID	       (1 << 24)

#define BIT(n) (1u << (n))

const struct conform_kind conform_pool_kind = {
	.allocator = "page_pool",
	.nr_columns = 15,
	.column = {"n", "op", "id", "size", "pfn", "offset", "page_ref", "pp_ref", "live", "hold",
		   "release", "cache", "ring", "frag_offset", "frag_users"},
	.nr_ops = 5,
	.op = {{'A', CONFORM_ALLOC, 0},
	       {'F', CONFORM_ALLOC, 0},
	       {'D', CONFORM_PUT, BIT(CONFORM_POOL_PP_REF)},
	       {'R', CONFORM_PUT, BIT(CONFORM_POOL_PP_REF)},
	       {'E', CONFORM_PUT, BIT(CONFORM_POOL_PP_REF)}},
	.max_size = 4096u << 5,
};

const struct conform_kind conform_frag_kind = {
	.allocator = "page_frag_cache",
	.nr_columns = 12,
	.column = {"n", "op", "id", "size", "head_pfn", "offset", "head_ref", "live", "nc_offset",
		   "nc_size", "nc_bias", "head_order"},
	.nr_ops = 4,
	.op = {{'A', CONFORM_ALLOC, 0},
	       {'L', CONFORM_ALLOC, 0},
	       {'Z', CONFORM_PUT, BIT(CONFORM_REF)},
	       {'X', CONFORM_OTHER,
		BIT(CONFORM_ID) | BIT(CONFORM_SIZE) | BIT(CONFORM_PFN) | BIT(CONFORM_OFFSET) |
			BIT(CONFORM_REF)}},
	.max_size = 32768,
};

static const struct conform_kind *const kinds[] = {&conform_pool_kind, &conform_frag_kind};

/* struct reading - the state of reading a log; @live: by id: is it allocated? */
struct reading {
	struct conform_log *log;
	FILE *file;
	const char *name;
	unsigned int line_no, room;
	uint8_t *live;
	char line[LINE_MAX_BYTES];
	char *err;
	size_t err_size;
};

static int refuse(const struct reading *r, const char *column, const char *found,
		  const char *expected)
{
	char text[61];
	size_t n = 0;

	for (; found[n] && n + 1 < sizeof(text); n++)
		text[n] = found[n] < ' ' || found[n] > '~' ? '?' : found[n];
	text[n] = '\0';
	snprintf(r->err, r->err_size, "%s: line %u%s%s: found '%s', expected %s", r->name,
		 r->line_no, column ? ", column " : "", column ? column : "", text, expected);
	return -EINVAL;
}

static int refuse_line(const struct reading *r, const char *what)
{
	snprintf(r->err, r->err_size, "%s: line %u: %s", r->name, r->line_no, what);
	return -EINVAL;
}

/* Return: 1, 0 at the end, or -errno with a message */
static int line_read(struct reading *r)
{
	size_t len;

	r->line_no++;
	if (!fgets(r->line, sizeof(r->line), r->file)) {
		if (!ferror(r->file))
			return 0;
		snprintf(r->err, r->err_size, "%s: cannot read: %s", r->name, strerror(errno));
		return -EIO;
	}
	len = strlen(r->line);
	if (len + 1 < sizeof(r->line) && len && r->line[len - 1] == '\n') {
		r->line[len - 1] = '\0';
		return 1;
	}
	if (len + 1 == sizeof(r->line))
		return refuse_line(r, "longer than a line of such a log can be");
	if (!feof(r->file))
		return refuse_line(r, "it holds a zero byte: this is no text file");
	return refuse_line(r, "the file is cut off: its last line is incomplete (remove it)");
}

static void header_of(const struct conform_kind *kind, char *buf, size_t size)
{
	size_t n = 0;

	for (unsigned int i = 0; i < kind->nr_columns && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s", i ? "," : "", kind->column[i]);
}

static int header_read(struct reading *r)
{
	int ret = line_read(r);

	if (!strncmp(r->line,
		     "\xfd"
		     "7zXZ",
		     5) ||
	    !strncmp(r->line, "\x1f\x8b", 2))
		return refuse_line(r,
				   "the file is compressed; unpack it (xz -dc, gzip -dc) and give "
				   "it as a file, or as - on standard input");
	if (ret < 0)
		return ret;
	for (size_t i = 0; ret && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char header[LINE_MAX_BYTES];

		header_of(kinds[i], header, sizeof(header));
		if (!strcmp(r->line, header)) {
			r->log->kind = kinds[i];
			return 0;
		}
	}
	return refuse(r, NULL, ret ? r->line : "an empty file",
		      "the header of an oracle log, n,op,id,size,pfn,... (page_pool) or "
		      "n,op,id,size,head_pfn,... (page_frag_cache)");
}

/* Nothing but a decimal number. */
static int number_read(const char *text, int64_t *value)
{
	const char *digit = text + (*text == '-');
	char *end;

	if (*digit < '0' || *digit > '9')
		return -EINVAL;
	errno = 0;
	*value = strtoll(text, &end, 10);
	if (*end)
		return -EINVAL;
	return errno ? -ERANGE : 0;
}

static const struct conform_op *op_find(const struct conform_kind *kind, const char *text)
{
	for (unsigned int i = 0; i < kind->nr_ops; i++)
		if (text[0] == kind->op[i].letter && !text[1])
			return &kind->op[i];
	return NULL;
}

static int op_unknown(const struct reading *r, const char *text)
{
	const struct conform_kind *kind = r->log->kind;
	char expected[80];
	int n = snprintf(expected, sizeof(expected), "an operation of %s:", kind->allocator);

	for (unsigned int i = 0; i < kind->nr_ops; i++)
		n += snprintf(expected + n, sizeof(expected) - (size_t)n, " %c",
			      kind->op[i].letter);
	return refuse(r, kind->column[CONFORM_OP], text, expected);
}

static int field_read(const struct reading *r, const struct conform_op *op, unsigned int column,
		      const char *text, struct conform_row *row)
{
	const char *name = r->log->kind->column[column];
	int64_t value;
	int ret;

	if (op->empty & BIT(column))
		return *text ? refuse(r, name, text, "nothing for this operation") : 0;
	if (column == CONFORM_ID && !strcmp(text, "fail"))
		return refuse_line(r, "the kernel ran out of memory here: such a log cannot be "
				      "replayed, record it again with more memory");
	ret = number_read(text, &value);
	if (ret)
		return refuse(r, name, text,
			      ret == -ERANGE ? "a number of at most 63 bits" : "a decimal number");
	conform_row_set(row, column, value);
	return 0;
}

static int fields_read(struct reading *r, struct conform_row *row, const struct conform_op **op)
{
	const struct conform_kind *kind = r->log->kind;
	char *field[CONFORM_COLUMNS] = {NULL}, *next = r->line, whole[64];
	unsigned int n = 0;
	int ret = 0;

	snprintf(whole, sizeof(whole), "%.50s", r->line);
	while (next && n < kind->nr_columns) {
		field[n++] = next;
		next = strchr(next, ',');
		if (next)
			*next++ = '\0';
	}
	if (n > CONFORM_ID && !strcmp(field[CONFORM_ID], "fail"))
		return field_read(r, &kind->op[0], CONFORM_ID, "fail", row);
	if (n < kind->nr_columns || next) {
		snprintf(r->err, r->err_size, "%s: line %u: found %s columns in '%s', expected %u",
			 r->name, r->line_no, next ? "more" : "fewer", whole, kind->nr_columns);
		return -EINVAL;
	}
	*op = op_find(kind, field[CONFORM_OP]);
	if (!*op)
		return op_unknown(r, field[CONFORM_OP]);
	row->op = (*op)->letter;
	for (unsigned int i = 0; !ret && i < n; i++)
		if (i != CONFORM_OP)
			ret = field_read(r, *op, i, field[i], row);
	return ret;
}

static int live_reserve(struct reading *r, unsigned int id)
{
	unsigned int room = r->room ? r->room : 1024;
	uint8_t *live;

	if (id < r->room)
		return 0;
	while (room <= id)
		room *= 2;
	live = realloc(r->live, room);
	if (!live)
		return -ENOMEM;
	memset(live + r->room, 0, room - r->room);
	r->live = live;
	r->room = room;
	return 0;
}

/* Is the operation valid here: its number, and whether its buffer is allocated? */
static int row_check(struct reading *r, const struct conform_row *row, const struct conform_op *op)
{
	const struct conform_kind *kind = r->log->kind;
	bool alloc = op->effect == CONFORM_ALLOC;
	int64_t id = row->value[CONFORM_ID], size = row->value[CONFORM_SIZE];
	char found[24], expected[64];

	snprintf(found, sizeof(found), "%" PRId64, row->value[CONFORM_N]);
	snprintf(expected, sizeof(expected), "%u", r->log->nr);
	if (row->value[CONFORM_N] != r->log->nr)
		return refuse(r, kind->column[CONFORM_N], found, expected);
	if (op->effect == CONFORM_OTHER)
		return 0;
	snprintf(found, sizeof(found), "%" PRId64, id);
	snprintf(expected, sizeof(expected), "a number below %d", MAX_ID);
	if (id < 0 || id >= MAX_ID)
		return refuse(r, kind->column[CONFORM_ID], found, expected);
	if (live_reserve(r, (unsigned int)id))
		return -ENOMEM;
	if (r->live[id] == alloc)
		return refuse(r, kind->column[CONFORM_ID], found,
			      alloc ? "a buffer that is not allocated already"
				    : "a buffer that is allocated");
	snprintf(found, sizeof(found), "%" PRId64, size);
	snprintf(expected, sizeof(expected), "1 to %u", kind->max_size);
	if (alloc && (size < 1 || size > kind->max_size))
		return refuse(r, kind->column[CONFORM_SIZE], found, expected);
	r->live[id] = alloc;
	r->log->nr_live += alloc ? 1 : -1;
	r->log->nr_allocs += alloc;
	if (id > r->log->max_id)
		r->log->max_id = (unsigned int)id;
	return 0;
}

static int row_reserve(struct conform_log *log, unsigned int *room)
{
	struct conform_row *row;

	if (log->nr < *room)
		return 0;
	*room = *room ? 2 * *room : 4096;
	row = realloc(log->row, *room * sizeof(*row));
	if (!row)
		return -ENOMEM;
	log->row = row;
	return 0;
}

static int rows_read(struct reading *r)
{
	struct conform_log *log = r->log;
	unsigned int room = 0;
	int ret;

	while ((ret = line_read(r)) > 0) {
		struct conform_row row = {0};
		const struct conform_op *op = NULL;

		if (log->nr == CONFORM_MAX_ROWS)
			return refuse_line(r, "more operations than can be replayed (1048576)");
		ret = fields_read(r, &row, &op);
		if (!ret)
			ret = row_check(r, &row, op);
		if (!ret)
			ret = row_reserve(log, &room);
		if (ret)
			return ret;
		log->row[log->nr++] = row;
	}
	if (!ret && !log->nr)
		return refuse_line(r, "the log ends here, without any operation");
	return ret;
}

static int number_order(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int pages_collect(struct conform_log *log)
{
	unsigned int n = 0;

	log->page = calloc(log->nr, sizeof(*log->page));
	if (!log->page)
		return -ENOMEM;
	for (unsigned int i = 0; i < log->nr; i++)
		if (log->row[i].present & BIT(CONFORM_PFN))
			log->page[n++] = log->row[i].value[CONFORM_PFN];
	qsort(log->page, n, sizeof(*log->page), number_order);
	for (unsigned int i = 0; i < n; i++)
		if (!i || log->page[i] != log->page[i - 1])
			log->page[log->nr_pages++] = log->page[i];
	return 0;
}

int conform_log_read(struct conform_log *log, FILE *file, const char *name, char *err,
		     size_t err_size)
{
	struct reading r = {
		.log = log, .file = file, .name = name, .err = err, .err_size = err_size};
	int ret;

	memset(log, 0, sizeof(*log));
	ret = header_read(&r);
	if (!ret)
		ret = rows_read(&r);
	if (!ret)
		ret = pages_collect(log);
	if (ret == -ENOMEM)
		snprintf(err, err_size, "%s: not enough memory to hold the log", name);
	free(r.live);
	if (ret)
		conform_log_free(log);
	return ret;
}

void conform_log_free(struct conform_log *log)
{
	free(log->row);
	free(log->page);
	memset(log, 0, sizeof(*log));
}

unsigned int conform_log_page(const struct conform_log *log, int64_t page)
{
	const int64_t *at =
		bsearch(&page, log->page, log->nr_pages, sizeof(*log->page), number_order);

	return at ? (unsigned int)(at - log->page) : log->nr_pages;
}

void conform_row_print(const struct conform_kind *kind, const struct conform_row *row,
		       const struct conform_row *like, char *buf, size_t size)
{
	size_t n = 0;

	for (unsigned int i = 0; i < kind->nr_columns && n < size; i++) {
		n += (size_t)snprintf(buf + n, size - n, "%s", i ? "," : "");
		if (n >= size)
			return;
		if (i == CONFORM_OP)
			n += (size_t)snprintf(buf + n, size - n, "%c", row->op);
		else if (row->present & BIT(i))
			n += (size_t)snprintf(buf + n, size - n, "%" PRId64, row->value[i]);
		else if (like->present & BIT(i))
			n += (size_t)snprintf(buf + n, size - n, "?");
	}
}

unsigned int conform_row_differs(const struct conform_kind *kind, const struct conform_row *a,
				 const struct conform_row *b)
{
	for (unsigned int i = 0; i < kind->nr_columns; i++) {
		if ((a->present ^ b->present) & BIT(i))
			return i;
		if (a->present & BIT(i) && a->value[i] != b->value[i])
			return i;
	}
	return kind->nr_columns;
}
