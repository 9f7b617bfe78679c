/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The accumulator of Poly1305 (RFC 8439 section 2.5) without the final
 * addition: a polynomial over 2^130 - 5. Five limbs of 26 bits, so that every
 * product and sum fits 64 bits: BPF has no wider multiplication.
 */
#ifndef SHROUD_POLY1305_H
#define SHROUD_POLY1305_H

#include "shroud_types.h"

#define SHROUD_POLY_LIMB 0x3ffffffULL

/* The key r, clamped, and 5 r[1..4] for what wraps around at 2^130. */
struct shroud_poly_key {
	shroud_u64 r[5];
	shroud_u64 r5[5];
};

struct shroud_poly {
	shroud_u64 h[5];
};

/* low, high: the 16 octets of the key as little-endian words. */
SHROUD_INLINE void shroud_poly_expand(struct shroud_poly_key *key, shroud_u64 low, shroud_u64 high)
{
	unsigned int i;

	low &= 0x0ffffffc0fffffffULL;
	high &= 0x0ffffffc0ffffffcULL;
	key->r[0] = low & SHROUD_POLY_LIMB;
	key->r[1] = low >> 26 & SHROUD_POLY_LIMB;
	key->r[2] = (low >> 52 | high << 12) & SHROUD_POLY_LIMB;
	key->r[3] = high >> 14 & SHROUD_POLY_LIMB;
	key->r[4] = high >> 40;
	for (i = 0; i < 5; i++)
		key->r5[i] = 5 * key->r[i];
}

/* One carry along the limbs; the value stays the same modulo 2^130 - 5. */
SHROUD_INLINE void shroud_poly_carry(shroud_u64 *d)
{
	d[1] += d[0] >> 26;
	d[0] &= SHROUD_POLY_LIMB;
	d[2] += d[1] >> 26;
	d[1] &= SHROUD_POLY_LIMB;
	d[3] += d[2] >> 26;
	d[2] &= SHROUD_POLY_LIMB;
	d[4] += d[3] >> 26;
	d[3] &= SHROUD_POLY_LIMB;
	d[0] += 5 * (d[4] >> 26);
	d[4] &= SHROUD_POLY_LIMB;
}

/*
 * h = (h + block) r. low, high: 16 octets as little-endian words; top: 1 for
 * a full block. A shorter one has the 1 octet behind it and top 0.
 */
SHROUD_INLINE void shroud_poly_block(struct shroud_poly *poly, const struct shroud_poly_key *key,
				     shroud_u64 low, shroud_u64 high, shroud_u64 top)
{
	const shroud_u64 *r = key->r, *f = key->r5;
	shroud_u64 a = poly->h[0] + (low & SHROUD_POLY_LIMB);
	shroud_u64 b = poly->h[1] + (low >> 26 & SHROUD_POLY_LIMB);
	shroud_u64 c = poly->h[2] + ((low >> 52 | high << 12) & SHROUD_POLY_LIMB);
	shroud_u64 d = poly->h[3] + (high >> 14 & SHROUD_POLY_LIMB);
	shroud_u64 e = poly->h[4] + (high >> 40 | top << 24);

	poly->h[0] = a * r[0] + b * f[4] + c * f[3] + d * f[2] + e * f[1];
	poly->h[1] = a * r[1] + b * r[0] + c * f[4] + d * f[3] + e * f[2];
	poly->h[2] = a * r[2] + b * r[1] + c * r[0] + d * f[4] + e * f[3];
	poly->h[3] = a * r[3] + b * r[2] + c * r[1] + d * r[0] + e * f[4];
	poly->h[4] = a * r[4] + b * r[3] + c * r[2] + d * r[1] + e * r[0];
	shroud_poly_carry(poly->h);
}

/*
 * Up to 64 octets, at least one, as words in host order, zero behind the end,
 * where the mark of a short block is put. A chunk that is not a multiple of 16
 * octets ends the message. No branch depends on the length but the loop's.
 */
SHROUD_INLINE void shroud_poly_chunk(struct shroud_poly *poly, const struct shroud_poly_key *key,
				     shroud_u64 *word, shroud_u32 octets)
{
	shroud_u32 blocks = (octets + 15) / 16, i;
	shroud_u64 is_short = ((octets & 15) + 15) >> 4;

	word[octets / 8 & 7] |= is_short << 8 * (octets & 7);
#ifdef __bpf__
#pragma clang loop unroll(disable)
#endif
	for (i = 0; i < blocks; i++)
		shroud_poly_block(poly, key, word[2 * i], word[2 * i + 1],
				  (i - (shroud_u64)(octets / 16)) >> 63);
}

/* The value modulo 2^130 - 5, its lower 128 bits as two words. */
SHROUD_INLINE void shroud_poly_finish(struct shroud_poly *poly, shroud_u64 *low, shroud_u64 *high)
{
	shroud_u64 *h = poly->h, g[5], take;
	unsigned int i;

	shroud_poly_carry(h);
	shroud_poly_carry(h);
	/* Is h + 5 >= 2^130? Then h - (2^130 - 5) is the value. */
	g[0] = h[0] + 5;
	for (i = 1; i < 5; i++) {
		g[i] = h[i] + (g[i - 1] >> 26);
		g[i - 1] &= SHROUD_POLY_LIMB;
	}
	take = 0 - (g[4] >> 26 & 1);
	g[4] &= SHROUD_POLY_LIMB;
	for (i = 0; i < 5; i++)
		h[i] = (h[i] & ~take) | (g[i] & take);
	*low = h[0] | h[1] << 26 | h[2] << 52;
	*high = h[2] >> 12 | h[3] << 14 | h[4] << 40;
}

#endif
