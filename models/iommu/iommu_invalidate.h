/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iommu_invalidate.h - one IOTLB invalidation: commands through a locked queue to the hardware.
 */
#ifndef MODELS_IOMMU_INVALIDATE_H
#define MODELS_IOMMU_INVALIDATE_H

#include <stdint.h>

struct iommu;

/**
 * invalidate_sync() - core_current issues one command and waits until the hardware has done it
 * Cost: the issue share of iommu_invalidate_mcycles under the queue's lock, the rest in the
 * hardware, after whatever it was given before. Waiting for others is CAUSE_LOCK.
 */
void invalidate_sync(struct iommu *iommu);

/** invalidate_alone_ns() - time of one invalidation that waits for no other */
uint64_t invalidate_alone_ns(const struct iommu *iommu);

#endif
