/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_datagrams.c - datagrams that their reader freed without an event, between others that have
 * one: a socket is read in order.
 *
 * CPU 0 receives them, in polls of its own. Whoever reads them on another CPU leaves their frees to
 * CPU 0, which have events.
 */
#include "tests/traces/lifetime/life.h"

#define LEN 1400u
#define MS  1000000u

/* Number @first and @nr - 1 more. Return: arrival of the first */
static uint64_t deliver(unsigned int first, unsigned int nr, uint16_t cpu)
{
	uint64_t first_ns = now_ns + 10;

	for (; nr--; first++) {
		feed(EVENT_GRO_RECEIVE, first, LEN, cpu);
		feed(EVENT_NETIF_RECEIVE, first, LEN, cpu);
	}
	return first_ns;
}

/* CPU 0 frees @skb alone. Return: when */
static uint64_t free_one(unsigned int skb)
{
	uint64_t free_ns = feed(EVENT_CONSUME, skb, LEN, 0);

	feed(EVENT_NETIF_RX, 900, LEN, 0);
	return free_ns;
}

/* Two polls of CPU 0, long after all that was read: its list is empty. */
static void empty_the_list(void)
{
	now_ns += MS;
	feed(EVENT_NAPI_POLL, 0, LEN, 0);
	feed(EVENT_NAPI_POLL, 0, LEN, 0);
}

static void expect(enum release_method method, uint64_t release_ns)
{
	struct slot slot;

	assert_true(lifetime_take(&life, &slot));
	assert_int_equal(slot.pkt.method, method);
	assert_int_equal(slot.pkt.release_ns,
			 method == RELEASE_UNKNOWN ? PACKET_UNKNOWN : release_ns);
}

/* 1 is freed, 2 to 4 are not, 5 is: they lie at a quarter, a half and three quarters between. */
static void evenly_between_two(void **state)
{
	uint64_t free_ns[2];

	(void)state;
	deliver(1, 5, 0);
	now_ns += MS;
	free_ns[0] = free_one(1);
	now_ns += MS;
	free_ns[1] = free_one(5);
	empty_the_list();
	lifetime_finish(&life);
	expect(RELEASE_FREE, free_ns[0]);
	for (unsigned int i = 1; i <= 3; i++)
		expect(RELEASE_REUSE, free_ns[0] + (free_ns[1] - free_ns[0]) * i / 4);
	expect(RELEASE_FREE, free_ns[1]);
}

/* 2 and 3 arrive while CPU 2 frees, and 3 is freed in that run: 2 had gone when it arrived. */
static void arrived_in_the_run(void **state)
{
	uint64_t free_ns, arrived_ns;

	(void)state;
	deliver(1, 1, 0);
	feed(EVENT_CONSUME, 1, LEN, 2);
	arrived_ns = deliver(2, 2, 0);
	free_ns = feed(EVENT_CONSUME, 3, LEN, 2);
	feed(EVENT_NETIF_RX, 900, LEN, 2);
	empty_the_list();
	now_ns += MS;
	feed(EVENT_NAPI_POLL, 0, LEN, 2);
	feed(EVENT_NAPI_POLL, 0, LEN, 2);
	lifetime_finish(&life);
	expect(RELEASE_FREE, arrived_ns - 10);
	expect(RELEASE_REUSE, arrived_ns);
	expect(RELEASE_FREE, free_ns);
}

/* The address of 3 is in use again before its share of the time is over: it was gone by then. */
static void no_later_than_reused(void **state)
{
	uint64_t free_ns[2], reused_ns;

	(void)state;
	deliver(1, 5, 0);
	free_ns[0] = free_one(1);
	reused_ns = feed(EVENT_NETIF_RX, 3, LEN, 1);
	now_ns += MS;
	free_ns[1] = free_one(5);
	empty_the_list();
	lifetime_finish(&life);
	expect(RELEASE_FREE, free_ns[0]);
	expect(RELEASE_REUSE, free_ns[0] + (free_ns[1] - free_ns[0]) / 4);
	expect(RELEASE_REUSE, reused_ns);
}

/* Until CPU 0 has emptied its list they may be in it: then they wait until the capture ends. */
static void a_list_may_have_them(void **state)
{
	uint64_t free_ns[2], last_ns;

	(void)state;
	deliver(1, 3, 0);
	free_ns[0] = free_one(1);
	now_ns += MS;
	free_ns[1] = feed(EVENT_CONSUME, 3, LEN, 0);
	last_ns = feed(EVENT_NAPI_POLL, 0, LEN, 1);
	lifetime_finish(&life);
	expect(RELEASE_FREE, free_ns[0]);
	expect(RELEASE_REUSE, last_ns + 1);
	expect(RELEASE_FREE, free_ns[1]);
}

/* CPU 2 sent as many as were received, and no list of its own was seen: none is looked for. */
static void no_list_of_a_sender(void **state)
{
	uint64_t free_ns[2];

	(void)state;
	for (unsigned int i = 0; i < 4; i++)
		feed(EVENT_TX_START, 800 + i, LEN, 2);
	deliver(1, 3, 0);
	free_ns[0] = free_one(1);
	now_ns += MS;
	free_ns[1] = free_one(3);
	empty_the_list();
	lifetime_finish(&life);
	expect(RELEASE_FREE, free_ns[0]);
	expect(RELEASE_REUSE, (free_ns[0] + free_ns[1]) / 2);
	expect(RELEASE_FREE, free_ns[1]);
}

/*
 * 2 has an event, long after 3: there are two sockets, and nothing is known of 4. One of 20 may be
 * late, though: of 22 that are freed, one.
 */
static void out_of_order_tells_nothing(void **state)
{
	(void)state;
	for (unsigned int more = 0; more <= 18; more += 18) {
		struct slot slot;

		deliver(1, 5 + more, 0);
		free_one(1);
		now_ns += MS;
		free_one(3);
		empty_the_list();
		now_ns += 2 * MS;
		free_one(2);
		for (unsigned int i = 5; i <= 5 + more; i++)
			free_one(i);
		empty_the_list();
		lifetime_finish(&life);
		for (unsigned int i = 1; i <= 4; i++)
			assert_true(lifetime_take(&life, &slot));
		assert_int_equal(slot.pkt.method, more ? RELEASE_REUSE : RELEASE_UNKNOWN);
		end(NULL);
		begin(NULL);
	}
}

/* 3 is freed behind 5: that 2 and 4 had been read by the free of 5 is known already. */
static void earlier_one_tells_no_more(void **state)
{
	uint64_t free_ns[4];

	(void)state;
	deliver(1, 7, 0);
	free_ns[0] = free_one(1);
	now_ns += MS;
	free_ns[1] = free_one(5);
	now_ns += MS;
	free_ns[2] = free_one(3);
	now_ns += MS;
	free_ns[3] = free_one(7);
	empty_the_list();
	lifetime_finish(&life);
	expect(RELEASE_FREE, free_ns[0]);
	expect(RELEASE_REUSE, free_ns[0] + (free_ns[1] - free_ns[0]) / 3);
	expect(RELEASE_FREE, free_ns[2]);
	expect(RELEASE_REUSE, free_ns[0] + (free_ns[1] - free_ns[0]) * 2 / 3);
	expect(RELEASE_FREE, free_ns[1]);
	expect(RELEASE_REUSE, (free_ns[1] + free_ns[3]) / 2);
	expect(RELEASE_FREE, free_ns[3]);
}

/* 2 has its event long after 3, but CPU 0 has not emptied its list since: it is in order. */
static void late_in_a_list(void **state)
{
	uint64_t free_ns[6];

	(void)state;
	deliver(1, 5, 0);
	free_ns[1] = free_one(1);
	free_ns[3] = feed(EVENT_CONSUME, 3, LEN, 2);
	now_ns += 10 * MS;
	free_ns[2] = free_one(2);
	free_ns[5] = free_one(5);
	empty_the_list();
	lifetime_finish(&life);
	expect(RELEASE_FREE, free_ns[1]);
	expect(RELEASE_FREE, free_ns[2]);
	expect(RELEASE_FREE, free_ns[3]);
	expect(RELEASE_REUSE, free_ns[3] + (free_ns[5] - free_ns[3]) / 2);
	expect(RELEASE_FREE, free_ns[5]);
}

/* One free of eleven: it may be TCP's, which absorbs. Of ten it is not. */
static void few_frees_tell_nothing(void **state)
{
	(void)state;
	for (unsigned int nr = 9; nr <= 10; nr++) {
		struct slot slot;

		deliver(1, nr, 0);
		free_one(nr);
		empty_the_list();
		lifetime_finish(&life);
		assert_true(lifetime_take(&life, &slot));
		assert_int_equal(slot.pkt.method, nr < 10 ? RELEASE_REUSE : RELEASE_UNKNOWN);
		end(NULL);
		begin(NULL);
	}
}

/*
 * Sockets that are not connected send without a flow hash: such packets wait in one list, whichever
 * CPU received them.
 */
static void without_a_hash(void **state)
{
	uint64_t free_ns[2];

	(void)state;
	flow_hash = 0;
	deliver(1, 1, 0);
	deliver(2, 1, 1);
	deliver(3, 1, 0);
	free_ns[0] = free_one(1);
	now_ns += MS;
	free_ns[1] = free_one(3);
	empty_the_list();
	feed(EVENT_NAPI_POLL, 0, LEN, 1);
	feed(EVENT_NAPI_POLL, 0, LEN, 1);
	lifetime_finish(&life);
	expect(RELEASE_FREE, free_ns[0]);
	expect(RELEASE_REUSE, (free_ns[0] + free_ns[1]) / 2);
	expect(RELEASE_FREE, free_ns[1]);
}

/* One copy of such a packet: they may be of TCP, and nothing is known of order. */
static void copied_without_a_hash(void **state)
{
	uint64_t free_ns;

	(void)state;
	flow_hash = 0;
	deliver(1, 4, 0);
	free_one(1);
	feed(EVENT_COPY, 4, LEN, 0);
	now_ns += MS;
	free_ns = free_one(3);
	empty_the_list();
	lifetime_finish(&life);
	expect(RELEASE_FREE, free_ns - MS - 30);
	expect(RELEASE_UNKNOWN, 0);
	expect(RELEASE_FREE, free_ns);
}

/*
 * 60 frees of one run are a full list, but without a hash the first one may wait in another socket:
 * its own event comes 10 ms later.
 */
static void full_list_without_a_hash(void **state)
{
	uint64_t free_ns;
	struct slot slot;

	(void)state;
	flow_hash = 0;
	deliver(1, 61, 0);
	for (unsigned int i = 2; i <= 61; i++)
		feed(EVENT_CONSUME, i, LEN, 0);
	now_ns += 5 * MS;
	deliver(62, 1, 0);
	free_one(62);
	assert_false(lifetime_take(&life, &slot));
	now_ns += 5 * MS;
	free_ns = free_one(1);
	expect(RELEASE_FREE, free_ns);
}

/* A copy of a part of it, then its free, as of a short read: it was of this one. */
static void part_without_a_hash(void **state)
{
	uint64_t free_ns;
	struct slot slot;

	(void)state;
	flow_hash = 0;
	deliver(1, 3, 0);
	feed(EVENT_COPY, 3, LEN, 0);
	free_ns = feed(EVENT_CONSUME, 3, LEN, 0);
	lifetime_finish(&life);
	for (unsigned int i = 1; i <= 3; i++)
		assert_true(lifetime_take(&life, &slot));
	assert_int_equal(slot.pkt.method, RELEASE_FREE);
	assert_int_equal(slot.pkt.release_ns, free_ns);
}

/*
 * Behind the last free, without a hash and with copies: they may be TCP's, absorbed and read.
 */
static void behind_it_without_a_hash(void **state)
{
	(void)state;
	for (unsigned int copied = 0; copied < 2; copied++) {
		struct slot slot;

		flow_hash = 0;
		deliver(1, 4, 0);
		if (copied)
			feed(EVENT_COPY, 1, LEN, 0);
		for (unsigned int i = 1; i <= 3; i++)
			free_one(i);
		empty_the_list();
		lifetime_finish(&life);
		for (unsigned int i = 1; i <= 4; i++)
			assert_true(lifetime_take(&life, &slot));
		assert_int_equal(slot.pkt.method, copied ? RELEASE_UNKNOWN : RELEASE_HELD);
		end(NULL);
		begin(NULL);
	}
}

/*
 * Behind the last free: where nearly all have one, the others wait to be read. One of 19 without is
 * too many: whether the reader has freed those as well is not known.
 */
static void behind_the_last_free(void **state)
{
	(void)state;
	for (unsigned int nr = 19; nr <= 20; nr++) {
		struct slot slot;

		deliver(1, nr, 0);
		for (unsigned int i = 1; i < nr; i++)
			if (i != 2)
				free_one(i);
		empty_the_list();
		lifetime_finish(&life);
		for (unsigned int i = 1; i <= nr; i++)
			assert_true(lifetime_take(&life, &slot));
		assert_int_equal(slot.pkt.method, nr == 20 ? RELEASE_HELD : RELEASE_UNKNOWN);
		end(NULL);
		begin(NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIFE_TEST(evenly_between_two),	      LIFE_TEST(no_later_than_reused),
		LIFE_TEST(a_list_may_have_them),      LIFE_TEST(out_of_order_tells_nothing),
		LIFE_TEST(earlier_one_tells_no_more), LIFE_TEST(late_in_a_list),
		LIFE_TEST(few_frees_tell_nothing),    LIFE_TEST(without_a_hash),
		LIFE_TEST(copied_without_a_hash),     LIFE_TEST(behind_the_last_free),
		LIFE_TEST(no_list_of_a_sender),	      LIFE_TEST(arrived_in_the_run),
		LIFE_TEST(full_list_without_a_hash),  LIFE_TEST(part_without_a_hash),
		LIFE_TEST(behind_it_without_a_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
