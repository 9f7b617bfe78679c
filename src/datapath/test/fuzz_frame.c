// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer target: the data path, compiled for a process, on any frame in any
 * state of the session. Besides what the sanitizers see it holds that
 *
 *	- nothing of a protocol that is to be covered leaves in clear;
 *	- what leaves covered comes in again as it was;
 *	- nothing that fails a check of section 6.6 comes in.
 *
 * Input: five octets that choose, then the frame.
 */
#include "../bpf/shroud.bpf.c" // NOLINT(bugprone-suspicious-include)

#define MUST(what) \
	do { \
		if (!(what)) \
			abort(); \
	} while (0)

#define REDIRECTED 7 /* TC_ACT_REDIRECT */

enum choice {
	CHOOSE_MODE = 3, /* 0 hold, 1 plain, 2 and 3 cover */
	CHOOSE_IN = 4,
	CHOOSE_ENCIPHER = 8, /* the information field of a frame that comes in */
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
struct scratch world_scratch;
const volatile struct shroud_config shroud_config = {
	.mask = WORLD_SLOTS - 1,
	.mark = 1,
	.device = 1,
	.detour = 2,
	.flow_shift = 64 - SHROUD_FLOW_BUCKET_BITS,
};

static const u8 own[6] = { 2, 0, 0, 0, 0, 1 }, peer[6] = { 2, 0, 0, 0, 0, 2 };

int LLVMFuzzerTestOneInput(const u8 *data, size_t octets);

static u64 image(const u8 *octets)
{
	return load64(octets);
}

/* PPPoE session 1; L2TP between 10.0.0.1 and 10.0.0.2, all ports 1701, all ids 1. */
static void set_sessions(u8 choice, u8 keys)
{
	static const u8 mac[8] = { 2, 0, 0, 0, 0, 2, 0x88, 0x64 };
	static const u8 in[8] = { 10, 0, 0, 2, 10, 0, 0, 1 }, out[8] = { 10, 0, 0, 1, 10, 0, 0, 2 };
	struct shroud_session *session;
	u8 raw[SHROUD_KEYSET_LEN];
	u32 i, side;

	memset(world_sessions, 0, sizeof(world_sessions));
	for (i = 0; i < 2; i++) {
		session = &world_sessions[i];
		session->mode = (choice & CHOOSE_MODE) == 0 ? SHROUD_HOLD :
				(choice & CHOOSE_MODE) == 1 ? SHROUD_PLAIN :
							      SHROUD_COVER;
		session->tx_keys = session->mode == SHROUD_COVER && !(keys & 4);
		session->rx_keys = session->mode == SHROUD_COVER ? (keys & 3) % 3 : 0;
		memset(raw, 7, sizeof(raw));
		shroud_keys_expand(&session->tx, raw);
		shroud_keys_expand(&session->rx[(keys & 8) && session->rx_keys == 2], raw);
	}
	for (side = 0; side < 2; side++) {
		world_sessions[0].tag[side].peer = image(mac);
		world_sessions[0].tag[side].line = shroud_be16(1);
		world_sessions[0].tag[side].encap = SHROUD_PPPOE;
		world_sessions[1].tag[side].peer = image(side == SHROUD_IN ? in : out);
		world_sessions[1].tag[side].line =
			(u64)shroud_be32(0x00010001) << 32 | shroud_be32(0x06a506a5);
		world_sessions[1].tag[side].encap = SHROUD_L2TP;
	}
}

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
	skb->octets[21] = whole ? SHROUD_PPP_COVER_WHOLE : SHROUD_PPP_COVER_BLOCK;
	if (whole && length > SHROUD_BLOCK_LEN && length <= SHROUD_WHOLE_MAX)
		shroud_cover_whole(skb->octets + FAST_AT, length, &world_sessions[0].tx);
	else
		shroud_cover_block(skb->octets + FAST_AT, &world_sessions[0].tx);
}

static u32 counted(const struct shroud_counters *before)
{
	u32 i, counter = SHROUD_COUNT_MAX;

	for (i = 0; i < SHROUD_COUNT_MAX; i++) {
		if (world_counters.frames[i] == before->frames[i])
			continue;
		MUST(counter == SHROUD_COUNT_MAX);
		counter = i;
	}
	return counter;
}

/* What left covered by PPPoE comes in as the packet that went out. */
static void check_return(const shroud_skb *sent, const u8 *frame)
{
	shroud_skb skb;
	u32 told;

	if (sent->protocol != shroud_be16(ETHER_PPPOE))
		return;
	world_sessions[0].rx[0] = world_sessions[0].tx;
	world_sessions[0].rx_keys = 1;
	make_skb(&skb, sent->octets, sent->len, 0, 0);
	memcpy(skb.octets, own, sizeof(own));
	memcpy(skb.octets + 6, peer, sizeof(peer));
	MUST(shroud_ingress(&skb) == SHROUD_NEXT);
	told = shroud_be16(load16(skb.octets + 18)) - 2U;
	MUST(!memcmp(skb.octets + 20, frame + 20, told + 2));
	free(skb.octets);
}

/* pass: what becomes of a frame that has been dealt with. */
static void check_out(const shroud_skb *skb, const u8 *frame, int action, u32 counter, int pass)
{
	if (counter >= SHROUD_COUNT_FIRST_DROP) {
		MUST(counter == SHROUD_COUNT_MAX || action == SHROUD_DROP);
		return;
	}
	if (counter == SHROUD_COUNT_TX_DETOUR) {
		MUST(action == (pass == REDIRECTED ? (int)SHROUD_DROP : REDIRECTED));
		return;
	}
	MUST(action == pass);
	if (counter == SHROUD_COUNT_TX_BLOCK || counter == SHROUD_COUNT_TX_WHOLE)
		check_return(skb, frame);
	else
		MUST(counter == SHROUD_COUNT_TX_LINK || world_sessions[0].mode == SHROUD_PLAIN);
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

/* A packet that has come in out of a covered frame is a good one. */
static void check_in(const shroud_skb *skb, int action, u32 counter)
{
	u32 told;

	if (counter == SHROUD_COUNT_MAX && is_overtagged(skb))
		return;
	MUST((action == SHROUD_DROP) ==
	     (counter >= SHROUD_COUNT_FIRST_DROP && counter < SHROUD_COUNT_MAX));
	if (counter != SHROUD_COUNT_RX_BLOCK && counter != SHROUD_COUNT_RX_WHOLE &&
	    counter != SHROUD_COUNT_RX_SECOND)
		return;
	if (skb->protocol != shroud_be16(ETHER_PPPOE))
		return;
	told = shroud_be16(load16(skb->octets + 18)) - 2U;
	MUST(told <= skb->len - FAST_AT);
	if (skb->octets[20] || skb->octets[21] == SHROUD_PPP_IPV4)
		MUST(told == shroud_be16(load16(skb->octets + 24)));
	else
		MUST(told == shroud_be16(load16(skb->octets + 26)) + (u32)IPV6_HEADER);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t octets)
{
	struct shroud_counters before = world_counters;
	const u8 *frame = data + CHOICES;
	shroud_skb skb;
	int action, pass;

	if (octets < (size_t)CHOICES + ETHER_HEADER)
		return 0;
	octets -= CHOICES;
	set_sessions(data[0], data[1]);
	make_skb(&skb, frame, octets, data[0], data[2]);
	skb.vlan_tci = data[0] & CHOOSE_VLAN ? data[3] : 0;
	skb.gso_size = data[4] == CHOOSE_SUPER;
	if (data[0] & CHOOSE_IN) {
		if (data[0] & CHOOSE_ENCIPHER)
			encipher(&skb, data[0] & CHOOSE_WHOLE);
		action = shroud_ingress(&skb);
		check_in(&skb, action, counted(&before));
	} else {
		skb.mark = data[4] == CHOOSE_DETOURED;
		skb.ifindex = 1 + skb.mark * 2;
		pass = skb.mark ? REDIRECTED : SHROUD_NEXT;
		action = shroud_egress(&skb);
		check_out(&skb, frame, action, counted(&before), pass);
	}
	free(skb.octets);
	return 0;
}
