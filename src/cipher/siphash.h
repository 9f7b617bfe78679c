/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SipHash-2-4 (Aumasson and Bernstein, 2012) of messages of up to 15 octets,
 * given as words, and the Feistel permutations of docs/decoy.md section 4
 * that are made of it. The result is a number in host order.
 */
#ifndef SHROUD_SIPHASH_H
#define SHROUD_SIPHASH_H

#include "threefish.h"

enum {
	SHROUD_FEISTEL_ROUNDS = 12,
	SHROUD_SIPHASH_LENGTH = 56, /* of the last word: where the message's length is */
};

struct shroud_siphash_key {
	shroud_u64 k0, k1;
};

/* raw: 16 octets. */
SHROUD_INLINE void shroud_siphash_expand(struct shroud_siphash_key *key, const shroud_u8 *raw)
{
	key->k0 = shroud_pull_le64(raw);
	key->k1 = shroud_pull_le64(raw + 8);
}

struct shroud_siphash {
	shroud_u64 a, b, c, d;
};

SHROUD_INLINE void shroud_siphash_round(struct shroud_siphash *v)
{
	v->a += v->b;
	v->b = shroud_rotate(v->b, 13) ^ v->a;
	v->a = shroud_rotate(v->a, 32);
	v->c += v->d;
	v->d = shroud_rotate(v->d, 16) ^ v->c;
	v->a += v->d;
	v->d = shroud_rotate(v->d, 21) ^ v->a;
	v->c += v->b;
	v->b = shroud_rotate(v->b, 17) ^ v->c;
	v->c = shroud_rotate(v->c, 32);
}

SHROUD_INLINE void shroud_siphash_word(struct shroud_siphash *v, shroud_u64 word)
{
	v->d ^= word;
	shroud_siphash_round(v);
	shroud_siphash_round(v);
	v->a ^= word;
}

/*
 * Of a message of 8 to 15 octets if two is set, its first 8 little-endian in
 * first, else of one of up to 7 octets. last: the octets left, and the
 * message's length in the highest.
 */
SHROUD_INLINE shroud_u64 shroud_siphash(const struct shroud_siphash_key *key, int two,
					shroud_u64 first, shroud_u64 last)
{
	struct shroud_siphash v = {
		key->k0 ^ 0x736f6d6570736575ULL,
		key->k1 ^ 0x646f72616e646f6dULL,
		key->k0 ^ 0x6c7967656e657261ULL,
		key->k1 ^ 0x7465646279746573ULL,
	};

	if (two)
		shroud_siphash_word(&v, first);
	shroud_siphash_word(&v, last);
	v.c ^= 0xff;
	shroud_siphash_round(&v);
	shroud_siphash_round(&v);
	shroud_siphash_round(&v);
	shroud_siphash_round(&v);
	return v.a ^ v.b ^ v.c ^ v.d;
}

/* What one of the permutations is made of. The message is the round, a half and rest. */
struct shroud_feistel {
	shroud_u64 mask_a, mask_b; /* of the halves */
	shroud_u64 rest; /* of the only word, if it is one */
	int two; /* a half has 8 octets: the message has two words */
};

struct shroud_halves {
	shroud_u64 a, b;
};

SHROUD_INLINE shroud_u64 shroud_feistel_f(const struct shroud_feistel *kind,
					  const struct shroud_siphash_key *key, shroud_u64 r,
					  shroud_u64 half)
{
	shroud_u64 first = r | half << 8, last = first | kind->rest;
	int two = kind->two;

	if (two)
		last = half >> 56 | 9ULL << SHROUD_SIPHASH_LENGTH;
	/* Or the compiler makes two copies of what follows, and a verifier goes through both. */
	__asm__("" : "+r"(two), "+r"(last));
	return shroud_siphash(key, two, first, last);
}

SHROUD_INLINE void shroud_feistel_turn(struct shroud_halves *halves,
				       const struct shroud_feistel *kind,
				       const struct shroud_siphash_key *key, int inverse)
{
	shroud_u64 i, r;

	SHROUD_ROLLED
	for (i = 0; i < SHROUD_FEISTEL_ROUNDS; i++) {
		r = inverse ? SHROUD_FEISTEL_ROUNDS - 1 - i : i;
		if (r & 1)
			halves->b ^= shroud_feistel_f(kind, key, r, halves->a) & kind->mask_b;
		else
			halves->a ^= shroud_feistel_f(kind, key, r, halves->b) & kind->mask_a;
	}
}

#endif
