/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world that the data path runs in: the kernel, through BPF helpers, or,
 * for fuzzing under sanitizers, a process (test/world.h has the same names).
 */
#ifndef SHROUD_WORLD_H
#define SHROUD_WORLD_H

#include "../map.h"

typedef shroud_u8 u8;
typedef shroud_u16 u16;
typedef shroud_u32 u32;
typedef shroud_u64 u64;

enum shroud_action {
	SHROUD_NEXT = -1, /* TCX_NEXT */
	SHROUD_DROP = 2, /* TC_ACT_SHOT */
};

/* Which way to put first: a branch not taken is one instruction less. */
#define COMMON(condition) __builtin_expect(!!(condition), 1)
#define RARE(condition) __builtin_expect(!!(condition), 0)

#ifdef __bpf__

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "../../cipher/threefish_bpf.h"

typedef struct __sk_buff shroud_skb;

#define ROLLED _Pragma("clang loop unroll(disable)")
#define frame_start(skb) ((u8 *)(long)(skb)->data)
#define frame_end(skb) ((u8 *)(long)(skb)->data_end)
/* At places where the verifier knows the address to be aligned. */
#define load16(at) (*(const u16 *)(const void *)(at))
#define load32(at) (*(const u32 *)(const void *)(at))
#define load64(at) (*(const u64 *)(const void *)(at))
#define store16(at, value) (*(u16 *)(void *)(at) = (u16)(value))
#define store32(at, value) (*(u32 *)(void *)(at) = (value))
#define cipher_encrypt(block, key) shroud_threefish_bpf_encrypt(block, key)
#define cipher_decrypt(block, key) shroud_threefish_bpf_decrypt(block, key)

SHROUD_INLINE u32 load32_unaligned(const u8 *at)
{
#if SHROUD_BIG_ENDIAN
	return (u32)at[0] << 24 | (u32)at[1] << 16 | (u32)at[2] << 8 | at[3];
#else
	return (u32)at[3] << 24 | (u32)at[2] << 16 | (u32)at[1] << 8 | at[0];
#endif
}

/*
 * The smaller of n, 1 or more, and 64, in a form that the verifier can follow,
 * with nothing to decide: each decision in a loop doubles its steps.
 */
SHROUD_INLINE u32 chunk_part(u64 n)
{
	u64 below;

	__asm__ volatile("%0 += -64\n\t"
			 "%1 = %0\n\t"
			 "%1 s>>= 63\n\t"
			 "%0 &= %1\n\t"
			 "%0 += 63\n\t"
			 "%0 &= 63\n\t"
			 "%0 += 1"
			 : "+r"(n), "=&r"(below));
	return (u32)n;
}

/* The value, without what the compiler knows of it. */
SHROUD_INLINE u32 opaque(u32 value)
{
	__asm__ volatile("" : "+r"(value));
	return value;
}

/*
 * The same, for use ahead of the cipher only. That needs all registers, and what
 * is used behind it, too, the compiler keeps in memory all the way.
 */
SHROUD_INLINE shroud_skb *skb_near(shroud_skb *skb)
{
	__asm__ volatile("" : "+r"(skb));
	return skb;
}

/*
 * Where ways meet from which all is the same: makes the verifier notice, which
 * compares a state with earlier ones only so many instructions and jumps behind
 * the last. The kernel takes these jumps out again.
 */
SHROUD_INLINE void meet(void)
{
	__asm__ volatile(".rept 10\n\tgoto +0\n\t.endr" : : : "memory");
}

/* The address, in a register of its own: not as a distance from another one. */
SHROUD_INLINE u8 *steady(u8 *at)
{
	__asm__ volatile("" : "+r"(at));
	return at;
}

#else
#include "../test/world.h"
#endif

#endif
