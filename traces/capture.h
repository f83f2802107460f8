/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * capture.h - recorded captures: what is in them, and their packets.
 *
 * A capture is read in two passes, both streaming: capture_scan() counts, finds devices and
 * collects the ground truth; capture_open() then delivers the packets of one device. Which reader
 * serves a file is decided by its first bytes, never by its name. A capture holds kernel events
 * (reader.h) or packets (packet_format.h).
 */
#ifndef TRACES_CAPTURE_H
#define TRACES_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "traces/packet.h"

#define CAPTURE_NAME_MAX   32
#define CAPTURE_MAX_EVENTS 64
#define CAPTURE_MAX_DEVS   32
#define CAPTURE_MAX_QUEUES 64
#define CAPTURE_FILTER_MAX 256
#define CAPTURE_MAX_HELD   16384
#define CAPTURE_MAX_CPUS   8192 /* Linux has no more (NR_CPUS) */
#define TRUTH_MAX_POINTS   4096
#define TRUTH_MAX_POOLS	   16

/** CAPTURE_MTU_BYTES_MAX - no common MTU is larger: longer packets were made by GRO, LRO or TSO */
#define CAPTURE_MTU_BYTES_MAX 9728

/** enum unread - why a pcap does not tell when packets of TCP were read */
enum unread {
	UNREAD_ONE_DIRECTION, /* no ACK of their receiver is in the capture */
	UNREAD_NO_SCALE,      /* its windows are shifted by an unknown number */
	UNREAD_NO_ROOM,	      /* too many connections, or packets that wait, at once */
	UNREAD_REASONS
};

/**
 * struct capture_event - one event type seen
 * @name: "system:name"
 * @count: records of it
 */
struct capture_event {
	char name[64];
	uint64_t count;
};

/** enum capture_iommu - what an IOMMU does for a device */
enum capture_iommu {
	CAPTURE_IOMMU_UNKNOWN,
	CAPTURE_IOMMU_OFF,
	CAPTURE_IOMMU_PASSTHROUGH,
	CAPTURE_IOMMU_LAZY,
	CAPTURE_IOMMU_STRICT
};

/**
 * struct capture_nic - what the machine said of a device beside the capture (docs/recording.md)
 * What it did not say, or what changed while it was recorded, is 0 or "".
 * @driver: as `ethtool -i` names it
 * @mtu: bytes
 * @rx_ring, @tx_ring: descriptors of a ring
 * @rx_jumbo_ring: of a driver that has two receive rings, the one that ethtool calls RX Jumbo
 * @rx_channels: receive queues
 * @rx_usecs, @rx_frames: interrupt moderation, with @has_moderation
 * @iommu: enum capture_iommu
 * @changed: a setting did
 * @several: devices of several network namespaces have its name; what they have in common is here
 */
struct capture_nic {
	char driver[32];
	uint32_t mtu, rx_ring, rx_jumbo_ring, tx_ring, rx_channels;
	uint32_t rx_usecs, rx_frames;
	uint32_t iommu;
	bool has_moderation, changed, several;
};

/**
 * struct capture_device - one network device seen receiving or transmitting
 * @name: interface name; "pcap" when a pcap does not name it
 * @packets: napi_gro_receive_entry events (before merging), else netif_receive_skb, else the
 *	packets of a pcap that it does not call outgoing
 * @bytes: their lengths as recorded: events without Ethernet header, packets of a pcap with it
 * @delivered: netif_receive_skb events (after merging)
 * @tx_packets: net_dev_start_xmit events, or packets that a pcap calls outgoing
 * @queues: receive queues seen (highest index + 1), 1 when not recorded
 * @queue_base: queue_mapping of queue 0: 1 when every packet's is at least 1 (skb_record_rx_queue()
 *	stores index + 1), 0 when some packet's is 0 (the device does not record it that way)
 * @before_gro: @packets are counted before merging
 * @held_before: packets that the stack held when the capture began, not among @packets
 * @xdp_packets: of @packets, those that another device had just sent by XDP
 * @typical_bytes: (events) the size that carries most of @bytes, where one does; with Ethernet
 *	header
 * @release: packets by release method
 * @unread: (pcap) packets of TCP with data whose reader is left to the model, by enum unread
 * @scale_found: (pcap) packets whose release rests on a window scale that no SYN told
 * @split, @split_into: (pcap) records longer than their connection's packets, and what they became
 * @max_bytes: the longest packet, with its Ethernet header
 * @pick: (pcap) filter expression for the packets to the address that received most bytes; "" when
 *	the capture tells directions, or holds only one
 * @peer: (events) the device of this machine that sent what it received, by number and order of
 *	packets: the other end of a veth; "" when there is none
 * @nic: (events) what the machine said of it
 */
struct capture_device {
	char name[CAPTURE_NAME_MAX];
	uint64_t packets, bytes, delivered, tx_packets;
	unsigned int queues;
	unsigned int queue_base;
	bool before_gro;
	uint64_t held_before, xdp_packets;
	uint64_t release[RELEASE_METHODS];
	uint64_t unread[UNREAD_REASONS];
	uint64_t scale_found, split, split_into;
	uint32_t typical_bytes;
	uint32_t max_bytes;
	char pick[80];
	char peer[CAPTURE_NAME_MAX];
	struct capture_nic nic;
};

/**
 * struct capture_held - an skb that was received before the capture began, and ends in it
 * @release_ns: when, since the first event; after the last one: it does not
 * @bytes: its data; 0: a packet of unknown size
 * @queue: receive queue, from 0
 * @cpu: that released it
 * @method: enum release_method
 * @merged: GRO merged its packets, as others of the device
 */
struct capture_held {
	uint64_t release_ns;
	uint32_t bytes;
	uint16_t queue;
	uint16_t cpu;
	uint8_t method;
	bool merged;
};

/**
 * struct truth_point - what the kernel recorded up to a moment; running totals
 * @time_ns: since the first event
 * @pool_hold, @pool_release: pages that entered / left the page_pools
 * @iommu_maps, @iommu_unmaps: IOMMU mappings made / removed (all devices)
 * @driver_pages: base pages that NIC drivers took from the page allocator (__GFP_MEMALLOC)
 * @driver_freed: of these, freed
 */
struct truth_point {
	uint64_t time_ns;
	uint64_t pool_hold, pool_release;
	uint64_t iommu_maps, iommu_unmaps;
	uint64_t driver_pages, driver_freed;
};

/**
 * struct truth_pool - one page_pool that took pages in the capture, or is known to have held some
 * @address: as recorded; a later pool at the same address is another one. 0: it showed no event,
 *	and the machine's list of pools tells of it (host/host_pools.h)
 * @device, @queue: whose NAPI polls took its pages (inferred, see truth.c); meaningful with
 *	@queue_known
 * @holds, @releases: pages that entered / left it in this capture
 * @held_start: pages it held when the capture began, by its own counters
 * @held_peak: most pages in it at once, exact
 * @closed_ns: when it began to be destroyed, 0 = not seen
 * @start_known: @held_start is known: it released a page, or held its first one, in this capture,
 *	or the machine's list of pools tells it
 * @xdp: its pages were mostly taken in polls that sent packets on by XDP: they are buffers of the
 *	device that receives those
 */
struct truth_pool {
	uint64_t address;
	uint64_t holds, releases;
	uint64_t held_start, held_peak;
	uint64_t closed_ns;
	char device[CAPTURE_NAME_MAX];
	uint32_t queue;
	bool queue_known, start_known, xdp;
};

/**
 * struct truth_pool_point - a pool up to the moment of the truth_point with the same number
 * @hold, @release: pages that entered / left, modulo 2^32 as the kernel's own counters are
 */
struct truth_pool_point {
	uint32_t hold, release;
};

/**
 * struct truth - ground truth of a capture
 * @has_pool, @has_iommu, @has_driver_pages: which columns are recorded
 * @driver_from_start: of @has_driver_pages: drivers held none when the capture began, and frees are
 *	recorded: pages held = driver_pages - driver_freed
 * @driver_held_peak: most of them at once, exact
 * @driver_filled_ns: when the last of them was taken before the first packet: the rings were full
 * @driver_rings, @driver_order: blocks of that order taken until then, 0: of several orders
 * @rings_seen: of @has_iommu: receive rings were mapped in the capture, before the first packet
 * @last: totals at the end
 * @pool_held_start: pages that these pools held when the capture began, by their own counters:
 *	pages held = pool_held_start + pool_hold - pool_release
 * @starts_unknown: pools whose part of it is not known, and counts as 0
 * @hold_ns: when the first page entered a pool; with @has_pool
 * @pool_hold_ns: by pool of @pools: when its first page of this capture entered; 0: none did
 * @pool_held_before_hold: by pool, where its start is known: pages in it until then. All of them
 *	were handed out, as a page_pool takes pages when neither cache nor ring has one left
 * @closed_ns: when the device went down: a pool that held pages was destroyed, or the mappings
 *	of rings that the capture saw being set up were gone for good; 0 = not seen
 * @pool_held_peak: most pages in the pools at once, exact (not per point)
 * @interval_ns: distance between points; doubled when the array fills, so memory stays flat
 * @maps_sent: of the IOMMU mappings, those made inside a transmit function, on any device
 * @pools_seen: pools that held pages; those beyond TRUTH_MAX_POOLS are in the sums only
 * @pools: the first of them, in order of their first event: "pool 0", "pool 1", ...
 * @points: ascending; a point holds the totals at the *end* of its interval
 * @nr_points: how many
 * @nr_pools: of @pools
 * @pool_points: by pool, as many as @points
 *
 * Only pools that hold pages in the capture count: one that only releases belongs to an earlier
 * run.
 */
struct truth {
	bool has_pool, has_iommu, has_driver_pages, rings_seen, driver_from_start;
	uint64_t driver_held_peak, driver_filled_ns;
	uint64_t driver_rings, driver_order;
	struct truth_point last;
	uint64_t pool_held_start;
	uint64_t starts_unknown;
	uint64_t hold_ns;
	uint64_t pool_hold_ns[TRUTH_MAX_POOLS], pool_held_before_hold[TRUTH_MAX_POOLS];
	uint64_t closed_ns;
	uint64_t pool_held_peak;
	uint64_t interval_ns;
	uint64_t maps_sent;
	uint64_t pools_seen;
	struct truth_pool pools[TRUTH_MAX_POOLS];
	struct truth_point points[TRUTH_MAX_POINTS];
	unsigned int nr_points, nr_pools;
	struct truth_pool_point pool_points[TRUTH_MAX_POOLS][TRUTH_MAX_POINTS];
};

/**
 * struct capture_info - all that inspect and replay need to know before the first packet
 * @path: as given
 * @filter: pcap-filter expression: other packets of a pcap are left out; "" = none
 * @format: "trace.dat v6", "trace.dat v7 zstd", "pcap ns", ...
 * @origin: format of the capture that a packet file was made from, else ""
 * @clock: trace clock, "" when unknown
 * @first_ns: timestamp of the first event; packet and truth times count from it
 * @span_ns: last event - first event
 * @events_total: records read
 * @lost_events: events the recorder lost (overruns)
 * @truncated: the file ends early; what follows @span_ns is missing
 * @kernel: release of the kernel that was recorded, "" when not known
 * @page_bytes: its PAGE_SIZE, 0 when not known
 * @skb_defer_max: its net.core.skb_defer_max as the file beside it tells, "" when not known
 * @kernel_of_host, @page_of_host: of these, what the file beside the capture tells, not itself
 * @cpus: CPUs in the file, 0 when not recorded
 * @packets_only: no events: when packets were released is not known
 * @reordered: packets or events earlier than one before them: moved up to its time
 * @clock_steps: times a clock stepped back, by more than packets that were written out of order
 *	explain. Order in the file is kept, and time goes on from where it was
 * @times_moved: packets after such a step, whose times are moved for it
 * @times_unclear: so many steps, or of a kind, that what was moved is a guess: times and rates are
 *	not to be relied on
 * @packets_empty: records of packets that have no byte: left out
 * @frees_are_recorded: the kernel frees skbs that another CPU read with an event (6.18 does)
 * @held: (events) skbs of the device that received most, from before the capture; @nr_held of them
 * @held_lost: more of them, for which there was no room
 * @copied: (events) bytes copied to user space
 * @copied_apart: (events) of these, from skbs that neither arrived nor were held before
 * @collapsed: (events) skbs read that TCP had filled itself, in a full receive buffer
 * @host_used: (events) the file of the machine beside it (docs/recording.md) was read
 * @host_ignored: why it was not, or a part of it was not, "" where there is none
 * @note: a remark on the results, "" for none
 * @note_misleads: who does not read it takes wrong counts or times for right ones
 */
struct capture_info {
	char path[512];
	char filter[CAPTURE_FILTER_MAX];
	char format[32];
	char origin[32];
	char clock[16];
	uint64_t first_ns, span_ns;
	uint64_t events_total, lost_events;
	bool truncated, packets_only, frees_are_recorded;
	char kernel[72];
	char skb_defer_max[16];
	unsigned int cpus, page_bytes;
	uint64_t reordered;
	struct capture_held held[CAPTURE_MAX_HELD];
	unsigned int nr_held;
	uint64_t held_lost;
	uint64_t copied, copied_apart, collapsed;
	uint64_t clock_steps, times_moved, packets_empty;
	bool times_unclear;
	bool host_used, kernel_of_host, page_of_host;
	char host_ignored[256];
	char note[256];
	bool note_misleads;
	struct capture_event events[CAPTURE_MAX_EVENTS];
	unsigned int nr_events;
	struct capture_device devices[CAPTURE_MAX_DEVS];
	unsigned int nr_devices;
	struct truth truth;
};

/**
 * capture_scan() - first pass: read the whole capture once
 * @path: file
 * @info: filled on success (large: allocate it on the heap)
 * @err: on failure one line: file, place, what was found, expected, remedy
 * @err_size: bytes of @err
 * Return: 0, -ENOENT, -EINVAL (not a capture, or cut where it cannot be read), -errno.
 *	A truncated capture that could be read up to the cut is a success with @truncated set.
 */
int capture_scan(const char *path, struct capture_info *info, char *err, size_t err_size);

/**
 * capture_scan_filtered() - capture_scan() of those packets of a pcap that match a filter
 * @filter: pcap-filter expression, kept in @info for capture_open(); "" = all packets
 * Return: as capture_scan(); -EINVAL also when libpcap refuses the expression, or the capture is no
 *	pcap.
 */
int capture_scan_filtered(const char *path, const char *filter, struct capture_info *info,
			  char *err, size_t err_size);

/**
 * capture_default_device() - the device a replay takes when the user names none
 * Return: the one with most received packets, or NULL when there is none.
 */
static inline const struct capture_device *capture_default_device(const struct capture_info *info)
{
	const struct capture_device *best = NULL;

	for (unsigned int i = 0; i < info->nr_devices; i++)
		if (info->devices[i].packets && (!best || info->devices[i].packets > best->packets))
			best = &info->devices[i];
	return best;
}

/**
 * capture_open() - second pass: the packets received by one device
 * @info: from capture_scan(); must outlive @src
 * @device: its name
 * @src: set on success; close with packet_source_close()
 * Memory: grows with the packets alive at once, up to 48 MB; then the oldest become
 * RELEASE_UNKNOWN.
 * Return: 0, -ENODEV (no such device; @err names those there are), -errno.
 */
int capture_open(const struct capture_info *info, const char *device, struct packet_source **src,
		 char *err, size_t err_size);

#endif
