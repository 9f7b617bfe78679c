/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receiving decoys: every function returns what the frame counts as. */
#ifndef SHROUD_REVEAL_H
#define SHROUD_REVEAL_H

#include "uncover.h"

/* The keys of the decoy's phase, or NULL. */
SHROUD_INLINE const struct shroud_decoy *reveal_keys(const struct shroud_session *session, u32 hops,
						     struct scratch *scratch)
{
	u32 phase = hops / FLAG_PHASE, which = 0;

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

SHROUD_INLINE u32 reveal_packet(shroud_skb *skb, struct frame *frame,
				const struct shroud_session *session, struct scratch *scratch)
{
	struct disguise *disguise = &scratch->disguise;
	const struct shroud_decoy *keys;
	int whole;

	decoy_reset(disguise);
	if (!frame_is_complete(skb, frame) ||
	    layout_read(skb, disguise, frame->at, frame->at + frame->length,
			frame->protocol == SHROUD_PPP_IPV6) ||
	    (!disguise->six && !reveal_header_is_right(skb, frame->at)))
		return SHROUD_COUNT_RX_FALSE;
	keys = reveal_keys(session, disguise->hops, scratch);
	whole = !!(disguise->traffic & FLAG_WHOLE);
	if (!keys || (whole && !decoy_may_be_whole(disguise)) || ends_turn(scratch, keys, 1))
		return SHROUD_COUNT_RX_FALSE;
	disguise->hops = hops_swap(disguise->hops & ~(u32)FLAG_PHASE);
	disguise->traffic = traffic_swap(disguise->traffic & ~(u32)FLAG_WHOLE);
	frame_generalise(frame, scratch);
	if (payload_turn(skb, scratch, keys, whole, 1) || decoy_finish(skb, disguise))
		return SHROUD_COUNT_RX_MEMORY;
	if (frame->tag.encap == SHROUD_L2TP && frame_store16(skb, scratch->udp + 6, 0))
		return SHROUD_COUNT_RX_MEMORY;
	return SHROUD_COUNT_RX_DECOY;
}

SHROUD_INLINE u32 reveal_decoy(shroud_skb *skb, struct frame *frame,
			       const struct shroud_session *session)
{
	struct scratch *scratch = scratch_get();

	if (!scratch || uncover_forget_checksum(skb))
		return SHROUD_COUNT_RX_MEMORY;
	frame_generalise(frame, scratch);
	return reveal_packet(skb, frame, session, scratch);
}

SHROUD_INLINE u32 reveal_frame(shroud_skb *skb, struct frame *frame,
			       const struct shroud_session *session)
{
	if (session->mode != SHROUD_COVER || !session->rx_keys || frame->fragment)
		return uncover_frame(skb, frame, session);
	if (protocol_class(frame->protocol) == PROTOCOL_IP)
		return reveal_decoy(skb, frame, session);
	if (frame->protocol == SHROUD_PPP_NOISE_BLOCK)
		frame->protocol = SHROUD_PPP_COVER_BLOCK;
	else if (frame->protocol == SHROUD_PPP_NOISE_WHOLE)
		frame->protocol = SHROUD_PPP_COVER_WHOLE;
	return uncover_frame(skb, frame, session);
}

#endif
