#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The deliberate mistakes that tests must catch: writes a copy of an allocator's source with one of
# them. Refuses when the lines to change are not there exactly once, so that no mistake can quietly
# turn into the correct source.
# usage: mutate.sh MISTAKE SOURCE.c COPY.c
set -euo pipefail

usage="usage: mutate.sh lost_put|double_put|wrong_bias|stale_offset|missed_unmap SOURCE.c COPY.c"
[ $# -eq 3 ] || { echo "$usage" >&2; exit 2; }

case $1 in
lost_put) # frag_ring.c: the fragment at the start of a page is never freed
	old='	page_frag_free((char *)page_address(buf->page) + buf->offset);'
	new='	if (buf->offset)
		page_frag_free((char *)page_address(buf->page) + buf->offset);'
	;;
double_put) # page_pool.c: a direct put goes into the alloc cache and into the ring
	old='	if (allow_direct && page_pool_recycle_in_cache(pool, flags, page))
		return;
	if (!page_pool_recycle_in_ring(pool, page)) {'
	new='	if (allow_direct)
		page_pool_recycle_in_cache(pool, flags, page);
	if (!page_pool_recycle_in_ring(pool, page)) {'
	;;
wrong_bias) # rx_pingpong.c: a new stock takes one reference more than it counts
	old='		page_ref_add(s->page, PINGPONG_BIAS - 1);'
	new='		page_ref_add(s->page, PINGPONG_BIAS);'
	;;
stale_offset) # page_frag_cache.c: a renewed page goes on where the old one ended
	old='		encoded_page = nc->encoded_page;
		offset = 0;'
	new='		encoded_page = nc->encoded_page;'
	;;
missed_unmap) # rx_pingpong.c: a page let go at its first half stays mapped
	old='	if (q->posted)
		dma_unmap_page('
	new='	if (q->posted && s->page_offset)
		dma_unmap_page('
	;;
*)
	echo "$usage" >&2
	exit 2
	;;
esac

text=$(cat "$2")
rest=${text#*"$old"}
if [ "$rest" = "$text" ] || [ "${rest/"$old"/}" != "$rest" ]; then
	printf '%s: mistake %s: these lines are not there exactly once: write it anew in %s\n%s\n' \
		"$2" "$1" "$0" "$old" >&2
	exit 1
fi
printf '%s\n' "${text/"$old"/"$new"}" >"$3"
