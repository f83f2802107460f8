/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calibrate_values.c - names and units of the measurements.
 */
#include "tools/calibrate/calibrate_values.h"

const struct calib_row calib_rows[CALIB_NR] = {
	[CALIB_COUNTER_CLOCK] = {"counter clock", "MHz", "time stamp counter; arm64: CNTVCT",
				 false},
	[CALIB_CORE_CLOCK] = {"core clock", "MHz", "from a chain of additions of one cycle each",
			      false},
	[CALIB_CLOCK_RATIO] = {"core clock / counter", "ratio", "core cycles per tick", false},
	[CALIB_WIDTH] = {"issue width", "instructions/cycle", "additions, or additions and loads",
			 true},
	[CALIB_LOADS] = {"L1 loads", "loads/cycle", "of one line", true},
	[CALIB_STORES] = {"L1 stores", "stores/cycle", "to one line", true},
	[CALIB_ATOMIC] = {"atomic, own line", "cycles", "locked addition, one after the other",
			  true},
	[CALIB_LOCK] = {"spin lock + unlock", "cycles", "uncontended, own line", true},
	[CALIB_L1] = {"L1 latency", "cycles", "dependent loads, random order", true},
	[CALIB_L2] = {"L2 latency", "cycles", "the same", true},
	[CALIB_LLC] = {"last level latency", "cycles", "the same", true},
	[CALIB_MEMORY] = {"memory latency", "cycles", "the same", true},
	[CALIB_PAGE_TOUCH] = {"page touch", "cycles", "first load of a resident, cold page", true},
	[CALIB_COPY] = {"copy", "cycles/byte", "memcpy of 1500 bytes, last level to L1/L2", false},
	[CALIB_TRANSFER] = {"line of another core", "cycles", "load of a line it has written",
			    false},
	[CALIB_ATOMIC_FOREIGN] = {"atomic, foreign line", "cycles", "on a line it has written",
				  false},
	[CALIB_PING_PONG] = {"ping-pong, one way", "cycles", "compare-exchange on one line", false},
	[CALIB_TRANSFER_SOCKET] = {"line of another socket", "cycles",
				   "load of a line it has written", false},
};
