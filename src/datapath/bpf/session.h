/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Maps, and finding a frame's session. */
#ifndef SHROUD_SESSION_H
#define SHROUD_SESSION_H

#include "world.h"

/* The programs come in two objects: for mode head, and for mode decoy. */
#ifndef WITH_DECOY
#define WITH_DECOY 0
#endif

#if WITH_DECOY
#include "decoy/disguise.h"
#include "decoy/names.h"
#endif

/* For what the stack of 512 octets has no room for: one a CPU. Programs of the
 * network stack do not interrupt each other. */
struct scratch {
	u64 block[8]; /* first 64 octets of a packet, little-endian words */
	u64 nonce[8];
	u64 stream[8];
	u64 word[8]; /* of the tail, in host order */
	struct shroud_poly poly;
	u32 ip, udp; /* of an L2TP message: where these headers are */
	u32 l2tp_length; /* where the L2TP length is, or 0 */
	volatile u32 hidden; /* see unknown() */
#if WITH_DECOY
	struct shroud_poly start; /* of the hash of a tail */
	struct disguise disguise;
	struct held held;
	struct names names;
#endif
};

/*
 * The value, without what the verifier knows of it. It follows every way
 * through the program to the end as long as it can tell them apart by values
 * that matter to it; 31 chunks of 2 900 instructions behind each would be more
 * than it accepts.
 */
SHROUD_INLINE u32 unknown(struct scratch *scratch, u32 value)
{
	scratch->hidden = value;
	return scratch->hidden;
}

/* What lies in memory is read anew behind this: none of it stays known, in registers. */
SHROUD_INLINE void forget(void)
{
	__asm__ volatile("" : : : "memory");
}

#ifdef __bpf__

/*
 * A session is a map of its own inside the table: the table's slot is replaced
 * in one step, and the kernel waits until no program uses the old map before
 * the loader erases the keys in it. Arrays, because their look-up is compiled
 * into the program, where a hash map's is a call of some 130 instructions.
 */
struct shroud_session_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(u32));
	__uint(value_size, WITH_DECOY ? sizeof(struct shroud_session) : SHROUD_HEAD_SESSION_LEN);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, u32);
	__array(values, struct shroud_session_map);
} shroud_table SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct shroud_counters);
} shroud_count SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct shroud_flows);
} shroud_flow SEC(".maps");

#if WITH_DECOY
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct shroud_aliases);
} shroud_alias SEC(".maps");
#endif

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct scratch);
} shroud_scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct shroud_stamp);
} shroud_stamp SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct shroud_entry);
} shroud_roll SEC(".maps");

const volatile struct shroud_config shroud_config = { 0 };

SHROUD_INLINE struct shroud_session *session_at(u32 slot)
{
	void *map = bpf_map_lookup_elem(&shroud_table, &slot);
	u32 zero = 0;

	return map ? bpf_map_lookup_elem(map, &zero) : 0;
}

SHROUD_INLINE struct shroud_counters *counters_at(u32 index)
{
	return bpf_map_lookup_elem(&shroud_count, &index);
}

SHROUD_INLINE struct scratch *scratch_get(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&shroud_scratch, &zero);
}

SHROUD_INLINE struct shroud_flows *flows_at(u32 bucket)
{
	return bpf_map_lookup_elem(&shroud_flow, &bucket);
}

#if WITH_DECOY
SHROUD_INLINE struct shroud_aliases *aliases_at(u32 bucket)
{
	return bpf_map_lookup_elem(&shroud_alias, &bucket);
}
#endif

#endif

SHROUD_INLINE struct shroud_session *session_find(const struct shroud_tag *tag,
						  enum shroud_side side)
{
	u32 hash = shroud_tag_hash(tag), i;

	ROLLED
	for (i = 0; i < SHROUD_PROBES; i++) {
		struct shroud_session *session = session_at((hash + i) & shroud_config.mask);

		if (session && session->tag[side].peer == tag->peer &&
		    session->tag[side].line == tag->line && session->tag[side].encap == tag->encap)
			return session;
	}
	return 0;
}

/* What the program returns for a frame that ended as counter says. */
SHROUD_INLINE int session_count(const struct shroud_session *session, u32 counter)
{
	struct shroud_counters *counters = counters_at(session->counters);

	if (counters && counter < SHROUD_COUNT_MAX)
		counters->frames[counter]++;
	return counter < SHROUD_COUNT_FIRST_DROP ? SHROUD_NEXT : SHROUD_DROP;
}

#endif
