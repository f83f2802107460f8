/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_nic.c - presets load, contradictions are named, and packets become the buffers that the
 * kernel would take.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/models/nic/preset_load.h"

static char err[1024];
static unsigned int size[NIC_MAX_BUFS], fill[NIC_MAX_BUFS];

/* @n buffers, the first and the last as given, and the packet is all there */
static void splits(const struct nic *nic, unsigned int pkt, unsigned int page, int n,
		   unsigned int first_size, unsigned int last_size)
{
	unsigned int sum = 0;

	assert_int_equal(nic_split(nic, pkt, page, size, fill), n);
	for (int i = 0; i < n; i++)
		sum += fill[i];
	assert_int_equal(sum, pkt);
	assert_int_equal(size[0], first_size);
	assert_int_equal(size[n - 1], last_size);
}

static void test_presets(void **state)
{
	struct nic veth = preset_load("veth"), igb = preset_load("igb"),
		   generic = preset_load("generic-100g");

	(void)state;
	assert_string_equal(veth.preset, "veth");
	assert_int_equal(veth.buffers, NIC_ON_DEMAND);
	assert_int_equal(veth.free_path, NIC_FREE_DEFER_RING);
	assert_int_equal(veth.pool_size, 256);
	assert_int_equal(veth.rx_usecs_ns, 0);
	assert_int_equal(igb.buffers, NIC_POSTED);
	assert_int_equal(igb.ring, 256);
	assert_int_equal(igb.desc_bytes, 16);
	assert_int_equal(igb.refill_batch, 16);
	assert_int_equal(igb.rx_usecs_ns, 50000);
	/* 192 + 1536 + 320 = 2048 */
	assert_int_equal(igb.buffer_bytes - igb.headroom_bytes - igb.tailroom_bytes, 1536);
	assert_int_equal(generic.ring, 1024);
	assert_int_equal(generic.rx_usecs_ns, 16000);
	assert_int_equal(generic.free_path, NIC_FREE_DEFER);
}

/* What their drivers do at MTU 1500, see docs/sources.md. */
static void test_more_presets(void **state)
{
	struct nic ixgbe = preset_load("ixgbe"), mlx5 = preset_load("mlx5"),
		   virtio = preset_load("virtio");

	(void)state;
	assert_int_equal(ixgbe.ring, 512);
	assert_int_equal(ixgbe.refill_batch, 16);
	/* 192 + 1536 + 320 = 2048 */
	assert_int_equal(ixgbe.buffer_bytes - ixgbe.headroom_bytes - ixgbe.tailroom_bytes, 1536);
	assert_int_equal(mlx5.ring, 1024);
	assert_int_equal(mlx5.refill_batch, 8);
	assert_int_equal(mlx5.free_path, NIC_FREE_DEFER);
	assert_int_equal(mlx5.gro, NIC_GRO_SW);
	/* 12 + 1524 = 1536 = 24 x 64 */
	assert_int_equal(virtio.buffer_bytes - virtio.headroom_bytes, 1524);
	assert_int_equal(nic_copied(&virtio, 128), 128);
	assert_int_equal(nic_copied(&virtio, 129), 0);
	assert_int_equal(nic_check(&virtio, 4096, err, sizeof(err)), 0);
	splits(&virtio, 1514, 4096, 1, 1536, 1536);
}

static void test_not_found(void **state)
{
	struct nic nic;

	(void)state;
	assert_int_equal(nic_load(&nic, "vteh", DIR_NICS, err, sizeof(err)), -ENOENT);
	assert_string_equal(err, "no NIC preset \"vteh\" in " DIR_NICS
				 "; expected a path or one of: bnxt, e1000e-6.13, e1000e, ena, "
				 "generic-100g, gve-6.18, gve, i40e, iavf, ice-6.19, ice-jumbo, "
				 "ice, igb-jumbo, igb, ixgbe-jumbo, ixgbe, mana-6.18, mana, "
				 "mlx4-6.18, mlx4, mlx5, veth, virtio, "
				 "vmxnet3-6.13, vmxnet3");
}

/*
 * veth, 4K pages. Head of n bytes: 256 + align64(n) + 320; at most
 * SKB_WITH_OVERHEAD(4096 - 256) = 4096 - 256 - 320 = 3520 bytes go there.
 */
static void test_on_demand_small(void **state)
{
	const struct nic veth = preset_load("veth");

	(void)state;
	splits(&veth, 1514, 4096, 1, 2112, 2112); /* 256 + 1536 + 320 */
	splits(&veth, 66, 4096, 1, 704, 704);	  /* 256 + 128 + 320 */
	splits(&veth, 64, 4096, 1, 640, 640);	  /* 256 + 64 + 320 */
	splits(&veth, 3520, 4096, 1, 4096, 4096); /* 256 + 3520 + 320 */
	splits(&veth, 3521, 4096, 2, 4096, 1);	  /* one byte too many */
	assert_int_equal(nic_split(&veth, 0, 4096, size, fill), 0);
}

static void test_on_demand_large(void **state)
{
	const struct nic veth = preset_load("veth");

	(void)state;
	/* 9014 - 3520 = 5494 = 4096 + 1398 */
	splits(&veth, 9014, 4096, 3, 4096, 1398);
	assert_int_equal(fill[0], 3520);
	assert_int_equal(size[1], 4096);
	/* 65550 - 3520 = 62030 = 15 x 4096 + 590: a head and 16 frags */
	splits(&veth, 65550, 4096, 17, 4096, 590);
	/* 3520 + 17 x 4096 = 73152 is the most */
	splits(&veth, 73152, 4096, 18, 4096, 4096);
	assert_int_equal(nic_split(&veth, 73153, 4096, size, fill), -EMSGSIZE);
	assert_int_equal(nic_max_bytes(&veth, 4096), 73152);
}

/* 64K pages: the head takes 65536 - 256 - 320 = 64960 */
static void test_on_demand_64k(void **state)
{
	const struct nic veth = preset_load("veth");

	(void)state;
	splits(&veth, 1514, 65536, 1, 2112, 2112);
	splits(&veth, 9014, 65536, 1, 9600, 9600); /* 256 + 9024 + 320 */
	splits(&veth, 65550, 65536, 2, 65536, 590);
}

/* A headroom that is no whole line must not push the head beyond its page. */
static void test_on_demand_odd_headroom(void **state)
{
	struct nic veth = preset_load("veth");

	(void)state;
	veth.headroom_bytes = 258;
	/* 4096 - 258 - 320 = 3518, whole lines: 3456; 258 + 3456 + 320 = 4034 */
	splits(&veth, 4000, 4096, 2, 4034, 544);
}

/* generic-100g: 2048 - 64 - 320 = 1664 bytes per buffer; igb: 1536 */
static void test_posted(void **state)
{
	const struct nic generic = preset_load("generic-100g"), igb = preset_load("igb");

	(void)state;
	splits(&generic, 1514, 4096, 1, 2048, 2048);
	splits(&generic, 1664, 4096, 1, 2048, 2048);
	splits(&generic, 1665, 4096, 2, 2048, 2048);
	assert_int_equal(fill[1], 1);
	/* 9014 = 5 x 1664 + 694 */
	splits(&generic, 9014, 4096, 6, 2048, 2048);
	assert_int_equal(fill[5], 694);
	/* the page size does not matter to what is posted */
	splits(&generic, 9014, 65536, 6, 2048, 2048);
	splits(&igb, 1514, 4096, 1, 2048, 2048);
	/* 18 x 1664 = 29952 is the most */
	splits(&generic, 29952, 4096, 18, 2048, 2048);
	assert_int_equal(nic_split(&generic, 29953, 4096, size, fill), -EMSGSIZE);
	assert_int_equal(nic_max_bytes(&generic, 4096), 29952);
}

/* igb at MTU 9000: 4096 - 192 - 832 = 3072 bytes in each half of an order-1 page */
static void test_igb_jumbo(void **state)
{
	struct nic igb = preset_load("igb");

	(void)state;
	igb.buffer_bytes = 4096;
	igb.order = 1;
	igb.tailroom_bytes = 832;
	assert_int_equal(nic_check(&igb, 4096, err, sizeof(err)), 0);
	/* 9014 = 3072 + 3072 + 2870: head and 2 frags, as captured */
	splits(&igb, 9014, 4096, 3, 4096, 4096);
	assert_int_equal(fill[0], 3072);
	assert_int_equal(fill[2], 2870);
}

/*
 * Header split: 66 bytes of headers, then whole buffers of 2048. 9014 - 66 = 8948 = 4 x 2048 + 756.
 * 17 frags hold 34816, so 34882 is the most. Headers alone take a buffer and leave it empty.
 */
static void test_header_split(void **state)
{
	struct nic nic = preset_load("generic-100g");

	(void)state;
	nic.header_split = true;
	assert_int_equal(nic_check(&nic, 4096, err, sizeof(err)), 0);
	assert_int_equal(nic_split(&nic, 9014, 4096, size, fill), 5);
	assert_int_equal(fill[0], 2048);
	assert_int_equal(fill[4], 756);
	assert_int_equal(nic_split(&nic, 34882, 4096, size, fill), 17);
	assert_int_equal(nic_split(&nic, 34883, 4096, size, fill), -EMSGSIZE);
	assert_int_equal(nic_max_bytes(&nic, 4096), 34882);
	assert_int_equal(nic_split(&nic, 66, 4096, size, fill), 1);
	assert_int_equal(fill[0], 0);
	assert_int_equal(nic_split(&nic, 0, 4096, size, fill), 0);
	assert_int_equal(nic_copied(&nic, 9014), 66);
	assert_int_equal(nic_copied(&nic, 60), 60);
	assert_int_equal(nic_data_offset(&nic, 0), 0);
}

static void contradicts(const struct nic *nic, unsigned int page_bytes, const char *message);

static void test_hw_gro_needs_split(void **state)
{
	struct nic nic = preset_load("generic-100g");

	(void)state;
	nic.gro = NIC_GRO_HW;
	contradicts(&nic, 4096,
		    "gro: found hw, which merges data behind one header; expected off or sw, "
		    "or header_split: yes");
	nic.header_split = true;
	assert_int_equal(nic_check(&nic, 4096, err, sizeof(err)), 0);
}

/* Copybreak: all of a packet up to it, nothing of a larger one. */
static void test_copybreak(void **state)
{
	struct nic nic = preset_load("generic-100g");

	(void)state;
	assert_int_equal(nic_copied(&nic, 60), 0);
	assert_int_equal(nic_data_offset(&nic, 1), 64);
	nic.copybreak_bytes = 256;
	assert_int_equal(nic_copied(&nic, 256), 256);
	assert_int_equal(nic_copied(&nic, 257), 0);
	nic.header_split = true;
	assert_int_equal(nic_copied(&nic, 257), 66);
}

static void contradicts(const struct nic *nic, unsigned int page_bytes, const char *message)
{
	assert_int_equal(nic_check(nic, page_bytes, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, message);
}

static void test_check_posted(void **state)
{
	struct nic nic = preset_load("generic-100g");

	(void)state;
	assert_int_equal(nic_check(&nic, 4096, err, sizeof(err)), 0);
	nic.buffer_bytes = 8192;
	contradicts(&nic, 4096,
		    "buffer: found 8K, which a block of order 0 (4K) does not hold; expected a "
		    "smaller buffer or a higher order");
	assert_int_equal(nic_check(&nic, 16384, err, sizeof(err)), 0);
	nic.buffer_bytes = 400;
	contradicts(&nic, 4096,
		    "buffer: found 400, in which headroom 64 and tailroom 320 leave no room for a "
		    "packet; expected at least 444");
	nic.buffer_bytes = 2048;
	nic.copybreak_bytes = 1665;
	contradicts(&nic, 4096,
		    "copybreak: found 1665; expected at most what a buffer holds (1664)");
	nic.copybreak_bytes = 0;
	nic.refill_batch = 1025;
	contradicts(&nic, 4096, "refill_batch: found 1025; expected 1 to ring (1024)");
	nic.refill_batch = 0;
	contradicts(&nic, 4096, "refill_batch: found 0; expected 1 to ring (1024)");
}

static void test_check_on_demand(void **state)
{
	struct nic nic = preset_load("veth");

	(void)state;
	assert_int_equal(nic_check(&nic, 4096, err, sizeof(err)), 0);
	nic.buffer_bytes = 2048;
	contradicts(&nic, 4096,
		    "buffer: found 2K, which means nothing with buffers: on_demand; expected 0");
	nic.buffer_bytes = 0;
	nic.header_split = true;
	contradicts(&nic, 4096,
		    "header_split: found yes, which means nothing with buffers: on_demand; "
		    "expected no");
	nic.header_split = false;
	nic.gro = NIC_GRO_HW;
	contradicts(
		&nic, 4096,
		"gro: found hw, which means nothing with buffers: on_demand; expected off or sw");
	nic.gro = NIC_GRO_SW;
	nic.headroom_bytes = 4096;
	contradicts(
		&nic, 4096,
		"headroom: found 4K, which fills a page of 4K with tailroom 320; expected less");
}

/* 2K buffers of igb hold 18 * 1536; whole pages behind headers 66 + 17 * 4096 << order. */
static void test_widen(void **state)
{
	struct nic nic, was;

	(void)state;
	assert_int_equal(nic_load(&nic, "igb", DIR_NICS, err, sizeof(err)), 0);
	was = nic;
	assert_int_equal(nic_max_bytes(&nic, 4096), 18 * 1536);
	assert_true(nic_widen(&nic, 4096, 66 + 17 * 4096));
	assert_true(nic.header_split);
	assert_int_equal(nic.buffer_bytes, 4096);
	assert_int_equal(nic.order, 0);
	assert_int_equal(nic_check(&nic, 4096, err, sizeof(err)), 0);
	assert_int_equal(nic_split(&nic, 66 + 17 * 4096, 4096, size, fill), 17);
	assert_true(nic_widen(&nic, 4096, 66 + 17 * 4096 + 1));
	assert_int_equal(nic.buffer_bytes, 8192);
	assert_int_equal(nic.order, 1);
	nic = was;
	assert_false(nic_widen(&nic, 4096, 66 + 17 * (4096 << 5) + 1));
	assert_memory_equal(&nic, &was, sizeof(nic));
	assert_int_equal(nic_load(&nic, "veth", DIR_NICS, err, sizeof(err)), 0);
	assert_false(nic_widen(&nic, 4096, 1000));
}

static void test_own_preset(void **state)
{
	char path[] = "/tmp/fragsim-nic-XXXXXX.yaml";
	struct nic nic;
	FILE *file;

	(void)state;
	assert_int_equal(close(mkstemps(path, 5)), 0);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("preset: mine\nring: 512\n", file);
	fclose(file);
	assert_int_equal(nic_load(&nic, path, DIR_NICS, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, ":2:7: ring: found a bare value; expected {value: X"));
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_presets),
		cmocka_unit_test(test_more_presets),
		cmocka_unit_test(test_not_found),
		cmocka_unit_test(test_on_demand_small),
		cmocka_unit_test(test_on_demand_large),
		cmocka_unit_test(test_on_demand_64k),
		cmocka_unit_test(test_on_demand_odd_headroom),
		cmocka_unit_test(test_posted),
		cmocka_unit_test(test_igb_jumbo),
		cmocka_unit_test(test_header_split),
		cmocka_unit_test(test_copybreak),
		cmocka_unit_test(test_hw_gro_needs_split),
		cmocka_unit_test(test_check_posted),
		cmocka_unit_test(test_check_on_demand),
		cmocka_unit_test(test_widen),
		cmocka_unit_test(test_own_preset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
