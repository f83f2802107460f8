/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario.h - what to run: traffic, machine, NIC, workload, strategies.
 */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include "models/nic/nic.h"
#include "models/options/options.h"

/** enum dma_coherence - do devices snoop the CPUs' caches? As in the profile, or overridden */
enum dma_coherence { DMA_COHERENCE_MACHINE, DMA_COHERENCE_YES, DMA_COHERENCE_NO };

/** enum release_mode - traffic.release */
enum release_mode { RELEASE_MODE_RECORDED, RELEASE_MODE_MODELLED };

/** enum traffic_protocol - traffic.protocol */
enum traffic_protocol { PROTOCOL_TCP, PROTOCOL_UDP };

/** enum flow_control - traffic.flow_control */
enum flow_control { FLOW_CONTROL_NONE, FLOW_CONTROL_WINDOW };

/** enum workload_kind - workload.kind */
enum workload_kind { WORKLOAD_HOST, WORKLOAD_DROP, WORKLOAD_ROUTER };

/** enum forward_kind - workload.forward */
enum forward_kind { FORWARD_XDP_TX, FORWARD_REDIRECT };

/** enum nid_choice - NUMA node a driver allocates from: that of its CPU, or a fixed one */
enum nid_choice { NID_LOCAL, NID_0, NID_1 };

/** enum reader_pattern - workload.reader.pattern */
enum reader_pattern { READER_STEADY, READER_BURSTY, READER_STALLED };

/** PAYLOAD_SAMPLING_MAX - largest cache.payload_sampling: one line in each 4K of payload */
#define PAYLOAD_SAMPLING_MAX 64

/** enum scenario_path_key - the keys that may be paths */
enum scenario_path_key {
	SCENARIO_MACHINE, /* a plain name, or a path */
	SCENARIO_PRESET,  /* the same */
	SCENARIO_SOURCE,
	SCENARIO_SIZES, /* traffic.sizes_file */
	SCENARIO_PATHS
};

/**
 * struct scenario - every key of a scenario file, as in docs/scenario.md
 * Paths are as the user wrote them; scenario_path() resolves them.
 */
struct scenario {
	char name[OPTION_TEXT_MAX];
	char dir[512];
	char machine[OPTION_TEXT_MAX];
	uint64_t seed, duration_ns, page_size, memory_bytes;
	char kernel[OPTION_TEXT_MAX];
	unsigned int kernel_version; /* when finished: the listed one that kernel behaves as */
	uint64_t kernel_page_bytes;  /* PAGE_SIZE of what was recorded; 4K where nobody knows */
	unsigned int iommu, dma_coherent;
	bool from_here[SCENARIO_PATHS]; /* the path was given by --set, not in the file */

	/* page_allocator.* */
	uint64_t min_free_bytes, node1_bytes, taken_permille;
	bool group_2m;
	unsigned int nid; /* enum nid_choice */

	/* traffic.* */
	char source[OPTION_TEXT_MAX]; /* "synthetic" or a capture */
	char device[OPTION_TEXT_MAX];
	char filter[OPTION_TEXT_MAX];
	unsigned int release;
	uint64_t rate_bps, pps, packets, bytes, flows, zipf_milli;
	unsigned int protocol, arrivals, sizes, lengths, flow_control;
	uint64_t rtt_ns, line_rate_bps, burst_packets, on_ns, off_ns;
	uint64_t incast_senders, incast_period_ns, incast_bytes;
	uint64_t small_bytes, large_bytes, small_milli;
	char sizes_file[OPTION_TEXT_MAX];

	uint64_t payload_sampling; /* cache.payload_sampling */

	char skb_defer_text[OPTION_TEXT_MAX]; /* net.skb_defer_max, as the user wrote it */
	unsigned int skb_defer_max;	      /* when finished: the number, or the kernel's */

	struct nic nic; /* nic.*; when finished (scenario_finish.h): preset and overrides */

	/* workload.* */
	unsigned int kind, forward;
	unsigned int pattern;
	uint64_t reader_core, reader_socket, pause_ns, reader_bytes, rcvbuf_bytes;

	struct option_list strategies;
};

/**
 * scenario_path() - resolve a path of the scenario
 * A relative one starts at the scenario's folder, or at the current one when --set gave it. The
 * plain name of a profile or preset is left alone.
 */
void scenario_path(const struct scenario *s, enum scenario_path_key which, char *buf, size_t size);

/** scenario_is_capture() - does the traffic come from a file? */
bool scenario_is_capture(const struct scenario *s);

#endif
