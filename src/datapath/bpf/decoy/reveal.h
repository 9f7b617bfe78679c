/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receiving decoys: every function returns what the frame counts as. */
#ifndef SHROUD_REVEAL_H
#define SHROUD_REVEAL_H

#include "decoy.h"
#include "../uncover.h"

/* The keys of the decoy's phase, or NULL. */
SHROUD_INLINE const struct shroud_decoy *reveal_keys(const struct shroud_session *session,
						     u32 phase, struct scratch *scratch)
{
	u32 which = 0;

	if (session->decoy_rx[0].phase != phase) {
		which = 1;
		if (session->rx_keys != 2 || session->decoy_rx[1].phase != phase)
			return 0;
	}
	return &session->decoy_rx[unknown(scratch, which) & 1];
}

SHROUD_INLINE int reveal_header_is_right(shroud_skb *skb, u32 at)
{
	u32 word[5];

	return !bpf_skb_load_bytes(skb, at, word, sizeof(word)) &&
	       checksum_is_right(ipv4_sum((const u8 *)word));
}

/* The packet is in the frame: -1 if that can not be changed. */
SHROUD_INLINE int reveal_reframe(shroud_skb *skb, const struct frame *frame,
				 const struct scratch *scratch,
				 const struct shroud_session *session)
{
	if (session->lcp && frame_set_protocol(skb, frame, frame->protocol))
		return -1;
	return frame->tag.encap == SHROUD_L2TP ? frame_store16(skb, scratch->udp + 6, 0) : 0;
}

SHROUD_INLINE u32 reveal_finish(shroud_skb *skb, const struct frame *frame,
				const struct scratch *scratch, const struct shroud_session *session)
{
	return reveal_reframe(skb, frame, scratch, session) ? SHROUD_COUNT_RX_MEMORY :
							      SHROUD_COUNT_RX_DECOY;
}

/* Of a session that is settled as plain. */
SHROUD_INLINE u32 reveal_plain(shroud_skb *skb, const struct frame *frame,
			       const struct scratch *scratch, const struct shroud_session *session)
{
	enum protocol_class class = protocol_class(frame->protocol);

	/* Of a truncated one, growing would make something else. */
	if (session->lcp && class == PROTOCOL_IP &&
	    (frame->fragment || frame_is_complete(skb, frame)) &&
	    (uncover_forget_checksum(skb) || reveal_reframe(skb, frame, scratch, session)))
		return SHROUD_COUNT_RX_MEMORY;
	return class == PROTOCOL_LINK ? SHROUD_COUNT_RX_LINK : SHROUD_COUNT_RX_PLAIN;
}

/* Whether it looks like a decoy. */
SHROUD_INLINE int reveal_is_possible(shroud_skb *skb, struct frame *frame,
				     const struct shroud_session *session, struct scratch *scratch)
{
	struct disguise *disguise = &scratch->disguise;
	const struct shroud_decoy *keys;

	decoy_reset(disguise);
	if (layout_read(skb, disguise, frame->at, frame->at + frame->length,
			frame->protocol == SHROUD_PPP_IPV6) ||
	    (!disguise->six && !reveal_header_is_right(skb, frame->at)))
		return 0;
	scratch->held.turning = 1;
	scratch->held.phase = disguise->hops / FLAG_PHASE;
	scratch->held.whole = disguise->traffic & FLAG_WHOLE;
	keys = reveal_keys(session, scratch->held.phase, scratch);
	if (!keys)
		return 0;
	alias_begin(scratch, keys->id, 1);
	return !scratch->held.whole || decoy_may_be_whole(disguise);
}

SHROUD_INLINE u32 reveal_packet(shroud_skb *skb, struct frame *frame,
				const struct shroud_session *session, struct scratch *scratch)
{
	struct disguise *disguise = &scratch->disguise;
	const struct shroud_decoy *keys;
	int more;

	if (!scratch->held.turning && !reveal_is_possible(skb, frame, session, scratch))
		return SHROUD_COUNT_RX_FALSE;
	frame_generalise(frame, scratch);
	forget();
	keys = reveal_keys(session, scratch->held.phase, scratch);
	more = keys ? ends_turn(scratch, keys, 1) : -1;
	if (more < 0)
		return SHROUD_COUNT_RX_FALSE;
	if (more) {
		stage_go(skb, STAGE_REVEAL);
		return SHROUD_COUNT_RX_MEMORY;
	}
	disguise->hops = hops_swap(disguise->hops & ~(u32)FLAG_PHASE);
	disguise->traffic = traffic_swap(disguise->traffic & ~(u32)FLAG_WHOLE);
	if (content(disguise)->kind == KIND_NAMES) {
		names_begin(skb, scratch);
		return SHROUD_COUNT_RX_FALSE;
	}
	frame_generalise(frame, scratch);
	if (payload_turn(skb, scratch, keys, !!scratch->held.whole, 1) ||
	    decoy_finish(skb, disguise))
		return SHROUD_COUNT_RX_MEMORY;
	return reveal_finish(skb, frame, scratch, session);
}

SHROUD_INLINE u32 reveal_decoy(shroud_skb *skb, const struct frame *frame, struct scratch *scratch)
{
	/* Before the frame grows: see there. */
	if (!frame_is_complete(skb, frame))
		return SHROUD_COUNT_RX_FALSE;
	if (uncover_forget_checksum(skb))
		return SHROUD_COUNT_RX_MEMORY;
	stage_hold(scratch, frame, SHROUD_IN);
	stage_go(skb, STAGE_REVEAL);
	return SHROUD_COUNT_RX_MEMORY;
}

SHROUD_INLINE u32 reveal_noise(shroud_skb *skb, struct frame *frame, struct scratch *scratch)
{
	/* From here on as in mode head. */
	frame->protocol = frame->protocol == SHROUD_PPP_NOISE_WHOLE ? SHROUD_PPP_COVER_WHOLE :
								      SHROUD_PPP_COVER_BLOCK;
	stage_hold(scratch, frame, SHROUD_IN);
	stage_go(skb, STAGE_UNCOVER);
	return SHROUD_COUNT_RX_MEMORY;
}

SHROUD_INLINE u32 reveal_frame(shroud_skb *skb, struct frame *frame,
			       const struct shroud_session *session)
{
	struct scratch *scratch = scratch_get();

	if (session->lcp)
		framing_read(skb, frame);
	if (!scratch)
		return SHROUD_COUNT_RX_MEMORY;
	if (session->mode == SHROUD_PLAIN)
		return reveal_plain(skb, frame, scratch, session);
	if (frame->fragment)
		return SHROUD_COUNT_RX_FRAGMENT;
	if (session->mode != SHROUD_COVER || !session->rx_keys)
		return uncover_keyless(frame, session);
	/* Each has its own cover; decoys pass for what may be merged. */
	if (skb->gso_size)
		return SHROUD_COUNT_RX_SUPER;
	if (protocol_class(frame->protocol) == PROTOCOL_IP)
		return reveal_decoy(skb, frame, scratch);
	if (frame->protocol == SHROUD_PPP_NOISE_BLOCK || frame->protocol == SHROUD_PPP_NOISE_WHOLE)
		return reveal_noise(skb, frame, scratch);
	return uncover_keyless(frame, session);
}

#endif
