/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notes_reads.h - notes on reads that a pcap is inferred to show.
 */
#ifndef SIM_NOTES_READS_H
#define SIM_NOTES_READS_H

#include "sim/results/note.h"

/** notes_reads_rows - ended by a NULL id; for facts with a capture */
extern const struct note_row notes_reads_rows[];

#endif
