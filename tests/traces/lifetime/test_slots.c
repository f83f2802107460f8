/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_slots.c - ring, address map and lists against a plain model, and their bound.
 */
#include <stdlib.h>
#include "tests/traces/cmocka_all.h"
#include "traces/synthetic/rng.h"
#include "traces/lifetime/slots.h"

#define ADDRESSES 1600
#define STEPS	  200000

/* Random maps, unmaps and finds equal a plain array indexed by address, through several growths. */
static void map_equals_model(void **state)
{
	uint64_t model[ADDRESSES] = {0};
	struct slots slots;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1, "slots");
	assert_int_equal(slots_init(&slots), 0);
	for (unsigned int i = 0; i < STEPS; i++) {
		uint32_t at = rng_below(&rng, ADDRESSES);
		uint64_t skb = 0xffff888000000000u + at * at * 64u, id;

		assert_int_equal(slots_find(&slots, skb), model[at]);
		if (model[at]) {
			slots_unmap(&slots, skb, model[at] + 1);
			assert_int_equal(slots_find(&slots, skb), model[at]);
			slots_unmap(&slots, skb, model[at]);
			model[at] = SLOT_NONE;
			continue;
		}
		id = slots_push(&slots);
		assert_true(id != SLOT_NONE);
		slots_map(&slots, skb, id);
		model[at] = id;
		/* the map is dense while the ring is small, and moves when it grows */
		if (slots.head - slots.tail > (i < STEPS / 2 ? 1000 : 5000))
			slots_pop(&slots);
	}
	slots_fini(&slots);
}

static void ring_is_bounded(void **state)
{
	struct slots slots;

	(void)state;
	assert_int_equal(slots_init(&slots), 0);
	for (unsigned int i = 0; i < SLOTS_MAX; i++) {
		assert_false(slots_are_full(&slots));
		assert_true(slots_push(&slots) != SLOT_NONE);
	}
	assert_true(slots_are_full(&slots));
	/* 120 bytes a slot, 2 cells of 16 bytes a slot: within the 48 MB that capture.h promises */
	assert_true((slots.mask + 1) * sizeof(struct slot) +
			    (slots.map_mask + 1) * sizeof(struct slot_cell) <=
		    38u << 20);
	slots_pop(&slots);
	assert_null(slot_get(&slots, 1));
	assert_non_null(slot_get(&slots, 2));
	slots_fini(&slots);
}

static void list_keeps_order(void **state)
{
	struct slot_list list = {0};
	struct slots slots;
	uint64_t ids[4];

	(void)state;
	assert_int_equal(slots_init(&slots), 0);
	for (int i = 0; i < 4; i++) {
		ids[i] = slots_push(&slots);
		slot_list_append(&slots, &list, ids[i]);
	}
	slot_list_remove(&slots, &list, ids[1]);
	assert_int_equal(list.first, ids[0]);
	assert_int_equal(slot_get(&slots, ids[0])->after, ids[2]);
	assert_int_equal(slot_get(&slots, ids[2])->before, ids[0]);
	slot_list_remove(&slots, &list, ids[0]);
	slot_list_remove(&slots, &list, ids[3]);
	assert_int_equal(list.first, ids[2]);
	assert_int_equal(list.last, ids[2]);
	slot_list_remove(&slots, &list, ids[2]);
	assert_int_equal(list.first, SLOT_NONE);
	assert_int_equal(list.last, SLOT_NONE);
	slots_fini(&slots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(map_equals_model),
		cmocka_unit_test(ring_is_bounded),
		cmocka_unit_test(list_keeps_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
