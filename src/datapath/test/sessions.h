/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sessions and frames of the world that fuzzers put the data path in. Included
 * behind the programs, by each target once.
 */
#ifndef SHROUD_TEST_SESSIONS_H
#define SHROUD_TEST_SESSIONS_H

#define MUST(what) \
	do { \
		if (!(what)) \
			abort(); \
	} while (0)

#define REDIRECTED 7 /* TC_ACT_REDIRECT */

enum choice {
	CHOOSE_MODE = 3, /* 0 hold, 1 plain, 2 and 3 cover */
	CHOOSE_IN = 4,
	CHOOSE_ENCIPHER = 8, /* make a frame that comes in one that deciphers to what it holds */
	CHOOSE_WHOLE = 16,
	CHOOSE_UNFINISHED = 32,
	CHOOSE_SUMMED = 64,
	CHOOSE_VLAN = 128,
	CHOICES = 5,
	/* Of the fifth. */
	CHOOSE_SUPER = 0xff, /* yet to be segmented */
	CHOOSE_DETOURED = 0xfe, /* at the detour's far end */
};

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

static const u8 own[6] = { 2, 0, 0, 0, 0, 1 }, peer[6] = { 2, 0, 0, 0, 0, 2 };

/* Another octet gives other keys. */
static void set_keys(struct shroud_keys *keys, u8 octet)
{
	u8 raw[SHROUD_KEYSET_LEN];

	memset(raw, octet, sizeof(raw));
	shroud_keys_expand(keys, raw);
}

/* What a session has by both octets that choose; keys: 1 and 2 of receiving, 4 none to send. */
static void set_state(struct shroud_session *session, u8 choice, u8 keys)
{
	session->mode = (choice & CHOOSE_MODE) == 0 ? SHROUD_HOLD :
			(choice & CHOOSE_MODE) == 1 ? SHROUD_PLAIN :
						      SHROUD_COVER;
	session->tx_keys = session->mode == SHROUD_COVER && !(keys & 4);
	session->rx_keys = session->mode == SHROUD_COVER ? (keys & 3) % 3 : 0;
}

/* PPPoE session 1; L2TP between 10.0.0.1 and 10.0.0.2, all ports 1701, all ids 1. */
static void set_tags(void)
{
	static const u8 mac[8] = { 2, 0, 0, 0, 0, 2, 0x88, 0x64 };
	static const u8 in[8] = { 10, 0, 0, 2, 10, 0, 0, 1 }, out[8] = { 10, 0, 0, 1, 10, 0, 0, 2 };
	struct shroud_tag *pppoe, *l2tp;
	u32 side;

	for (side = 0; side < 2; side++) {
		pppoe = &world_sessions[0].tag[side];
		pppoe->peer = load64(mac);
		pppoe->line = shroud_be16(1);
		pppoe->encap = SHROUD_PPPOE;
		l2tp = &world_sessions[1].tag[side];
		l2tp->peer = load64(side == SHROUD_IN ? in : out);
		l2tp->line = (u64)shroud_be32(0x00010001) << 32 | shroud_be32(0x06a506a5);
		l2tp->encap = SHROUD_L2TP;
	}
}

/* linear: octets within reach, of fewer than 14 all. */
static void make_skb(shroud_skb *skb, const u8 *frame, size_t octets, u8 choice, u8 linear)
{
	memset(skb, 0, sizeof(*skb));
	skb->octets = malloc(octets);
	if (!skb->octets)
		abort();
	memcpy(skb->octets, frame, octets);
	skb->len = (u32)octets;
	skb->linear = linear < 14 || linear > octets ? (u32)octets : linear;
	skb->protocol = load16(frame + 12);
	skb->unfinished = !!(choice & CHOOSE_UNFINISHED);
	skb->summed = !!(choice & CHOOSE_SUMMED);
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

/* Frames with more tags than are looked through are dropped, for no session. */
static int is_overtagged(const shroud_skb *skb)
{
	u32 at = ETHER_HEADER - 2, tags = 0;

	while (at + 2 <= skb->len && type_is_vlan(shroud_be16(load16(skb->octets + at)))) {
		at += 4;
		tags++;
	}
	return tags > TAGS_MAX;
}

#endif
