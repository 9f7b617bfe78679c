// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The data path: one pair of programs on the lowest Ethernet device that
 * carries PPP sessions, and one on the far end of the detour. See
 * docs/datapath.md. No kernel BTF, no kfuncs, no bpf-to-bpf calls, no tail
 * calls: it has to load on kernels and JITs that have none of them.
 */
#include "fast.h"

SEC("tc")
int shroud_ingress(shroud_skb *skb)
{
	struct shroud_session *session;
	struct frame frame;
	int action, other;

	if (skb->protocol == shroud_be16(ETHER_PPPOE)) {
		action = fast_uncover(skb);
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
	return session_count(session, uncover_frame(skb, &frame, session));
}

/* Sets *verdict to what the frame counts as, SHROUD_COUNT_MAX: as nothing. */
SHROUD_INLINE int send(shroud_skb *skb, u32 *verdict)
{
	struct shroud_session *session;
	struct frame frame;
	int action, other;

	/* The rule looks at headers; the PPP device sends packets in pieces. */
	frame_pull(skb);
	*verdict = SHROUD_COUNT_TX_BLOCK;
	action = fast_cover(skb);
	if (action != FAST_NOT && action != FAST_WHOLE)
		return action;
	*verdict = SHROUD_COUNT_MAX;
	other = frame_parse(skb, &frame, SHROUD_OUT);
	if (other)
		return other < 0 ? SHROUD_NEXT : SHROUD_DROP;
	session = session_find(&frame.tag, SHROUD_OUT);
	if (!session)
		return SHROUD_NEXT;
	*verdict = cover_frame(skb, &frame, session, action == FAST_WHOLE);
	return session_count(session, *verdict);
}

SEC("tc")
int shroud_egress(shroud_skb *skb)
{
	u32 verdict;
	int action;

	if (!frame_is_candidate(skb))
		return SHROUD_NEXT;
	if (skb->mark && skb->mark == shroud_config.mark) {
		/* Covered on the detour. */
		skb->mark = 0;
		return SHROUD_NEXT;
	}
	action = send(skb, &verdict);
	if (verdict == SHROUD_COUNT_TX_DETOUR)
		return (int)bpf_redirect(shroud_config.detour, 0);
	return action;
}

/* Ingress of the pair's far end, where frames arrive segmented and finished. */
SEC("tc")
int shroud_detour(shroud_skb *skb)
{
	u32 verdict;

	send(skb, &verdict);
	/* Frames of sessions that have ended meanwhile, and what did not get finished. */
	if (verdict >= SHROUD_COUNT_FIRST_DROP || verdict == SHROUD_COUNT_TX_DETOUR)
		return SHROUD_DROP;
	skb->mark = shroud_config.mark;
	return (int)bpf_redirect(shroud_config.device, 0);
}

char shroud_license[] SEC("license") = "GPL";
