/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcap_clock.h - the times of one interface, made to go on where its clock stepped back.
 */
#ifndef TRACES_PCAP_CLOCK_H
#define TRACES_PCAP_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/**
 * PCAP_REORDER_NS - a record this much earlier than one before it was written out of order
 * CPUs that receive at once put their packets into the capture's buffer one poll after the other:
 * that is microseconds. What is earlier by more shows a clock that was set back.
 */
#define PCAP_REORDER_NS 1000000u

/** PCAP_REORDER_RUN - so many in a row are no disorder: the clock was set back by less than that */
#define PCAP_REORDER_RUN 64

/** PCAP_TIME_END_NS - times end here */
#define PCAP_TIME_END_NS (UINT64_C(1) << 62)

/**
 * struct pcap_clock - one clock
 * @started: it has shown a time
 * @raw_ns: the latest time it showed, since it stepped back
 * @now_ns: the same moment in ns since the capture's first packet; never falls
 * @gap_ns: the last two steps forward, the newest first
 * @left_raw_ns, @left_now_ns: @raw_ns and @now_ns before the last step back
 * @since: records since then, this one included; more than PCAP_REORDER_RUN are not counted
 * @behind: records in a row that were moved up
 * @shifted, @left_shifted: times are moved for a step; they were before the last one
 * @records: all
 * @steps: times it stepped back
 * @moved: records whose times are moved for that
 * @reordered: records that were moved up to the one before
 */
struct pcap_clock {
	bool started, shifted, left_shifted;
	uint64_t raw_ns, now_ns;
	uint64_t gap_ns[2];
	uint64_t left_raw_ns, left_now_ns;
	unsigned int since, behind;
	uint64_t records, steps, moved, reordered;
};

/**
 * pcap_clock_start() - its first record
 * @raw_ns: what it shows
 * @now_ns: which moment that is, since the capture's first packet
 */
void pcap_clock_start(struct pcap_clock *clock, uint64_t raw_ns, uint64_t now_ns);

/**
 * pcap_clock_advance() - a further record, in the order of the file
 * @raw_ns: what the clock shows; @clock->now_ns becomes the moment
 */
void pcap_clock_advance(struct pcap_clock *clock, uint64_t raw_ns);

/**
 * pcap_clock_is_unclear() - did it step back so often that which times are right is a guess?
 * A few steps in all, or one in thousands of records, are a clock that was set.
 */
bool pcap_clock_is_unclear(const struct pcap_clock *clock);

#endif
