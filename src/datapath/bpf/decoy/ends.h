/* SPDX-License-Identifier: GPL-2.0-or-later */
/* False addresses and ports, the two flags, TCP options: docs/decoy.md sections 4 to 6. */
#ifndef SHROUD_ENDS_H
#define SHROUD_ENDS_H

#include "cache.h"

/* Not .rodata, which is shroud_config alone. */
const struct shroud_ports shroud_ports SEC(".rodata.ports") = SHROUD_PORTS_FILLED;

SHROUD_INLINE u32 end_tag(const struct end *end, int inverse)
{
	return turned32(inverse ? end->was[1] : end->now[1]);
}

/* The halves of what a permutation of a job begins with; -1 if it is outside the set. */
SHROUD_INLINE int turn_begin(struct disguise *disguise, const struct end *end, u32 is_port,
			     int inverse)
{
	struct shroud_halves *halves = &disguise->halves;
	u64 first = end->was[0], second = end->was[1], number;
	u32 port = end->port_was;

	if (is_port) {
		port = inverse ? port : shroud_swap_port(port, &shroud_ports);
		halves->a = port >> 8;
		halves->b = port & 0xff;
		return shroud_port_is_quiet(port, &shroud_ports) ? 0 : -1;
	}
	if (disguise->six) {
		first = inverse ? first : shroud_swap6(first);
		number = shroud_base6_number(first);
		halves->a = number << 52 | (first & 0xfffffffffffffULL);
		halves->b = second;
		return number > 7 ? -1 : 0;
	}
	second = inverse ? second : shroud_swap4(second);
	halves->a = second >> 16;
	halves->b = second & 0xffff;
	return shroud_in_s4(second) ? 0 : -1;
}

/* Takes the result, if it is in the set: 1, else 0. */
SHROUD_INLINE int turn_end(const struct disguise *disguise, struct end *end, u32 is_port,
			   int inverse)
{
	u64 a = disguise->halves.a, b = disguise->halves.b, value;

	if (is_port) {
		value = a << 8 | b;
		end->port_now = inverse ? shroud_swap_port((u32)value, &shroud_ports) : (u32)value;
		return shroud_port_is_quiet((u32)value, &shroud_ports);
	}
	if (disguise->six) {
		value = shroud_base6(a >> 52 & 7) << 48 | (a & 0xfffffffffffffULL);
		end->now[0] = inverse ? shroud_swap6(value) : value;
		end->now[1] = b;
		return 1;
	}
	value = a << 16 | b;
	end->now[1] = inverse ? shroud_swap4(value) : value;
	return shroud_in_s4(value);
}

/* How: left in memory, so that all ways are one to the verifier. */
SHROUD_INLINE void turn_choose(struct disguise *disguise, const struct end *end,
			       const struct shroud_decoy *keys, u32 is_port, int inverse)
{
	struct shroud_feistel kind = { 0xffff, 0xffff, 3ULL << SHROUD_SIPHASH_LENGTH, 0 };

	disguise->key = keys->address4;
	if (is_port) {
		kind.mask_a = kind.mask_b = 0xff;
		kind.rest = (u64)end_tag(end, inverse) << 16 | 6ULL << SHROUD_SIPHASH_LENGTH;
		disguise->key = keys->port;
	} else if (disguise->six) {
		disguise->key = keys->address6;
		kind.mask_a = SHROUD_HIGH6;
		kind.mask_b = ~0ULL;
		kind.two = 1;
	}
	disguise->kind = kind;
	forget();
}

SHROUD_INLINE void turn_permute(struct disguise *disguise, int inverse)
{
	struct shroud_halves halves = disguise->halves;
	u32 i, r;

	ROLLED
	for (i = 0; i < SHROUD_FEISTEL_ROUNDS; i++) {
		forget();
		r = inverse ? SHROUD_FEISTEL_ROUNDS - 1 - i : i;
		if (r & 1)
			halves.b ^= shroud_feistel_f(&disguise->kind, &disguise->key, r, halves.a) &
				    disguise->kind.mask_b;
		else
			halves.a ^= shroud_feistel_f(&disguise->kind, &disguise->key, r, halves.b) &
				    disguise->kind.mask_a;
	}
	disguise->halves = halves;
}

/* One step of one job. */
SHROUD_INLINE int turn_step(struct scratch *scratch, const struct shroud_decoy *keys, int inverse)
{
	struct disguise *disguise = &scratch->disguise;
	u32 job = unknown(scratch, disguise->job) & 7, is_port = job & 1;
	struct end *end = &disguise->end[job >> 1];

	if (is_port && !end->has_port) {
		end->port_now = end->port_was;
		disguise->job = job + 1;
		return 0;
	}
	if (!disguise->walked && turn_begin(disguise, end, is_port, inverse))
		return -1;
	turn_choose(disguise, end, keys, is_port, inverse);
	turn_permute(disguise, inverse);
	forget();
	job = unknown(scratch, disguise->job) & 7;
	is_port = job & 1;
	end = &disguise->end[job >> 1];
	disguise->walked++;
	if (turn_end(disguise, end, is_port, inverse)) {
		disguise->walked = 0;
		disguise->job = job + 1;
		return 0;
	}
	return disguise->walked < (is_port ? (u32)SHROUD_WALK_PORT : (u32)SHROUD_WALK4) ? 0 : -1;
}

/* No key stays in the scratch area, which nobody else erases. */
SHROUD_INLINE void turn_erase(struct disguise *disguise)
{
	disguise->key.k0 = disguise->key.k1 = 0;
}

SHROUD_INLINE int ends_turn_some(struct scratch *scratch, const struct shroud_decoy *keys,
				 int inverse)
{
	struct disguise *disguise = &scratch->disguise;
	u32 i;

	ROLLED
	for (i = 0; i < TURNS_PART; i++) {
		forget();
		if (disguise->job >= (disguise->quotes ? JOBS_ERROR : JOBS_PACKET))
			break;
		if (turn_step(scratch, keys, inverse))
			return -1;
	}
	forget();
	alias_end(scratch);
	return disguise->job < (disguise->quotes ? JOBS_ERROR : JOBS_PACKET);
}

/* Some of them, without a change to the packet: 1 if there are more. */
SHROUD_INLINE int ends_turn(struct scratch *scratch, const struct shroud_decoy *keys, int inverse)
{
	int result = ends_turn_some(scratch, keys, inverse);

	turn_erase(&scratch->disguise);
	return result;
}

SHROUD_INLINE u32 hops_swap(u32 hops)
{
	return (hops >= 65 && hops <= 95) || hops >= 225 ? hops ^ 160 : hops;
}

/* Of DSCP and ECN as one octet. */
SHROUD_INLINE u32 traffic_swap(u32 traffic)
{
	u32 dscp = traffic >> 2;

	if (dscp == 1 || dscp == 50)
		return traffic ^ (1 ^ 50) << 2;
	if (dscp == 45 || dscp == 62)
		return traffic ^ (45 ^ 62) << 2;
	return traffic;
}

enum {
	FLAG_PHASE = 0x80, /* of the hop limit */
	FLAG_WHOLE = 0x04, /* of the traffic class */
};

/* Whether such an option may be there: without branches. */
SHROUD_INLINE u64 option_is_known(u64 kind, u64 length)
{
	return shroud_is_zero((kind ^ 2) | (length ^ 4)) |
	       shroud_is_zero((kind ^ 3) | (length ^ 3)) |
	       shroud_is_zero((kind ^ 4) | (length ^ 2)) |
	       shroud_is_zero((kind ^ 8) | (length ^ 10)) |
	       /* 10, 18, 26, 34 */
	       (shroud_is_zero((kind ^ 5) | ((length - 2) & 7)) & shroud_is_negative(length - 35) &
		shroud_is_negative(9 - length));
}

/* One octet of the options, of which there are n. */
SHROUD_INLINE int option_step(struct disguise *disguise, u32 i, u32 n)
{
	u32 kind = disguise->options[i], length = disguise->options[i + 1];

	/* Nothing but zeros behind the end. */
	if (disguise->ended & !!kind)
		return -1;
	if (disguise->ended | (i < disguise->next))
		return 0;
	disguise->ended = (u32)shroud_is_zero(kind);
	if (kind < 2)
		return 0;
	if (!option_is_known(kind, length) || i + length > n)
		return -1;
	disguise->next = i + length;
	return 0;
}

/* The options of a part that the sender may show. */
SHROUD_INLINE int options_check(shroud_skb *skb, struct scratch *scratch, const struct part *part)
{
	struct disguise *disguise = &scratch->disguise;
	u32 n = part->payload - part->segment - 20, i;

	if (part->protocol != PROTOCOL_TCP || !n)
		return 0;
	disguise->next = disguise->ended = 0;
	n = ((n - 1) & 63) + 1;
	if (n > OPTIONS_MAX || bpf_skb_load_bytes(skb, part->segment + 20, disguise->options, n))
		return -1;
	ROLLED
	for (i = 0; i < OPTIONS_MAX; i++) {
		n = unknown(scratch, n);
		if (i >= n)
			break;
		if (option_step(disguise, i, n))
			return -1;
	}
	return 0;
}

#endif
