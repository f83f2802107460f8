/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iommu_invalidate.c - the invalidation queue: a lock, and behind it hardware that works in order.
 *
 *	core A	|lock|issue|unlock|....hardware....|
 *	core B	|--wait---|issue|unlock|--wait----|....hardware....|
 *
 * As in Linux the lock is held while commands are written and the tail register moves, not while the
 * core polls for completion. With N cores that unmap at once the k-th waits for k - 1 others, so one
 * round costs issue + hardware x (N + 1) / 2 on average, and what N cores get done together is
 * bounded by the hardware: one per (invalidate - issue).
 *
 * Ignored, and the error that brings: batches of several cores that the hardware overlaps, and the
 * SMMU's queue, which takes commands without a lock (its issue share waits a little less); several
 * commands for one range where an SMMU has no range invalidation (order > 0: too cheap).
 * Source: linux-vtd (qi_submit_sync())
 */
#include "models/charge.h"
#include "models/iommu_parts.h"

static uint64_t lock_waits(void)
{
	return core_current ? core_current->by_cause[CAUSE_LOCK] : 0;
}

void invalidate_sync(struct iommu *iommu)
{
	const struct machine *m = iommu->machine;
	uint64_t hardware = m->iommu_invalidate_mcycles - m->iommu_invalidate_issue_mcycles;
	enum cause cause = charge_cause(CAUSE_IOMMU_UNMAP);
	uint64_t before = lock_waits();

	charge_lock(iommu->queue_lock, m, true);
	charge(CAUSE_IOMMU_UNMAP, m->iommu_invalidate_issue_mcycles);
	charge_unlock(iommu->queue_lock);
	lock_acquire(&iommu->hardware);
	charge(CAUSE_IOMMU_UNMAP, hardware);
	lock_release(&iommu->hardware);
	charge_cause(cause);
	if (core_current)
		iommu->wait_mcycles += lock_waits() - before + hardware;
	iommu->counts.invalidations++;
}

uint64_t invalidate_alone_ns(const struct iommu *iommu)
{
	return iommu->machine->iommu_invalidate_mcycles * 1000 / iommu->machine->khz;
}
