/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_decode.c - records to events by the formats that were added before.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "tests/traces/bytes.h"
#include "traces/events/decode.h"

#define COMMON "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n"
#define SKB    "\tfield:void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;\n"
#define LEN    "\tfield:unsigned int len;\toffset:16;\tsize:4;\tsigned:0;\n"

static struct name_table devs, types;
static struct decoder dec;

static int start(void **state)
{
	(void)state;
	decoder_init(&dec, &devs, &types);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	decoder_fini(&dec);
	name_table_fini(&devs);
	name_table_fini(&types);
	return 0;
}

static int add(const char *system, const char *name, unsigned int id, const char *fields)
{
	char text[4096];
	int len = snprintf(text, sizeof(text), "name: %s\nID: %u\nformat:\n%s\nprint fmt: \"\"\n",
			   name, id, fields);

	return decoder_add(&dec, system, text, (size_t)len);
}

/* A record of event @id: an skb at 8, a length at 16, a word at 20, then "eth0". */
static void record(struct bytes *b, unsigned int id, uint32_t word)
{
	b->size = 0;
	b->big = dec.abi.big_endian;
	put16(b, id);
	put_zeros(b, 6);
	put64(b, 0xffff888000001000);
	put32(b, 1514);
	put32(b, word);
	put(b, "eth0", 5);
}

static struct event decoded(const struct bytes *b)
{
	struct event ev = {0};
	int id = decoder_id(&dec, b->at, b->size);

	assert_int_equal(decoder_event(&dec, id, b->at, b->size, &ev), 0);
	return ev;
}

static void first_of_equal_ids(void **state)
{
	static struct bytes b;
	struct event ev;

	(void)state;
	assert_int_equal(add("skb", "consume_skb", 7, COMMON SKB), 0);
	assert_int_equal(add("skb", "kfree_skb", 7, COMMON LEN), 0);
	record(&b, 7, 0);
	ev = decoded(&b);
	assert_int_equal(ev.kind, EVENT_CONSUME);
	assert_int_equal(ev.object, 0xffff888000001000);
	assert_string_equal(types.names[ev.type], "skb:consume_skb");
}

static const char *device(const struct bytes *b)
{
	unsigned int dev = decoded(b).dev;

	return dev == EVENT_NO_DEV ? "" : devs.names[dev];
}

/* The same string, by __data_loc at offset 24 and by __rel_loc 0 bytes behind its word's end. */
static void device_names(void **state)
{
	static struct bytes b;

	(void)state;
	for (unsigned int big = 0; big < 2; big++) {
		dec.abi.big_endian = big;
		assert_int_equal(add("net", "netif_rx", 1 + 3 * big,
				     COMMON SKB "\tfield:__data_loc char[] name;\toffset:20;"
						"\tsize:4;\tsigned:0;\n"),
				 0);
		assert_int_equal(add("net", "net_dev_queue", 2 + 3 * big,
				     COMMON SKB "\tfield:__rel_loc char[] name;\toffset:20;"
						"\tsize:4;\tsigned:0;\n"),
				 0);
		assert_int_equal(add("net", "netif_receive_skb", 3 + 3 * big,
				     COMMON SKB "\tfield:char name[4];\toffset:20;"
						"\tsize:4;\tsigned:0;\n"),
				 0);
		record(&b, 1 + 3 * big, 5 << 16 | 24);
		assert_string_equal(device(&b), "eth0");
		record(&b, 2 + 3 * big, 5 << 16 | 0);
		assert_string_equal(device(&b), "eth0");
		record(&b, 2 + 3 * big, 5 << 16 | 5);
		assert_string_equal(device(&b), "");
		record(&b, 3 + 3 * big, 5 << 16 | 24);
		assert_string_equal(device(&b), "");
	}
	assert_int_equal(devs.nr, 1);
}

/* A negative count of 2 bytes is the same in 4; what is cut out of the record is 0. */
static void numbers(void **state)
{
	static struct bytes b;

	(void)state;
	assert_int_equal(add("xdp", "xdp_bulk_tx", 9,
			     COMMON "\tfield:short sent;\toffset:16;\tsize:2;\tsigned:1;\n"),
			 0);
	assert_int_equal(add("xdp", "xdp_devmap_xmit", 10,
			     COMMON "\tfield:int sent;\toffset:26;\tsize:4;\tsigned:1;\n"),
			 0);
	record(&b, 9, 0);
	put_at(&b, 16, (uint16_t)-3, 2);
	assert_int_equal(decoded(&b).len, (uint32_t)-3);
	record(&b, 10, 0);
	assert_int_equal(b.size, 29);
	assert_int_equal(decoded(&b).len, 0);
}

/* The NAPI context that received a packet; a kernel without the field names none. */
static void napi(void **state)
{
	static struct bytes b;

	(void)state;
	assert_int_equal(add("net", "napi_gro_receive_entry", 11,
			     COMMON SKB "\tfield:unsigned int napi_id;\toffset:20;\tsize:4;"
					"\tsigned:0;\n"),
			 0);
	assert_int_equal(add("net", "napi_gro_frags_entry", 12, COMMON SKB), 0);
	record(&b, 11, 8193);
	assert_int_equal(decoded(&b).napi, 8193);
	record(&b, 12, 8193);
	assert_int_equal(decoded(&b).napi, 0);
}

/* Formats that matter must be sane; of others the name is enough; no format at all is ignored. */
static void damaged_texts(void **state)
{
	(void)state;
	assert_int_equal(add("skb", "consume_skb", 7, COMMON "\tfield:void * skbaddr[;\n"),
			 -EINVAL);
	assert_int_equal(add("skb", "kfree_skb", 8, COMMON SKB SKB), -EINVAL);
	assert_int_equal(add("net", "netif_rx", 9,
			     COMMON "\tfield:int len;\toffset:65532;\tsize:4;\tsigned:0;\n"),
			 -EINVAL);
	assert_int_equal(add("sched", "sched_switch", 10, COMMON "\tfield:int x[;\n"), 0);
	assert_int_equal(decoder_add(&dec, "skb", "no format", 9), 0);
}

/* Each event that matters costs a parse, so their number is bounded. */
static void too_many(void **state)
{
	unsigned int id = 1;

	(void)state;
	while (id < 1000 && !add("skb", "consume_skb", id, COMMON SKB))
		id++;
	assert_true(id > 19 && id < 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(first_of_equal_ids, start, stop),
		cmocka_unit_test_setup_teardown(device_names, start, stop),
		cmocka_unit_test_setup_teardown(numbers, start, stop),
		cmocka_unit_test_setup_teardown(napi, start, stop),
		cmocka_unit_test_setup_teardown(damaged_texts, start, stop),
		cmocka_unit_test_setup_teardown(too_many, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
