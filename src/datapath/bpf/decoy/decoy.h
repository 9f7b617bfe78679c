/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet to its decoy, and back: docs/decoy.md section 10. */
#ifndef SHROUD_DATAPATH_DECOY_H
#define SHROUD_DATAPATH_DECOY_H

#include "../cover.h"
#include "layout.h"
#include "payload.h"
#include "read.h"

SHROUD_INLINE int decoy_may_be_whole(const struct disguise *disguise)
{
	u32 n = disguise->finish - content(disguise)->payload;

	return content(disguise)->kind != KIND_NAMES && n > SHROUD_BLOCK_LEN &&
	       n <= SHROUD_WHOLE_MAX;
}

/* Adds addresses and ports of a part to its sums. */
SHROUD_INLINE void decoy_sum_ends(struct disguise *disguise, u32 part)
{
	const struct end *end = disguise->end + part * 2;
	u32 i;

#ifdef __bpf__
#pragma clang loop unroll(full)
#endif
	for (i = 0; i < 2; i++) {
		disguise->old[part] += end_sum(end[i].was, disguise->six);
		disguise->old[part] += __builtin_bswap16((u16)end[i].port_was);
		disguise->new[part] += end_sum(end[i].now, disguise->six);
		disguise->new[part] += __builtin_bswap16((u16)end[i].port_now);
	}
}

SHROUD_INLINE int decoy_store_checksum(shroud_skb *skb, u32 at, u32 checksum)
{
	u16 field = shroud_le16(checksum);

	return (int)bpf_skb_store_bytes(skb, at, &field, sizeof(field), 0);
}

/* The transport checksum of a part; sets *now. */
SHROUD_INLINE int decoy_finish_transport(shroud_skb *skb, const struct part *part, u64 old, u64 new,
					 u32 *now)
{
	*now = part->was;
	if (part->protocol == PROTOCOL_UDP && !part->was)
		return 0;
	*now = checksum_after(part->was, old, new);
	if (part->protocol == PROTOCOL_UDP && !*now)
		*now = CHECKSUM_NEVER;
	return decoy_store_checksum(skb, part->checksum, *now);
}

SHROUD_INLINE int decoy_store_ends(shroud_skb *skb, const struct disguise *disguise,
				   const struct part *part, const struct end *end)
{
	u64 six[4] = { be64(end[0].now[0]), be64(end[0].now[1]), be64(end[1].now[0]),
		       be64(end[1].now[1]) };
	u32 four[2] = { shroud_be32((u32)end[0].now[1]), shroud_be32((u32)end[1].now[1]) };
	u32 ports = shroud_be32(end[0].port_now << 16 | end[1].port_now);

	if (disguise->six ? bpf_skb_store_bytes(skb, part->at + 8, six, sizeof(six), 0) :
			    bpf_skb_store_bytes(skb, part->at + 12, four, sizeof(four), 0))
		return -1;
	if (part->kind == KIND_ECHO || part->kind == KIND_ERROR)
		return 0;
	return (int)bpf_skb_store_bytes(skb, part->segment, &ports, sizeof(ports), 0);
}

/* Traffic class and hop limit, and the IPv4 header's checksum, computed anew. */
SHROUD_INLINE int decoy_store_header(shroud_skb *skb, const struct disguise *disguise)
{
	u32 at = disguise->part[0].at, word[5], first;
	u64 sum = 0;
	u32 i;

	if (bpf_skb_load_bytes(skb, at, word, sizeof(word)))
		return -1;
	if (disguise->six) {
		first = shroud_be32(word[0]);
		word[0] = shroud_be32((first & 0xf00fffff) | disguise->traffic << 20);
		first = shroud_be32(word[1]);
		word[1] = shroud_be32((first & 0xffffff00) | disguise->hops);
		return (int)bpf_skb_store_bytes(skb, at, word, 8, 0);
	}
	first = shroud_be32(word[0]);
	word[0] = shroud_be32((first & 0xff00ffff) | disguise->traffic << 16);
	first = shroud_be32(word[2]);
	word[2] = shroud_be32((first & 0x00ff0000) | disguise->hops << 24);
	for (i = 0; i < 5; i++)
		sum += shroud_le32(word[i]);
	first = residue(sum);
	word[2] |= shroud_le32((first ? 0xffff - first : 0) << 16);
	return (int)bpf_skb_store_bytes(skb, at, word, 12, 0);
}

/* The quoted packet: its header's checksum, and its transport's. Adds to the error's sums. */
SHROUD_INLINE int decoy_finish_quote(shroud_skb *skb, struct disguise *disguise)
{
	const struct part *part = &disguise->part[DISGUISE_QUOTE];
	const struct end *end = &disguise->end[2];
	u64 old = end_sum(end[0].was, disguise->six) + end_sum(end[1].was, disguise->six);
	u64 new = end_sum(end[0].now, disguise->six) + end_sum(end[1].now, disguise->six);
	u32 now;

	if (decoy_store_ends(skb, disguise, part, end))
		return -1;
	if (!disguise->six) {
		now = checksum_after(part->header_was, old, new);
		if (decoy_store_checksum(skb, part->at + 10, now))
			return -1;
		disguise->old[0] += part->header_was;
		disguise->new[0] += now;
	}
	decoy_sum_ends(disguise, DISGUISE_QUOTE);
	disguise->old[0] += disguise->old[DISGUISE_QUOTE];
	disguise->new[0] += disguise->new[DISGUISE_QUOTE];
	/* ICMP over IPv4 has no pseudo-header, and no ports. */
	if (part->protocol == PROTOCOL_ICMP)
		disguise->old[DISGUISE_QUOTE] = disguise->new[DISGUISE_QUOTE] = 0;
	if (decoy_finish_transport(
		    skb, part, disguise->old[DISGUISE_QUOTE] + disguise->old[DISGUISE_CONTENT],
		    disguise->new[DISGUISE_QUOTE] + disguise->new[DISGUISE_CONTENT], &now))
		return -1;
	disguise->old[0] += part->was;
	disguise->new[0] += now;
	return 0;
}

/* All that changes but the payload, whose sums are there already. */
SHROUD_INLINE int decoy_finish(shroud_skb *skb, struct disguise *disguise)
{
	const struct part *part = &disguise->part[0];
	u32 now;

	if (disguise->quotes && decoy_finish_quote(skb, disguise))
		return -1;
	/* ICMP over IPv4 has no pseudo-header. */
	if (part->protocol != PROTOCOL_ICMP)
		decoy_sum_ends(disguise, 0);
	if (decoy_store_ends(skb, disguise, part, disguise->end) ||
	    decoy_finish_transport(skb, part, disguise->old[0] + disguise->old[DISGUISE_CONTENT],
				   disguise->new[0] + disguise->new[DISGUISE_CONTENT], &now))
		return -1;
	return decoy_store_header(skb, disguise);
}

SHROUD_INLINE void decoy_reset(struct disguise *disguise)
{
	u32 i;

	disguise->job = disguise->walked = 0;
	for (i = 0; i < DISGUISE_SUMS; i++)
		disguise->old[i] = disguise->new[i] = 0;
}

/* Takes the padding off again. */
SHROUD_INLINE int decoy_trim(shroud_skb *skb, struct frame *frame, const struct cover *cover)
{
	u32 was = frame->length;

	if (cover->own == was)
		return 0;
	if (bpf_skb_change_tail(skb, frame->at + cover->own, 0) ||
	    frame_set_length(skb, frame, cover->scratch, cover->own))
		return -1;
	return frame->tag.encap == SHROUD_L2TP ?
		       l2tp_fix_checksum(skb, cover->scratch, cover->own - was) :
		       0;
}

/* The decoy is in the frame. */
SHROUD_INLINE u32 decoy_frame(shroud_skb *skb, const struct frame *frame,
			      const struct shroud_session *session)
{
	if (session->lcp && frame_set_protocol(skb, frame, SHROUD_PPP_LCP))
		return SHROUD_COUNT_TX_MEMORY;
	return SHROUD_COUNT_TX_DECOY;
}

/* A payload that starts so and has n octets looks like RTCP, Pathport or GOOSE: broken. */
SHROUD_INLINE int decoy_looks_broken(shroud_skb *skb, u32 at, u32 n)
{
	u8 first[2], unit;

	if (n < sizeof(first) || bpf_skb_load_bytes(skb, at, first, sizeof(first)))
		return 0;
	if (first[0] >> 6 == 2 && first[1] >> 3 == 25 && !(n & 3))
		return 1;
	if (first[0] == 0xed && first[1] == 0x01)
		return 1;
	if (first[1] >> 4 != 4 || first[0] + 1U >= n ||
	    bpf_skb_load_bytes(skb, at + first[0] + 1, &unit, sizeof(unit)))
		return 0;
	return unit >> 2 == 0xa0 >> 2;
}

/* Whether a dissector would complain about the decoy: docs/decoy.md section 10. */
SHROUD_INLINE int decoy_is_noticed(shroud_skb *skb, const struct disguise *disguise)
{
	const struct part *part = &disguise->part[0];

	return part->protocol == PROTOCOL_UDP &&
	       decoy_looks_broken(skb, part->payload, disguise->finish - part->payload);
}

/* Whether the packet may be shown as a decoy, but for its ends. */
SHROUD_INLINE int decoy_is_possible(shroud_skb *skb, struct scratch *scratch,
				    const struct frame *frame, u32 own,
				    const struct shroud_decoy *keys)
{
	struct disguise *disguise = &scratch->disguise;

	decoy_reset(disguise);
	if (layout_read(skb, disguise, frame->at, frame->at + own,
			frame->protocol == SHROUD_PPP_IPV6) ||
	    options_check(skb, scratch, content(disguise)))
		return 0;
	disguise->hops = hops_swap(disguise->hops);
	disguise->traffic = traffic_swap(disguise->traffic);
	scratch->held.turning = 1;
	alias_begin(scratch, keys->id, 0);
	return !(disguise->hops & FLAG_PHASE || disguise->traffic & FLAG_WHOLE);
}

/* 0 if the packet has to go as noise: nothing has changed then. */
SHROUD_INLINE u32 decoy_cover(shroud_skb *skb, struct frame *frame, struct cover *cover,
			      const struct shroud_decoy *keys)
{
	struct scratch *scratch = cover->scratch;
	struct disguise *disguise = &scratch->disguise;
	int more, whole;

	scratch->held.phase = (u32)keys->phase;
	if (!scratch->held.turning && !decoy_is_possible(skb, scratch, frame, cover->own, keys))
		return 0;
	more = ends_turn(scratch, keys, 0);
	if (more < 0)
		return 0;
	if (more) {
		stage_go(skb, STAGE_DISGUISE);
		return SHROUD_COUNT_TX_MEMORY;
	}
	whole = scratch->held.whole && decoy_may_be_whole(disguise);
	disguise->hops |= keys->phase ? FLAG_PHASE : 0;
	disguise->traffic |= whole ? FLAG_WHOLE : 0;
	if (content(disguise)->kind == KIND_NAMES) {
		names_begin(skb, scratch);
		return 0;
	}
	frame_generalise(frame, scratch);
	cover->own = unknown(scratch, cover->own);
	if (payload_turn(skb, scratch, keys, whole, 0))
		return SHROUD_COUNT_TX_MEMORY;
	if (decoy_is_noticed(skb, disguise)) {
		stage_go(skb, STAGE_RESTORE);
		return SHROUD_COUNT_TX_MEMORY;
	}
	if (decoy_finish(skb, disguise) || decoy_trim(skb, frame, cover))
		return SHROUD_COUNT_TX_MEMORY;
	return SHROUD_COUNT_TX_DECOY;
}

/* The payload, which alone has changed, as it was; then to be sent as noise. */
SHROUD_INLINE u32 decoy_restore(shroud_skb *skb, struct frame *frame, struct scratch *scratch,
				const struct shroud_decoy *keys)
{
	int whole = scratch->held.whole && decoy_may_be_whole(&scratch->disguise);

	frame_generalise(frame, scratch);
	if (!payload_turn_again(skb, scratch, keys, whole, 1) &&
	    !bpf_skb_load_bytes(skb, frame->at, scratch->block, SHROUD_BLOCK_LEN))
		stage_go_noise(skb, scratch);
	return SHROUD_COUNT_TX_MEMORY;
}

#endif
