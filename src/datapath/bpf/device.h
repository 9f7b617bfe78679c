/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two programs on a device do, in either mode: the fast way if the
 * frame is fit for it, which is a function that returns FAST_NOT else, and the
 * general one.
 */
#ifndef SHROUD_DEVICE_H
#define SHROUD_DEVICE_H

#include "detour.h"
#include "fast.h"

typedef int (*fast_way)(shroud_skb *skb);
/* Returns what the frame counts as. */
typedef u32 (*general_way)(shroud_skb *skb, struct frame *frame,
			   const struct shroud_session *session);

SHROUD_INLINE int device_receive(shroud_skb *skb, fast_way fast, general_way general)
{
	struct shroud_session *session;
	struct frame frame;
	int action, other;

	if (COMMON(skb->protocol == shroud_be16(ETHER_PPPOE))) {
		action = fast(skb);
		if (action != FAST_NOT)
			return action;
	} else if (!frame_is_candidate(skb)) {
		return SHROUD_NEXT;
	}
	other = frame_parse(skb, &frame, SHROUD_IN);
	if (other)
		return other < 0 ? SHROUD_NEXT : SHROUD_DROP;
	session = session_find(&frame.tag, SHROUD_IN);
	if (!session)
		return SHROUD_NEXT;
	return session_count(session, general(skb, &frame, session));
}

/* Also at the detour's far end, where frames arrive segmented and finished. */
SHROUD_INLINE int device_send(shroud_skb *skb, fast_way fast)
{
	int action = FAST_NOT;

	if (RARE(skb->protocol != shroud_be16(ETHER_PPPOE)) && !frame_is_candidate(skb))
		return SHROUD_NEXT;
	if (!is_marked(skb)) {
		/* The rule looks at headers; the PPP device sends packets in pieces. */
		frame_pull(skb);
		action = fast(skb);
		if (action != FAST_NOT && action != FAST_WHOLE)
			return action;
	} else if (skb->ifindex == shroud_config.device) {
		/* Back from the detour, covered. */
		skb->mark = 0;
		return SHROUD_NEXT;
	} else {
		frame_pull(skb);
	}
	return send(skb, action == FAST_WHOLE);
}

#endif
