/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The common frames, without a detour: untagged or with a tag that the device
 * took out, 64 octets of packet or more, block cover, in place. All else, and
 * all doubts, are left to the general functions. What is commonest of these is
 * written for few instructions: see "What a packet costs" in docs/datapath.md.
 */
#ifndef SHROUD_FAST_H
#define SHROUD_FAST_H

#include "uncover.h"

enum fast {
	FAST_NOT = -2, /* not for here, nothing has been changed */
	FAST_WHOLE = -3, /* fills the frame, to be covered whole, counted in its flow */
};

/* Octets from the sender's address on, behind which each eighth is aligned for
 * words: what is loaded at a multiple of its size takes one instruction. */
enum {
	FAST_BASE = 6, /* where that is in the frame */
	FAST_TYPE = 6, /* EtherType */
	FAST_HEADER = 8, /* PPPoE: version, type, code, session id */
	FAST_LENGTH = 12, /* of the PPP protocol field and the packet */
	FAST_PROTOCOL = 14,
	FAST_PACKET = 16,
	IPV4_PLAIN = 0x45, /* first octet of a header without options */
	IPV4_UNFRAGMENTED = 0x4000, /* not, and not to be */
};

/* The start of the PPPoE header and the tag that the device took out. */
SHROUD_INLINE u64 fast_line(shroud_skb *skb, const u8 *base)
{
	u64 line = load32(base + FAST_HEADER), tag = skb->vlan_tci;

	if (RARE(tag))
		line |= (tag & 0xfff) << 32;
	return line;
}

/* Whether a line as above is that of a tag: version 1, type 1, code 0, and the rest as told. */
SHROUD_INLINE int fast_line_is(u64 line, const struct shroud_tag *tag)
{
#if SHROUD_BIG_ENDIAN
	return line - 0x11000000 == ((tag->line >> 16) << 32 | (tag->line & 0xffff));
#else
	return line - 0x0011 == tag->line << 16;
#endif
}

SHROUD_INLINE u32 fast_hash(u64 line)
{
#if SHROUD_BIG_ENDIAN
	return shroud_pppoe_hash(line & 0xffff, line >> 32);
#else
	return shroud_pppoe_hash(shroud_be16((u16)(line >> 16)), line >> 32);
#endif
}

SHROUD_INLINE int fast_is(const struct shroud_session *session, enum shroud_side side, u64 peer,
			  u64 line)
{
	return session && session->tag[side].peer == peer &&
	       fast_line_is(line, &session->tag[side]) && session->tag[side].encap == SHROUD_PPPOE;
}

/* As session_find, the first slot ahead of the others. */
SHROUD_INLINE struct shroud_session *fast_find(enum shroud_side side, u64 peer, u64 line)
{
	u32 hash = fast_hash(line), i;
	struct shroud_session *session = session_at(hash & shroud_config.mask);

	if (COMMON(fast_is(session, side, peer, line)))
		return session;
	ROLLED
	for (i = 1; i < SHROUD_PROBES; i++) {
		session = session_at((hash + i) & shroud_config.mask);
		if (fast_is(session, side, peer, line))
			return session;
	}
	return 0;
}

/* Of the packet, as told. */
SHROUD_INLINE u64 fast_length(const u8 *base)
{
	return (u64)shroud_be16(load16(base + FAST_LENGTH)) - 2;
}

/* A block or more, and all there. Below 64 the difference wraps around, and is
 * too long for any frame. */
SHROUD_INLINE int fast_length_fits(shroud_skb *skb, u64 length)
{
	return length - SHROUD_BLOCK_LEN <= (u64)skb->len - FAST_LEN;
}

/* The commonest packet: IPv4 without options, not padded, its header as it must be. */
SHROUD_INLINE int fast_is_plain_ipv4(const u8 *packet, u64 length)
{
	return packet[0] == IPV4_PLAIN && shroud_be16(load16(packet + 2)) == length &&
	       checksum_is_right(ipv4_sum(packet));
}

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

/* What the frame counts as, its packet deciphered. */
SHROUD_INLINE u32 fast_finish(shroud_skb *skb, u8 *base, u32 length)
{
	u8 *packet = base + FAST_PACKET;
	u32 own = uncover_check(packet, length);

	if (!own)
		return SHROUD_COUNT_RX_UNKNOWN;
	if (packet[0] >> 4 == 8)
		return fast_move_ncp(skb, own, length);
	if (packet[0] >> 4 != 4)
		packet[-1] = SHROUD_PPP_IPV6;
	if (own != length)
		store16(base + FAST_LENGTH, shroud_be16((u16)(own + 2)));
	return SHROUD_COUNT_RX_BLOCK;
}

/* Frames without a sum of the device's own, which would have to be forgotten. */
SHROUD_INLINE int fast_uncover(shroud_skb *skb)
{
	shroud_skb *near = skb_near(skb);
	u8 *base = steady(frame_start(near) + FAST_BASE);
	const struct shroud_session *session;
	u64 length;

	if (base + FAST_LEN - FAST_BASE > frame_end(near) ||
	    load16(base + FAST_PROTOCOL) != shroud_be16(SHROUD_PPP_COVER_BLOCK))
		return FAST_NOT;
	length = fast_length(base);
	if (!fast_length_fits(near, length))
		return FAST_NOT;
	/* The EtherType is compared with the peer's address; keys are for sessions to be
	 * covered only. */
	session = fast_find(SHROUD_IN, load64(base), fast_line(near, base));
	if (!session || session->rx_keys != 1 || bpf_csum_update(near, 0) >= 0)
		return FAST_NOT;
	/* A hash of noise would send each packet of a flow another way. */
	if (RARE(near->hash))
		bpf_set_hash_invalid(near);
	base = (u8 *)cipher_decrypt(base + FAST_PACKET, &session->rx[0].block) - FAST_PACKET;
	if (COMMON(fast_is_plain_ipv4(base + FAST_PACKET, length)))
		return session_count(session, SHROUD_COUNT_RX_BLOCK);
	return session_count(session, fast_finish(skb, base, (u32)length));
}

/*
 * The same question as checksum_is_pending, in fewer instructions: verification
 * on receipt can be noted for a packet with a checksum, not for one without. For
 * sending the note says no more than that the checksum is there.
 */
SHROUD_INLINE int fast_checksum_is_pending(shroud_skb *skb)
{
	if (bpf_csum_level(skb, BPF_CSUM_LEVEL_QUERY) >= 0)
		return 0;
	bpf_csum_level(skb, BPF_CSUM_LEVEL_INC);
	return bpf_csum_level(skb, BPF_CSUM_LEVEL_QUERY) < 0;
}

SHROUD_INLINE int fast_own_length_fits(const u8 *packet, u32 protocol, u32 length)
{
	if (protocol == SHROUD_PPP_IPV4)
		return packet[0] >> 4 == 4 && ipv4_own_length(packet, length) == length;
	return protocol == SHROUD_PPP_IPV6 && packet[0] >> 4 == 6 &&
	       ipv6_own_length(packet, length) == length;
}

/* Whether to cover the packet whole, or -1 if it is not fit for here. */
SHROUD_INLINE int fast_judge(shroud_skb *skb, const u8 *base, u64 length, u64 secret)
{
	u32 protocol = load16(base + FAST_PROTOCOL);
	const u8 *packet = base + FAST_PACKET;

	if (COMMON(protocol == shroud_be16(SHROUD_PPP_IPV4) && fast_is_plain_ipv4(packet, length) &&
		   packet[9] == PROTOCOL_TCP &&
		   load16(packet + 6) == shroud_be16(IPV4_UNFRAGMENTED)))
		return rule_wants_whole_tcp(skb, packet, length, secret);
	if (!fast_own_length_fits(packet, shroud_be16(protocol), (u32)length))
		return -1;
	return rule_wants_whole(skb, FAST_AT, 1, packet, (u32)length, secret);
}

SHROUD_INLINE int fast_cover(shroud_skb *skb)
{
	const struct shroud_session *session;
	u8 *start = frame_start(skb), *base;
	u64 length, peer;
	int whole;

	if (start + FAST_LEN > frame_end(skb))
		return FAST_NOT;
	peer = frame_peer(load16(start), load32(start + 2), load16(start + 12));
	base = steady(start + FAST_BASE);
	length = fast_length(base);
	if (!fast_length_fits(skb, length))
		return FAST_NOT;
	session = fast_find(SHROUD_OUT, peer, fast_line(skb, base));
	if (!session || !session->tx_keys || skb->gso_size || fast_checksum_is_pending(skb))
		return FAST_NOT;
	whole = fast_judge(skb, base, length, session->secret);
	if (whole)
		return whole < 0 ? FAST_NOT : FAST_WHOLE;
	base[FAST_PROTOCOL + 1] = SHROUD_PPP_COVER_BLOCK;
	cipher_encrypt(base + FAST_PACKET, &session->tx.block);
	return session_count(session, SHROUD_COUNT_TX_BLOCK);
}

#endif
