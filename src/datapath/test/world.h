/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel as the data path sees it, for fuzzing: socket buffers in memory of
 * exactly their size, part of it out of reach until pulled, and a table of
 * two sessions. Included by world.h instead of libbpf's helpers.
 */
#ifndef SHROUD_TEST_WORLD_H
#define SHROUD_TEST_WORLD_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SEC(name)
#define meet()
#define ROLLED
#define BPF_CSUM_LEVEL_QUERY 0
#define BPF_CSUM_LEVEL_INC 1
#define BPF_F_PSEUDO_HDR 0x10

typedef struct skb {
	u32 len, protocol, vlan_tci, mark, gso_size, hash, ifindex;
	u8 *octets;
	u32 linear; /* octets within reach */
	int unfinished, summed, verified; /* ip_summed is PARTIAL, COMPLETE, UNNECESSARY */
} shroud_skb;

#define frame_start(skb) ((skb)->octets)
#define frame_end(skb) ((skb)->octets + (skb)->linear)

static inline u16 load16(const void *at)
{
	u16 value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static inline u32 load32(const void *at)
{
	u32 value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static inline u64 load64(const void *at)
{
	u64 value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static inline void store16(void *at, u16 value)
{
	memcpy(at, &value, sizeof(value));
}

static inline void store32(void *at, u32 value)
{
	memcpy(at, &value, sizeof(value));
}

static inline u32 load32_unaligned(const u8 *at)
{
	return at[0] | (u32)at[1] << 8 | (u32)at[2] << 16 | (u32)at[3] << 24;
}

static inline u32 chunk_part(u64 n)
{
	if (!n)
		abort(); /* the verifier's mask would have made it 64 */
	return n < SHROUD_BLOCK_LEN ? (u32)n : SHROUD_BLOCK_LEN;
}

static inline u32 opaque(u32 value)
{
	return value;
}

static inline u8 *steady(u8 *at)
{
	return at;
}

static inline shroud_skb *skb_near(shroud_skb *skb)
{
	return skb;
}

static inline void *cipher_encrypt(void *block, const struct shroud_threefish *key)
{
	u64 word[8];

	shroud_pull_chunk(word, block, SHROUD_BLOCK_LEN);
	shroud_threefish_encrypt(word, key);
	shroud_push_chunk(block, word, SHROUD_BLOCK_LEN);
	return block;
}

static inline void *cipher_decrypt(void *block, const struct shroud_threefish *key)
{
	u64 word[8];

	shroud_pull_chunk(word, block, SHROUD_BLOCK_LEN);
	shroud_threefish_decrypt(word, key);
	shroud_push_chunk(block, word, SHROUD_BLOCK_LEN);
	return block;
}

static inline long bpf_skb_load_bytes(const shroud_skb *skb, u32 at, void *to, u32 n)
{
	if (at > skb->len || n > skb->len - at)
		return -14;
	memcpy(to, skb->octets + at, n);
	return 0;
}

static inline long bpf_skb_store_bytes(shroud_skb *skb, u32 at, const void *from, u32 n, u64 flags)
{
	(void)flags;
	if (at > skb->len || n > skb->len - at)
		return -14;
	memcpy(skb->octets + at, from, n);
	return 0;
}

/* Everything moves, so that a pointer kept from before is caught. */
static inline void skb_move(shroud_skb *skb, u32 len)
{
	u8 *octets = calloc(1, len ? len : 1);

	if (!octets)
		abort();
	memcpy(octets, skb->octets, len < skb->len ? len : skb->len);
	free(skb->octets);
	skb->octets = octets;
	skb->len = len;
}

static inline long bpf_skb_pull_data(shroud_skb *skb, u32 n)
{
	if (n > skb->len)
		return -12;
	skb_move(skb, skb->len);
	if (n > skb->linear)
		skb->linear = n;
	return 0;
}

static inline long bpf_skb_change_tail(shroud_skb *skb, u32 len, u64 flags)
{
	(void)flags;
	if (len > 65535 || len < 14)
		return -22;
	skb_move(skb, len);
	if (len < skb->linear)
		skb->linear = len;
	skb->summed = 0;
	return 0;
}

static inline long bpf_csum_update(shroud_skb *skb, u32 sum)
{
	(void)sum;
	return skb->summed ? 0 : -524;
}

static inline long bpf_csum_level(shroud_skb *skb, u64 level)
{
	if (level == BPF_CSUM_LEVEL_INC && !skb->unfinished && !skb->summed)
		skb->verified = 1;
	return level == BPF_CSUM_LEVEL_QUERY && !skb->verified ? -13 : 0;
}

/* Any change does: what counts is whether the field changes at all. */
static inline long bpf_l4_csum_replace(shroud_skb *skb, u32 at, u64 from, u64 to, u64 flags)
{
	u16 field;

	(void)from;
	if (bpf_skb_load_bytes(skb, at, &field, sizeof(field)))
		return -14;
	if (skb->unfinished && !(flags & BPF_F_PSEUDO_HDR))
		return 0;
	field = (u16)(field + (to ? to : 1));
	skb_move(skb, skb->len);
	return bpf_skb_store_bytes(skb, at, &field, sizeof(field), 0);
}

static inline long bpf_l3_csum_replace(shroud_skb *skb, u32 at, u64 from, u64 to, u64 flags)
{
	shroud_skb finished = *skb;
	long result;

	finished.unfinished = 0;
	result = bpf_l4_csum_replace(&finished, at, from, to, flags);
	skb->octets = finished.octets;
	return result;
}

static inline long bpf_set_hash(shroud_skb *skb, u32 hash)
{
	skb->hash = hash;
	return 0;
}

static inline void bpf_set_hash_invalid(shroud_skb *skb)
{
	skb->hash = 0;
}

static inline long bpf_redirect(u32 index, u64 flags)
{
	(void)index, (void)flags;
	return 7;
}

enum {
	WORLD_SLOTS = 16,
	WORLD_CALLS = 33, /* tail calls in a row, as the kernel allows them */
};

typedef int (*world_program)(shroud_skb *skb);

/* The program that runs, and how it gives way to the next one. */
struct world_call {
	jmp_buf from;
	world_program program;
	unsigned int left; /* calls that do not fail */
	void (*between)(void); /* what happens at each call, if anything */
};

extern struct world_call world_call;

/* What the program returns, or the last of those that it goes on to. */
static inline int world_run(world_program program, shroud_skb *skb, unsigned int calls)
{
	world_call.program = program;
	world_call.left = calls;
	setjmp(world_call.from);
	return world_call.program(skb);
}

/* Comes back if the call fails. */
static inline void world_go(world_program program)
{
	if (!world_call.left)
		return;
	world_call.left--;
	world_call.program = program;
	if (world_call.between)
		world_call.between();
	longjmp(world_call.from, 1);
}

extern struct shroud_session world_sessions[2];
extern struct shroud_counters world_counters;
extern struct shroud_flows world_flows[1 << SHROUD_FLOW_BUCKET_BITS];
extern struct shroud_aliases world_aliases[1 << SHROUD_ALIAS_BUCKET_BITS];
extern const volatile struct shroud_config shroud_config;
extern const struct shroud_ports shroud_ports;
struct scratch;
extern struct scratch world_scratch;

int shroud_ingress(shroud_skb *skb);
int shroud_egress(shroud_skb *skb);
extern char shroud_license[];

/* Both sessions are tried in every slot. */
static inline struct shroud_session *session_at(u32 slot)
{
	return &world_sessions[slot & 1];
}

static inline struct shroud_counters *counters_at(u32 index)
{
	(void)index;
	return &world_counters;
}

static inline struct shroud_flows *flows_at(u32 bucket)
{
	return &world_flows[bucket];
}

static inline struct shroud_aliases *aliases_at(u32 bucket)
{
	return &world_aliases[bucket];
}

static inline struct scratch *scratch_get(void)
{
	return &world_scratch;
}

#endif
