/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simulate.c - sets up the machine, the queues and the actors of a run, runs it, tears it down.
 */
#include "sim/simulate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/cpu/access.h"
#include "models/cpu/lock.h"
#include "models/kernel_version.h"
#include "sim/engine/engine.h"
#include "sim/layout.h"
#include "sim/plugin/hook.h"
#include "sim/results/balance.h"
#include "sim/results/collect.h"
#include "sim/results/truth_pools.h"
#include "sim/results/truth_view.h"
#include "sim/rx/buffer.h"
#include "sim/rx/consumer.h"
#include "sim/rx/held_before.h"
#include "sim/rx/napi.h"
#include "sim/rx/rx.h"
#include "sim/rx/rx_queue.h"
#include "sim/rx/shadow.h"
#include "sim/scenario/strategies.h"
#include "sim/scenario/traffic.h"
#include "sim/sim.h"
#include "sim/tx/sent.h"
#include "traces/capture.h"

static int no_memory(const char *what, char *err, size_t err_size)
{
	snprintf(err, err_size, MM_SIM_NO_MEMORY, what);
	return -ENOMEM;
}

static unsigned int page_shift_of(const struct scenario *s)
{
	return __builtin_ctzl(s->page_size);
}

/* Pages of the queues whose pools the capture recorded. */
static uint64_t pages_compared(const void *arg)
{
	const struct sim *sim = arg;
	struct core *running = core_current;
	struct page_counts c = page_allocator_counts(mm_sim.pages);
	uint64_t sum = 0;

	core_current = NULL; /* nobody pays for the look */
	for (unsigned int i = 0; i < sim->nr_queues; i++) {
		struct rx_stats one = {0};

		if (!(sim->replay.compared & UINT64_C(1) << i % 64))
			continue;
		if (sim->strategy->has_pool_stats)
			sim->strategy->stats(sim->queue[i].alloc, &one);
		sum += one.held << sim->scenario->nic.order;
		if (!one.held && mm_sim.owner_of)
			sum += mm_sim.owned[i + 1].held;
	}
	core_current = running;
	if (sum || mm_sim.owner_of)
		return sum;
	return c.pages_allocated - c.pages_freed - sim->heads.held;
}

/* Which queues have a pool whose pages were recorded: all, unless it is known better. */
static uint64_t queues_compared(const struct sim *sim, const struct capture_info *capture)
{
	struct truth_view view = truth_view_of(sim->scenario, capture);
	uint64_t queues = 0;

	if (!truth_pools_partial(sim->scenario, capture, sim->nr_queues))
		return UINT64_MAX;
	for (unsigned int i = 0; i < capture->truth.nr_pools; i++)
		queues |= !truth_view_has(&view, i)
				  ? 0
				  : UINT64_C(1) << capture->truth.pools[i].queue % 64;
	return queues;
}

static int machine_up(struct sim *sim, const struct simulate_params *p)
{
	const struct scenario *s = p->scenario;
	struct mm_sim_params mm = {
		.machine = sim->machine,
		.cores = sim->nr_cores,
		.page_shift = page_shift_of(s),
		.memory_bytes = s->memory_bytes,
		.node1_bytes = s->node1_bytes,
		.min_free_bytes = s->min_free_bytes,
		.taken_permille = (unsigned int)s->taken_permille,
		.seed = s->seed,
		.group_2m = s->group_2m,
		.iommu = s->iommu,
		.owners = truth_pools_device(s, p->capture) != NULL,
	};
	uint64_t interval_ns = GAUGES_INTERVAL_NS;
	unsigned long nr_pages = s->memory_bytes / s->page_size;
	int err;

	mm.socket[s->reader_core] = s->reader_socket;
	err = mm_sim_init(&mm);
	if (!err)
		err = cache_sample(mm_sim.cache, &sim->payload.which);
	if (err)
		return err;
	if (p->capture && p->capture->truth.interval_ns)
		interval_ns = p->capture->truth.interval_ns;
	if (p->check && !sim->strategy->shares_buffers) {
		sim->shadow = shadow_create(nr_pages, s->page_size);
		if (!sim->shadow)
			return -ENOMEM;
		mm_sim.page_watch = buffer_page_watch;
		mm_sim.map_watch = buffer_map_watch;
		mm_sim.page_watch_arg = sim;
	}
	if (defer_init(sim) || dma_init(sim))
		return -ENOMEM;
	skb_cost_init(&sim->skb_model, sim->machine);
	err = gauges_init(&sim->gauges, nr_pages, s->page_size, interval_ns);
	if (p->capture && truth_view_of(s, p->capture).nr) {
		sim->replay.compared = queues_compared(sim, p->capture);
		sim->gauges.compared = pages_compared;
		sim->gauges.compared_arg = sim;
	}
	return err;
}

static int queues_up(struct sim *sim, const unsigned int option[STRATEGY_MAX_OPTIONS])
{
	const struct nic *nic = &sim->scenario->nic;
	struct rx_params params = {
		.ring_size = nic->ring,
		.buffer_bytes =
			nic->buffers == NIC_POSTED ? nic->buffer_bytes : sim->scenario->page_size,
		.order = nic->order,
		.pool_size = nic->pool_size,
		.nid = sim->scenario->nid == NID_LOCAL ? NUMA_NO_NODE
						       : (int)sim->scenario->nid - NID_0,
		.posted = nic->buffers == NIC_POSTED,
		.kernel = sim->scenario->kernel_version,
		.pool_cache =
			kernel_pool_cache(sim->scenario->kernel_version, sim->scenario->page_size),
		.pool_refill =
			kernel_pool_refill(sim->scenario->kernel_version, sim->scenario->page_size),
	};
	int err = 0;

	memcpy(params.option, option, sizeof(params.option));
	sim->queue = calloc(sim->nr_queues, sizeof(*sim->queue));
	if (!sim->queue)
		return -ENOMEM;
	for (unsigned int i = 0; !err && i < sim->nr_queues; i++) {
		sim->queue[i].sim = sim;
		sim->queue[i].index = i;
		sim->queue[i].core = i % sim->nr_queue_cores;
		err = rx_queue_init(&sim->queue[i], &params);
	}
	return err;
}

/* Pages that a queue's pool held when the capture began, as far as that is known. */
static uint64_t pool_start(const struct sim *sim, const struct capture_info *capture,
			   unsigned int queue)
{
	const struct truth *truth = &capture->truth;
	struct truth_view view = truth_view_of(sim->scenario, capture);

	if (!truth_pools_device(sim->scenario, capture))
		return sim->nr_queues == 1 ? truth_view_start(&view) : 0;
	for (unsigned int i = 0; i < truth->nr_pools; i++)
		if (truth_view_has(&view, i) && truth->pools[i].queue == queue)
			return truth->pools[i].held_start;
	return 0;
}

/* When the only pool that is compared took pages first, and whose it is */
static void hold_expect(struct sim *sim, const struct simulate_params *p)
{
	struct truth_view view = truth_view_of(p->scenario, p->capture);
	const struct truth *truth = view.truth;

	for (unsigned int i = 0; view.nr == 1 && i < truth->nr_pools; i++) {
		const struct truth_pool *pool = &truth->pools[i];

		if (!truth_view_has(&view, i) ||
		    (sim->nr_queues > 1 && (!pool->queue_known || pool->xdp)))
			continue;
		sim->replay.hold_queue = pool->queue_known && sim->nr_queues > 1 ? pool->queue : 0;
		sim->replay.hold_ns = truth->pool_hold_ns[i];
		sim->replay.held_before_hold = truth->pool_held_before_hold[i];
	}
}

/* What was in the stack and the pools when the capture began. */
static void replay_start(struct sim *sim, const struct simulate_params *p)
{
	const struct pool_begin *begin = p->begin ? p->begin : &(struct pool_begin){0};
	uint64_t held;

	sim->replay.fitted_ns = begin->fitted_ns;
	hold_expect(sim, p);
	for (unsigned int i = 0; i < sim->nr_queues; i++)
		sim->replay.idle_cached +=
			held_before_fill(&sim->queue[i], pool_start(sim, p->capture, i), begin);
	mm_sim_begin();
	held = sim->packets.held_before;
	sim->packets = (struct packet_counts){.held_before = held};
	sim->drops = (struct drops){{0}};
	sim->skb_model.counts = (struct skb_counts){0};
	for (unsigned int i = 0; i < sim->nr_cores; i++) {
		struct cpu *cpu = &sim->cpu[i];

		memset(cpu->clock, 0, sizeof(cpu->clock));
		memset(cpu->spent, 0, sizeof(cpu->spent));
		cpu->paid = 0;
	}
}

/*
 * Fill the rings before time starts. Bringing an interface up is not part of a packet's cost: its
 * cycles are dropped, the warm lines and the pages stay.
 */
static void rings_fill(struct sim *sim, const struct simulate_params *p)
{
	for (unsigned int i = 0; i < sim->nr_queues; i++) {
		core_enter(&mm_sim.cores[sim->queue[i].core], 0);
		rx_refill(&sim->queue[i]);
	}
	if (p->capture)
		replay_start(sim, p);
	core_current = NULL;
	for (unsigned int i = 0; i < sim->nr_cores; i++)
		core_init(&mm_sim.cores[i], i, sim->machine->khz);
	lock_reset();
	iommu_begin(mm_sim.iommu);
	sim->gauges.now_ns = 0;
	sim->gauges.held_page_ns = 0;
	sim->up = true;
}

static int actors_spawn(struct sim *sim)
{
	int err = 0;

	sim->socket.gate = engine_gate_create();
	if (!sim->socket.gate)
		return -ENOMEM;
	sim->napi_running = sim->nr_queues;
	for (unsigned int i = 0; !err && i < sim->nr_cores; i++) {
		struct cpu *cpu = &sim->cpu[i];

		cpu->gate = engine_gate_create();
		err = cpu->gate ? engine_spawn("releaser", i, releaser_actor, cpu) : -ENOMEM;
	}
	for (unsigned int i = 0; !err && i < sim->nr_queues; i++)
		err = engine_spawn("napi", sim->queue[i].core, napi_actor, &sim->queue[i]);
	if (!err && sim->replay.sends)
		err = engine_spawn("sender", 0, sender_actor, sim);
	if (!err && sim->replay.close_ns)
		err = engine_spawn("device", 0, device_actor, sim);
	if (!err)
		err = engine_spawn("consumer", sim->scenario->reader_core % sim->nr_cores,
				   consumer_actor, sim);
	return err;
}

static void sim_fini(struct sim *sim)
{
	dma_fini(sim);
	for (unsigned int i = 0; sim->queue && i < sim->nr_queues; i++)
		rx_queue_fini(&sim->queue[i]);
	free(sim->queue);
	for (unsigned int i = 0; i < sim->nr_cores; i++) {
		release_fini(&sim->puts[i]);
		engine_gate_destroy(sim->cpu[i].gate);
	}
	engine_gate_destroy(sim->socket.gate);
	skb_pool_fini(&sim->skbs);
	traffic_close(sim->traffic);
	gauges_fini(&sim->gauges);
}

/*
 * Strategies differ in what they can serve: buffers of frag_countdown fit 32K, in_page needs room
 * for its metadata, null takes all its pages at once.
 */
static void queues_refused(const struct simulate_params *p, int ret, char *err, size_t err_size)
{
	const struct nic *nic = &p->scenario->nic;

	snprintf(err, err_size,
		 "cannot serve this NIC (%llu queues, ring %llu, %s %llu bytes, order %llu, pages "
		 "of %llu bytes): %s",
		 (unsigned long long)nic->queues, (unsigned long long)nic->ring,
		 nic->buffers == NIC_POSTED ? "buffers of" : "on-demand buffers of up to",
		 (unsigned long long)(nic->buffers == NIC_POSTED ? nic->buffer_bytes
								 : p->scenario->page_size),
		 (unsigned long long)nic->order, (unsigned long long)p->scenario->page_size,
		 ret == -ENOSPC
			 ? "its pages do not fit the memory; expected more memory or smaller rings"
		 : ret == -EINVAL ? "a buffer does not fit its blocks; expected smaller buffers "
				    "(nic.buffer), or another strategy"
				  : strerror(-ret));
}

/* Which of the things that a user chose the host has no memory for, and how to choose less. */
static int machine_no_memory(const struct sim *sim, char *err, size_t err_size)
{
	const struct scenario *s = sim->scenario;
	char what[128];

	if (mm_sim_lacks() == MM_SIM_CACHES) {
		snprintf(err, err_size,
			 "not enough host memory for the caches of machine %s (cache.llc.bytes of "
			 "its profile: %" PRIu64 "); expected a profile with a smaller last level "
			 "(--set machine=), fewer jobs (-j) or a higher limit (ulimit -v)",
			 s->machine, sim->machine->llc_bytes);
		return -ENOMEM;
	}
	if (mm_sim_lacks() == MM_SIM_NONE)
		return no_memory("the simulated machine", err, err_size);
	snprintf(what, sizeof(what), "%" PRIu64 " bytes of simulated memory", s->memory_bytes);
	return no_memory(what, err, err_size);
}

static int sim_up(struct sim *sim, const struct simulate_params *p, char *err, size_t err_size)
{
	unsigned int option[STRATEGY_MAX_OPTIONS];
	int ret = strategy_find(p->label, page_shift_of(p->scenario), &sim->strategy, option, err,
				err_size);

	if (!ret)
		ret = layout(sim, p->capture, p->cpus, err, err_size);
	if (ret)
		return ret;
	sim->strategy = hook_watch(sim->strategy);
	if (p->watch)
		sim->strategy = p->watch(sim->strategy);
	for (unsigned int i = 0; i < sim->nr_cores; i++)
		sim->cpu[i] = (struct cpu){
			.sim = sim, .core = &mm_sim.cores[i], .wakes_ns = UINT64_MAX, .id = i};
	ret = machine_up(sim, p);
	if (ret == -ENOMEM)
		return machine_no_memory(sim, err, err_size);
	if (ret) {
		snprintf(err, err_size, "cannot set up %llu bytes of simulated memory: %s",
			 (unsigned long long)p->scenario->memory_bytes, strerror(-ret));
		return ret;
	}
	sim->drops_in_ring = p->scenario->kind == WORKLOAD_DROP && sim->strategy->drop;
	sim->counts_to_zero = strategy_counts_to_zero(sim->strategy, option);
	ret = queues_up(sim, option);
	if (ret == -ENOMEM)
		return no_memory("the receive queues", err, err_size);
	if (ret)
		queues_refused(p, ret, err, err_size);
	return ret;
}

static int sim_go(struct sim *sim, const struct simulate_params *p, char *err, size_t err_size)
{
	int ret = engine_init(sim->nr_cores, sim->machine->khz, p->dir);

	if (!ret)
		ret = actors_spawn(sim);
	if (ret == -ENOMEM)
		return no_memory("the simulation engine", err, err_size);
	if (ret) {
		snprintf(err, err_size, "cannot start the simulation engine: %s", strerror(-ret));
		return ret;
	}
	rings_fill(sim, p);
	window_init(sim);
	if (sim->window.on)
		traffic_set_gate(sim->traffic, window_pass, sim);
	engine_run();
	if (traffic_error(sim->traffic)) {
		snprintf(err, err_size, "%s", traffic_error(sim->traffic));
		return -EIO;
	}
	return 0;
}

static void stats_sum(struct sim *sim)
{
	for (unsigned int i = 0; i < sim->nr_queues; i++) {
		struct rx_stats one;

		sim->strategy->stats(sim->queue[i].alloc, &one);
		for (size_t f = 0; f < sizeof(one) / sizeof(uint64_t); f++)
			((uint64_t *)&sim->stats)[f] += ((const uint64_t *)&one)[f];
	}
}

static int series_write(const struct sim *sim, const char *dir, char *err, size_t err_size)
{
	char path[1024];
	int ret;

	snprintf(path, sizeof(path), "%s/timeseries.csv", dir);
	ret = gauges_write_csv(&sim->gauges, path);
	if (ret)
		snprintf(err, err_size, "timeseries.csv: cannot write: %s", strerror(-ret));
	return ret;
}

/* A device that is not coherent with the caches writes to memory. */
static int coherence_set(struct machine *m, const struct scenario *s, char *err, size_t err_size)
{
	if (s->dma_coherent != DMA_COHERENCE_MACHINE)
		m->dma_coherent = s->dma_coherent == DMA_COHERENCE_YES;
	if (m->dma_coherent)
		return 0;
	m->ddio_ways = 0;
	if (m->dma_sync_line_mcycles)
		return 0;
	snprintf(err, err_size,
		 "dma_coherent: machine %s has no cost of dma_sync (dma.sync_line is 0); expected "
		 "yes, "
		 "or a profile of a machine whose devices may be non-coherent",
		 s->machine);
	return -EINVAL;
}

static int machine_choose(struct machine_profile *profile, const struct simulate_params *p,
			  char *err, size_t err_size)
{
	char machines[1024], machine[1024];
	int ret;

	snprintf(machines, sizeof(machines), "%s/machines", p->datadir);
	scenario_path(p->scenario, SCENARIO_MACHINE, machine, sizeof(machine));
	ret = machine_load(profile, machine, machines, err, err_size);
	return ret ? ret : coherence_set(&profile->m, p->scenario, err, err_size);
}

int simulate_check(const struct simulate_params *p, struct cpu_map *cpus, char *err,
		   size_t err_size)
{
	struct machine_profile *profile = calloc(1, sizeof(*profile));
	struct sim *sim = calloc(1, sizeof(*sim));
	int ret = -ENOMEM;

	if (!profile || !sim) {
		no_memory("a simulation", err, err_size);
		goto out;
	}
	sim->scenario = p->scenario;
	sim->machine = &profile->m;
	ret = machine_choose(profile, p, err, err_size);
	if (!ret)
		ret = layout(sim, p->capture, p->cpus, err, err_size);
	traffic_close(sim->traffic);
	if (!ret)
		*cpus = sim->cpus;
out:
	free(sim);
	free(profile);
	return ret;
}

/* After the last queue: what is not given back now is lost. */
static int quiescent(const struct sim *sim, char *err, size_t err_size)
{
	bool iommu = sim->scenario->iommu != IOMMU_OFF;
	size_t n;

	iommu_drain(mm_sim.iommu);
	if (mm_sim_quiescent(err, err_size))
		return 0;
	hook_blame(HOOK_DESTROY);
	n = strlen(err);
	if (!sim->shadow) {
		snprintf(err + n, err_size - n, "; --check names the calls it came from");
		return -EINVAL;
	}
	shadow_leak(sim->shadow, iommu, err + n, err_size - n);
	if (!err[n] && !iommu && iommu_live(mm_sim.iommu))
		snprintf(err + n, err_size - n,
			 "; with --set iommu=strict the call that made the last is named");
	return -EINVAL;
}

int simulate(const struct simulate_params *p, struct result *res, char *err, size_t err_size)
{
	struct machine_profile *profile = calloc(1, sizeof(*profile));
	struct sim *sim = calloc(1, sizeof(*sim));
	int ret = -ENOMEM;

	if (!profile || !sim) {
		no_memory("a simulation", err, err_size);
		goto out;
	}
	ret = machine_choose(profile, p, err, err_size);
	if (ret)
		goto out;
	sim->scenario = p->scenario;
	sim->machine = &profile->m;
	/* where payload is in the caches, a copy pays for each of its misses */
	if (p->scenario->payload_sampling)
		profile->m.copy_byte_mcycles = profile->m.stream_copy_mcycles;
	sim->tick = p->tick;
	sim->violated = p->violated;
	sim->replay.sends = p->capture && p->capture->truth.has_iommu;
	sim->replay.gro = p->capture && !p->capture->packets_only;
	sim->replay.close_ns = p->capture ? p->capture->truth.closed_ns : 0;
	ret = sim_up(sim, p, err, err_size);
	if (!ret)
		ret = sim_go(sim, p, err, err_size);
	if (!ret) {
		stats_sum(sim);
		for (unsigned int i = 0; i < sim->nr_queues; i++)
			sim->packets.in_flight += rx_queue_in_flight(&sim->queue[i]);
		collect_result(sim, p->capture, p->label, res);
		ret = p->no_series ? 0 : series_write(sim, p->dir, err, err_size);
	}
	if (!ret)
		ret = balance_check(sim, err, err_size);
	if (!ret)
		ret = balance_offered(sim, p->capture, err, err_size);
	sim_fini(sim);
	if (!ret)
		ret = quiescent(sim, err, err_size);
	shadow_destroy(sim->shadow);
	mm_sim_fini();
out:
	free(sim);
	free(profile);
	return ret;
}
