/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_deferred.c - skbs that were read and have no free event: do they wait in the deferred list
 * of the CPU that allocated them, or did the reader free them?
 *
 * A packet of 1500 bytes (without Ethernet header) carries 1448 of TCP payload behind 52 bytes of
 * headers. Two of them make each skb here, so that its flow is known to be TCP.
 */
#include "tests/traces/lifetime/life.h"

#define FULL	1500u
#define PAYLOAD 1448u
#define READ_NS 200000u /* by then what was read is in the list */

/* The kernel frees with events what another CPU has read. */
static int begin_recorded(void **state)
{
	if (begin(state))
		return -1;
	life.frees_are_recorded = true;
	return 0;
}

/* CPU 0 receives an skb of two packets. */
static void deliver(unsigned int skb)
{
	feed(EVENT_GRO_RECEIVE, skb, FULL, 0);
	feed(EVENT_GRO_RECEIVE, 999, FULL, 0);
	feed(EVENT_NETIF_RECEIVE, skb, 52 + 2 * PAYLOAD, 0);
}

/* Return: when @cpu read it */
static uint64_t deliver_and_read(unsigned int skb, uint16_t cpu)
{
	deliver(skb);
	return feed(EVENT_COPY, skb, 2 * PAYLOAD, cpu);
}

/* As many packets are sent as received: all are this machine's own. */
static void send_as_many(unsigned int nr)
{
	while (nr--)
		feed(EVENT_TX_START, 5000 + nr, 0, 0);
}

static void poll(uint16_t cpu)
{
	feed(EVENT_NAPI_POLL, 0, 0, cpu);
}

static void expect(enum release_method method, uint64_t release_ns)
{
	struct slot slot;

	for (unsigned int i = 0; i < 2; i++) {
		assert_true(lifetime_take(&life, &slot));
		assert_int_equal(slot.pkt.method, method);
		assert_int_equal(slot.pkt.release_ns, release_ns);
	}
}

/* Ends the capture: the skb read at @read_ns waits until then, or ended when it was read. */
static void expect_waits(bool waits, uint64_t read_ns)
{
	uint64_t last_ns = now_ns;

	lifetime_finish(&life);
	expect(RELEASE_COPY, waits ? last_ns + 1 : read_ns);
	end(NULL);
	begin_recorded(NULL);
}

/*
 * Read by CPU 1, received on CPU 0: where such skbs end with events, one that does not still waits
 * when the capture ends. One that CPU 0 read itself ended with its copy.
 */
static void read_elsewhere(void **state)
{
	(void)state;
	expect_waits(true, deliver_and_read(1, 1));
	expect_waits(false, deliver_and_read(1, 0));
	life.frees_are_recorded = false;
	expect_waits(false, deliver_and_read(1, 1));
}

/* Eight skbs read elsewhere end with an event, one without: 8 x 1; two without are too many. */
static void frees_are_the_rule(void **state)
{
	(void)state;
	assert_true(lifetime_saw_frees(&life)); /* nothing says otherwise */
	for (unsigned int i = 0; i < 10; i++) {
		deliver_and_read(i, 1);
		if (i < 8)
			feed(EVENT_CONSUME, i, 0, 0);
	}
	assert_true(lifetime_saw_frees(&life));
	deliver(8); /* the address is there again, without a free */
	assert_true(lifetime_saw_frees(&life));
	deliver(9);
	assert_false(lifetime_saw_frees(&life));
}

/* All was sent here too: one with an event of eight without is enough, of nine it is not. */
static void frees_among_silent_ones(void **state)
{
	(void)state;
	for (unsigned int silent = 8; silent <= 9; silent++) {
		for (unsigned int i = 0; i <= silent; i++) {
			deliver_and_read(i, 1);
			if (!i)
				feed(EVENT_CONSUME, i, 0, 0);
		}
		send_as_many(3 * (2 * silent + 1));
		assert_true(lifetime_saw_frees(&life));
		for (unsigned int i = 1; i <= silent; i++)
			deliver(i); /* the address is there again, without a free */
		assert_int_equal(lifetime_saw_frees(&life), silent == 8);
		end(NULL);
		begin_recorded(NULL);
	}
}

/*
 * Each poll begins with the list. Of two that end, the second began after the first ended: if that
 * was when the skb was in the list, and no free came, it never was. One poll may have begun before.
 */
static void polls_empty_the_list(void **state)
{
	static const struct {
		uint64_t first_ns;
		unsigned int polls;
		uint16_t cpu;
		bool waits;
	} rows[] = {
		{READ_NS + 1, 2, 0, false},
		{READ_NS + 1, 1, 0, true},
		{READ_NS, 2, 0, true},
		{READ_NS + 1, 2, 1, true}, /* the list is CPU 0's */
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t read_ns = deliver_and_read(1, 1);

		now_ns = read_ns + rows[i].first_ns - 10;
		for (unsigned int n = 0; n < rows[i].polls; n++)
			poll(rows[i].cpu);
		expect_waits(rows[i].waits, read_ns);
	}
}

/* No poll is recorded: 129 packets that CPU 0 received, twice, came in more than one. */
static void packets_empty_the_list(void **state)
{
	uint64_t read_ns;

	(void)state;
	for (unsigned int nr = 1; nr <= 2; nr++) {
		read_ns = deliver_and_read(1, 1);
		now_ns += READ_NS;
		for (unsigned int i = 0; i < nr * (RECENT_ARRIVALS + 1); i++)
			feed(EVENT_GRO_RECEIVE, 2000 + i, 52, 0);
		expect_waits(nr == 1, read_ns);
	}
}

/*
 * CPU 0 frees another skb that CPU 1 read later: with it, all that was in the list before the first
 * free of that run. What came when it ran is in the list behind it.
 */
static void frees_empty_the_list(void **state)
{
	(void)state;
	for (unsigned int late = 0; late < 2; late++) {
		uint64_t read_ns, free_ns, first_ns;

		deliver(1);
		deliver(2);
		read_ns = feed(EVENT_COPY, 1, 2 * PAYLOAD, 1);
		first_ns = read_ns + READ_NS + (late ? 0 : 1);
		now_ns = read_ns + 100;
		feed(EVENT_COPY, 2, 2 * PAYLOAD, 1);
		/* the run begins with a page that leaves the pool and is unmapped, and goes on */
		now_ns = first_ns - 10;
		feed(EVENT_POOL_RELEASE, 77, 1, 0);
		feed(EVENT_IOMMU_UNMAP, 0, 0, 0);
		now_ns += READ_NS;
		free_ns = feed(EVENT_CONSUME, 2, 0, 0);
		feed(EVENT_NETIF_RX, 900, 0, 0); /* the run is over */
		read_ns = late ? now_ns + 1 : read_ns;
		lifetime_finish(&life);
		expect(RELEASE_COPY, read_ns);
		expect(RELEASE_FREE, free_ns);
		end(NULL);
		begin_recorded(NULL);
	}
}

/*
 * CPU 0 still frees when the capture ends: what it has not come to waits. 200 us without a free,
 * and it is done. An earlier run counts as ever.
 */
static void list_being_emptied(void **state)
{
	static const struct {
		uint64_t idle_ns;
		bool earlier, waits;
	} rows[] = {{READ_NS, false, true}, {READ_NS + 1, false, false}, {READ_NS, true, false}};

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		uint64_t read_ns, free_ns[2];

		deliver(1);
		deliver(2);
		deliver(3);
		read_ns = feed(EVENT_COPY, 1, 2 * PAYLOAD, 1);
		feed(EVENT_COPY, 2, 2 * PAYLOAD, 1);
		if (rows[i].earlier)
			now_ns += READ_NS;
		free_ns[0] = feed(EVENT_CONSUME, 2, 0, 0);
		feed(EVENT_NETIF_RX, 900, 0, 0);
		feed(EVENT_COPY, 3, 2 * PAYLOAD, 1);
		now_ns += 2 * READ_NS;
		free_ns[1] = feed(EVENT_CONSUME, 3, 0, 0);
		now_ns += rows[i].idle_ns - 10;
		feed(EVENT_NETIF_RX, 900, 0, 1);
		read_ns = rows[i].waits ? now_ns + 1 : read_ns;
		lifetime_finish(&life);
		expect(RELEASE_COPY, read_ns);
		expect(RELEASE_FREE, free_ns[0]);
		expect(RELEASE_FREE, free_ns[1]);
		end(NULL);
		begin_recorded(NULL);
	}
}

/* A free that comes alone, with events of another kind before it, is no part of an earlier run. */
static void other_events_end_a_run(void **state)
{
	uint64_t read_ns, free_ns;

	(void)state;
	deliver(1);
	deliver(2);
	feed(EVENT_POOL_RELEASE, 77, 1, 0);
	read_ns = feed(EVENT_COPY, 1, 2 * PAYLOAD, 1);
	feed(EVENT_COPY, 2, 2 * PAYLOAD, 1);
	now_ns += READ_NS;
	feed(EVENT_NETIF_RX, 900, 0, 0);
	free_ns = feed(EVENT_CONSUME, 2, 0, 0);
	feed(EVENT_NETIF_RX, 900, 0, 0);
	lifetime_finish(&life);
	expect(RELEASE_COPY, read_ns);
	expect(RELEASE_FREE, free_ns);
}

/* A drop is no part of what empties the list. */
static void drops_empty_nothing(void **state)
{
	uint64_t drop_ns, read_ns;
	struct slot slot;

	(void)state;
	deliver(1);
	deliver(2);
	read_ns = feed(EVENT_COPY, 1, 2 * PAYLOAD, 1);
	feed(EVENT_COPY, 2, 2 * PAYLOAD, 1);
	now_ns += READ_NS;
	drop_ns = feed(EVENT_KFREE, 2, 0, 0);
	lifetime_finish(&life);
	expect(RELEASE_COPY, drop_ns + 1);
	assert_true(drop_ns > read_ns + READ_NS);
	assert_true(lifetime_take(&life, &slot));
	assert_int_equal(slot.pkt.release_ns, drop_ns);
}

/*
 * Two frees of one run, which goes on at the end of the capture: it is one list, that was not
 * emptied before. What CPU 1 read and freed itself with an event was in none.
 */
static void one_run_is_one_list(void **state)
{
	uint64_t read_ns, free_ns;

	(void)state;
	for (unsigned int skb = 1; skb <= 4; skb++)
		deliver(skb);
	feed(EVENT_COPY, 1, 2 * PAYLOAD, 1);
	feed(EVENT_COPY, 2, 2 * PAYLOAD, 1);
	feed(EVENT_COPY, 3, 2 * PAYLOAD, 1);
	feed(EVENT_COPY, 4, 2 * PAYLOAD, 0);
	now_ns += READ_NS;
	read_ns = feed(EVENT_CONSUME, 4, 0, 0); /* as CPU 0 had read it */
	feed(EVENT_NETIF_RX, 900, 0, 0);
	feed(EVENT_CONSUME, 2, 0, 0);
	free_ns = feed(EVENT_CONSUME, 3, 0, 0);
	lifetime_finish(&life);
	expect(RELEASE_COPY, free_ns + 1);
	expect(RELEASE_FREE, free_ns - 10);
	expect(RELEASE_FREE, free_ns);
	expect(RELEASE_FREE, read_ns);
}

/*
 * Of what this machine sent itself any CPU may be the sender's. CPU 0 received the skb and has
 * emptied its list since. CPU 2 has not, and the skb waits there if CPU 2 is one that frees what
 * others read. So is CPU 1, which read it.
 */
static void list_of_a_sender(void **state)
{
	(void)state;
	for (unsigned int local = 0; local < 2; local++) {
		uint64_t read_ns, free_ns;
		struct slot slot;

		/* CPU 1 has a list too; what it read is not in that */
		deliver_and_read(3, 0);
		feed(EVENT_CONSUME, 3, 0, 1);
		deliver_and_read(2, 1);
		free_ns = feed(EVENT_CONSUME, 2, 0, local ? 2 : 0);
		read_ns = deliver_and_read(1, 1);
		send_as_many(6);
		now_ns += READ_NS;
		poll(0);
		poll(0);
		read_ns = local ? now_ns + 1 : read_ns;
		lifetime_finish(&life);
		assert_true(lifetime_take(&life, &slot) && lifetime_take(&life, &slot));
		expect(RELEASE_FREE, free_ns);
		expect(RELEASE_COPY, read_ns);
		end(NULL);
		begin_recorded(NULL);
	}
}

/*
 * An skb is read by the CPU that received it. That has received 258 packets since, none of them in
 * this sk_buff: it waits, for the CPU of the sender, which allocated it. After 128 that is not
 * known, and an skb of a NIC has no such sender: freed at once. So is one that no other CPU can
 * have in its list: CPU 2 has emptied it since.
 */
static void read_by_its_own_cpu(void **state)
{
	const struct {
		unsigned int since;
		bool sends, recorded, emptied, waits;
	} rows[] = {
		{2 * (RECENT_ARRIVALS + 1), true, true, false, true},
		{2 * (RECENT_ARRIVALS + 1), true, true, true, false},
		{2 * (RECENT_ARRIVALS + 1), true, false, false, false},
		{2 * (RECENT_ARRIVALS + 1), false, true, false, false},
		{RECENT_ARRIVALS, true, true, false, false},
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t read_ns, free_ns;

		life.frees_are_recorded = rows[i].recorded;
		deliver_and_read(2, 1);
		free_ns = feed(EVENT_CONSUME, 2, 0, 2);
		read_ns = deliver_and_read(1, 0);
		if (rows[i].sends)
			send_as_many(rows[i].since + 4);
		for (unsigned int n = 0; n < rows[i].since; n++) {
			feed(EVENT_GRO_RECEIVE, 2000 + n, 52, 0);
			feed(EVENT_NETIF_RECEIVE, 2000 + n, 52, 0);
		}
		now_ns += READ_NS;
		poll(2);
		if (rows[i].emptied)
			poll(2);
		read_ns = rows[i].waits ? now_ns + 1 : read_ns;
		lifetime_finish(&life);
		expect(RELEASE_FREE, free_ns);
		expect(RELEASE_COPY, read_ns);
		end(NULL);
		begin_recorded(NULL);
	}
}

/*
 * The same where no list was ever seen emptied: CPU 2 has sent, so it allocated skbs and its list
 * may have them. CPU 0's own is none.
 */
static void list_of_one_that_only_sent(void **state)
{
	(void)state;
	for (uint16_t sender = 0; sender <= 2; sender += 2) {
		uint64_t read_ns = deliver_and_read(1, 0);

		for (unsigned int n = 0; n < 2 * (RECENT_ARRIVALS + 2); n++)
			feed(EVENT_TX_START, 5000 + n, 0, sender);
		for (unsigned int n = 0; n < 2 * (RECENT_ARRIVALS + 1); n++)
			feed(EVENT_GRO_RECEIVE, 2000 + n, 52, 0);
		expect_waits(sender == 2, read_ns);
	}
}

#define DEFERRED_TEST(name) cmocka_unit_test_setup_teardown(name, begin_recorded, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DEFERRED_TEST(read_elsewhere),
		DEFERRED_TEST(frees_are_the_rule),
		DEFERRED_TEST(frees_among_silent_ones),
		DEFERRED_TEST(polls_empty_the_list),
		DEFERRED_TEST(packets_empty_the_list),
		DEFERRED_TEST(frees_empty_the_list),
		DEFERRED_TEST(other_events_end_a_run),
		DEFERRED_TEST(list_being_emptied),
		DEFERRED_TEST(drops_empty_nothing),
		DEFERRED_TEST(one_run_is_one_list),
		DEFERRED_TEST(list_of_a_sender),
		DEFERRED_TEST(read_by_its_own_cpu),
		DEFERRED_TEST(list_of_one_that_only_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
