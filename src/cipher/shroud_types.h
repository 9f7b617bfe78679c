/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Integers and byte order without any system header, so that the cipher
 * compiles for user space, for BPF and inside a kernel.
 */
#ifndef SHROUD_TYPES_H
#define SHROUD_TYPES_H

typedef __UINT8_TYPE__ shroud_u8;
typedef __UINT16_TYPE__ shroud_u16;
typedef __UINT32_TYPE__ shroud_u32;
typedef __UINT64_TYPE__ shroud_u64;

#define SHROUD_INLINE static inline __attribute__((always_inline, unused))

/* A loop that stays one: each copy of its body counts in a BPF program. */
#ifdef __clang__
#define SHROUD_ROLLED _Pragma("clang loop unroll(disable)")
#else
#define SHROUD_ROLLED
#endif

/*
 * For decisions without branches, of which a BPF verifier would follow every
 * combination: 1 or 0 for numbers of less than 2^63. The compiler must not see
 * through it, or it makes branches of them, or an arithmetic shift, at which
 * verifiers fork as at a mask made of it: multiply by it.
 */
SHROUD_INLINE shroud_u64 shroud_is_negative(shroud_u64 number)
{
	__asm__("" : "+r"(number));
	number >>= 63;
	__asm__("" : "+r"(number));
	return number;
}

SHROUD_INLINE shroud_u64 shroud_is_zero(shroud_u64 number)
{
	return shroud_is_negative(number - 1);
}

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SHROUD_BIG_ENDIAN 1
#define shroud_le64(x) ((shroud_u64)__builtin_bswap64((shroud_u64)(x)))
#define shroud_be16(x) ((shroud_u16)(x))
#define shroud_be32(x) ((shroud_u32)(x))
#else
#define SHROUD_BIG_ENDIAN 0
#define shroud_le64(x) ((shroud_u64)(x))
#define shroud_be16(x) ((shroud_u16)__builtin_bswap16((shroud_u16)(x)))
#define shroud_be32(x) ((shroud_u32)__builtin_bswap32((shroud_u32)(x)))
#endif

#endif
