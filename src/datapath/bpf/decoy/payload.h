/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A decoy's payload, in the frame: docs/decoy.md section 7. */
#ifndef SHROUD_PAYLOAD_H
#define SHROUD_PAYLOAD_H

#include "ends.h"
#include "../tail.h"

SHROUD_INLINE const struct part *content(const struct disguise *disguise)
{
	return disguise->quotes ? &disguise->part[DISGUISE_QUOTE] : &disguise->part[0];
}

/* T, of what is in the decoy. */
SHROUD_INLINE void payload_tweak(struct disguise *disguise, int inverse)
{
	const struct part *part = content(disguise);
	const struct end *end = disguise->quotes ? &disguise->end[2] : &disguise->end[0];
	u32 source = inverse ? end[0].port_was : end[0].port_now;
	u32 destination = inverse ? end[1].port_was : end[1].port_now;
	u64 front = part->front;

	if (part->kind == KIND_PORTS)
		front = __builtin_bswap16((u16)source) | (u32)__builtin_bswap16((u16)destination)
								 << 16;
	disguise->tweak.low = end_tag(end, inverse) | (u64)end_tag(end + 1, inverse) << 32;
	disguise->tweak.high = front | (u64)part->last << 32;
}

/* Half of a short payload: n octets, 1 to 32. */
SHROUD_INLINE int brief_load(shroud_skb *skb, u32 at, u64 *half, u32 n)
{
	return words_load(skb, at, half, 4, ((n - 1) & 31) + 1);
}

SHROUD_INLINE int brief_store(shroud_skb *skb, u32 at, u64 *half, u32 n)
{
	return words_store(skb, at, half, 4, ((n - 1) & 31) + 1);
}

/* In the scratch area: the halves in scratch->disguise.brief. */
SHROUD_INLINE void brief_turn(struct scratch *scratch, const struct shroud_decoy *keys, u32 n,
			      int inverse)
{
	struct shroud_brief *brief = &scratch->disguise.brief;
	u32 rounds = shroud_brief_rounds(n), i, j, r, odd;

	n = unknown(scratch, n);
	shroud_brief_mask(brief->mask[0], n / 2);
	shroud_brief_mask(brief->mask[1], n - n / 2);
	ROLLED
	for (i = 0; i < SHROUD_FEISTEL_ROUNDS; i++) {
		rounds = unknown(scratch, rounds);
		if (i >= rounds)
			break;
		r = inverse ? rounds - 1 - i : i;
		/* The parity of r: there are even numbers of rounds. */
		odd = inverse ? ~i & 1 : i & 1;
		shroud_brief_message(scratch->block, brief->half[1 - odd], &scratch->disguise.tweak,
				     r, n);
		for (j = 0; j < 8; j++)
			scratch->block[j] = shroud_le64(scratch->block[j]);
		cipher_encrypt(scratch->block, &keys->brief);
		for (j = 0; j < 8; j++)
			scratch->block[j] = shroud_le64(scratch->block[j]);
		shroud_brief_combine(brief->half[odd], brief->mask[odd], scratch->block);
	}
	forget();
}

SHROUD_INLINE u64 brief_sum(const struct shroud_brief *brief, u32 n)
{
	u64 first = 0, second = 0;
	u32 i;

	for (i = 0; i < 4; i++) {
		first += word_sum(brief->half[0][i]);
		second += word_sum(brief->half[1][i]);
	}
	/* The second half starts at an odd octet: 2^8 times as much. */
	return first + (n / 2 & 1 ? second << 8 : second);
}

/* n: 1 to 63. */
SHROUD_INLINE int payload_short(shroud_skb *skb, struct scratch *scratch,
				const struct shroud_decoy *keys, u32 at, u32 n, int inverse)
{
	struct disguise *disguise = &scratch->disguise;
	struct shroud_brief *brief = &disguise->brief;
	u32 first = n / 2, i;

	for (i = 0; i < 4; i++)
		brief->half[0][i] = 0;
	if ((first && brief_load(skb, at, brief->half[0], first)) ||
	    brief_load(skb, at + first, brief->half[1], n - first))
		return -1;
	disguise->old[DISGUISE_CONTENT] += brief_sum(brief, n);
	brief_turn(scratch, keys, n, inverse);
	n = unknown(scratch, n);
	first = n / 2;
	disguise->new[DISGUISE_CONTENT] += brief_sum(brief, n);
	if ((first && brief_store(skb, at, brief->half[0], first)) ||
	    brief_store(skb, at + first, brief->half[1], n - first))
		return -1;
	return 0;
}

SHROUD_INLINE u64 block_sum(const u64 *block)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < 8; i++)
		sum += word_sum(shroud_le64(block[i]));
	return sum;
}

SHROUD_INLINE int payload_long_begun(shroud_skb *skb, struct scratch *scratch,
				     const struct shroud_decoy *keys, u32 at, u32 n, int whole,
				     int inverse)
{
	struct disguise *disguise = &scratch->disguise;
	struct frame frame = { .at = at, .length = n };
	u64 low = 0, high = 0;

	if (bpf_skb_load_bytes(skb, at, scratch->block, SHROUD_BLOCK_LEN))
		return -1;
	disguise->old[DISGUISE_CONTENT] += block_sum(scratch->block);
	if (!whole) {
		poly_start(scratch);
		shroud_poly_finish(&scratch->poly, &low, &high);
		block_add(scratch->block, low, high);
	}
	if (tail_turn(skb, &frame, scratch, &keys->payload, inverse ? TURN_UNCOVER : TURN_COVER,
		      whole, STREAM_STORE))
		return -1;
	if (!whole)
		block_subtract(scratch->block, low, high);
	disguise->new[DISGUISE_CONTENT] += block_sum(scratch->block);
	return (int)bpf_skb_store_bytes(skb, at, scratch->block, SHROUD_BLOCK_LEN, 0);
}

/* n: 64 or more; 65 to SHROUD_WHOLE_MAX if whole. */
SHROUD_INLINE int payload_long(shroud_skb *skb, struct scratch *scratch,
			       const struct shroud_decoy *keys, u32 at, u32 n, int whole,
			       int inverse)
{
	int result;
	u32 i;

	shroud_tweak_hash(&scratch->start, keys, &scratch->disguise.tweak);
	result = payload_long_begun(skb, scratch, keys, at, n, whole, inverse);
	/* Noise starts from nothing, also if this has failed. */
	for (i = 0; i < 5; i++)
		scratch->start.h[i] = 0;
	return result;
}

/* Under the tweak that is in the scratch area. */
SHROUD_INLINE int payload_turn_again(shroud_skb *skb, struct scratch *scratch,
				     const struct shroud_decoy *keys, int whole, int inverse)
{
	struct disguise *disguise = &scratch->disguise;
	u32 at, n;

	at = unknown(scratch, content(disguise)->payload);
	n = unknown(scratch, disguise->finish - at);
	forget();
	if (!n)
		return 0;
	if (n < SHROUD_BLOCK_LEN)
		return payload_short(skb, scratch, keys, at, n, inverse);
	return payload_long(skb, scratch, keys, at, n, (int)unknown(scratch, (u32)whole), inverse);
}

SHROUD_INLINE int payload_turn(shroud_skb *skb, struct scratch *scratch,
			       const struct shroud_decoy *keys, int whole, int inverse)
{
	payload_tweak(&scratch->disguise, inverse);
	return payload_turn_again(skb, scratch, keys, whole, inverse);
}

#endif
