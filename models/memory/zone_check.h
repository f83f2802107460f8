/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zone_check.h - is every page of a zone in exactly one place? For tests and --check; slow.
 */
#ifndef MODELS_ZONE_CHECK_H
#define MODELS_ZONE_CHECK_H

#include <stdbool.h>
#include <stdint.h>

struct zone;

/**
 * zone_check() - every page is in exactly one place
 * Also: blocks aligned, free buddies merged, counts equal to what the lists hold.
 * @held: base pages that are allocated
 */
bool zone_check(const struct zone *zone, uint64_t held);

#endif
