/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * user_copy.h - what copies to user space tell about the end of an skb.
 */
#ifndef TRACES_USER_COPY_H
#define TRACES_USER_COPY_H

#include "traces/lifetime/lifetime.h"

/**
 * user_copy_passes_unread() - are there unread packets with data before the skb of this copy?
 * Of a flow that may be TCP: there it says that the skb being read had absorbed them.
 */
bool user_copy_passes_unread(struct lifetime *life, const struct event *ev);

/**
 * user_copy_is_whole() - may it be of a whole datagram?
 * Not where the flow is known to be TCP. Without a flow hash it may: a short read ends it as well.
 */
bool user_copy_is_whole(struct lifetime *life, const struct event *ev);

/** user_copy() - skb_copy_datagram_iovec of an skb */
void user_copy(struct lifetime *life, const struct event *ev, uint64_t time_ns);

#endif
