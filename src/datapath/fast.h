/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The common frames, without a detour: untagged or with a tag that the device
 * took out, 64 octets of packet or more, block cover, in place. All else, and
 * all doubts, are left to the general functions.
 */
#ifndef SHROUD_FAST_H
#define SHROUD_FAST_H

#include "uncover.h"

enum fast {
	FAST_NOT = -2, /* not for here, nothing has been changed */
	FAST_WHOLE = -3, /* fills the frame, to be covered whole, counted in its flow */
};

/* An NCP packet, deciphered where it is, goes over the protocol field. */
SHROUD_INLINE u32 fast_move_ncp(shroud_skb *skb, u32 own, u32 length)
{
	struct frame frame = { .tag.encap = SHROUD_PPPOE, .at = FAST_AT, .length = length };
	struct scratch *scratch = scratch_get();

	if (!scratch || bpf_skb_load_bytes(skb, FAST_AT, scratch->block, SHROUD_BLOCK_LEN) ||
	    uncover_finish(skb, &frame, scratch, own))
		return SHROUD_COUNT_RX_MEMORY;
	return SHROUD_COUNT_RX_BLOCK;
}

/* Frames without a sum of the device's own, which would have to be forgotten. */
SHROUD_INLINE int fast_uncover(shroud_skb *skb)
{
	const struct shroud_session *session;
	u8 *start = frame_start(skb), *packet = start + FAST_AT;
	struct shroud_tag tag;
	u32 length, own;

	if (start + FAST_LEN > frame_end(skb) ||
	    load16(start + 20) != shroud_be16(SHROUD_PPP_COVER_BLOCK))
		return FAST_NOT;
	length = frame_parse_fast(skb, start, &tag, SHROUD_IN);
	if (!length)
		return FAST_NOT;
	session = session_find(&tag, SHROUD_IN);
	if (!session || session->mode != SHROUD_COVER || session->rx_keys != 1 ||
	    bpf_csum_update(skb, 0) >= 0)
		return FAST_NOT;
	cipher_decrypt(packet, &session->rx[0].block);
	own = uncover_check(packet, length);
	if (!own)
		return session_count(session, SHROUD_COUNT_RX_UNKNOWN);
	if (packet[0] >> 4 == 8)
		return session_count(session, fast_move_ncp(skb, own, length));
	if (packet[0] >> 4 != 4)
		packet[-1] = SHROUD_PPP_IPV6;
	if (own != length)
		store16(packet - 4, shroud_be16((u16)(own + 2)));
	if (skb->hash)
		bpf_set_hash_invalid(skb);
	return session_count(session, SHROUD_COUNT_RX_BLOCK);
}

/*
 * The same question as checksum_is_pending, in fewer instructions: verification
 * on receipt can be noted for a packet with a checksum, not for one without.
 */
SHROUD_INLINE int fast_checksum_is_pending(shroud_skb *skb)
{
	int pending;

	if (bpf_csum_level(skb, BPF_CSUM_LEVEL_QUERY) >= 0)
		return 0;
	bpf_csum_level(skb, BPF_CSUM_LEVEL_INC);
	pending = bpf_csum_level(skb, BPF_CSUM_LEVEL_QUERY) < 0;
	if (!pending)
		bpf_csum_level(skb, BPF_CSUM_LEVEL_RESET);
	return pending;
}

SHROUD_INLINE int fast_own_length_fits(const u8 *packet, u32 protocol, u32 length)
{
	if (protocol == SHROUD_PPP_IPV4)
		return packet[0] >> 4 == 4 && ipv4_own_length(packet, length) == length;
	return packet[0] >> 4 == 6 && ipv6_own_length(packet, length) == length;
}

SHROUD_INLINE int fast_cover(shroud_skb *skb)
{
	const struct shroud_session *session;
	u8 *start = frame_start(skb), *packet = start + FAST_AT;
	struct shroud_tag tag;
	u32 length, protocol;

	if (start + FAST_LEN > frame_end(skb))
		return FAST_NOT;
	protocol = shroud_be16(load16(start + 20));
	if (protocol != SHROUD_PPP_IPV4 && protocol != SHROUD_PPP_IPV6)
		return FAST_NOT;
	length = frame_parse_fast(skb, start, &tag, SHROUD_OUT);
	if (!length)
		return FAST_NOT;
	session = session_find(&tag, SHROUD_OUT);
	if (!session || session->mode != SHROUD_COVER || !session->tx_keys || skb->gso_size ||
	    fast_checksum_is_pending(skb))
		return FAST_NOT;
	if (!fast_own_length_fits(packet, protocol, length))
		return FAST_NOT;
	if (rule_wants_whole(skb, FAST_AT, 1, packet, length, session->secret))
		return FAST_WHOLE;
	packet[-1] = SHROUD_PPP_COVER_BLOCK;
	cipher_encrypt(packet, &session->tx.block);
	return session_count(session, SHROUD_COUNT_TX_BLOCK);
}

#endif
