/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iommu_invalidate.c - the invalidation queue: a lock, and behind it hardware that works in order.
 *
 *	core A	|lock|issue|unlock|....hardware....|
 *	core B	|--wait---|issue|unlock|--wait----|....hardware....|
 *
 * As in Linux the lock is held while commands are written and the tail register moves, not while
 * the core polls for completion. With N cores that unmap at once the k-th waits for k - 1 others,
 * so one round costs issue + hardware x (N + 1) / 2 on average, and what N cores get done together
 * is bounded by the hardware: one per (invalidate - issue). Cores are simulated out of order, so
 * its time is kept by slots of 32 ns (busy_slots.h): an answer may be early by that much, the bound
 * holds.
 *
 * Ignored, and the error that brings: batches of several cores that the hardware overlaps, and the
 * SMMU's queue, which takes commands without a lock (its issue share waits a little less); several
 * commands for one range where an SMMU has no range invalidation (order > 0: underestimated).
 * Source: linux-vtd (qi_submit_sync())
 */
#include "models/cpu/charge.h"
#include "models/iommu/iommu_invalidate.h"
#include "models/iommu/iommu_parts.h"

/* Return: mcycles until the hardware has done it, of which all beyond @work are others' commands */
static uint64_t hardware_wait(struct iommu *iommu, uint64_t work)
{
	struct core *core = core_current;
	uint64_t wait =
		busy_slots_take(&iommu->hardware, core_clock(core), work) - core_clock(core);

	core_charge(core, CAUSE_LOCK, wait - work);
	core_charge(core, CAUSE_IOMMU_UNMAP, work);
	return wait;
}

void invalidate_sync(struct iommu *iommu)
{
	const struct machine *m = iommu->machine;
	enum cause cause = charge_cause(CAUSE_IOMMU_UNMAP);
	uint64_t locks;

	iommu->counts.invalidations++;
	if (!core_current)
		return;
	locks = core_current->by_cause[CAUSE_LOCK];
	charge_lock(iommu->queue_lock, m, true);
	iommu->wait_mcycles += core_current->by_cause[CAUSE_LOCK] - locks;
	charge(CAUSE_IOMMU_UNMAP, m->iommu_invalidate_issue_mcycles);
	charge_unlock(iommu->queue_lock);
	iommu->wait_mcycles += hardware_wait(iommu, m->iommu_invalidate_mcycles -
							    m->iommu_invalidate_issue_mcycles);
	charge_cause(cause);
}

uint64_t invalidate_alone_ns(const struct iommu *iommu)
{
	return iommu->machine->iommu_invalidate_mcycles * 1000 / iommu->machine->khz;
}
