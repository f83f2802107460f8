/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine.h - a machine profile: every cost, with unit, range and source.
 *
 * Profiles are YAML (models/machines/NAME.yaml); each value there is {value, unit, source}, and the
 * source id is resolved by docs/sources.md. Cycle costs are core cycles, held in mcycles.
 */
#ifndef MODELS_MACHINE_H
#define MODELS_MACHINE_H

#include "models/options/option.h"

/** MACHINE_PAGE_SIZES - the values of PAGE_SIZE that can be simulated, as words */
#define MACHINE_PAGE_SIZES "4K, 16K or 64K"

/** machine_page_size() - is @bytes, a uint64_t, one of them? For rows of options */
bool machine_page_size(const void *bytes);

/**
 * struct machine - the profile
 * Fields named _mcycles are thousandths of a core cycle. "stall" fields are what a miss costs
 * beyond the hit; core.c says how much of it a core hides.
 */
struct machine {
	char name[OPTION_TEXT_MAX];
	char description[OPTION_TEXT_MAX];
	uint64_t cores;
	uint64_t sockets;
	uint64_t khz;	     /* core clock */
	uint64_t tsc_khz;    /* time stamp counter */
	uint64_t page_bytes; /* PAGE_SIZE of its kernel, where a scenario names none */

	/* execution: what charges what, see access.c */
	uint64_t width_milli;  /* instructions per cycle, thousandths, as the two below */
	uint64_t loads_milli;  /* loads per cycle */
	uint64_t stores_milli; /* stores per cycle */
	uint64_t block_milli;  /* instructions of a basic block besides its accesses, thousandths */
	uint64_t window;       /* instructions of the reorder buffer */
	uint64_t store_buffer; /* entries */
	uint64_t atomic_mcycles; /* locked operation on a line already owned */
	bool atomic_overlaps;	 /* loads and stores go past it */
	uint64_t lock_mcycles;	 /* uncontended spin lock + unlock, its line already owned */

	/* caches */
	uint64_t l1_bytes, l1_ways, l2_bytes, l2_ways, llc_bytes, llc_ways, ddio_ways;
	uint64_t l2_stall_mcycles, llc_stall_mcycles, remote_stall_mcycles, memory_stall_mcycles;
	uint64_t socket_stall_mcycles, memory_remote_stall_mcycles;
	uint64_t stream_lines;	      /* lines a core keeps in flight in a copy */
	uint64_t stream_copy_mcycles; /* copy to user per byte, found in L2 or the last level */

	/* page allocator */
	uint64_t page_order_mcycles[6]; /* alloc + free of order n on one CPU, half each */
	uint64_t bulk_page_mcycles;	/* alloc + free per page in bulk of 64 */
	uint64_t pcp_batch, pcp_high; /* pages moved under the zone lock at once; most pages kept */
	uint64_t pcp_max_order;	      /* orders up to it have per-CPU lists */
	uint64_t zone_page_mcycles;   /* one page moved between buddy and per-CPU list */
	uint64_t slab_mcycles;	      /* alloc + free of one small object, half each */

	/* iommu; "next" is each further page of one map or unmap */
	uint64_t iommu_iova_mcycles; /* address taken at map + given back at unmap, half each */
	/* what the tree adds to that, half each, without the walk */
	uint64_t iommu_iova_tree_mcycles;
	uint64_t iommu_pt_map_mcycles, iommu_pt_map_next_mcycles;
	uint64_t iommu_pt_unmap_mcycles, iommu_pt_unmap_next_mcycles;
	uint64_t iommu_invalidate_mcycles;	 /* one IOTLB invalidation, waited for */
	uint64_t iommu_invalidate_issue_mcycles; /* of it, under the queue's lock */
	bool iommu_invalidate_walk;	    /* it drops walk-cache entries of its addresses too */
	uint64_t iommu_flush_queue_mcycles; /* deferred: what queueing a range adds to its unmap */
	uint64_t iotlb_entries, iotlb_ways;
	uint64_t walk_entries;		/* of the walk cache of each upper level */
	uint64_t dma_page_ns;		/* the device moves 4096 bytes, all translations known */
	uint64_t dma_read_ns;		/* what one memory read of a page walk adds */
	uint64_t dma_direct_mcycles;	/* dma_map or dma_unmap without an IOMMU */
	bool dma_coherent;		/* the device sees the CPUs' caches */
	uint64_t dma_sync_line_mcycles; /* where it does not: clean or invalidate one line */

	/* stack */
	uint64_t poll_mcycles;	      /* interrupt, softirq entry and exit, per poll */
	uint64_t skb_alloc_mcycles;   /* skb alloc + free, half each */
	uint64_t driver_pkt_mcycles;  /* poll routine and XDP program, per packet */
	uint64_t xdp_tx_mcycles;      /* a packet to the TX ring and off it */
	uint64_t gro_pkt_mcycles;     /* GRO looks at a packet */
	uint64_t skb_path_mcycles;    /* driver to socket queue, per skb */
	uint64_t copy_byte_mcycles;   /* copy to user, per byte */
	uint64_t reader_wake_mcycles; /* recvmsg entry and exit, per wake-up */
};

/** MACHINE_MAX_ROWS - room for the notes of every row of machine_options */
#define MACHINE_MAX_ROWS 192

/** machine_options - the rows of a profile */
extern const struct option machine_options[];

/**
 * struct machine_profile - a profile and where its values come from
 */
struct machine_profile {
	struct machine m;
	struct option_note notes[MACHINE_MAX_ROWS]; /* index of the row in machine_options */
	bool given[MACHINE_MAX_ROWS];
};

/**
 * machine_load() - by name ("x86-100g", looked up in @dir) or path (contains '/' or ends in .yaml)
 * @dir: folder of the installed profiles
 * Every cost must be given with its source: a profile that leaves one out, or gives it without a
 * source id, is refused.
 * Return: 0, -ENOENT (@err names the profiles there are), -EINVAL.
 */
int machine_load(struct machine_profile *profile, const char *name, const char *dir, char *err,
		 size_t err_size);

#endif
