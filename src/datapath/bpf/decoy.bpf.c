// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The data path of sessions in mode decoy, with maps of its own, beside that of
 * the others. See docs/datapath.md.
 */
#define WITH_DECOY 1

#include "decoy/fast.h"
#include "decoy/rename.h"
#include "device.h"

SEC("tc")
int shroud_ingress(shroud_skb *skb)
{
	stage_room();
	return device_receive(skb, fast_reveal, reveal_frame);
}

SEC("tc")
int shroud_egress(shroud_skb *skb)
{
	stage_room();
	return device_send(skb, fast_disguise);
}

SEC("tc")
int shroud_uncover(shroud_skb *skb)
{
	struct scratch *scratch = scratch_get();
	struct shroud_session *session;
	struct frame frame;

	session = stage_take(scratch, &frame, SHROUD_IN);
	if (!session)
		return SHROUD_DROP;
	return session_count(session, uncover_covered(skb, &frame, session));
}

SEC("tc")
int shroud_reveal(shroud_skb *skb)
{
	struct scratch *scratch = scratch_get();
	struct shroud_session *session;
	struct frame frame;

	session = stage_take(scratch, &frame, SHROUD_IN);
	if (!session)
		return SHROUD_DROP;
	return session_count(session, reveal_packet(skb, &frame, session, scratch));
}

SEC("tc")
int shroud_disguise(shroud_skb *skb)
{
	struct cover cover = { .scratch = scratch_get() };
	struct shroud_session *session;
	struct frame frame;
	u32 verdict;

	session = stage_take(cover.scratch, &frame, SHROUD_OUT);
	if (!session)
		return SHROUD_DROP;
	cover.own = cover.scratch->held.own;
	verdict = decoy_cover(skb, &frame, &cover, &session->decoy_tx);
	if (!verdict) {
		stage_go_noise(skb, cover.scratch);
		verdict = SHROUD_COUNT_TX_MEMORY;
	}
	if (verdict == SHROUD_COUNT_TX_DECOY)
		verdict = decoy_frame(skb, &frame, session);
	return send_end(skb, session, verdict, is_marked(skb));
}

SEC("tc")
int shroud_restore(shroud_skb *skb)
{
	struct scratch *scratch = scratch_get();
	struct shroud_session *session;
	struct frame frame;
	u32 verdict;

	session = stage_take(scratch, &frame, SHROUD_OUT);
	if (!session)
		return SHROUD_DROP;
	verdict = decoy_restore(skb, &frame, scratch, &session->decoy_tx);
	return send_end(skb, session, verdict, is_marked(skb));
}

SEC("tc")
int shroud_noise(shroud_skb *skb)
{
	struct cover cover = { .scratch = scratch_get() };
	struct shroud_session *session;
	struct frame frame;
	u32 verdict;

	session = stage_take(cover.scratch, &frame, SHROUD_OUT);
	if (!session)
		return SHROUD_DROP;
	cover.own = cover.scratch->held.own;
	cover.at = cover.scratch->held.begin;
	verdict = cover_make_room(skb, &frame, &cover);
	if (!verdict)
		verdict = cover_block_or_whole(skb, &frame, cover.scratch, &session->tx,
					       (int)cover.scratch->held.whole);
	return send_end(skb, session, verdict, is_marked(skb));
}

SEC("tc")
int shroud_read(shroud_skb *skb)
{
	return names_read(skb);
}

SEC("tc")
int shroud_show_hosts(shroud_skb *skb)
{
	return names_turn_hosts(skb, SHROUD_IN);
}

SEC("tc")
int shroud_hide_hosts(shroud_skb *skb)
{
	return names_turn_hosts(skb, SHROUD_OUT);
}

SEC("tc")
int shroud_show_name(shroud_skb *skb)
{
	return names_turn_name(skb, SHROUD_IN);
}

SEC("tc")
int shroud_hide_name(shroud_skb *skb)
{
	return names_turn_name(skb, SHROUD_OUT);
}

char shroud_license[] SEC("license") = "GPL";
