/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iommu_flush.h - deferred invalidation: the flush queues of lazy mode and their timer.
 */
#ifndef MODELS_IOMMU_FLUSH_H
#define MODELS_IOMMU_FLUSH_H

#include <stdint.h>

struct iommu;

/** flush_queue_add() - core_current's queue takes a range whose entries were just cleared */
void flush_queue_add(struct iommu *iommu, uint32_t first, uint64_t pages);

/**
 * flush_timer_check() - if the timer was due by now_ns it has fired: nothing is exposed any more
 */
void flush_timer_check(struct iommu *iommu);

/**
 * flush_timer_run() - what was due before core_current's next map or unmap
 * Like flush_timer_check() at core_current's time, which becomes the latest seen; core_current does
 * the CPU's part of a timer that fired.
 */
void flush_timer_run(struct iommu *iommu);

/** flush_exposure() - bytes x ns until now_ns, what still waits included */
uint64_t flush_exposure(const struct iommu *iommu);

/** flush_all() - flush everything queued, at no cost */
void flush_all(struct iommu *iommu);

/** flush_queued() - ranges not flushed, or whose addresses are not free again */
uint64_t flush_queued(const struct iommu *iommu);

#endif
