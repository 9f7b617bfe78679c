/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receiving: every function returns what the frame counts as. */
#ifndef SHROUD_UNCOVER_H
#define SHROUD_UNCOVER_H

#include "cover.h"

/*
 * The device has summed up the frame as it came. Growing by an octet that the
 * PPPoE or IPv4 length takes off again makes the kernel forget that sum.
 */
SHROUD_INLINE int uncover_forget_checksum(shroud_skb *skb)
{
	if (bpf_csum_update(skb, 0) < 0)
		return 0;
	return (int)bpf_skb_change_tail(skb, skb->len + 1, 0);
}

/* Checks 2 and 3 of section 6.6: the packet's own length, or 0. */
SHROUD_INLINE u32 uncover_check(const u8 *packet, u32 length)
{
	u32 own = packet_own_length(packet, length);

	if (own && own < SHROUD_BLOCK_LEN && !packet_padding_is_zero(packet, own))
		return 0;
	return own;
}

/* Write the packet back, an NCP packet over the protocol field; the frame
 * tells its real protocol and length. */
SHROUD_INLINE int uncover_finish(shroud_skb *skb, struct frame *frame, struct scratch *scratch,
				 u32 own)
{
	u32 kind = *(const u8 *)scratch->block >> 4, covered = frame->length;
	u32 ncp = kind == 8 ? 2 : 0;

	if (bpf_skb_store_bytes(skb, frame->at - ncp, scratch->block, SHROUD_BLOCK_LEN, 0))
		return -1;
	if (ncp && covered > SHROUD_BLOCK_LEN &&
	    tail_move_front(skb, frame->at + SHROUD_BLOCK_LEN, covered - SHROUD_BLOCK_LEN, scratch))
		return -1;
	if (!ncp && frame_set_protocol(skb, frame, kind == 4 ? SHROUD_PPP_IPV4 : SHROUD_PPP_IPV6))
		return -1;
	if (own - ncp != covered && frame_set_length(skb, frame, scratch, own - ncp))
		return -1;
	return frame->tag.encap == SHROUD_L2TP ? frame_store16(skb, scratch->udp + 6, 0) : 0;
}

/* The first block into scratch->block, the rest in place; its own length, 0 if
 * a check fails, or -1. */
SHROUD_INLINE int uncover_decipher(shroud_skb *skb, const struct frame *frame,
				   struct scratch *scratch, const struct shroud_keys *keys,
				   enum stream_use use)
{
	int whole = frame->protocol == SHROUD_PPP_COVER_WHOLE;

	if (bpf_skb_load_bytes(skb, frame->at, scratch->block, SHROUD_BLOCK_LEN) ||
	    tail_turn(skb, frame, scratch, keys, TURN_UNCOVER, whole, use))
		return -1;
	return (int)uncover_check((const u8 *)scratch->block, frame->length);
}

/*
 * Under the first key, and if it does not fit under the second. With two of
 * them the first is tried without changing the frame, then whichever it is
 * deciphers: one loop, for one copy of the program. Sets *which.
 */
SHROUD_INLINE int uncover_under(shroud_skb *skb, struct frame *frame, struct scratch *scratch,
				const struct shroud_session *session, u32 *which)
{
	u32 pass = session->rx_keys == 2 ? STREAM_TRY : STREAM_STORE;
	int own = 0;

	ROLLED
	for (; pass <= STREAM_STORE; pass++) {
		frame_generalise(frame, scratch);
		*which = unknown(scratch, *which) & 1;
		own = uncover_decipher(skb, frame, scratch, &session->rx[*which],
				       (enum stream_use)pass);
		if (own < 0)
			return -1;
		if (pass == STREAM_TRY)
			*which = !own;
	}
	return own;
}

SHROUD_INLINE u32 uncover_packet(shroud_skb *skb, struct frame *frame,
				 const struct shroud_session *session)
{
	struct scratch *scratch = scratch_get();
	u32 which = 0;
	int own;

	if (!scratch)
		return SHROUD_COUNT_RX_MEMORY;
	own = uncover_under(skb, frame, scratch, session, &which);
	if (!own)
		return SHROUD_COUNT_RX_UNKNOWN;
	if (own < 0 || uncover_finish(skb, frame, scratch, (u32)own))
		return SHROUD_COUNT_RX_MEMORY;
	if (which)
		return SHROUD_COUNT_RX_SECOND;
	return frame->protocol == SHROUD_PPP_COVER_WHOLE ? SHROUD_COUNT_RX_WHOLE :
							   SHROUD_COUNT_RX_BLOCK;
}

SHROUD_INLINE int uncover_length_is_wrong(shroud_skb *skb, const struct frame *frame)
{
	if (frame->length < SHROUD_BLOCK_LEN || !frame_is_complete(skb, frame))
		return 1;
	return frame->protocol == SHROUD_PPP_COVER_WHOLE &&
	       (frame->length == SHROUD_BLOCK_LEN || frame->length > SHROUD_WHOLE_MAX);
}

/* A frame that no key covers: what becomes of it before there are keys, and
 * beside them. */
SHROUD_INLINE u32 uncover_keyless(const struct frame *frame, const struct shroud_session *session)
{
	enum protocol_class class = protocol_class(frame->protocol);

	if (class == PROTOCOL_LINK)
		return SHROUD_COUNT_RX_LINK;
	if (session->mode != SHROUD_COVER || !session->rx_keys) {
		if (class == PROTOCOL_NCP || class == PROTOCOL_OTHER_NCP)
			return SHROUD_COUNT_RX_NCP;
		return class == PROTOCOL_IP ? SHROUD_COUNT_RX_HOLD : SHROUD_COUNT_RX_REFUSED;
	}
	/* An LNS that waits for confirmation learns so that the peer gave up. */
	if (class == PROTOCOL_NCP && !session->tx_keys)
		return SHROUD_COUNT_RX_NCP;
	return SHROUD_COUNT_RX_REFUSED;
}

SHROUD_INLINE u32 uncover_covered(shroud_skb *skb, struct frame *frame,
				  const struct shroud_session *session)
{
	u32 verdict;

	if (uncover_length_is_wrong(skb, frame))
		return SHROUD_COUNT_RX_LENGTH;
	if (uncover_forget_checksum(skb))
		return SHROUD_COUNT_RX_MEMORY;
	verdict = uncover_packet(skb, frame, session);
	/* A hash of noise would send each packet of a flow another way. */
	if (verdict < SHROUD_COUNT_FIRST_DROP && skb->hash)
		bpf_set_hash_invalid(skb);
	return verdict;
}

SHROUD_INLINE u32 uncover_frame(shroud_skb *skb, struct frame *frame,
				const struct shroud_session *session)
{
	if (session->mode == SHROUD_PLAIN)
		return protocol_class(frame->protocol) == PROTOCOL_LINK ? SHROUD_COUNT_RX_LINK :
									  SHROUD_COUNT_RX_PLAIN;
	if (frame->fragment)
		return SHROUD_COUNT_RX_FRAGMENT;
	if (protocol_class(frame->protocol) == PROTOCOL_IP && session->mode == SHROUD_COVER &&
	    session->rx_keys)
		return uncover_covered(skb, frame, session);
	return uncover_keyless(frame, session);
}

#endif
