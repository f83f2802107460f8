/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * found.c - driver, kernel, page size and IOMMU of the machine that was recorded.
 *
 * What the machine said comes first, then what the recorder wrote into the capture, then what
 * events show. An inference says what it rests on, and a note says what to set.
 */
#include "sim/scenario/found.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "models/kernel_version.h"
#include "models/nic/nic_find.h"
#include "sim/scenario/traffic.h"
#include "traces/capture.h"

#define MTU_USUAL 1500
#define MTU_MOST  9710 /* of ixgbe, the most that a device of its kind takes */

/** struct finder - what the search goes by */
struct finder {
	struct scenario_input *in;
	const struct capture_info *capture;
	const struct capture_device *dev;
	char dir[1024]; /* of NIC presets */
	char *err;
	size_t err_size;
};

static int find(const struct finder *f, const char *key, const char *value,
		enum scenario_origin origin, const char *why)
{
	return scenario_find(f->in, key, value, origin, why, f->err, f->err_size);
}

/* A note says it; of what it has no room for, that there is more. */
static void unfit_add(const struct finder *f, const char *text)
{
	static const char more[] = "; and more";
	char *unfit = f->in->unfit;
	size_t n = strlen(unfit), left = sizeof(f->in->unfit) - n;

	if (strstr(unfit, more))
		return;
	if (strlen(text) + 2 + sizeof(more) <= left)
		snprintf(unfit + n, left, "%s%s", n ? "; " : "", text);
	else
		snprintf(unfit + n, left, "%s", more);
}

/* What the machine said. What no run can have is not used. */
static int find_said(const struct finder *f, const char *key, const char *value,
		     enum scenario_origin origin, const char *why)
{
	int ret = find(f, key, value, origin, why);

	if (ret != -EINVAL)
		return ret;
	unfit_add(f, f->err);
	return 0;
}

static int find_number(const struct finder *f, const char *key, uint64_t number, const char *unit,
		       const char *why)
{
	char value[32];

	snprintf(value, sizeof(value), "%" PRIu64 "%s", number, unit);
	return find_said(f, key, value, ORIGIN_HOST, why);
}

static int kernel_find(const struct finder *f)
{
	const struct capture_info *c = f->capture;
	unsigned int version;
	char why[128];

	if (kernel_version_parse(c->kernel, &version) || strlen(c->kernel) >= OPTION_TEXT_MAX)
		return 0;
	snprintf(why, sizeof(why), "Linux %.71s was recorded", c->kernel);
	return find(f, "kernel", c->kernel, c->kernel_of_host ? ORIGIN_HOST : ORIGIN_CAPTURE, why);
}

static int page_size_find(const struct finder *f)
{
	const struct capture_info *c = f->capture;
	char value[16];

	if (!c->page_bytes)
		return 0;
	if (c->page_bytes == 4096 || c->page_bytes == 16384 || c->page_bytes == 65536)
		f->in->s.kernel_page_bytes = c->page_bytes;
	if (scenario_given(f->in, "machine"))
		return 0;
	snprintf(value, sizeof(value), "%u", c->page_bytes);
	return find_said(f, "page_size", value, c->page_of_host ? ORIGIN_HOST : ORIGIN_CAPTURE,
			 "that of the machine that was recorded");
}

/* A machine profile says its own, and is read later: of one that the user chose it is not known. */
static unsigned int page_bytes_of(const struct finder *f)
{
	if (scenario_is_set(f->in, "page_size"))
		return (unsigned int)f->in->s.page_size;
	return (unsigned int)f->in->s.kernel_page_bytes;
}

static unsigned int kernel_of(const struct finder *f)
{
	unsigned int version = 0;

	kernel_version_parse(f->in->s.kernel, &version);
	return version;
}

/*
 * Of the device, or what its packets before GRO show. Larger ones than any Ethernet device takes
 * were merged by it.
 */
static unsigned int mtu_of(const struct finder *f)
{
	const unsigned int seen = f->dev->max_bytes > ETH_HLEN ? f->dev->max_bytes - ETH_HLEN : 0;

	if (f->dev->nic.mtu)
		return f->dev->nic.mtu;
	return f->dev->before_gro && seen > MTU_USUAL && seen <= MTU_MOST ? seen : MTU_USUAL;
}

/* Return: 1 when it is found, 0, -errno */
static int preset_by_driver(const struct finder *f)
{
	char preset[OPTION_TEXT_MAX], why[128];
	int ret;

	if (!f->dev->nic.driver[0])
		return 0;
	ret = nic_find(f->dir, f->dev->nic.driver, kernel_of(f), mtu_of(f), preset, sizeof(preset));
	if (ret)
		return ret == -ENOENT ? 0 : ret;
	snprintf(why, sizeof(why), "the driver of %s is %s", f->dev->name, f->dev->nic.driver);
	ret = find(f, "nic.preset", preset, ORIGIN_HOST, why);
	return ret ? ret : 1;
}

/* The rings that a driver without a page_pool filled have the size of one preset only. */
static int preset_by_rings(const struct finder *f)
{
	const struct truth *t = &f->capture->truth;
	char preset[OPTION_TEXT_MAX], why[160];
	int ret;

	if (!t->driver_rings || t->has_pool || f->capture->lost_events)
		return 0;
	ret = nic_find_ring(f->dir, kernel_of(f), t->driver_rings, (unsigned int)t->driver_order,
			    preset, sizeof(preset));
	if (ret)
		return ret == -ENOENT || ret == -EEXIST ? 0 : ret;
	snprintf(why, sizeof(why),
		 "a driver took %" PRIu64 " blocks of order %" PRIu64
		 " before the first packet, and of the presets only this one fills such rings",
		 t->driver_rings, t->driver_order);
	return find(f, "nic.preset", preset, ORIGIN_INFERRED, why);
}

static int preset_by_events(const struct finder *f)
{
	const struct capture_device *dev = f->dev;
	char why[160];

	if (dev->peer[0])
		snprintf(why, sizeof(why), "%s receives what %s of the same machine sends",
			 dev->name, dev->peer);
	else if (2 * dev->xdp_packets > dev->packets)
		snprintf(why, sizeof(why), "%s receives what XDP of the same machine sends on",
			 dev->name);
	else
		return preset_by_rings(f);
	return find(f, "nic.preset", "veth", ORIGIN_INFERRED, why);
}

static int preset_find(const struct finder *f)
{
	int ret;

	if (scenario_given(f->in, "nic.preset"))
		return 0;
	ret = preset_by_driver(f);
	if (!ret)
		ret = preset_by_events(f);
	return ret < 0 ? ret : 0;
}

/* The ring that the preset means, and the page_pool that grows with it. */
static int ring_find(const struct finder *f, const struct nic *preset)
{
	const struct capture_nic *said = &f->dev->nic;
	uint64_t ring = preset->jumbo_ring ? said->rx_jumbo_ring : said->rx_ring;
	uint64_t pool = preset->pool_size * ring / preset->ring;
	char why[128];
	int ret;

	if (!ring || scenario_given(f->in, "nic.ring"))
		return 0;
	if (ring < preset->refill_batch) {
		snprintf(why, sizeof(why),
			 "%s: nic.ring: %" PRIu64
			 " is less than the driver refills at once (%" PRIu64 ")",
			 scenario_origin_name(ORIGIN_HOST), ring, preset->refill_batch);
		unfit_add(f, why);
		return 0;
	}
	ret = find_number(f, "nic.ring", ring, "", "as it was set");
	if (ret || !preset->pool_follows)
		return ret;
	return find_number(f, "nic.pool_size", pool, "", "it follows the ring");
}

/* Settings are of a driver; beside another preset they say nothing. */
static int settings_find(const struct finder *f, const struct nic *preset)
{
	const struct capture_nic *said = &f->dev->nic;
	bool posted = preset->buffers == NIC_POSTED;
	int ret = ring_find(f, preset);

	if (!ret && said->tx_ring)
		ret = find_number(f, "nic.tx_ring", said->tx_ring, "", "as it was set");
	if (!ret && posted && said->rx_channels)
		ret = find_number(f, "nic.queues", said->rx_channels, "",
				  "all of them have buffers posted");
	if (!ret && said->has_moderation)
		ret = find_number(f, "nic.rx_usecs", said->rx_usecs, "us", "as it was set");
	if (!ret && said->has_moderation)
		ret = find_number(f, "nic.rx_frames", said->rx_frames, "", "as it was set");
	return ret;
}

/* Where skbs are deferred, how many may wait. */
static int defer_find(const struct finder *f, const struct nic *preset)
{
	const char *value = f->capture->skb_defer_max;

	if (!nic_defers(preset) || !value[0])
		return 0;
	return find_said(f, "net.skb_defer_max", value, ORIGIN_HOST, "as it was set");
}

static int iommu_find(const struct finder *f, const struct nic *preset)
{
	static const char *const words[] = {
		[CAPTURE_IOMMU_OFF] = "off",
		[CAPTURE_IOMMU_PASSTHROUGH] = "passthrough",
		[CAPTURE_IOMMU_LAZY] = "lazy",
		[CAPTURE_IOMMU_STRICT] = "strict",
	};
	const struct truth *t = &f->capture->truth;
	char why[160];

	if (f->dev->nic.iommu != CAPTURE_IOMMU_UNKNOWN &&
	    f->dev->nic.iommu < sizeof(words) / sizeof(words[0])) {
		snprintf(why, sizeof(why), "what the machine said of %s", f->dev->name);
		return find(f, "iommu", words[f->dev->nic.iommu], ORIGIN_HOST, why);
	}
	/* a virtual device has none of the mappings */
	if (preset->buffers != NIC_POSTED || !t->has_iommu || t->last.iommu_maps <= t->maps_sent)
		return 0;
	snprintf(why, sizeof(why),
		 "the kernel mapped %" PRIu64 " times; strict or lazy no event tells",
		 t->last.iommu_maps - t->maps_sent);
	return find(f, "iommu", "lazy", ORIGIN_INFERRED, why);
}

/*
 * Packets larger than the buffers of a preset that nobody chose: the device merged them (LRO), so
 * its driver had buffers for them.
 */
static int buffers_find(const struct finder *f, const struct nic *preset, unsigned int page_bytes)
{
	const unsigned int bytes = f->dev->max_bytes;
	struct nic wide = *preset;
	char why[128], value[32];
	int ret;

	if (preset->buffers != NIC_POSTED || bytes <= nic_max_bytes(preset, page_bytes) ||
	    !nic_widen(&wide, page_bytes, bytes))
		return 0;
	snprintf(why, sizeof(why), "%s received packets of %u bytes", f->dev->name, bytes);
	ret = find(f, "nic.header_split", "yes", ORIGIN_INFERRED, why);
	snprintf(value, sizeof(value), "%" PRIu64, wide.buffer_bytes);
	if (!ret)
		ret = find(f, "nic.buffer", value, ORIGIN_INFERRED, why);
	snprintf(value, sizeof(value), "%" PRIu64, wide.order);
	return ret ? ret : find(f, "nic.order", value, ORIGIN_INFERRED, why);
}

int scenario_find_out(struct scenario_input *in, const struct capture_info *capture,
		      const char *datadir, char *err, size_t err_size)
{
	struct finder f = {.in = in, .capture = capture, .err = err, .err_size = err_size};
	char path[1024];
	enum scenario_origin origin;
	struct nic preset;
	int ret;

	f.dev = traffic_device(&in->s, capture);
	snprintf(f.dir, sizeof(f.dir), "%s/nics", datadir);
	ret = kernel_find(&f);
	if (!ret)
		ret = page_size_find(&f);
	if (!ret && f.dev)
		ret = preset_find(&f);
	if (ret || !f.dev)
		return ret;
	scenario_path(&in->s, SCENARIO_PRESET, path, sizeof(path));
	ret = nic_load(&preset, path, f.dir, err, err_size);
	origin = scenario_origin(in, "nic.preset", NULL);
	if (!ret && origin == ORIGIN_HOST)
		ret = settings_find(&f, &preset);
	if (!ret && origin != ORIGIN_USER)
		ret = buffers_find(&f, &preset, page_bytes_of(&f));
	if (!ret)
		ret = defer_find(&f, &preset);
	return ret ? ret : iommu_find(&f, &preset);
}
