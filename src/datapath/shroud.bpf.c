// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The data path: one pair of programs on the lowest Ethernet device that
 * carries PPP sessions, and one on the far end of the detour. See
 * docs/datapath.md. No kernel BTF, no kfuncs, no bpf-to-bpf calls, no tail
 * calls: it has to load on kernels and JITs that have none of them.
 */
#include "cover.h"
#include "uncover.h"

SEC("tc")
int shroud_ingress(shroud_skb *skb)
{
	struct shroud_session *session;
	struct frame frame;

	if (frame_parse(skb, &frame, SHROUD_IN))
		return SHROUD_NEXT;
	session = session_find(&frame.tag, SHROUD_IN);
	if (!session)
		return SHROUD_NEXT;
	return session_count(session, uncover_frame(skb, &frame, session));
}

SEC("tc")
int shroud_egress(shroud_skb *skb)
{
	struct shroud_session *session;
	struct frame frame;
	u32 verdict;

	if (skb->mark && skb->mark == shroud_config.mark) {
		/* Covered on the detour. */
		skb->mark = 0;
		return SHROUD_NEXT;
	}
	if (frame_parse(skb, &frame, SHROUD_OUT))
		return SHROUD_NEXT;
	session = session_find(&frame.tag, SHROUD_OUT);
	if (!session)
		return SHROUD_NEXT;
	verdict = cover_frame(skb, &frame, session);
	session_count(session, verdict);
	if (verdict == SHROUD_COUNT_TX_DETOUR)
		return (int)bpf_redirect(shroud_config.detour, 0);
	return verdict < SHROUD_COUNT_FIRST_DROP ? SHROUD_NEXT : SHROUD_DROP;
}

/* Ingress of the pair's far end, where frames arrive segmented and finished. */
SEC("tc")
int shroud_detour(shroud_skb *skb)
{
	struct shroud_session *session;
	struct frame frame;
	u32 verdict;

	if (frame_parse(skb, &frame, SHROUD_OUT))
		return SHROUD_DROP;
	session = session_find(&frame.tag, SHROUD_OUT);
	if (!session)
		return SHROUD_DROP;
	verdict = cover_frame(skb, &frame, session);
	if (verdict == SHROUD_COUNT_TX_DETOUR)
		verdict = SHROUD_COUNT_TX_SUPER;
	session_count(session, verdict);
	if (verdict >= SHROUD_COUNT_FIRST_DROP)
		return SHROUD_DROP;
	skb->mark = shroud_config.mark;
	return (int)bpf_redirect(shroud_config.device, 0);
}

char shroud_license[] SEC("license") = "GPL";
