/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commonest decoys, without a detour: TCP over IPv4 of a flow that is
 * known (cache.h), PPPoE, untagged or with a tag that the device took out, by
 * block or without a payload. All else, and all doubts, are left to the
 * general functions. See ../fast.h, and docs/decoy.md sections 4 to 7.
 */
#ifndef SHROUD_DECOY_FAST_H
#define SHROUD_DECOY_FAST_H

#include "../fast.h"
#include "reveal.h"

enum {
	FAST_HEADERS = 40, /* octets of IPv4 and TCP without options */
	FAST_TCP_END = 62, /* where these end in the frame */
	FAST_TIMES = 32, /* octets of TCP with the commonest options: twice nothing, timestamps */
	FAST_KIND = ALIAS_SOURCE | ALIAS_DESTINATION,
	FAST_KIND_BACK = ALIAS_BACK | ALIAS_SOURCE | ALIAS_DESTINATION,
	IPV4_PIECE = 0x3fff, /* more fragments, or not the first */
};

/* Far above all sums, and 0 as a residue. */
#define FAST_NOUGHT (0xffffULL << 24)

/* Checked headers of a packet. */
struct fast_packet {
	u8 *packet, *payload; /* in the frame */
	struct alias_ends ends;
	u32 header; /* of TCP: octets */
	u32 rest; /* octets behind it */
	u32 traffic, hops; /* swapped */
};

SHROUD_INLINE u64 fast_sum(struct alias_ends ends)
{
	return word_sum(ends.addresses) + ends.ports;
}

/* Words of a block, which is also one of longer ones. */
typedef u32 __attribute__((__may_alias__)) fast_word;

/* Addresses or ports as a tweak has them: the first octet lowest. */
SHROUD_INLINE u64 fast_tags(u64 image)
{
	return (u64)shroud_le32((u32)image) | (u64)shroud_le32((u32)(image >> 32)) << 32;
}

SHROUD_INLINE struct alias_ends fast_ends_of(const u8 *packet)
{
	struct alias_ends ends = { rule_addresses_ipv4(packet), load32(packet + IPV4_MIN) };

	return ends;
}

/* Reads headers that may be a decoy's, or a packet's that becomes one; 0 if they are not. */
SHROUD_INLINE int fast_read(shroud_skb *skb, u8 *base, struct fast_packet *read)
{
	u8 *packet = base + FAST_PACKET, *tcp = packet + IPV4_MIN;
	u64 length = fast_length(base);

	if (length > (u64)skb->len - FAST_AT || length < FAST_HEADERS ||
	    !fast_is_plain_ipv4(packet, length) || packet[9] != PROTOCOL_TCP ||
	    load16(packet + 6) & shroud_be16(IPV4_PIECE) || load16(packet + 10) == CHECKSUM_NEVER ||
	    load16(tcp + 16) == CHECKSUM_NEVER)
		return 0;
	read->packet = packet;
	read->header = (tcp[12] >> 4) * 4U;
	if (read->header < TCP_MIN || read->header > (u32)length - IPV4_MIN)
		return 0;
	read->rest = (u32)length - IPV4_MIN - read->header;
	read->traffic = packet[1];
	read->hops = packet[8];
	read->payload = tcp + read->header;
	read->ends = fast_ends_of(packet);
	return !read->rest || read->rest >= SHROUD_BLOCK_LEN;
}

/* H(T) of what is in the decoy. */
SHROUD_INLINE void fast_tweak(const struct shroud_decoy *keys, const u8 *tcp,
			      struct alias_ends ends, u64 *low, u64 *high)
{
	struct shroud_tweak tweak = {
		.low = fast_tags(ends.addresses),
		.high = shroud_le32(ends.ports) | (u64)shroud_le32(load32(tcp + 4)) << 32,
	};
	struct shroud_poly poly;

	shroud_tweak_hash(&poly, keys, &tweak);
	shroud_poly_finish(&poly, low, high);
}

/* The first octets of the payload into words; their sum. */
SHROUD_INLINE u64 fast_load(fast_word *word, const u8 *payload)
{
	u64 sum = 0;
	u32 i;

#ifdef __bpf__
#pragma clang loop unroll(full)
#endif
	for (i = 0; i < SHROUD_BLOCK_LEN / 4; i++) {
		word[i] = load32(payload + 4 * i);
		sum += word[i];
	}
	return sum;
}

/* And back. */
SHROUD_INLINE u64 fast_store(u8 *payload, const fast_word *word)
{
	u64 sum = 0;
	u32 i;

#ifdef __bpf__
#pragma clang loop unroll(full)
#endif
	for (i = 0; i < SHROUD_BLOCK_LEN / 4; i++) {
		store32(payload + 4 * i, word[i]);
		sum += word[i];
	}
	return sum;
}

/* Block cover. Returns the sum of what was there less that of what is there now, above 0; or 0
 * if there is no place to work. */
SHROUD_INLINE u64 fast_turn(u8 *tcp, u8 *payload, const struct shroud_decoy *keys,
			    struct alias_ends ends, int inverse)
{
	struct scratch *scratch = scratch_get();
	u64 low, high, sum;

	if (!scratch)
		return 0;
	fast_tweak(keys, tcp, ends, &low, &high);
	sum = FAST_NOUGHT + fast_load((fast_word *)scratch->block, payload);
	block_add(scratch->block, low, high);
	if (inverse)
		cipher_decrypt(scratch->block, &keys->payload.block);
	else
		cipher_encrypt(scratch->block, &keys->payload.block);
	block_subtract(scratch->block, low, high);
	return sum - fast_store(payload, (const fast_word *)scratch->block);
}

/* All but the payload; sum: of words that have changed there, old less new. */
SHROUD_INLINE void fast_write(const struct fast_packet *read, struct alias_ends now, u64 sum)
{
	u8 *packet = read->packet, *tcp = packet + IPV4_MIN;
	u32 fold;

	packet[1] = (u8)read->traffic;
	packet[8] = (u8)read->hops;
	fold = residue((u64)load32(packet) + load32(packet + 4) + load16(packet + 8) +
		       word_sum(now.addresses));
	store16(packet + 10, (u16)(fold ? 0xffff - fold : 0));
	store32(packet + 12, (u32)now.addresses);
	store32(packet + 16, (u32)(now.addresses >> 32));
	store32(tcp, now.ports);
	sum += load16(tcp + 16) + fast_sum(read->ends) - fast_sum(now);
	store16(tcp + 16, (u16)residue(sum));
}

/* The options that the sender may show: none, or timestamps as they commonly are. */
SHROUD_INLINE int fast_options_are_known(shroud_skb *skb, const u8 *tcp, u32 header)
{
	if (header == TCP_MIN)
		return 1;
	return header == FAST_TIMES && tcp + FAST_TIMES <= frame_end(skb) &&
	       load32(tcp + TCP_MIN) == shroud_be32(0x0101080a);
}

/* The whole packet but its addresses and ports, as the general functions want it, too. */
SHROUD_INLINE int fast_is_showable(shroud_skb *skb, const struct fast_packet *read)
{
	return !(read->hops & FLAG_PHASE || read->traffic & FLAG_WHOLE) &&
	       fast_options_are_known(skb, read->packet + IPV4_MIN, read->header);
}

SHROUD_INLINE int fast_is_in_reach(shroud_skb *skb, const struct fast_packet *read)
{
	return !read->rest || read->payload + SHROUD_BLOCK_LEN <= frame_end(skb);
}

/* The packet, whose ends become those of now, in either direction. What it counts as. */
SHROUD_INLINE u32 fast_change(shroud_skb *skb, const struct fast_packet *read,
			      const struct shroud_decoy *keys, struct alias_ends now, int inverse)
{
	struct alias_ends decoy = inverse ? read->ends : now;
	u32 failed = inverse ? SHROUD_COUNT_RX_MEMORY : SHROUD_COUNT_TX_MEMORY;
	u64 sum = FAST_NOUGHT;

	if (!fast_is_in_reach(skb, read))
		return failed;
	if (read->rest)
		sum = fast_turn(read->packet + IPV4_MIN, read->payload, keys, decoy, inverse);
	if (!sum)
		return failed;
	fast_write(read, now, sum);
	return inverse ? SHROUD_COUNT_RX_DECOY : SHROUD_COUNT_TX_DECOY;
}

/* The session is known. What the frame counts as, or FAST_NOT, or FAST_WHOLE. */
SHROUD_INLINE int fast_show(shroud_skb *skb, u8 *base, const struct shroud_session *session,
			    struct fast_packet *read)
{
	struct alias_ends now;
	int whole;

	read->hops = hops_swap(read->hops);
	read->traffic = traffic_swap(read->traffic);
	if (!fast_is_showable(skb, read) || !fast_is_in_reach(skb, read) ||
	    !alias_recall4(session->decoy_tx.id, FAST_KIND, read->ends, &now))
		return FAST_NOT;
	/* Counts the packet in its flow: to be done once. */
	whole = rule_wants_whole_tcp(skb, read->packet, fast_length(base), session->secret);
	if (whole && read->rest > SHROUD_BLOCK_LEN)
		return FAST_WHOLE;
	read->hops |= session->decoy_tx.phase ? FLAG_PHASE : 0;
	if (session->lcp)
		store16(base + FAST_PROTOCOL, shroud_be16(SHROUD_PPP_LCP));
	return (int)fast_change(skb, read, &session->decoy_tx, now, 0);
}

/* What the program returns; FAST_NOT, or FAST_WHOLE as fast_cover. */
SHROUD_INLINE int fast_disguise(shroud_skb *skb)
{
	const struct shroud_session *session;
	struct fast_packet read;
	u8 *start = frame_start(skb), *base;
	int result;
	u64 peer;

	if (start + FAST_TCP_END > frame_end(skb))
		return FAST_NOT;
	peer = frame_peer(load16(start), load32(start + 2), load16(start + 12));
	base = steady(start + FAST_BASE);
	if (load16(base + FAST_PROTOCOL) != shroud_be16(SHROUD_PPP_IPV4) ||
	    !fast_read(skb, base, &read))
		return FAST_NOT;
	session = fast_find(SHROUD_OUT, peer, fast_line(skb, base));
	if (!session || !session->tx_keys || skb->gso_size || fast_checksum_is_pending(skb))
		return FAST_NOT;
	result = fast_show(skb, base, session, &read);
	return result < 0 ? result : session_count(session, (u32)result);
}

SHROUD_INLINE int fast_is_framed(const u8 *base, const struct shroud_session *session)
{
	u16 protocol = load16(base + FAST_PROTOCOL);

	return protocol == shroud_be16(SHROUD_PPP_IPV4) ||
	       (session->lcp && protocol == shroud_be16(SHROUD_PPP_LCP));
}

SHROUD_INLINE int fast_reveal(shroud_skb *skb)
{
	u8 *base = steady(frame_start(skb) + FAST_BASE);
	const struct shroud_session *session;
	struct fast_packet read;
	struct alias_ends now;

	if (base + FAST_TCP_END - FAST_BASE > frame_end(skb) || !fast_read(skb, base, &read))
		return FAST_NOT;
	session = fast_find(SHROUD_IN, load64(base), fast_line(skb, base));
	if (!session || session->rx_keys != 1 || !fast_is_framed(base, session) || skb->gso_size ||
	    bpf_csum_update(skb, 0) >= 0)
		return FAST_NOT;
	if (read.hops / FLAG_PHASE != session->decoy_rx[0].phase || read.traffic & FLAG_WHOLE ||
	    !fast_is_in_reach(skb, &read) ||
	    !alias_recall4(session->decoy_rx[0].id, FAST_KIND_BACK, read.ends, &now))
		return FAST_NOT;
	read.traffic = traffic_swap(read.traffic);
	read.hops = hops_swap(read.hops & ~(u32)FLAG_PHASE);
	store16(base + FAST_PROTOCOL, shroud_be16(SHROUD_PPP_IPV4));
	return session_count(session, fast_change(skb, &read, &session->decoy_rx[0], now, 1));
}

#endif
