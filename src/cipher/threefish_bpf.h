/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threefish-512 as BPF inline assembly. A compiler keeps only a part of the
 * state in registers; by hand the eight state words, one scratch register and
 * the schedule pointer fill r0 to r9 exactly. 72 rounds are three turns of 24
 * (six subkeys): small enough for instruction caches, and the subkeys stay at
 * constant distances from a pointer that moves by 48 octets a turn.
 *
 * The block is read and written through a pointer kept in memory. It may point
 * into a packet (the verifier wants 64 octets checked) or to the stack.
 */
#ifndef SHROUD_THREEFISH_BPF_H
#define SHROUD_THREEFISH_BPF_H

#include "threefish.h"

/* clang-format off */
#define SHROUD_I(text) text "\n\t"

/* b = b <<< r, with the addition first; the exclusive ors of a round come
 * last so that a core that issues in order need not wait for them. */
#define SHROUD_BPF_TURN(a, b, r) \
	SHROUD_I("r8 = r" #b) \
	SHROUD_I("r" #a " += r" #b) \
	SHROUD_I("r8 <<= " #r) \
	SHROUD_I("r" #b " >>= 64 - " #r) \
	SHROUD_I("r" #b " |= r8")

#define SHROUD_BPF_UNTURN(b, r) \
	SHROUD_I("r8 = r" #b) \
	SHROUD_I("r8 <<= 64 - " #r) \
	SHROUD_I("r" #b " >>= " #r) \
	SHROUD_I("r" #b " |= r8")

#define SHROUD_BPF_XOR(a, b) SHROUD_I("r" #b " ^= r" #a)
#define SHROUD_BPF_SUB(a, b) SHROUD_I("r" #a " -= r" #b)

#define SHROUD_BPF_ROUND(a, b, r, c, d, s, e, f, t, g, h, u) \
	SHROUD_BPF_TURN(a, b, r) SHROUD_BPF_TURN(c, d, s) \
	SHROUD_BPF_TURN(e, f, t) SHROUD_BPF_TURN(g, h, u) \
	SHROUD_BPF_XOR(a, b) SHROUD_BPF_XOR(c, d) SHROUD_BPF_XOR(e, f) SHROUD_BPF_XOR(g, h)

#define SHROUD_BPF_UNROUND(a, b, r, c, d, s, e, f, t, g, h, u) \
	SHROUD_BPF_XOR(a, b) SHROUD_BPF_XOR(c, d) SHROUD_BPF_XOR(e, f) SHROUD_BPF_XOR(g, h) \
	SHROUD_BPF_UNTURN(b, r) SHROUD_BPF_UNTURN(d, s) \
	SHROUD_BPF_UNTURN(f, t) SHROUD_BPF_UNTURN(h, u) \
	SHROUD_BPF_SUB(a, b) SHROUD_BPF_SUB(c, d) SHROUD_BPF_SUB(e, f) SHROUD_BPF_SUB(g, h)

#define SHROUD_BPF_KEY(op, i, at) \
	SHROUD_I("r8 = *(u64 *)(%[key] + 8 * (" at "))") \
	SHROUD_I("r" #i " " op "= r8")

/* Subkey s of the six of this turn: distances in words from the pointer. */
#define SHROUD_BPF_SUBKEY(op, s) \
	SHROUD_BPF_KEY(op, 0, #s) \
	SHROUD_BPF_KEY(op, 1, #s "+1") \
	SHROUD_BPF_KEY(op, 2, #s "+2") \
	SHROUD_BPF_KEY(op, 3, #s "+3") \
	SHROUD_BPF_KEY(op, 4, #s "+4") \
	SHROUD_BPF_KEY(op, 5, #s "+5") \
	SHROUD_BPF_KEY(op, 6, #s "+6") \
	SHROUD_BPF_KEY(op, 7, #s "+25")

#define SHROUD_BPF_EIGHT(s, t) \
	SHROUD_BPF_SUBKEY("+", s) SHROUD_ROUNDS_0_TO_3(SHROUD_BPF_ROUND) \
	SHROUD_BPF_SUBKEY("+", t) SHROUD_ROUNDS_4_TO_7(SHROUD_BPF_ROUND)

#define SHROUD_BPF_UNEIGHT(s, t) \
	SHROUD_ROUNDS_7_TO_4(SHROUD_BPF_UNROUND) SHROUD_BPF_SUBKEY("-", t) \
	SHROUD_ROUNDS_3_TO_0(SHROUD_BPF_UNROUND) SHROUD_BPF_SUBKEY("-", s)

#if SHROUD_BIG_ENDIAN
#define SHROUD_BPF_ORDER(i) SHROUD_I("r" #i " = le64 r" #i)
#else
#define SHROUD_BPF_ORDER(i)
#endif

#define SHROUD_BPF_LOAD(i) \
	SHROUD_I("r" #i " = *(u64 *)(r8 + 8 * " #i ")") \
	SHROUD_BPF_ORDER(i)

#define SHROUD_BPF_STORE(i) \
	SHROUD_BPF_ORDER(i) \
	SHROUD_I("*(u64 *)(r8 + 8 * " #i ") = r" #i)

#define SHROUD_BPF_EACH(what) \
	SHROUD_I("r8 = *(u64 *)%[block]") \
	what(0) what(1) what(2) what(3) what(4) what(5) what(6) what(7)

#define SHROUD_BPF_CLOBBERS "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "memory"

/*
 * block: 64 octets, little-endian words, aligned as the CPU wants 64-bit access.
 * Returns it: what goes on with that need not keep it beside the state.
 */
SHROUD_INLINE void *shroud_threefish_bpf_encrypt(void *block, const struct shroud_threefish *key)
{
	const shroud_u64 *pointer = key->word;
	register void *same __asm__("r8");
	shroud_u64 turns;

	__asm__ volatile(SHROUD_I("r8 = 3")
			 SHROUD_I("*(u64 *)%[turns] = r8")
			 SHROUD_BPF_EACH(SHROUD_BPF_LOAD)
			 SHROUD_I(".Lturn%=:")
			 SHROUD_BPF_EIGHT(0, 1) SHROUD_BPF_EIGHT(2, 3) SHROUD_BPF_EIGHT(4, 5)
			 SHROUD_I("%[key] += 48")
			 SHROUD_I("r8 = *(u64 *)%[turns]")
			 SHROUD_I("r8 += -1")
			 SHROUD_I("*(u64 *)%[turns] = r8")
			 SHROUD_I("if r8 != 0 goto .Lturn%=")
			 SHROUD_BPF_SUBKEY("+", 0)
			 SHROUD_BPF_EACH(SHROUD_BPF_STORE)
			 : [key] "+r"(pointer), [turns] "=m"(turns), "=&r"(same)
			 : [block] "m"(block)
			 : SHROUD_BPF_CLOBBERS);
	return same;
}

SHROUD_INLINE void *shroud_threefish_bpf_decrypt(void *block, const struct shroud_threefish *key)
{
	const shroud_u64 *pointer = key->word + 18;
	register void *same __asm__("r8");
	shroud_u64 turns;

	__asm__ volatile(SHROUD_I("r8 = 3")
			 SHROUD_I("*(u64 *)%[turns] = r8")
			 SHROUD_BPF_EACH(SHROUD_BPF_LOAD)
			 SHROUD_BPF_SUBKEY("-", 0)
			 SHROUD_I(".Lturn%=:")
			 SHROUD_I("%[key] += -48")
			 SHROUD_BPF_UNEIGHT(4, 5) SHROUD_BPF_UNEIGHT(2, 3) SHROUD_BPF_UNEIGHT(0, 1)
			 SHROUD_I("r8 = *(u64 *)%[turns]")
			 SHROUD_I("r8 += -1")
			 SHROUD_I("*(u64 *)%[turns] = r8")
			 SHROUD_I("if r8 != 0 goto .Lturn%=")
			 SHROUD_BPF_EACH(SHROUD_BPF_STORE)
			 : [key] "+r"(pointer), [turns] "=m"(turns), "=&r"(same)
			 : [block] "m"(block)
			 : SHROUD_BPF_CLOBBERS);
	return same;
}

/* clang-format on */

#endif
