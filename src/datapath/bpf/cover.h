/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sending: every function returns what the frame counts as. */
#ifndef SHROUD_COVER_H
#define SHROUD_COVER_H

#include "rule.h"
#include "tail.h"

#if WITH_DECOY
#include "decoy/framing.h"
#include "decoy/stage.h"
#endif

enum {
	LCP_PROTOCOL_REJECT = 8,
	LCP_REJECT_CUT = 6, /* LCP header and the protocol rejected */
};

/* A packet of the session that is being covered. */
struct cover {
	struct scratch *scratch; /* block: its first 64 octets */
	u32 at; /* where it is: behind the PPP protocol field, or, NCP, with it */
	u32 own; /* its length */
};

/*
 * The kernel has yet to fill in a checksum within the packet. The PPPoE length
 * field, whose value is known, lets itself be used for the question: see
 * l2tp_checksum_is_pending.
 */
SHROUD_INLINE int checksum_is_pending(shroud_skb *skb, const struct frame *frame)
{
	u32 at = frame->at - 4, length;

	if (bpf_csum_level(skb, BPF_CSUM_LEVEL_QUERY) >= 0)
		return 0;
	if (bpf_l4_csum_replace(skb, at, 0, 1, 0) || frame_load16(skb, at, &length) ||
	    frame_store16(skb, at, frame->length + 2))
		return -1;
	return length == frame->length + 2;
}

/* Not fit for being covered: to be segmented, or finished, first. */
SHROUD_INLINE u32 cover_guard(shroud_skb *skb, const struct frame *frame)
{
	int pending;

	if (skb->gso_size)
		return shroud_config.detour ? SHROUD_COUNT_TX_DETOUR : SHROUD_COUNT_TX_SUPER;
	if (frame->tag.encap != SHROUD_PPPOE)
		return 0;
	pending = checksum_is_pending(skb, frame);
	if (pending < 0)
		return SHROUD_COUNT_TX_MEMORY;
	if (!pending)
		return 0;
	return shroud_config.detour ? SHROUD_COUNT_TX_DETOUR : SHROUD_COUNT_TX_CHECKSUM;
}

/* The length that the packet itself tells, from its first octets. */
SHROUD_INLINE u32 cover_told_length(const struct frame *frame, const u16 *head)
{
	if (frame->protocol == SHROUD_PPP_IPV4)
		return shroud_be16(head[1]);
	if (frame->protocol == SHROUD_PPP_IPV6)
		return shroud_be16(head[2]) + (u32)IPV6_HEADER;
	return shroud_be16(head[2]) + 2U;
}

/*
 * Take off PPP padding and fill up to 64 octets, so that the frame holds the
 * covered packet's octets, and read its first block.
 */
SHROUD_INLINE u32 cover_fit(shroud_skb *skb, struct frame *frame, struct cover *cover)
{
	u32 ncp = protocol_class(frame->protocol) == PROTOCOL_NCP ? 2 : 0, fit, was = frame->length;
	u16 head[3];

	cover->at = frame->at - ncp;
	if (!frame_is_complete(skb, frame) ||
	    bpf_skb_load_bytes(skb, cover->at, head, sizeof(head)))
		return SHROUD_COUNT_TX_MALFORMED;
	cover->own = cover_told_length(frame, head);
	if (cover->own > frame->length + ncp)
		return SHROUD_COUNT_TX_MALFORMED;
	fit = cover->own < SHROUD_BLOCK_LEN ? SHROUD_BLOCK_LEN : cover->own;
	/* What is cut off first comes back as zeros. */
	if (bpf_skb_change_tail(skb, cover->at + cover->own, 0) ||
	    bpf_skb_change_tail(skb, frame->at + fit, 0))
		return SHROUD_COUNT_TX_MEMORY;
	if (bpf_skb_load_bytes(skb, cover->at, cover->scratch->block, SHROUD_BLOCK_LEN))
		return SHROUD_COUNT_TX_MEMORY;
	if (frame_set_length(skb, frame, cover->scratch, fit))
		return SHROUD_COUNT_TX_MEMORY;
	if (frame->tag.encap == SHROUD_L2TP && l2tp_fix_checksum(skb, cover->scratch, fit - was))
		return SHROUD_COUNT_TX_MEMORY;
	return 0;
}

/*
 * Checks 2 of section 6.6 and the rule of 6.7: whether to cover the packet
 * whole, or -1 if it is not what the frame says.
 */
SHROUD_INLINE int cover_judge(shroud_skb *skb, const struct frame *frame, const u8 *packet,
			      const struct shroud_session *session, u32 own)
{
	u32 kind = packet[0] >> 4;

	if (packet_own_length(packet, frame->length) != own)
		return -1;
	if ((kind == 4) != (frame->protocol == SHROUD_PPP_IPV4) ||
	    (kind == 6) != (frame->protocol == SHROUD_PPP_IPV6))
		return -1;
	return rule_wants_whole(skb, frame->at, 0, packet, own, session->secret);
}

/* The packet is in scratch->block and, behind its 64 octets, in the frame. */
SHROUD_INLINE u32 cover_block_or_whole(shroud_skb *skb, const struct frame *frame,
				       struct scratch *scratch, const struct shroud_keys *keys,
				       int whole)
{
	u32 protocol = whole ? WIRE_WHOLE : WIRE_BLOCK;

	if (tail_turn(skb, frame, scratch, keys, TURN_COVER, whole, STREAM_STORE) ||
	    bpf_skb_store_bytes(skb, frame->at, scratch->block, SHROUD_BLOCK_LEN, 0) ||
	    frame_set_protocol(skb, frame, protocol))
		return SHROUD_COUNT_TX_MEMORY;
	return whole ? SHROUD_COUNT_TX_WHOLE : SHROUD_COUNT_TX_BLOCK;
}

/* An NCP packet grows by its protocol field; its tail makes room. */
SHROUD_INLINE u32 cover_make_room(shroud_skb *skb, const struct frame *frame,
				  const struct cover *cover)
{
	if (cover->at == frame->at || cover->own <= SHROUD_BLOCK_LEN)
		return 0;
	if (cover->own > SHROUD_WHOLE_MAX)
		return SHROUD_COUNT_TX_LONG;
	if (tail_move_back(skb, cover->at + SHROUD_BLOCK_LEN, cover->own - SHROUD_BLOCK_LEN,
			   cover->scratch))
		return SHROUD_COUNT_TX_MEMORY;
	return 0;
}

/* Sets *whole: whether to cover the packet so. */
SHROUD_INLINE u32 cover_begin(shroud_skb *skb, struct frame *frame, struct cover *cover,
			      const struct shroud_session *session, int *whole)
{
	u32 verdict = cover_fit(skb, frame, cover);

	if (verdict)
		return verdict;
	*whole = cover_judge(skb, frame, (const u8 *)cover->scratch->block, session, cover->own);
	return *whole < 0 ? SHROUD_COUNT_TX_MALFORMED : 0;
}

#if WITH_DECOY

/* judged: the packet is to be covered whole, and has been checked. */
SHROUD_INLINE u32 cover_packet(shroud_skb *skb, struct frame *frame,
			       const struct shroud_session *session, int judged)
{
	struct cover cover = { .scratch = scratch_get() };
	int whole = judged;
	u32 verdict;

	if (!cover.scratch)
		return SHROUD_COUNT_TX_MEMORY;
	frame_generalise(frame, cover.scratch);
	verdict = judged ? cover_fit(skb, frame, &cover) :
			   cover_begin(skb, frame, &cover, session, &whole);
	if (verdict)
		return verdict;
	stage_hold(cover.scratch, frame, SHROUD_OUT);
	cover.scratch->held.own = cover.own;
	cover.scratch->held.begin = cover.at;
	cover.scratch->held.whole = (u32)whole;
	if (protocol_class(frame->protocol) == PROTOCOL_IP)
		stage_go(skb, STAGE_DISGUISE);
	else
		stage_go(skb, STAGE_NOISE);
	return SHROUD_COUNT_TX_MEMORY;
}

#else

/* judged: the packet fills the frame exactly and is to be covered whole. */
SHROUD_INLINE u32 cover_packet(shroud_skb *skb, struct frame *frame,
			       const struct shroud_session *session, int judged)
{
	struct cover cover = { .scratch = scratch_get() };
	int whole = 1;
	u32 verdict;

	if (!cover.scratch)
		return SHROUD_COUNT_TX_MEMORY;
	frame_generalise(frame, cover.scratch);
	if (judged) {
		if (bpf_skb_load_bytes(skb, frame->at, cover.scratch->block, SHROUD_BLOCK_LEN))
			return SHROUD_COUNT_TX_MEMORY;
	} else {
		verdict = cover_begin(skb, frame, &cover, session, &whole);
		if (!verdict)
			verdict = cover_make_room(skb, frame, &cover);
		if (verdict)
			return verdict;
	}
	return cover_block_or_whole(skb, frame, cover.scratch, &session->tx, whole);
}

#endif

/*
 * An LCP Protocol-Reject repeats what has been deciphered (section 6.1): it is
 * cut behind the protocol number.
 */
SHROUD_INLINE u32 cover_cut_reject(shroud_skb *skb, struct frame *frame)
{
	u32 at = frame->at, was = frame->length;
	struct scratch *scratch;
	u8 code;

	if (!frame_is_complete(skb, frame) || bpf_skb_load_bytes(skb, at, &code, sizeof(code)))
		return SHROUD_COUNT_TX_MALFORMED;
	if (code != LCP_PROTOCOL_REJECT || was <= LCP_REJECT_CUT)
		return SHROUD_COUNT_TX_LINK;
	scratch = scratch_get();
	if (!scratch || bpf_skb_change_tail(skb, at + LCP_REJECT_CUT, 0) ||
	    frame_set_length(skb, frame, scratch, LCP_REJECT_CUT) ||
	    frame_store16(skb, at + 2, LCP_REJECT_CUT))
		return SHROUD_COUNT_TX_MEMORY;
	if (frame->tag.encap == SHROUD_L2TP &&
	    l2tp_fix_checksum(skb, scratch, LCP_REJECT_CUT - was))
		return SHROUD_COUNT_TX_MEMORY;
	return SHROUD_COUNT_TX_LINK;
}

#if WITH_DECOY

/* A frame yet to be segmented is known by its protocol to those that do so. */
SHROUD_INLINE u32 cover_framed(shroud_skb *skb, const struct frame *frame)
{
	if (skb->gso_size)
		return shroud_config.detour ? SHROUD_COUNT_TX_DETOUR : SHROUD_COUNT_TX_SUPER;
	return framing_write(skb, frame) ? SHROUD_COUNT_TX_MEMORY : SHROUD_COUNT_TX_PLAIN;
}

#endif

SHROUD_INLINE u32 cover_plain(shroud_skb *skb, const struct frame *frame,
			      const struct shroud_session *session)
{
	enum protocol_class class = protocol_class(frame->protocol);

#if WITH_DECOY
	if (session->lcp && class == PROTOCOL_IP && framing_kind(skb, frame) == frame->protocol)
		return cover_framed(skb, frame);
#else
	(void)skb;
	(void)session;
#endif
	return class == PROTOCOL_LINK ? SHROUD_COUNT_TX_LINK : SHROUD_COUNT_TX_PLAIN;
}

SHROUD_INLINE u32 cover_link(shroud_skb *skb, struct frame *frame,
			     const struct shroud_session *session)
{
	if (frame->protocol != SHROUD_PPP_LCP || session->mode != SHROUD_COVER || !session->rx_keys)
		return SHROUD_COUNT_TX_LINK;
	return cover_cut_reject(skb, frame);
}

SHROUD_INLINE u32 cover_frame(shroud_skb *skb, struct frame *frame,
			      const struct shroud_session *session, int judged)
{
	enum protocol_class class = protocol_class(frame->protocol);
	u32 verdict;

	if (session->mode == SHROUD_PLAIN)
		return cover_plain(skb, frame, session);
	if (frame->fragment)
		return SHROUD_COUNT_TX_FRAGMENT;
	if (class == PROTOCOL_LINK)
		return cover_link(skb, frame, session);
	if (class != PROTOCOL_IP && class != PROTOCOL_NCP)
		return SHROUD_COUNT_TX_PROTOCOL;
	if (session->mode != SHROUD_COVER || !session->tx_keys)
		return SHROUD_COUNT_TX_HOLD;
	verdict = cover_guard(skb, frame);
	return verdict ? verdict : cover_packet(skb, frame, session, judged);
}

#endif
