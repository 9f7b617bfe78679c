/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lies behind the first block of a packet that is covered whole
 * (docs/protocol.md 6.5). Through the load and store helpers: they cope with
 * any alignment and with data outside the linear part, and cost little beside
 * the cipher.
 */
#ifndef SHROUD_TAIL_H
#define SHROUD_TAIL_H

#include "frame.h"
#include "session.h"

enum {
	TAIL_CHUNKS = (SHROUD_WHOLE_MAX - SHROUD_BLOCK_LEN) / SHROUD_BLOCK_LEN,
};

/* n octets, 1 to 8 * count. Words in host order, zero behind the end. */
SHROUD_INLINE int words_load(shroud_skb *skb, u32 at, u64 *word, u32 count, u32 n)
{
	u32 i;

	for (i = 0; i < count; i++)
		word[i] = 0;
	if (bpf_skb_load_bytes(skb, at, word, n))
		return -1;
	for (i = 0; i < count; i++)
		word[i] = shroud_le64(word[i]);
	return 0;
}

SHROUD_INLINE int words_store(shroud_skb *skb, u32 at, u64 *word, u32 count, u32 n)
{
	u32 i;

	for (i = 0; i < count; i++)
		word[i] = shroud_le64(word[i]);
	return (int)bpf_skb_store_bytes(skb, at, word, n, 0);
}

/* n: 1 to 64 octets. */
SHROUD_INLINE int chunk_load(shroud_skb *skb, u32 at, u64 *word, u32 n)
{
	return words_load(skb, at, word, 8, n);
}

SHROUD_INLINE int chunk_store(shroud_skb *skb, u32 at, u64 *word, u32 n)
{
	return words_store(skb, at, word, 8, n);
}

/* The first 16 octets of a block, eight little-endian words, += a number. */
SHROUD_INLINE void block_add(u64 *block, u64 low, u64 high)
{
	u64 sum = shroud_le64(block[0]) + low;

	block[0] = shroud_le64(sum);
	block[1] = shroud_le64(shroud_le64(block[1]) + high + (sum < low));
}

SHROUD_INLINE void block_subtract(u64 *block, u64 low, u64 high)
{
	u64 word = shroud_le64(block[0]);

	block[0] = shroud_le64(word - low);
	block[1] = shroud_le64(shroud_le64(block[1]) - high - (word < low));
}

/* A decoy's payload has its tweak ahead of what is hashed. */
SHROUD_INLINE void poly_start(struct scratch *scratch)
{
	u32 i;

	for (i = 0; i < 5; i++)
#if WITH_DECOY
		scratch->poly.h[i] = scratch->start.h[i];
#else
		scratch->poly.h[i] = 0;
#endif
}

/* Into the hash: n octets from at, 1 to 64. */
SHROUD_INLINE int chunk_hash(shroud_skb *skb, u32 at, u32 n, const struct shroud_keys *keys,
			     struct scratch *scratch)
{
	if (chunk_load(skb, at, scratch->word, n))
		return -1;
#if WITH_DECOY
	scratch->disguise.old[DISGUISE_CONTENT] += words_sum(scratch->word);
#endif
	shroud_poly_chunk(&scratch->poly, &keys->hash, scratch->word, n);
	return 0;
}

/* low, high: H over n octets from at. */
SHROUD_INLINE int tail_hash(shroud_skb *skb, u32 at, u32 n, const struct shroud_keys *keys,
			    struct scratch *scratch, u64 *low, u64 *high)
{
	u32 i;

	poly_start(scratch);
	ROLLED
	for (i = 0; i < TAIL_CHUNKS; i++) {
		n = unknown(scratch, n);
		if (n < SHROUD_BLOCK_LEN)
			break;
		if (chunk_hash(skb, at, SHROUD_BLOCK_LEN, keys, scratch))
			return -1;
		at += SHROUD_BLOCK_LEN;
		n -= SHROUD_BLOCK_LEN;
	}
	if (n && chunk_hash(skb, at, chunk_part(unknown(scratch, n)), keys, scratch))
		return -1;
	shroud_poly_finish(&scratch->poly, low, high);
	return 0;
}

enum stream_use {
	STREAM_TRY, /* only hash what would come out */
	STREAM_STORE,
};

SHROUD_INLINE void words_turn(u64 *word, const u64 *stream)
{
	u32 i;

	for (i = 0; i < 8; i++)
		word[i] ^= shroud_le64(stream[i]);
}

/* n octets, 1 to 64, from at ^= stream, and into the hash with the result. */
SHROUD_INLINE int chunk_stream(shroud_skb *skb, u32 at, u32 n, const struct shroud_keys *keys,
			       struct scratch *scratch, enum stream_use use)
{
	u64 *word = scratch->word;

	if (chunk_load(skb, at, word, n))
		return -1;
	words_turn(word, scratch->stream);
	/* Read back, to be rid of the stream behind the end. */
	if (n < SHROUD_BLOCK_LEN && (chunk_store(skb, at, word, n) || chunk_load(skb, at, word, n)))
		return -1;
#if WITH_DECOY
	scratch->disguise.new[DISGUISE_CONTENT] += words_sum(word);
#endif
	shroud_poly_chunk(&scratch->poly, &keys->hash, word, n);
	if (use == STREAM_TRY)
		words_turn(word, scratch->stream);
	return chunk_store(skb, at, word, n);
}

/* n octets from at ^= S(scratch->nonce); low, high: H over the result. */
SHROUD_INLINE int tail_stream(shroud_skb *skb, u32 at, u32 n, const struct shroud_keys *keys,
			      struct scratch *scratch, enum stream_use use, u64 *low, u64 *high)
{
	u32 i, j;

	poly_start(scratch);
	ROLLED
	for (i = 1; i <= TAIL_CHUNKS; i++) {
		n = unknown(scratch, n);
		if (!n)
			break;
		for (j = 0; j < 8; j++)
			scratch->stream[j] = scratch->nonce[j];
		scratch->stream[0] ^= shroud_le64(i);
		cipher_encrypt(scratch->stream, &keys->rest);
		if (n < SHROUD_BLOCK_LEN)
			break;
		if (chunk_stream(skb, at, SHROUD_BLOCK_LEN, keys, scratch, use))
			return -1;
		at += SHROUD_BLOCK_LEN;
		n -= SHROUD_BLOCK_LEN;
	}
	if (n && chunk_stream(skb, at, chunk_part(unknown(scratch, n)), keys, scratch, use))
		return -1;
	shroud_poly_finish(&scratch->poly, low, high);
	return 0;
}

enum turn {
	TURN_COVER,
	TURN_UNCOVER,
};

/*
 * Sections 6.4 and 6.5 both ways, in one copy of the cipher: the first 64
 * octets in scratch->block, what lies behind them where it is.
 */
SHROUD_INLINE int tail_turn(shroud_skb *skb, const struct frame *frame, struct scratch *scratch,
			    const struct shroud_keys *keys, enum turn turn, int whole,
			    enum stream_use use)
{
	u32 at = frame->at + SHROUD_BLOCK_LEN, n = frame->length - SHROUD_BLOCK_LEN, i;
	u64 *block = scratch->block, *nonce = scratch->nonce, low, high;
	const struct shroud_threefish *key = &keys->block;
	u32 more = 0;

	if (whole) {
		more = 1;
		if (tail_hash(skb, at, n, keys, scratch, &low, &high))
			return -1;
		block_add(block, low, high);
		for (i = 0; i < 8; i++)
			nonce[i] = block[i];
		key = &keys->whole;
	}
	more = opaque(more); /* or the compiler makes two copies of the cipher */
	if (turn == TURN_COVER)
		cipher_encrypt(block, key);
	else
		cipher_decrypt(block, key);
	if (!more)
		return 0;
	for (i = 0; i < 8; i++)
		nonce[i] ^= block[i];
	if (tail_stream(skb, at, n, keys, scratch, use, &low, &high))
		return -1;
	block_subtract(block, low, high);
	return 0;
}

/* Move n octets two further back: from the last on, for they overlap. */
SHROUD_INLINE int tail_move_back(shroud_skb *skb, u32 at, u32 n, struct scratch *scratch)
{
	u32 i, part;

	ROLLED
	for (i = 0; i < TAIL_CHUNKS; i++) {
		n = unknown(scratch, n);
		if (!n)
			break;
		part = chunk_part(n);
		n -= part;
		if (bpf_skb_load_bytes(skb, at + n, scratch->word, part) ||
		    bpf_skb_store_bytes(skb, at + n + 2, scratch->word, part, 0))
			return -1;
	}
	return 0;
}

/* Move n octets from at two further to the front. */
SHROUD_INLINE int tail_move_front(shroud_skb *skb, u32 at, u32 n, struct scratch *scratch)
{
	u32 i, part;

	ROLLED
	for (i = 0; i < TAIL_CHUNKS; i++) {
		n = unknown(scratch, n);
		if (!n)
			break;
		part = chunk_part(n);
		if (bpf_skb_load_bytes(skb, at, scratch->word, part) ||
		    bpf_skb_store_bytes(skb, at - 2, scratch->word, part, 0))
			return -1;
		at += part;
		n -= part;
	}
	return 0;
}

#endif
