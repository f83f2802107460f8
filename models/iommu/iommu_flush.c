/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iommu_flush.c - deferred invalidation: a flush queue per core, one timer, and what it leaves
 * open.
 *
 * An unmap clears the page table and queues the range. One invalidation of everything comes when a
 * core finds its queue full (255 ranges: one slot of 256 stays free) or 10 ms after the first range
 * was queued. Until then the device may reach the page through its IOTLB and the addresses are not
 * handed out again. Exposure is bytes of the pages x time from the clearing to the end of that
 * invalidation, whether or not the IOTLB still had the translation: nothing promises it had not.
 *
 * The timer needs no actor, so it keeps no finished simulation alive: the next use of the
 * IOMMU, by core or device, finds it due. The device's caches are as if it had fired in time and
 * exposure ends at its own time; the core's work is paid by the next core that maps or unmaps,
 * where Linux takes the core that armed the timer. The addresses go to that core's magazines, as in
 * Linux.
 *
 * Error: cores are simulated a poll at a time, so a flush may free a range another core unmaps up
 * to one poll later; that range counts as exposed for no time.
 * Source: linux-fq (drivers/iommu/dma-iommu.c)
 */
#include "models/cpu/charge.h"
#include "models/iommu/iommu_flush.h"
#include "models/iommu/iommu_invalidate.h"
#include "models/iommu/iommu_parts.h"

/* The time of core_current; without one the latest seen. */
static uint64_t time_of(struct iommu *iommu)
{
	uint64_t time_ns = core_current ? core_now_ns(core_current) : iommu->now_ns;

	if (iommu->now_ns < time_ns)
		iommu->now_ns = time_ns;
	return time_ns;
}

static struct flush_ring *ring_of(struct iommu *iommu)
{
	unsigned int core = core_current ? core_current->id : 0;

	if (core >= iommu->flush.nr_rings)
		iommu->flush.nr_rings = core + 1;
	return &iommu->flush.ring[core];
}

static struct flush_entry *entry_at(struct flush_ring *r, uint64_t i)
{
	return &r->entry[i % FLUSH_QUEUE_SIZE];
}

static unsigned __int128 exposed(const struct iommu *iommu, const struct flush_entry *e,
				 uint64_t until_ns)
{
	uint64_t bytes = (uint64_t)e->pages << iommu->page_shift;

	return until_ns > e->unmapped_ns ? (unsigned __int128)bytes * (until_ns - e->unmapped_ns)
					 : 0;
}

/* The hardware has forgotten everything by @time_ns. */
static void flush_done(struct iommu *iommu, uint64_t time_ns)
{
	struct flush_queue *fq = &iommu->flush;

	iotlb_invalidate_all(iommu->tlb);
	fq->finished++;
	for (unsigned int i = 0; i < fq->nr_rings; i++) {
		struct flush_ring *r = &fq->ring[i];

		for (; r->exposed < r->tail; r->exposed++)
			fq->exposure += exposed(iommu, entry_at(r, r->exposed), time_ns);
	}
}

/* Addresses of what has been flushed are free again. */
static void ring_free_flushed(struct iommu *iommu, struct flush_ring *r)
{
	while (r->head < r->tail && entry_at(r, r->head)->started < iommu->flush.finished) {
		struct flush_entry *e = entry_at(r, r->head++);

		iova_free(iommu->space, e->first, e->pages);
	}
}

/* Return: when it was done */
static uint64_t ring_flush(struct iommu *iommu, struct flush_ring *r)
{
	uint64_t done_ns;

	iommu->flush.started++;
	invalidate_sync(iommu);
	done_ns = time_of(iommu);
	flush_done(iommu, done_ns);
	ring_free_flushed(iommu, r);
	return done_ns;
}

void flush_queue_add(struct iommu *iommu, uint32_t first, uint64_t pages)
{
	struct flush_queue *fq = &iommu->flush;
	struct flush_ring *r = ring_of(iommu);
	struct flush_entry e = {
		.first = first, .pages = (uint32_t)pages, .unmapped_ns = time_of(iommu)};

	charge(CAUSE_IOMMU_UNMAP, iommu->machine->iommu_flush_queue_mcycles);
	ring_free_flushed(iommu, r);
	if (r->tail - r->head == FLUSH_QUEUE_SIZE - 1) {
		/* It covers the new range as well, though its addresses wait for the next. */
		fq->exposure += exposed(iommu, &e, ring_flush(iommu, r));
		e.unmapped_ns = UINT64_MAX;
	}
	e.started = fq->started;
	*entry_at(r, r->tail++) = e;
	if (!fq->timer_ns)
		fq->timer_ns = time_of(iommu) + FLUSH_TIMEOUT_NS;
}

void flush_timer_check(struct iommu *iommu)
{
	struct flush_queue *fq = &iommu->flush;

	if (!fq->timer_ns || fq->timer_ns > iommu->now_ns)
		return;
	fq->started++;
	flush_done(iommu, fq->timer_ns + invalidate_alone_ns(iommu));
	fq->timer_ns = 0;
	fq->timer_fired = true;
	iommu->counts.invalidations++;
}

static void timer_pay(struct iommu *iommu)
{
	const struct machine *m = iommu->machine;

	if (!iommu->flush.timer_fired)
		return;
	iommu->flush.timer_fired = false;
	charge(CAUSE_IOMMU_UNMAP, m->iommu_invalidate_mcycles);
	if (core_current)
		iommu->wait_mcycles +=
			m->iommu_invalidate_mcycles - m->iommu_invalidate_issue_mcycles;
	for (unsigned int i = 0; i < iommu->flush.nr_rings; i++)
		ring_free_flushed(iommu, &iommu->flush.ring[i]);
}

void flush_timer_run(struct iommu *iommu)
{
	time_of(iommu);
	flush_timer_check(iommu);
	timer_pay(iommu);
}

uint64_t flush_exposure(const struct iommu *iommu)
{
	unsigned __int128 sum = iommu->flush.exposure;

	for (unsigned int i = 0; i < iommu->flush.nr_rings; i++) {
		const struct flush_ring *r = &iommu->flush.ring[i];

		for (uint64_t e = r->exposed; e < r->tail; e++)
			sum += exposed(iommu, &r->entry[e % FLUSH_QUEUE_SIZE], iommu->now_ns);
	}
	return sum > UINT64_MAX ? UINT64_MAX : (uint64_t)sum;
}

void flush_all(struct iommu *iommu)
{
	if (!flush_queued(iommu))
		return;
	iommu->flush.started++;
	flush_done(iommu, iommu->now_ns);
	iommu->flush.timer_ns = 0;
	iommu->flush.timer_fired = false;
	for (unsigned int i = 0; i < iommu->flush.nr_rings; i++)
		ring_free_flushed(iommu, &iommu->flush.ring[i]);
}

uint64_t flush_queued(const struct iommu *iommu)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < iommu->flush.nr_rings; i++)
		n += iommu->flush.ring[i].tail - iommu->flush.ring[i].head;
	return n;
}
