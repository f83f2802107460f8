/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_input.h - bytes of a fuzzer as a capture, read as a run would read it.
 */
#ifndef TESTS_FUZZ_INPUT_H
#define TESTS_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

/** LLVMFuzzerTestOneInput() - what every target defines and libFuzzer, or fuzz_replay.c, calls */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** fuzz_file() - the bytes as a file in memory, the same one every time; Return: its path */
const char *fuzz_file(const void *data, size_t size);

/**
 * fuzz_capture() - scan the bytes, then read the packets of every device
 * Ends the program when an answer is impossible: a refusal without its one line, packets out of
 * order or released before they arrive, another number of packets than the scan counted.
 * @filter: as capture_scan_filtered()
 */
void fuzz_capture(const void *data, size_t size, const char *filter);

/**
 * fuzz_events() - read all events, and of some lengths the packets too, as fuzz_capture() does
 * Ends the program when events are out of order, or a message is not one line.
 */
void fuzz_events(const void *data, size_t size);

#endif
