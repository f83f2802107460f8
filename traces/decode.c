// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * decode.c - the tracepoints that matter, their fields, and what is known about call sites.
 *
 * Formatting a record as text is what makes the recorders' own reports slow; here a field is a few
 * bytes at a known offset. A tracepoint that a kernel does not have, or has without some field, is
 * no error: what can be inferred without it is decided by those who use the events.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <event-parse.h>
#include "decode.h"

#define TYPES_MAX     UINT16_MAX
#define FLAG_MEMALLOC "__GFP_MEMALLOC"

/* How the tracepoints map to kinds, and where their fields are. A name of NULL: not used. */
static const struct {
	const char *system, *name;
	enum event_kind kind;
	const char *fields[DECODER_IDS];
} tracepoints[] = {
	{"net",
	 "napi_gro_receive_entry",
	 EVENT_GRO_RECEIVE,
	 {"skbaddr", "len", "hash", "queue_mapping", "vlan_tagged", NULL, "name", NULL}},
	{"net",
	 "napi_gro_frags_entry",
	 EVENT_GRO_RECEIVE,
	 {"skbaddr", "len", "hash", "queue_mapping", "vlan_tagged", NULL, "name", NULL}},
	{"net",
	 "netif_receive_skb",
	 EVENT_NETIF_RECEIVE,
	 {[DECODER_OBJECT] = "skbaddr", [DECODER_LEN] = "len", [DECODER_DEV] = "name"}},
	{"net",
	 "netif_rx",
	 EVENT_NETIF_RX,
	 {[DECODER_OBJECT] = "skbaddr", [DECODER_LEN] = "len", [DECODER_DEV] = "name"}},
	{"net",
	 "net_dev_queue",
	 EVENT_TX_QUEUE,
	 {[DECODER_OBJECT] = "skbaddr", [DECODER_LEN] = "len", [DECODER_DEV] = "name"}},
	{"net",
	 "net_dev_start_xmit",
	 EVENT_TX_START,
	 {[DECODER_OBJECT] = "skbaddr", [DECODER_LEN] = "len", [DECODER_DEV] = "name"}},
	{"skb",
	 "consume_skb",
	 EVENT_CONSUME,
	 {[DECODER_OBJECT] = "skbaddr", [DECODER_PLACE] = "location"}},
	{"skb",
	 "kfree_skb",
	 EVENT_KFREE,
	 {[DECODER_OBJECT] = "skbaddr", [DECODER_PLACE] = "location"}},
	{"skb",
	 "skb_copy_datagram_iovec",
	 EVENT_COPY,
	 {[DECODER_OBJECT] = "skbaddr", [DECODER_LEN] = "len"}},
	{"napi", "napi_poll", EVENT_NAPI_POLL, {NULL}},
	{"page_pool",
	 "page_pool_state_hold",
	 EVENT_POOL_HOLD,
	 {[DECODER_OBJECT] = "pool", [DECODER_LEN] = "hold"}},
	{"page_pool",
	 "page_pool_state_release",
	 EVENT_POOL_RELEASE,
	 {[DECODER_OBJECT] = "pool", [DECODER_LEN] = "release"}},
	{"page_pool", "page_pool_release", EVENT_POOL_CLOSE, {[DECODER_OBJECT] = "pool"}},
	{"iommu", "map", EVENT_IOMMU_MAP, {NULL}},
	{"iommu", "unmap", EVENT_IOMMU_UNMAP, {NULL}},
	{"kmem",
	 "mm_page_alloc",
	 EVENT_PAGE_ALLOC,
	 {[DECODER_LEN] = "order", [DECODER_GFP] = "gfp_flags"}},
};

/*
 * Callers that free an skb which never was one that netif_receive_skb delivered: copies made for
 * packet sockets, originals that XDP or segmentation replaced, netlink messages. Their skbs come
 * into being without an event, so the address says nothing about the packet that had it before.
 */
static const char *const foreign_places[] = {
	"skb_pp_cow_data",
	"veth_xdp_rcv_skb",
	"veth_convert_skb_to_xdp_buff",
	"tpacket_rcv",
	"packet_rcv",
	"validate_xmit_skb",
	"netlink_",
	"unix_",
	"virtio_transport_",
};

static uint64_t read_number(const unsigned char *data, size_t size, struct decoder_field field)
{
	uint64_t value = 0;

	if ((size_t)field.offset + field.size > size)
		return 0;
	switch (field.size) {
	case 1:
		return data[field.offset];
	case 2: {
		uint16_t half;

		memcpy(&half, data + field.offset, 2);
		return half;
	}
	case 4: {
		uint32_t word;

		memcpy(&word, data + field.offset, 4);
		return word;
	}
	case 8:
		memcpy(&value, data + field.offset, 8);
		return value;
	default:
		return 0;
	}
}

/* A __data_loc word holds offset and length of the string elsewhere in the record. */
static uint16_t read_dev(struct decoder *dec, const unsigned char *data, size_t size,
			 struct decoder_field field)
{
	uint32_t loc = (uint32_t)read_number(data, size, field);
	size_t offset = loc & 0xffff, len = loc >> 16;
	int dev;

	if (field.size != 4 || offset >= size)
		return EVENT_NO_DEV;
	if (len > size - offset)
		len = size - offset;
	dev = name_table_intern(&dec->reader->devs, (const char *)data + offset, len,
				READER_MAX_DEVS);
	return dev < 0 ? EVENT_NO_DEV : (uint16_t)dev;
}

static bool place_is_foreign(struct decoder *dec, uint64_t address)
{
	struct decoder_place *place =
		&dec->places[(address ^ (address >> 8)) & (DECODER_PLACES - 1)];
	const char *symbol;

	if (place->address == address)
		return place->foreign;
	place->address = address;
	place->foreign = false;
	symbol = tep_find_function(dec->tep, address);
	for (size_t i = 0; symbol && i < sizeof(foreign_places) / sizeof(*foreign_places); i++)
		if (!strncmp(symbol, foreign_places[i], strlen(foreign_places[i])))
			place->foreign = true;
	return place->foreign;
}

/* The value of a flag is in the print format of the event: it differs between kernels. */
static uint64_t flag_value(const struct tep_print_arg *arg, const char *flag, unsigned int depth)
{
	uint64_t value = 0;

	for (; arg && depth < 16 && !value; arg = arg->next) {
		if (arg->type == TEP_PRINT_FLAGS) {
			const struct tep_print_flag_sym *sym = arg->flags.flags;

			while (sym && (!sym->str || strcmp(sym->str, flag)))
				sym = sym->next;
			if (sym && sym->value)
				return strtoull(sym->value, NULL, 0);
		} else if (arg->type == TEP_PRINT_OP) {
			value = flag_value(arg->op.left, flag, depth + 1);
			if (!value)
				value = flag_value(arg->op.right, flag, depth + 1);
		}
	}
	return value;
}

static void type_fields(struct decoder_type *type, struct tep_event *event,
			const char *const *names)
{
	for (unsigned int i = 0; i < DECODER_IDS; i++) {
		struct tep_format_field *field = NULL;

		if (names[i])
			field = tep_find_field(event, names[i]);
		if (field && field->offset >= 0 && field->offset <= UINT16_MAX && field->size > 0 &&
		    field->size <= 8)
			type->fields[i] = (struct decoder_field){(uint16_t)field->offset,
								 (uint16_t)field->size};
	}
}

static int type_name(struct decoder *dec, const struct tep_event *event, int id)
{
	char name[2 * READER_NAME_MAX];

	if (event)
		snprintf(name, sizeof(name), "%s:%s", event->system, event->name);
	else
		snprintf(name, sizeof(name), "unknown:%d", id);
	return name_table_intern(&dec->reader->types, name, sizeof(name), TYPES_MAX);
}

static int type_learn(struct decoder *dec, struct decoder_type *type, int id)
{
	struct tep_event *event = tep_find_event(dec->tep, id);
	int nr = type_name(dec, event, id);

	if (nr < 0)
		return nr;
	type->known = true;
	type->type = (uint16_t)nr;
	type->kind = EVENT_OTHER;
	for (size_t i = 0; event && i < sizeof(tracepoints) / sizeof(*tracepoints); i++) {
		if (strcmp(event->system, tracepoints[i].system) ||
		    strcmp(event->name, tracepoints[i].name))
			continue;
		type->kind = (uint8_t)tracepoints[i].kind;
		type_fields(type, event, tracepoints[i].fields);
		if (type->kind == EVENT_PAGE_ALLOC)
			dec->memalloc = flag_value(event->print_fmt.args, FLAG_MEMALLOC, 0);
	}
	return 0;
}

static int type_get(struct decoder *dec, int id, const struct decoder_type **type)
{
	int rc = 0;

	if (id < 0 || id >= TYPES_MAX)
		return -EINVAL;
	if ((unsigned int)id >= dec->nr_types) {
		unsigned int nr = (unsigned int)id + 64;
		struct decoder_type *types = reallocarray(dec->types, nr, sizeof(*types));

		if (!types)
			return -ENOMEM;
		memset(types + dec->nr_types, 0, (nr - dec->nr_types) * sizeof(*types));
		dec->types = types;
		dec->nr_types = nr;
	}
	if (!dec->types[id].known)
		rc = type_learn(dec, &dec->types[id], id);
	*type = &dec->types[id];
	return rc;
}

static void decode_fields(struct decoder *dec, const struct decoder_type *type,
			  const unsigned char *data, size_t size, struct event *ev)
{
	const struct decoder_field *fields = type->fields;

	ev->object = read_number(data, size, fields[DECODER_OBJECT]);
	ev->len = (uint32_t)read_number(data, size, fields[DECODER_LEN]);
	if (type->kind == EVENT_GRO_RECEIVE) {
		ev->hash = (uint32_t)read_number(data, size, fields[DECODER_HASH]);
		ev->queue = (uint16_t)read_number(data, size, fields[DECODER_QUEUE]);
		if (read_number(data, size, fields[DECODER_VLAN]))
			ev->flags |= EVENT_VLAN_TAG;
	}
	if (fields[DECODER_DEV].size)
		ev->dev = read_dev(dec, data, size, fields[DECODER_DEV]);
	if (fields[DECODER_PLACE].size &&
	    place_is_foreign(dec, read_number(data, size, fields[DECODER_PLACE])))
		ev->flags |= EVENT_FOREIGN;
	if (read_number(data, size, fields[DECODER_GFP]) & dec->memalloc)
		ev->flags |= EVENT_MEMALLOC;
}

int decoder_event(struct decoder *dec, int id, const void *data, size_t size, struct event *ev)
{
	const struct decoder_type *type;
	int rc = type_get(dec, id, &type);

	if (rc)
		return rc;
	ev->type = type->type;
	ev->kind = type->kind;
	ev->flags = 0;
	ev->dev = EVENT_NO_DEV;
	if (type->kind != EVENT_OTHER)
		decode_fields(dec, type, data, size, ev);
	return 0;
}

void decoder_fini(struct decoder *dec)
{
	free(dec->types);
	memset(dec, 0, sizeof(*dec));
}
