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

	if (COMMON(skb->protocol == shroud_be16(ETHER_PPPOE))) {
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

/* whole: the packet fills the frame and is to be covered whole, counted in its flow. */
SHROUD_INLINE int send(shroud_skb *skb, int whole)
{
	struct scratch *scratch = scratch_get();
	struct shroud_session *session;
	struct frame frame;
	int detoured, action;
	u32 verdict;

	if (!scratch)
		return SHROUD_DROP;
	detoured = (int)unknown(scratch, (u32)is_marked(skb));
	action = frame_parse(skb, &frame, SHROUD_OUT);
	if (action)
		return detoured || action > 0 ? SHROUD_DROP : SHROUD_NEXT;
	session = session_find(&frame.tag, SHROUD_OUT);
	if (!session)
		return detoured ? SHROUD_DROP : SHROUD_NEXT;
	verdict = cover_frame(skb, &frame, session, whole);
	action = session_count(session, verdict);
	if (detoured)
		return detour_end(skb, verdict);
	return verdict == SHROUD_COUNT_TX_DETOUR ? redirect(skb, shroud_config.detour) : action;
}

/* Egress of the device; and ingress of the detour's far end, where frames
 * arrive segmented and finished. */
SEC("tc")
int shroud_egress(shroud_skb *skb)
{
	int action = FAST_NOT;

	if (RARE(skb->protocol != shroud_be16(ETHER_PPPOE)) && !frame_is_candidate(skb))
		return SHROUD_NEXT;
	if (!is_marked(skb)) {
		/* The rule looks at headers; the PPP device sends packets in pieces. */
		frame_pull(skb);
		action = fast_cover(skb);
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

char shroud_license[] SEC("license") = "GPL";
