// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The data path of sessions in mode decoy, with maps of its own, beside that of
 * the others. See docs/datapath.md.
 */
#define WITH_DECOY 1

#include "detour.h"
#include "reveal.h"

SEC("tc")
int shroud_ingress(shroud_skb *skb)
{
	struct shroud_session *session;
	struct frame frame;
	int other;

	if (!frame_is_candidate(skb))
		return SHROUD_NEXT;
	other = frame_parse(skb, &frame, SHROUD_IN);
	if (other)
		return other < 0 ? SHROUD_NEXT : SHROUD_DROP;
	session = session_find(&frame.tag, SHROUD_IN);
	if (!session)
		return SHROUD_NEXT;
	return session_count(session, reveal_frame(skb, &frame, session));
}

SEC("tc")
int shroud_egress(shroud_skb *skb)
{
	if (!frame_is_candidate(skb))
		return SHROUD_NEXT;
	if (is_marked(skb) && skb->ifindex == shroud_config.device) {
		/* Back from the detour, covered. */
		skb->mark = 0;
		return SHROUD_NEXT;
	}
	frame_pull(skb);
	return send(skb, 0);
}

char shroud_license[] SEC("license") = "GPL";
