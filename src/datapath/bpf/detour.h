/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sending by the general functions, and the two ends of the detour. */
#ifndef SHROUD_DETOUR_H
#define SHROUD_DETOUR_H

#include "cover.h"

/* On its way through the detour. */
SHROUD_INLINE int is_marked(shroud_skb *skb)
{
	return skb->mark && skb->mark == shroud_config.mark;
}

SHROUD_INLINE int redirect(shroud_skb *skb, u32 to)
{
	skb->mark = shroud_config.mark;
	return (int)bpf_redirect(to, 0);
}

/* What becomes of a frame at the detour's far end, by what it counts as. */
SHROUD_INLINE int detour_end(shroud_skb *skb, u32 verdict)
{
	/* Frames of sessions that have ended meanwhile, and what did not get finished. */
	if (verdict >= SHROUD_COUNT_FIRST_DROP || verdict == SHROUD_COUNT_TX_DETOUR)
		return SHROUD_DROP;
	return redirect(skb, shroud_config.device);
}

/* What becomes of a frame that counts as verdict. */
SHROUD_INLINE int send_end(shroud_skb *skb, const struct shroud_session *session, u32 verdict,
			   int detoured)
{
	int action = session_count(session, verdict);

	if (detoured)
		return detour_end(skb, verdict);
	return verdict == SHROUD_COUNT_TX_DETOUR ? redirect(skb, shroud_config.detour) : action;
}

/* whole: the packet fills the frame and is to be covered whole, counted in its flow. */
SHROUD_INLINE int send(shroud_skb *skb, int whole)
{
	struct scratch *scratch = scratch_get();
	struct shroud_session *session;
	struct frame frame;
	int detoured, action;

	if (!scratch)
		return SHROUD_DROP;
	detoured = (int)unknown(scratch, (u32)is_marked(skb));
	action = frame_parse(skb, &frame, SHROUD_OUT);
	if (action)
		return detoured || action > 0 ? SHROUD_DROP : SHROUD_NEXT;
	session = session_find(&frame.tag, SHROUD_OUT);
	if (!session)
		return detoured ? SHROUD_DROP : SHROUD_NEXT;
	return send_end(skb, session, cover_frame(skb, &frame, session, whole), detoured);
}

#endif
