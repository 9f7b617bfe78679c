/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the data path has in a process, and frames for it. Included behind the
 * programs, once in each program.
 */
#ifndef SHROUD_TEST_SESSIONS_H
#define SHROUD_TEST_SESSIONS_H

#define MUST(what) \
	do { \
		if (!(what)) \
			abort(); \
	} while (0)

struct shroud_session world_sessions[2];
struct shroud_counters world_counters;
struct shroud_flows world_flows[1 << SHROUD_FLOW_BUCKET_BITS];
struct shroud_aliases world_aliases[1 << SHROUD_ALIAS_BUCKET_BITS];
struct scratch world_scratch;
struct world_call world_call;
const volatile struct shroud_config shroud_config = {
	.mask = WORLD_SLOTS - 1,
	.mark = 1,
	.device = 1,
	.detour = 2,
	.flow_shift = 64 - SHROUD_FLOW_BUCKET_BITS,
	.alias_shift = 64 - SHROUD_ALIAS_BUCKET_BITS,
};

/* linear: octets within reach, of fewer than 14 all. */
static void make_skb(shroud_skb *skb, const u8 *frame, size_t octets, u8 linear)
{
	memset(skb, 0, sizeof(*skb));
	skb->octets = malloc(octets);
	if (!skb->octets)
		abort();
	memcpy(skb->octets, frame, octets);
	skb->len = (u32)octets;
	skb->linear = linear < 14 || linear > octets ? (u32)octets : linear;
	skb->protocol = load16(frame + 12);
}

/* The only counter that differs, or SHROUD_COUNT_MAX. */
static u32 counted(const struct shroud_counters *before)
{
	u32 i, counter = SHROUD_COUNT_MAX;

	for (i = 0; i < SHROUD_COUNT_MAX; i++) {
		if (world_counters.frames[i] == before->frames[i])
			continue;
		MUST(counter == SHROUD_COUNT_MAX);
		MUST(world_counters.frames[i] == before->frames[i] + 1);
		counter = i;
	}
	return counter;
}

#endif
