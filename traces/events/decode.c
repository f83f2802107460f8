/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decode.c - the tracepoints that matter, their fields, and what is known about call sites.
 *
 * Formatting a record as text is what makes the recorders' own reports slow; here a field is a few
 * bytes at a known offset. A kernel may lack a tracepoint, or one of its fields: users of the
 * events decide what can be inferred without it.
 */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "traces/events/decode.h"
#include "traces/events/print_fmt.h"

#define TYPES_MAX     UINT16_MAX
#define TYPES_NAMED   4096 /* with a name of their own: names are searched one by one */
#define FLAG_MEMALLOC "__GFP_MEMALLOC"
#define COMMON_TRIES  4	 /* texts that may be parsed for common_type alone */
#define PARSED_MAX    64 /* texts that may be parsed at all; a kernel has 19 that matter */

/* Of common_flags (enum trace_flag_type, linux/trace_events.h): in_serving_softirq() */
#define TRACE_FLAG_SOFTIRQ 0x10

/* Kind and wanted fields of each tracepoint; NULL: the member of struct event stays 0. */
static const struct {
	const char *system, *name;
	enum event_kind kind;
	const char *fields[DECODER_IDS];
} tracepoints[] = {
	{"net",
	 "napi_gro_receive_entry",
	 EVENT_GRO_RECEIVE,
	 {"skbaddr", "len", "hash", "queue_mapping", "vlan_tagged", NULL,
	  "name", [DECODER_NAPI] = "napi_id"}},
	{"net",
	 "napi_gro_frags_entry",
	 EVENT_GRO_RECEIVE,
	 {"skbaddr", "len", "hash", "queue_mapping", "vlan_tagged", NULL,
	  "name", [DECODER_NAPI] = "napi_id"}},
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
	{"net", "net_dev_xmit", EVENT_TX_END, {NULL}},
	{"xdp", "xdp_bulk_tx", EVENT_XDP_SENT, {[DECODER_LEN] = "sent"}},
	{"xdp", "xdp_devmap_xmit", EVENT_XDP_SENT, {[DECODER_LEN] = "sent"}},
	{"skb",
	 "consume_skb",
	 EVENT_CONSUME,
	 {[DECODER_OBJECT] = "skbaddr", [DECODER_FREE_SITE] = "location"}},
	{"skb",
	 "kfree_skb",
	 EVENT_KFREE,
	 {[DECODER_OBJECT] = "skbaddr", [DECODER_FREE_SITE] = "location"}},
	{"skb",
	 "skb_copy_datagram_iovec",
	 EVENT_COPY,
	 {[DECODER_OBJECT] = "skbaddr", [DECODER_LEN] = "len"}},
	{"napi", "napi_poll", EVENT_NAPI_POLL, {NULL}},
	{"page_pool",
	 "page_pool_state_hold",
	 EVENT_POOL_HOLD,
	 {[DECODER_OBJECT] = "pool", [DECODER_LEN] = "hold", [DECODER_CONTEXT] = "common_flags"}},
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
	 {[DECODER_OBJECT] = "pfn", [DECODER_LEN] = "order", [DECODER_GFP] = "gfp_flags"}},
	{"kmem",
	 "mm_page_free",
	 EVENT_PAGE_FREE,
	 {[DECODER_OBJECT] = "pfn", [DECODER_LEN] = "order"}},
};

/*
 * Call sites that never free an skb delivered by netif_receive_skb(): copies for packet sockets,
 * originals replaced by XDP or segmentation, netlink messages. No event tells of their allocation,
 * so the address says nothing about the packet that had it before.
 */
static const char *const foreign_callers[] = {
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

static inline uint64_t read_number(const struct decoder *dec, const unsigned char *data,
				   size_t size, struct format_field field)
{
	bool is_signed = field.flags & FORMAT_SIGNED;
	uint16_t half;
	uint32_t word;
	uint64_t value;

	if ((size_t)field.offset + field.size > size)
		return 0;
	data += field.offset;
	switch (field.size) {
	case 1:
		return is_signed ? (uint64_t)(int8_t)*data : *data;
	case 2:
		memcpy(&half, data, 2);
		half = dec->abi.big_endian ? be16toh(half) : le16toh(half);
		return is_signed ? (uint64_t)(int16_t)half : half;
	case 4:
		memcpy(&word, data, 4);
		word = dec->abi.big_endian ? be32toh(word) : le32toh(word);
		return is_signed ? (uint64_t)(int32_t)word : word;
	case 8:
		memcpy(&value, data, 8);
		return dec->abi.big_endian ? be64toh(value) : le64toh(value);
	default:
		return 0;
	}
}

/* A __data_loc or __rel_loc word: offset and length of a string elsewhere in the record. */
static uint16_t read_dev(struct decoder *dec, const unsigned char *data, size_t size,
			 struct format_field field)
{
	uint32_t loc = (uint32_t)read_number(dec, data, size, field);
	size_t offset = loc & 0xffff, len = loc >> 16;
	int dev;

	if (field.flags & FORMAT_REL_LOC)
		offset += (size_t)field.offset + field.size;
	if (field.size != 4 || offset >= size ||
	    !(field.flags & (FORMAT_DATA_LOC | FORMAT_REL_LOC)))
		return EVENT_NO_DEV;
	if (len > size - offset)
		len = size - offset;
	dev = name_table_intern(dec->devs, (const char *)data + offset, len, NAME_DEVS_MAX);
	return dev < 0 ? EVENT_NO_DEV : (uint16_t)dev;
}

static bool name_is_foreign(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(foreign_callers) / sizeof(*foreign_callers); i++) {
		size_t prefix = strlen(foreign_callers[i]);

		if (len >= prefix && !memcmp(name, foreign_callers[i], prefix))
			return true;
	}
	return false;
}

/* A kernel has a few dozen call sites; one that finds the memo full is looked up every time. */
static void read_free_site(struct decoder *dec, uint64_t address, struct event *ev)
{
	unsigned int at = (unsigned int)(address ^ address >> 8) & (DECODER_FREE_SITES - 1), i;
	struct decoder_free_site *site = &dec->free_sites[at];

	if (!address)
		return;
	for (i = 0; site->address != address && site->address && i < DECODER_FREE_SITES; i++) {
		at = (at + 1) & (DECODER_FREE_SITES - 1);
		site = &dec->free_sites[at];
	}
	if (!site->address) {
		if (dec->load_symbols)
			dec->load_symbols(dec->load_arg);
		dec->load_symbols = NULL;
		*site = (struct decoder_free_site){address, symbols_marked(&dec->symbols, address)};
	}
	if (site->address == address ? site->foreign : symbols_marked(&dec->symbols, address))
		ev->flags |= EVENT_FOREIGN;
	if (site->address == address && !dec->symbols.nr)
		ev->free_site = (uint8_t)(at + 1);
}

int decoder_symbols(struct decoder *dec, const char *text, size_t size)
{
	return symbols_parse(&dec->symbols, text, size, name_is_foreign);
}

/* --- event types --- */

void decoder_init(struct decoder *dec, struct name_table *devs, struct name_table *types)
{
	*dec = (struct decoder){.devs = devs, .types = types, .abi = {.long_size = 8}};
}

static int types_grow(struct decoder *dec, unsigned int id)
{
	unsigned int nr = id + 64;
	struct decoder_type *list;

	if (id < dec->nr_types)
		return 0;
	list = reallocarray(dec->list, nr, sizeof(*list));
	if (!list)
		return -ENOMEM;
	memset(list + dec->nr_types, 0, (nr - dec->nr_types) * sizeof(*list));
	dec->list = list;
	dec->nr_types = nr;
	return 0;
}

static int name_store(struct decoder *dec, struct decoder_type *type, const char *system,
		      const struct format_head *head)
{
	size_t room = 2 * NAME_BYTES_MAX, len = head->name_len;

	if (dec->names_size - dec->names_fill < room) {
		size_t size = dec->names_size + 65536;
		char *names = realloc(dec->names, size);

		if (!names)
			return -ENOMEM;
		dec->names = names;
		dec->names_size = size;
	}
	type->name = (uint32_t)dec->names_fill;
	dec->names_fill +=
		1 + (size_t)snprintf(dec->names + dec->names_fill, NAME_BYTES_MAX, "%s:%.*s",
				     system, len < room ? (int)len : 0, head->name);
	if (dec->names_fill > type->name + NAME_BYTES_MAX)
		dec->names_fill = type->name + NAME_BYTES_MAX;
	return 0;
}

static bool is_tracepoint(const struct format_head *head, const char *system, size_t i)
{
	return head->name_len == strlen(tracepoints[i].name) &&
	       !memcmp(head->name, tracepoints[i].name, head->name_len) &&
	       !strcmp(system, tracepoints[i].system);
}

/* common_type is the same in every format: the first few are tried for it. */
static int common_type_find(struct decoder *dec, const char *system, const char *text, size_t size)
{
	static const char *const name = "common_type";
	int rc;

	if (dec->common_type.size || dec->parsed >= COMMON_TRIES)
		return 0;
	dec->parsed++;
	rc = format_fields(&dec->abi, system, text, size, &name, 1, &dec->common_type);
	return rc == -ENOMEM ? rc : 0;
}

/* Fields are read as numbers of up to 8 bytes; a longer one counts as missing. */
static int type_fields(struct decoder *dec, struct decoder_type *type, const char *system,
		       const char *const *names, const char *text, size_t size)
{
	int rc;

	if (dec->parsed == PARSED_MAX)
		return -EINVAL;
	dec->parsed++;
	rc = format_fields(&dec->abi, system, text, size, names, DECODER_IDS, type->fields);
	for (unsigned int i = 0; i < DECODER_IDS && !rc; i++) {
		struct format_field *field = &type->fields[i];

		if (field->offset + field->size > UINT16_MAX)
			rc = -EINVAL;
		if (field->size > 8)
			field->size = 0;
	}
	if (!rc && type->kind == EVENT_PAGE_ALLOC && !dec->memalloc_sought) {
		dec->memalloc = print_fmt_flag(text, size, FLAG_MEMALLOC);
		dec->memalloc_sought = true;
	}
	return rc;
}

int decoder_add(struct decoder *dec, const char *system, const char *text, size_t size)
{
	struct decoder_type *type;
	struct format_head head;
	int rc;

	if (!format_head(text, size, &head) || head.id >= TYPES_MAX)
		return 0;
	rc = types_grow(dec, head.id);
	if (rc || dec->list[head.id].named)
		return rc;
	type = &dec->list[head.id];
	rc = name_store(dec, type, system, &head);
	if (rc)
		return rc;
	type->named = true;
	rc = common_type_find(dec, system, text, size);
	for (size_t i = 0; i < sizeof(tracepoints) / sizeof(*tracepoints) && !rc; i++) {
		if (!is_tracepoint(&head, system, i))
			continue;
		type->kind = (uint8_t)tracepoints[i].kind;
		rc = type_fields(dec, type, system, tracepoints[i].fields, text, size);
	}
	return rc;
}

/* --- records --- */

int decoder_id(const struct decoder *dec, const void *data, size_t size)
{
	struct format_field field = dec->common_type;

	if (!field.size)
		field = (struct format_field){.offset = 0, .size = 2};
	if ((size_t)field.offset + field.size > size)
		return -1;
	return (int)(uint16_t)read_number(dec, data, size, field);
}

static int type_first(struct decoder *dec, struct decoder_type *type, int id)
{
	char name[NAME_BYTES_MAX];
	int nr;

	if (dec->types->nr >= TYPES_NAMED)
		strcpy(name, "(others)");
	else if (type->named)
		snprintf(name, sizeof(name), "%s", dec->names + type->name);
	else
		snprintf(name, sizeof(name), "unknown:%d", id);
	nr = name_table_intern(dec->types, name, sizeof(name), TYPES_MAX);
	if (nr < 0)
		return nr;
	type->seen = true;
	type->type = (uint16_t)nr;
	return 0;
}

static int type_get(struct decoder *dec, int id, const struct decoder_type **type)
{
	int rc = 0;

	if (id < 0 || id >= TYPES_MAX)
		return -EINVAL;
	if ((unsigned int)id >= dec->nr_types)
		rc = types_grow(dec, (unsigned int)id);
	if (!rc && !dec->list[id].seen)
		rc = type_first(dec, &dec->list[id], id);
	*type = rc ? NULL : &dec->list[id];
	return rc;
}

static void decode_fields(struct decoder *dec, const struct decoder_type *type,
			  const unsigned char *data, size_t size, struct event *ev)
{
	const struct format_field *fields = type->fields;

	ev->object = read_number(dec, data, size, fields[DECODER_OBJECT]);
	ev->len = (uint32_t)read_number(dec, data, size, fields[DECODER_LEN]);
	if (type->kind == EVENT_GRO_RECEIVE) {
		ev->hash = (uint32_t)read_number(dec, data, size, fields[DECODER_HASH]);
		ev->queue = (uint16_t)read_number(dec, data, size, fields[DECODER_QUEUE]);
		ev->napi = (uint32_t)read_number(dec, data, size, fields[DECODER_NAPI]);
		if (read_number(dec, data, size, fields[DECODER_VLAN]))
			ev->flags |= EVENT_VLAN_TAG;
	}
	if (fields[DECODER_DEV].size)
		ev->dev = read_dev(dec, data, size, fields[DECODER_DEV]);
	if (fields[DECODER_FREE_SITE].size)
		read_free_site(dec, read_number(dec, data, size, fields[DECODER_FREE_SITE]), ev);
	if (fields[DECODER_CONTEXT].size &&
	    read_number(dec, data, size, fields[DECODER_CONTEXT]) & TRACE_FLAG_SOFTIRQ)
		ev->flags |= EVENT_SOFTIRQ;
	if (fields[DECODER_GFP].size &&
	    read_number(dec, data, size, fields[DECODER_GFP]) & dec->memalloc)
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
	free(dec->list);
	free(dec->names);
	symbols_fini(&dec->symbols);
	memset(dec, 0, sizeof(*dec));
}
