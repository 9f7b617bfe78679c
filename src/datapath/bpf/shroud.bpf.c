// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The data path: one pair of programs on the lowest Ethernet device that
 * carries PPP sessions, and one on the far end of the detour. See
 * docs/datapath.md. No kernel BTF, no kfuncs, no bpf-to-bpf calls, no tail
 * calls: it has to load on kernels and JITs that have none of them.
 */
#include "detour.h"
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
