/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deferred.c - when was the list of a CPU empty?
 *
 * It is emptied whole, before a poll begins or in a softirq of its own. So frees of its kind, or
 * two polls, tell that what was in it before is gone. Lists are followed in time only: what is in
 * them is not known.
 */
#include "traces/lifetime/deferred.h"

#include "traces/lifetime/lifetime.h"

#define READ_MOST_NS 200000 /* from the event of a copy until the skb is freed */

void deferred_event(struct lifetime *life, const struct event *ev, uint64_t time_ns)
{
	struct recent *cpu = &life->recent[ev->cpu];

	/* a page that leaves the pool is unmapped */
	if (ev->kind == EVENT_IOMMU_UNMAP)
		return;
	if (ev->kind != EVENT_CONSUME && ev->kind != EVENT_POOL_RELEASE) {
		life->flush[ev->cpu].nr = 0;
		cpu->freeing_ns = 0;
		return;
	}
	if (!cpu->freeing_ns)
		cpu->freeing_ns = time_ns + 1;
	cpu->freed_ns = time_ns;
}

void deferred_arrival(struct recent *cpu, uint64_t time_ns)
{
	if (cpu->nr++ < RECENT_ARRIVALS)
		return;
	cpu->before_ns = cpu->since_ns;
	cpu->since_ns = time_ns;
	cpu->nr = 0;
}

void deferred_poll(struct recent *cpu, uint64_t time_ns)
{
	cpu->poll_before_ns = cpu->poll_ns;
	cpu->poll_ns = time_ns;
}

void deferred_freed(struct recent *cpu)
{
	uint64_t begun_ns = cpu->freeing_ns - 1;

	if (cpu->flush_ns != begun_ns)
		cpu->flush_before_ns = cpu->flush_ns;
	cpu->flush_ns = begun_ns;
	cpu->flushes = true;
}

bool deferred_is_local(const struct lifetime *life)
{
	return 16 * life->started >= 15 * life->arrived;
}

/*
 * Has @cpu emptied its list since @ns? Of two polls that ended since the second began after that. A
 * capture may end while a list is being emptied.
 */
static bool has_flushed(const struct lifetime *life, unsigned int nr, uint64_t ns)
{
	const struct recent *cpu = &life->recent[nr];
	bool goes_on = cpu->freeing_ns && cpu->freed_ns + READ_MOST_NS >= life->last_ns;

	ns += READ_MOST_NS;
	return ns < cpu->before_ns || ns < cpu->poll_before_ns ||
	       ns < (goes_on ? cpu->flush_before_ns : cpu->flush_ns);
}

/* May an skb that another CPU read be in the list of @cpu? Whoever sends has allocated some. */
static bool has_list(const struct recent *cpu, uint16_t reader)
{
	return cpu->flushes || (cpu->sends && reader != DEFERRED_ANY_CPU);
}

bool deferred_may_hold(const struct lifetime *life, const struct slot *slot, uint16_t reader,
		       uint64_t ns)
{
	bool local = deferred_is_local(life);

	if (reader != slot->pkt.cpu && !has_flushed(life, slot->pkt.cpu, ns))
		return true;
	for (unsigned int cpu = 0; local && cpu < life->nr_cpus; cpu++)
		if (cpu != reader && has_list(&life->recent[cpu], reader) &&
		    !has_flushed(life, cpu, ns))
			return true;
	return false;
}
