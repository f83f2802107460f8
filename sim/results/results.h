/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * results.h - the result of one strategy's run: one row per metric, from which the JSON, the CSV,
 * the comparison table and the list of metrics are made.
 *
 * A metric that was not computed is absent, never zero. Values are integers or doubles. Wall-clock
 * time is no metric, as it differs between equal runs; it is kept beside them.
 */
#ifndef SIM_RESULTS_H
#define SIM_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESULT_SCHEMA	 1
#define RESULT_NAME_MAX	 128
#define RESULT_MAX_POOLS 16

enum metric_type { METRIC_UINT, METRIC_REAL };

/** enum metric_better - which direction is better, for the mark in the table */
enum metric_better { BETTER_NONE, BETTER_LOWER, BETTER_HIGHER };

/* X(ID, "dotted.key", type, better, "unit", "meaning") */
#define RESULT_METRICS(X)                                                                          \
	X(SIMULATED_NS, "simulated_ns", UINT, NONE, "ns", "simulated time of the run")             \
	X(OFFERED, "packets.offered", UINT, NONE, "packets", "packets that arrived at the NIC")    \
	X(RECEIVED, "packets.received", UINT, NONE, "packets", "packets the driver received")      \
	X(DELIVERED, "packets.delivered", UINT, HIGHER, "packets", "packets given to the stack")   \
	X(PKT_BYTES, "packets.bytes", UINT, NONE, "bytes", "bytes of the delivered packets")       \
	X(DROP_NO_DESC, "packets.drop_no_desc", UINT, LOWER, "packets",                            \
	  "dropped: no free descriptor in the ring")                                               \
	X(DROP_NO_BUF, "packets.drop_no_buf", UINT, LOWER, "packets",                              \
	  "dropped: a descriptor was free but no buffer could be had")                             \
	X(DROP_PFMEMALLOC, "packets.drop_pfmemalloc", UINT, LOWER, "packets",                      \
	  "dropped: in memory of the emergency reserves, which no ordinary socket takes")          \
	X(DROP_RCVBUF, "packets.drop_rcvbuf", UINT, LOWER, "packets",                              \
	  "dropped: socket receive buffer full")                                                   \
	X(DROP_TX_FULL, "packets.drop_tx_full", UINT, LOWER, "packets",                            \
	  "dropped: router, no free descriptor in the TX ring")                                    \
	X(TX_PEAK, "packets.tx_outstanding_peak", UINT, NONE, "packets",                           \
	  "router: most packets between transmit and the return of their pages")                   \
	X(DROP_OVERSIZE, "packets.drop_oversize", UINT, LOWER, "packets",                          \
	  "dropped: needs more buffers than an skb has frags")                                     \
	X(DROP_NIC_FIFO, "packets.drop_nic_fifo", UINT, LOWER, "packets",                          \
	  "dropped: the NIC's internal buffer was full, DMA did not keep up")                      \
	X(IN_FLIGHT, "packets.in_flight", UINT, NONE, "packets",                                   \
	  "in the ring when the traffic ended, not delivered")                                     \
	X(DELAYED, "packets.delayed", UINT, NONE, "packets",                                       \
	  "flow_control window: packets that waited at the sender for the window to open")         \
	X(UNSENT, "packets.unsent", UINT, NONE, "packets",                                         \
	  "flow_control window: packets that waited there when the duration ended")                \
	X(WINDOW_CLOSED_NS, "window.closed_ns", UINT, NONE, "ns",                                  \
	  "flow_control window: time that a packet was ready and the window closed")               \
	X(CYC_TOTAL, "cycles.total", UINT, NONE, "core cycles", "cycles of all cores")             \
	X(CYC_PER_PACKET, "cycles.per_packet", REAL, LOWER, "core cycles",                         \
	  "cycles.total per received packet")                                                      \
	X(CYC_SOFTIRQ, "cycles.softirq", UINT, NONE, "core cycles", "spent in NAPI polls")         \
	X(CYC_APP, "cycles.app", UINT, NONE, "core cycles", "spent by readers")                    \
	X(CYC_ALLOC, "cycles.by_cause.alloc", UINT, NONE, "core cycles",                           \
	  "the strategy's allocation side")                                                        \
	X(CYC_FREE, "cycles.by_cause.free", UINT, NONE, "core cycles", "the strategy's put side")  \
	X(CYC_REFCOUNT, "cycles.by_cause.refcount", UINT, NONE, "core cycles",                     \
	  "atomics on struct page")                                                                \
	X(CYC_MISS, "cycles.by_cause.cache_miss", UINT, NONE, "core cycles",                       \
	  "stalls beyond L1, in the allocator and elsewhere")                                      \
	X(CYC_PAGE_ALLOCATOR, "cycles.by_cause.page_allocator", UINT, NONE, "core cycles",         \
	  "page allocator behind the strategy")                                                    \
	X(CYC_IOMMU_MAP, "cycles.by_cause.iommu_map", UINT, NONE, "core cycles", "DMA mapping")    \
	X(CYC_IOMMU_UNMAP, "cycles.by_cause.iommu_unmap", UINT, NONE, "core cycles",               \
	  "DMA unmapping and invalidation")                                                        \
	X(CYC_LOCK, "cycles.by_cause.lock", UINT, NONE, "core cycles", "waiting for spin locks")   \
	X(CYC_RING, "cycles.by_cause.ring", UINT, NONE, "core cycles", "descriptors")              \
	X(CYC_SKB, "cycles.by_cause.skb", UINT, NONE, "core cycles",                               \
	  "skb allocation, driver and stack per packet")                                           \
	X(CYC_COPY, "cycles.by_cause.copy", UINT, NONE, "core cycles", "payload copies")           \
	X(CYC_IRQ, "cycles.by_cause.irq", UINT, NONE, "core cycles",                               \
	  "interrupt and poll overhead")                                                           \
	X(PAGE_SIZE_BYTES, "memory.page_size", UINT, NONE, "bytes", "PAGE_SIZE")                   \
	X(HELD_PEAK, "memory.pages_held_peak", UINT, LOWER, "pages", "most pages held at once")    \
	X(HELD_MEAN, "memory.pages_held_mean", REAL, LOWER, "pages", "pages held, time-weighted")  \
	X(BYTES_PEAK, "memory.bytes_held_peak", UINT, LOWER, "bytes", "most bytes held at once")   \
	X(BYTES_MEAN, "memory.bytes_held_mean", REAL, LOWER, "bytes", "bytes held, time-weighted") \
	X(PAYLOAD_MEAN, "memory.payload_bytes_mean", REAL, NONE, "bytes",                          \
	  "packet bytes waiting in held pages, time-weighted")                                     \
	X(EFFICIENCY, "memory.efficiency", REAL, HIGHER, "ratio",                                  \
	  "payload bytes held / bytes held, time-weighted")                                        \
	X(PG_ALLOCATED, "pages.allocated", UINT, LOWER, "pages",                                   \
	  "pages taken from the page allocator")                                                   \
	X(PG_FREED, "pages.freed", UINT, NONE, "pages", "pages given back by the end of the run")  \
	X(PG_HELD_END, "pages.held_at_end", UINT, NONE, "pages",                                   \
	  "held at the end of the run: allocated - freed")                                         \
	X(PG_ORDER0, "pages.alloc_order.0", UINT, NONE, "blocks", "order-0 allocations")           \
	X(PG_ORDER1, "pages.alloc_order.1", UINT, NONE, "blocks", "order-1 allocations")           \
	X(PG_ORDER2, "pages.alloc_order.2", UINT, NONE, "blocks", "order-2 allocations")           \
	X(PG_ORDER3, "pages.alloc_order.3", UINT, NONE, "blocks", "order-3 allocations")           \
	X(PG_ORDER4, "pages.alloc_order.4", UINT, NONE, "blocks", "order-4 allocations")           \
	X(PG_ORDER5, "pages.alloc_order.5", UINT, NONE, "blocks", "order-5 allocations")           \
	X(PG_PFMEMALLOC, "pages.pfmemalloc", UINT, LOWER, "blocks",                                \
	  "allocations from the emergency reserves")                                               \
	X(PG_FAILED, "pages.alloc_failed", UINT, LOWER, "count",                                   \
	  "requests that the page allocator could not serve")                                      \
	X(PG_REMOTE, "pages.remote_node", UINT, LOWER, "blocks",                                   \
	  "allocations from a NUMA node other than the one asked for")                             \
	X(PG_ZONE_LOCKS, "pages.zone_locks", UINT, NONE, "count",                                  \
	  "times a core took a zone lock of the page allocator")                                   \
	X(PG_FAST, "pages.fast", UINT, NONE, "count", "page_pool: served from the alloc cache")    \
	X(PG_SLOW, "pages.slow", UINT, NONE, "count", "page_pool: served by new order-0 pages")    \
	X(PG_SLOW_HIGH, "pages.slow_high_order", UINT, NONE, "count",                              \
	  "page_pool: served by new high-order pages")                                             \
	X(PG_EMPTY, "pages.empty", UINT, NONE, "count", "page_pool: pointer ring found empty")     \
	X(PG_REFILL, "pages.refill", UINT, NONE, "count",                                          \
	  "page_pool: alloc cache refilled from the ring")                                         \
	X(PG_WAIVE, "pages.waive", UINT, NONE, "count",                                            \
	  "page_pool: page of another node, not recycled")                                         \
	X(PG_CACHED, "pages.cached", UINT, NONE, "count",                                          \
	  "page_pool: recycled into the alloc cache")                                              \
	X(PG_CACHE_FULL, "pages.cache_full", UINT, NONE, "count",                                  \
	  "page_pool: alloc cache was full")                                                       \
	X(PG_RING, "pages.ring", UINT, NONE, "count", "page_pool: recycled into the pointer ring") \
	X(PG_RING_FULL, "pages.ring_full", UINT, NONE, "count",                                    \
	  "page_pool: pointer ring was full")                                                      \
	X(PG_RELEASED, "pages.released_refcnt", UINT, NONE, "count",                               \
	  "page_pool: released, still referenced elsewhere")                                       \
	X(PG_REUSED, "pages.reused", UINT, NONE, "buffers",                                        \
	  "buffers served from pages the strategy already held")                                   \
	X(REF_ATOMICS, "refcount.atomics", UINT, LOWER, "count", "atomics on struct page")         \
	X(REF_REMOTE, "refcount.remote_transfers", UINT, LOWER, "count",                           \
	  "allocator accesses served by another core's cache")                                     \
	X(IOMMU_MAPS, "iommu.maps", UINT, LOWER, "count", "DMA mappings created")                  \
	X(IOMMU_SENT_MAPS, "iommu.maps_sent", UINT, NONE, "count",                                 \
	  "of iommu.maps: for packets that the capture's device sent")                             \
	X(IOMMU_UNMAPS, "iommu.unmaps", UINT, NONE, "count", "DMA mappings removed")               \
	X(IOTLB_HITS, "iommu.iotlb_hits", UINT, NONE, "pages",                                     \
	  "pages of DMA writes that hit the IOTLB")                                                \
	X(IOTLB_MISSES, "iommu.iotlb_misses", UINT, LOWER, "pages",                                \
	  "pages of DMA writes that needed a page table walk")                                     \
	X(IOMMU_WALK_READS, "iommu.walk_reads", UINT, LOWER, "count",                              \
	  "memory reads of page table walks")                                                      \
	X(IOMMU_INVALIDATIONS, "iommu.invalidations", UINT, LOWER, "count", "IOTLB invalidations") \
	X(IOMMU_WAIT_CYCLES, "iommu.wait_cycles", UINT, LOWER, "core cycles",                      \
	  "cores waiting for invalidations: for the queue's lock and for the hardware")            \
	X(IOMMU_EXPOSURE, "iommu.exposure_byte_ns", UINT, LOWER, "byte ns",                        \
	  "lazy: bytes of unmapped pages x time until their flush")                                \
	X(DMA_SYNCS, "dma.syncs", UINT, LOWER, "count",                                            \
	  "dma_map, dma_unmap and dma_sync calls that cleaned or invalidated lines")               \
	X(DMA_SYNC_LINES, "dma.sync_lines", UINT, LOWER, "lines",                                  \
	  "cache lines cleaned or invalidated for DMA")                                            \
	X(CACHE_PAYLOAD, "cache.payload_lines", UINT, NONE, "lines",                               \
	  "payload lines read by copies, or written into on-demand buffers")                       \
	X(CACHE_FROM_L2, "cache.payload_from_l2", UINT, NONE, "lines",                             \
	  "of these, found in the copying core's own L1 or L2")                                    \
	X(CACHE_FROM_LLC, "cache.payload_from_llc", UINT, NONE, "lines",                           \
	  "found in the socket's last level or in another core of it")                             \
	X(CACHE_FROM_SOCKET, "cache.payload_from_socket", UINT, LOWER, "lines",                    \
	  "found in the other socket")                                                             \
	X(CACHE_FROM_MEMORY, "cache.payload_from_memory", UINT, LOWER, "lines", "found in memory") \
	X(CACHE_DDIO_EVICTED, "cache.ddio_evicted", UINT, LOWER, "lines",                          \
	  "lines the device wrote into the last level, evicted before a core read them")           \
	X(SKB_ALLOCATED, "skb.allocated", UINT, NONE, "count", "skbs allocated")                   \
	X(SKB_FRAGS, "skb.frags", UINT, NONE, "count", "buffers attached to them")                 \
	X(SKB_COALESCED, "skb.coalesced", UINT, NONE, "count",                                     \
	  "buffers merged into the frag before them")                                              \
	X(SKB_COPIED, "skb.copied", UINT, NONE, "packets",                                         \
	  "copied into the skb head, their buffers recycled at once")                              \
	X(SKB_MERGED, "skb.merged", UINT, NONE, "packets",                                         \
	  "packets that GRO merged into another skb")                                              \
	X(SKB_FRAG_LISTS, "skb.frag_lists", UINT, LOWER, "count",                                  \
	  "skbs put on a frag_list, as the frags of the skb were all used")                        \
	X(SKB_TAIL_COPIES, "skb.tail_copies", UINT, NONE, "count",                                 \
	  "skbs whose data fitted the room of the skb ahead in the socket's queue")                \
	X(SKB_TAIL_MOVES, "skb.tail_moves", UINT, NONE, "count",                                   \
	  "skbs whose buffers became frags of the skb ahead in the socket's queue")                \
	X(SKB_CONDENSED, "skb.condensed", UINT, NONE, "packets",                                   \
	  "datagrams copied into the skb head, as the socket's buffer was half full")              \
	X(SKB_COLLAPSED, "skb.collapsed", UINT, LOWER, "count",                                    \
	  "skbs of TCP whose data was copied out of their buffers, as the socket was full")        \
	X(SKB_COLLAPSED_BYTES, "skb.collapsed_bytes", UINT, LOWER, "bytes", "that data")           \
	X(SKB_DEFERRED, "skb.deferred", UINT, NONE, "count",                                       \
	  "skbs whose freeing was deferred to the core that received them")                        \
	X(SKB_KICKS, "skb.defer_kicks", UINT, NONE, "count",                                       \
	  "times the deferred list grew so long that its softirq was raised")                      \
	X(GBIT_S, "throughput.gbit_s", REAL, HIGHER, "Gbit/s", "delivered packet bits per second") \
	X(MPPS, "throughput.mpps", REAL, HIGHER, "Mpps", "delivered packets per second / 1e6")     \
	X(CPU_UTIL, "throughput.cpu_utilization", REAL, LOWER, "ratio",                            \
	  "busy share of all simulated cores")                                                     \
	X(TRUTH_HELD_PEAK, "truth.pages_held_recorded_peak", UINT, NONE, "pages",                  \
	  "recorded: most pages in the kernel's page_pools")                                       \
	X(TRUTH_ALLOCATED, "truth.pages_allocated_recorded", UINT, NONE, "pages",                  \
	  "recorded: pages that entered the kernel's pools, or its driver allocated")              \
	X(TRUTH_SIM_HELD_PEAK, "truth.pages_held_simulated_peak", UINT, NONE, "pages",             \
	  "most pages held at once in the simulated pools that were recorded")                     \
	X(TRUTH_SIM_ALLOCATED, "truth.pages_allocated_simulated", UINT, NONE, "pages",             \
	  "pages allocated for the pools that were recorded")                                      \
	X(TRUTH_MAPS, "truth.iommu_maps_recorded", UINT, NONE, "count", "recorded: iommu:map")     \
	X(TRUTH_UNMAPS, "truth.iommu_unmaps_recorded", UINT, NONE, "count",                        \
	  "recorded: iommu:unmap")                                                                 \
	X(TRUTH_TX, "truth.tx_packets_recorded", UINT, NONE, "packets",                            \
	  "recorded: packets the device transmitted; the recorded mappings include theirs")        \
	X(TRUTH_RMSE, "truth.rmse_pages_held", REAL, LOWER, "pages",                               \
	  "root mean square difference of pages in the recorded pools, simulated against "         \
	  "recorded; without the start of it that the replay's own start was fitted to")

enum metric {
#define METRIC_ID(id, key, type, better, unit, help) METRIC_##id,
	RESULT_METRICS(METRIC_ID)
#undef METRIC_ID
		METRIC_MAX
};

/** struct metric_row - one metric, for tables and documentation */
struct metric_row {
	const char *key;
	enum metric_type type;
	enum metric_better better;
	const char *unit;
	const char *help;
};

/** metric_rows - one row per enum metric */
extern const struct metric_row metric_rows[METRIC_MAX];

/**
 * struct result_pool - a receive queue whose page_pool a capture recorded
 * @allocated, @held_peak: base pages, simulated
 * @allocated_recorded, @held_peak_recorded: of its pool
 */
struct result_pool {
	uint64_t queue;
	uint64_t allocated, allocated_recorded;
	uint64_t held_peak, held_peak_recorded;
};

/**
 * struct result - one strategy's run
 * @strategy: label, as the user wrote it
 * @seed: of the run
 * @has: which values are there
 * @u: value of METRIC_UINT rows
 * @r: value of METRIC_REAL rows
 * @nr_pools: entries of @pool (truth.pools in JSON); 0: the capture does not tell pools apart
 * @wall_ns: real time the run took; never written to files
 */
struct result {
	char strategy[RESULT_NAME_MAX];
	uint64_t seed;
	bool has[METRIC_MAX];
	uint64_t u[METRIC_MAX];
	double r[METRIC_MAX];
	unsigned int nr_pools;
	struct result_pool pool[RESULT_MAX_POOLS];
	uint64_t wall_ns;
};

/** result_set_u() - @m, a METRIC_UINT, has @value */
void result_set_u(struct result *res, enum metric m, uint64_t value);

/** result_set_r() - @m, a METRIC_REAL; kept at 15 digits, which any reader gives back exactly */
void result_set_r(struct result *res, enum metric m, double value);

/** result_find() - the result of the strategy @label. Return: NULL when it is not among them */
const struct result *result_find(const struct result *results, unsigned int nr, const char *label);

/** result_value() - @m, which the result has, whatever its type */
double result_value(const struct result *res, enum metric m);

/**
 * result_percent() - how far @m is from that of @base: 100 x (result - base) / base
 * Return: false when one of them does not have it, or that of @base is zero.
 */
bool result_percent(const struct result *res, const struct result *base, enum metric m,
		    double *percent);

/** result_drops() - packets that were dropped, whatever the cause */
uint64_t result_drops(const struct result *res);

/** result_is_equal() - has every metric the same value, or none, in both? Whosever they are */
bool result_is_equal(const struct result *a, const struct result *b);

/**
 * result_dir_name() - the folder a strategy's files go to: its label, with ':' '/' '=' (and a
 * leading '.') turned into '_'
 * @size: bytes of @buf; RESULT_NAME_MAX holds every label
 */
void result_dir_name(const char *label, char *buf, size_t size);

/** struct json_t is jansson's */
struct json_t;

/** RESULT_JSON_FLAGS - for every JSON document, so that equal results are equal bytes */
#define RESULT_JSON_FLAGS (JSON_INDENT(2) | JSON_REAL_PRECISION(15))

/**
 * result_to_json() - the result object: "strategy" and "seed", then the metrics in the order of
 * the rows, dotted keys nested. @with_wall adds wall_ns. Return: new reference, or NULL
 */
struct json_t *result_to_json(const struct result *res, bool with_wall);

/**
 * result_percent_json() - result_percent() of every metric that has one, dotted keys nested
 * Return: new reference, or NULL
 */
struct json_t *result_percent_json(const struct result *res, const struct result *base);

/** result_from_json() - inverse. Return: 0 or -EINVAL */
int result_from_json(struct result *res, const struct json_t *obj);

/** result_write() - summary.json, written under a temporary name and renamed. Return: 0, -errno */
int result_write(const struct result *res, const char *path);

/** result_read() - a summary.json. Return: 0, -errno */
int result_read(struct result *res, const char *path);

#endif
