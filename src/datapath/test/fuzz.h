/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the first octets of a fuzzer's input choose: sessions, and how a frame is. */
#ifndef SHROUD_TEST_FUZZ_H
#define SHROUD_TEST_FUZZ_H

#include "sessions.h"

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

/* data: the choices, then the frame; octets of both. */
static void choose_skb(shroud_skb *skb, const u8 *data, size_t octets)
{
	make_skb(skb, data + CHOICES, octets - CHOICES, data[2]);
	skb->unfinished = !!(data[0] & CHOOSE_UNFINISHED);
	skb->summed = !!(data[0] & CHOOSE_SUMMED);
	skb->vlan_tci = data[0] & CHOOSE_VLAN ? data[3] : 0;
	skb->gso_size = data[4] == CHOOSE_SUPER;
	if (data[0] & CHOOSE_IN)
		return;
	skb->mark = data[4] == CHOOSE_DETOURED;
	skb->ifindex = 1 + skb->mark * 2;
}

/* Whether a frame has been dealt with, and is on its way; pass: what becomes of it then. */
static int has_left(int action, u32 counter, int pass)
{
	if (counter >= SHROUD_COUNT_FIRST_DROP) {
		MUST(counter == SHROUD_COUNT_MAX || action == SHROUD_DROP);
		return 0;
	}
	if (counter == SHROUD_COUNT_TX_DETOUR) {
		MUST(action == (pass == REDIRECTED ? (int)SHROUD_DROP : REDIRECTED));
		return 0;
	}
	MUST(action == pass);
	return 1;
}

/* Make a PPPoE frame one that deciphers to what it holds. */
static void encipher(shroud_skb *skb, int whole)
{
	u32 length;

	if (skb->len < FAST_LEN || load16(skb->octets + 12) != shroud_be16(ETHER_PPPOE))
		return;
	length = shroud_be16(load16(skb->octets + 18)) - 2U;
	if (length < SHROUD_BLOCK_LEN || length > skb->len - FAST_AT)
		return;
	skb->octets[20] = 0;
	skb->octets[21] = whole ? WIRE_WHOLE : WIRE_BLOCK;
	if (whole && length > SHROUD_BLOCK_LEN && length <= SHROUD_WHOLE_MAX)
		shroud_cover_whole(skb->octets + FAST_AT, length, &world_sessions[0].tx);
	else
		shroud_cover_block(skb->octets + FAST_AT, &world_sessions[0].tx);
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
