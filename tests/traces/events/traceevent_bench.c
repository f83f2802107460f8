/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * traceevent_bench.c - what libtraceevent costs beside our own code, for docs/traces.md.
 *
 * usage: traceevent_bench TRACE.dat [KALLSYMS]
 *
 * Formats come from any trace.dat; records are walked in a plain version 6 only. Each time is the
 * lowest CPU time of ROUNDS runs. Linked with --wrap=decoder_add, which shows it the texts.
 */
#include <event-parse.h>
#include <kbuffer.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "traces/events/decode.h"
#include "traces/reader.h"
#include "traces/trace_dat/ring_page.h"
#include "traces/trace_dat/trace_dat_file.h"

#define ROUNDS	  15
#define TEXTS_MAX 8192
#define FILE_MAX  (1u << 30)

struct text {
	char system[NAME_BYTES_MAX];
	char *bytes;
	size_t size;
	bool needed;
};

static struct text texts[TEXTS_MAX];
static unsigned int nr_texts;
static bool reading;

int __real_decoder_add(struct decoder *dec, const char *system, const char *text, size_t size);
int __wrap_decoder_add(struct decoder *dec, const char *system, const char *text, size_t size);

int __wrap_decoder_add(struct decoder *dec, const char *system, const char *text, size_t size)
{
	int rc = __real_decoder_add(dec, system, text, size);
	struct text *copy = &texts[nr_texts];
	struct format_head head;

	if (nr_texts == TEXTS_MAX || reading || !format_head(text, size, &head))
		return rc;
	snprintf(copy->system, sizeof(copy->system), "%s", system);
	copy->bytes = malloc(size);
	if (!copy->bytes)
		return rc;
	memcpy(copy->bytes, text, size);
	copy->size = size;
	copy->needed = dec->list[head.id].kind != EVENT_OTHER;
	nr_texts++;
	return rc;
}

static double cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

static char *file_read(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *bytes = file ? malloc(FILE_MAX) : NULL;

	*size = bytes ? fread(bytes, 1, FILE_MAX - 1, file) : 0;
	if (bytes)
		bytes[*size] = '\0';
	if (file)
		fclose(file);
	return bytes;
}

/* --- formats --- */

static unsigned int library_parses(bool all)
{
	struct tep_handle *tep = tep_alloc();
	unsigned int nr = 0;

	for (unsigned int i = 0; i < nr_texts; i++)
		if (all || texts[i].needed)
			nr += !tep_parse_event(tep, texts[i].bytes, texts[i].size, texts[i].system);
	tep_free(tep);
	return nr;
}

static unsigned int fields_parse(bool all)
{
	static const char *const names[] = {"skbaddr", "len", "name"};
	const struct format_abi abi = {.long_size = 8};
	struct format_field fields[3];
	unsigned int nr = 0;

	for (unsigned int i = 0; i < nr_texts; i++)
		if (all || texts[i].needed)
			nr += !format_fields(&abi, texts[i].system, texts[i].bytes, texts[i].size,
					     names, 3, fields);
	return nr;
}

static unsigned int heads_parse(bool all)
{
	struct format_head head;
	unsigned int nr = 0;

	for (unsigned int i = 0; i < nr_texts; i++)
		nr += all && format_head(texts[i].bytes, texts[i].size, &head);
	return nr;
}

static void formats_measure(const char *what, unsigned int (*parse)(bool all), bool all)
{
	double best = 0;
	unsigned int nr = 0;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		double start = cpu_ns(), spent;

		nr = parse(all);
		spent = cpu_ns() - start;
		best = !i || spent < best ? spent : best;
	}
	printf("%-36s %5u texts %8.2f ms\n", what, nr, best / 1e6);
}

/* --- symbols --- */

static void symbols_measure(const char *path)
{
	struct name_table devs = {.nr = 0}, types = {.nr = 0};
	double best[2] = {0, 0};
	size_t size, bytes[2] = {0, 0};
	char *text = file_read(path, &size);

	for (unsigned int i = 0; text && i < ROUNDS; i++) {
		struct tep_handle *tep = tep_alloc();
		struct decoder dec;
		size_t before = mallinfo2().uordblks;
		double start = cpu_ns(), spent[2];

		tep_parse_kallsyms(tep, text);
		tep_find_function(tep, UINT64_MAX);
		spent[0] = cpu_ns() - start;
		bytes[0] = mallinfo2().uordblks - before;
		tep_free(tep);

		decoder_init(&dec, &devs, &types);
		before = mallinfo2().uordblks;
		start = cpu_ns();
		decoder_symbols(&dec, text, size);
		spent[1] = cpu_ns() - start;
		bytes[1] = mallinfo2().uordblks - before;
		decoder_fini(&dec);
		for (unsigned int k = 0; k < 2; k++)
			best[k] = !i || spent[k] < best[k] ? spent[k] : best[k];
	}
	free(text);
	printf("%zu bytes of symbols: libtraceevent %.1f ms, %zu KB; symbols.c %.1f ms, %zu KB\n",
	       size, best[0] / 1e6, bytes[0] / 1024, best[1] / 1e6, bytes[1] / 1024);
}

/* --- records --- */

static uint64_t ring_walk(const struct trace_dat_file *file, unsigned char *page)
{
	struct ring_page ring;
	struct ring_record rec;
	uint64_t nr = 0;

	if (ring_page_start(&ring, &file->layout, file->big_endian, page, file->page_size))
		return 0;
	while (ring_page_next(&ring, &rec) > 0)
		nr++;
	return nr;
}

static uint64_t kbuffer_walk(struct kbuffer *kbuf, unsigned char *page)
{
	unsigned long long time;
	uint64_t nr = 0;

	kbuffer_load_subbuffer(kbuf, page);
	for (void *rec = kbuffer_read_event(kbuf, &time); rec;
	     rec = kbuffer_next_event(kbuf, &time))
		nr++;
	return nr;
}

static void records_measure(const struct trace_dat_file *file, unsigned char *bytes, bool library)
{
	struct kbuffer *kbuf = kbuffer_alloc(KBUFFER_LSIZE_8, KBUFFER_ENDIAN_LITTLE);
	double best = 0;
	uint64_t nr = 0;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		double start = cpu_ns(), spent;

		nr = 0;
		for (unsigned int k = 0; k < file->nr_extents; k++) {
			const struct dat_extent *extent = &file->extents[k];

			for (uint64_t at = 0; at < extent->size; at += file->page_size)
				nr += library ? kbuffer_walk(kbuf, bytes + extent->offset + at)
					      : ring_walk(file, bytes + extent->offset + at);
		}
		spent = cpu_ns() - start;
		best = !i || spent < best ? spent : best;
	}
	kbuffer_free(kbuf);
	printf("%llu records by %s: %.1f ns each\n", (unsigned long long)nr,
	       library ? "kbuffer" : "ring_page.h", nr ? best / (double)nr : 0);
}

/* --- as a run does it --- */

static int reader_measure(const char *path)
{
	double open_ns = 0, read_ns = 0;
	uint64_t nr = 0;
	char err[512];

	for (unsigned int i = 0; i < ROUNDS; i++) {
		double start = cpu_ns(), opened, ended;
		struct reader *reader;
		struct event ev;

		if (reader_open(path, &reader, err, sizeof(err))) {
			fprintf(stderr, "%s\n", err);
			return 2;
		}
		opened = cpu_ns();
		for (nr = 0; reader->ops->next(reader, &ev) > 0; nr++)
			continue;
		ended = cpu_ns();
		open_ns = !i || opened - start < open_ns ? opened - start : open_ns;
		read_ns = !i || ended - opened < read_ns ? ended - opened : read_ns;
		reader_close(reader);
	}
	printf("%s: opened in %.2f ms, %llu events read in %.1f ns each\n", path, open_ns / 1e6,
	       (unsigned long long)nr, nr ? read_ns / (double)nr : 0);
	return 0;
}

static void file_measure(const struct trace_dat_file *file, const char *symbols)
{
	size_t size;
	unsigned char *bytes;

	formats_measure("libtraceevent, with print formats:", library_parses, true);
	formats_measure("libtraceevent, those that matter:", library_parses, false);
	formats_measure("format_fields():", fields_parse, true);
	formats_measure("format_fields(), those that matter:", fields_parse, false);
	formats_measure("format_head():", heads_parse, true);
	symbols_measure(symbols);
	bytes = file->version == 6 ? (unsigned char *)file_read(file->path, &size) : NULL;
	for (unsigned int library = 0; bytes && library < 2; library++)
		records_measure(file, bytes, library);
	free(bytes);
}

int main(int argc, char **argv)
{
	static struct trace_dat_file file;
	struct name_table devs = {.nr = 0}, types = {.nr = 0};
	struct decoder dec;
	char err[512] = "usage: traceevent_bench TRACE.dat [KALLSYMS]";

	decoder_init(&dec, &devs, &types);
	if (argc < 2 || trace_dat_file_open(&file, argv[1], &dec, err, sizeof(err))) {
		fprintf(stderr, "%s\n", err);
		return 2;
	}
	tep_set_loglevel(TEP_LOG_NONE);
	file_measure(&file, argc > 2 ? argv[2] : "/proc/kallsyms");
	trace_dat_file_close(&file);
	decoder_fini(&dec);
	reading = true;
	return reader_measure(argv[1]);
}
