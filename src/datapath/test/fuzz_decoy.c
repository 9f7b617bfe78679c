// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer target: the data path of mode decoy, as fuzz_frame.c is that of mode
 * head. Besides what the sanitizers see it holds that
 *
 *	- nothing leaves a covered session but decoys, noise and what is never
 *	  covered, and a decoy has right lengths and checksum and false addresses;
 *	- what leaves comes in again as it was;
 *	- what comes in as a decoy would leave as that very decoy;
 *	- every frame of a session is counted once, also if a tail call fails or
 *	  keys change between two programs, and what leaves then can be read;
 *	- none is dropped for want of tail calls if the kernel's number is allowed.
 *
 * Input: five octets that choose, then the frame.
 */
#include "../bpf/decoy.bpf.c" // NOLINT(bugprone-suspicious-include)

#include "fuzz.h"
#include "mend.h"

/* Of the second octet, beside the keys. */
enum {
	CHOOSE_OTHER_KEY = 8, /* the second one fits */
	CHOOSE_PHASE = 16,
	CHOOSE_LCP = 64, /* framing lcp */
	CHOOSE_KNOWN = 128, /* the flow has had many packets */
	KEY = 7,
	OTHER_KEY = 9,
	CHOOSE_REKEY = 0x40, /* of the fifth, on: keys change with so many tail calls left */
	CHOOSE_REKEY_END = 0x80,
};

int LLVMFuzzerTestOneInput(const u8 *data, size_t octets);

/* What one direction has. */
struct keys {
	struct shroud_keys noise;
	struct shroud_decoy decoy;
};

/* The keys of an octet, which give others than those of another one. */
static struct keys make_keys(u8 octet, u32 phase)
{
	u8 side[SHROUD_SIDE_LEN], common[SHROUD_COMMON_LEN];
	struct keys keys;

	memset(side, octet, sizeof(side));
	memset(common, octet + 1, sizeof(common));
	set_keys(&keys.noise, octet);
	shroud_decoy_expand(&keys.decoy, side, common, phase);
	return keys;
}

/* fits: the receiving keys, the first or the second, that are those of sending. */
static void set_session(struct shroud_session *session, const struct keys *keys,
			const struct keys *others, u32 fits)
{
	session->tx = session->rx[fits] = keys->noise;
	session->decoy_tx = session->decoy_rx[fits] = keys->decoy;
	session->rx[!fits] = others->noise;
	session->decoy_rx[!fits] = others->decoy;
}

static struct keys made[2], others[2]; /* by phase */

static void set_sessions(u8 choice, u8 keys)
{
	u32 phase = keys & CHOOSE_PHASE ? 1 : 0, i;
	struct shroud_session *session;

	for (i = 0; i < 2 && !others[1].decoy.phase; i++) {
		made[i] = make_keys(KEY, i);
		others[i] = make_keys(OTHER_KEY, i);
	}
	memset(world_sessions, 0, sizeof(world_sessions));
	set_tags();
	for (i = 0; i < 2; i++) {
		session = &world_sessions[i];
		set_state(session, choice, keys);
		session->lcp = !!(keys & CHOOSE_LCP);
		set_session(session, &made[phase], &others[!phase],
			    keys & CHOOSE_OTHER_KEY && session->rx_keys == 2);
	}
}

static u8 chosen; /* the second octet */
static u32 rekey_at; /* tail calls that are left then */

/* A handshake ends between two programs: the other keys, alone if others than those came first. */
static void rekey(void)
{
	struct shroud_session *session = world_sessions;
	u32 i;

	for (i = 0; i < 2 && world_call.left == rekey_at; i++, session++) {
		const u32 phase = (u32)session->decoy_tx.phase;

		set_session(session, &others[!phase], &made[phase], 0);
		session->rx_keys = session->rx_keys ? 1 : 0;
	}
}

/* Whether the frame is of a session; *frame: what is in it. */
static int find(shroud_skb *skb, struct frame *frame, enum shroud_side side)
{
	return frame_is_candidate(skb) && !frame_parse(skb, frame, side) &&
	       session_find(&frame->tag, side);
}

/* The frame as its receiver gets it, or, of one that came in, as one to be sent. */
static void turn_round(shroud_skb *skb, u32 encap)
{
	u8 first[6], *ip = skb->octets + world_scratch.ip;
	u32 address;

	memcpy(first, skb->octets, sizeof(first));
	memmove(skb->octets, skb->octets + 6, sizeof(first));
	memcpy(skb->octets + 6, first, sizeof(first));
	if (encap != SHROUD_L2TP)
		return;
	address = load32(ip + 12);
	memmove(ip + 12, ip + 16, sizeof(address));
	memcpy(ip + 16, &address, sizeof(address));
}

/* A decoy's fields that a collector looks at. */
static void check_decoy(const u8 *decoy, const u8 *packet, u32 length, const struct frame *frame)
{
	if (frame->protocol == SHROUD_PPP_IPV6) {
		MUST(decoy[0] >> 4 == 6 &&
		     shroud_be16(load16(decoy + 4)) + (u32)IPV6_HEADER == length);
		MUST(decoy[6] == packet[6]);
		return;
	}
	MUST(decoy[0] == 0x45 && shroud_be16(load16(decoy + 2)) == length);
	MUST(checksum_is_right(ipv4_sum(decoy)) && decoy[9] == packet[9]);
	MUST(shroud_in_s4(shroud_be32(load32(decoy + 12))));
	MUST(shroud_in_s4(shroud_be32(load32(decoy + 16))));
}

/* The protocol of what left in framing lcp or without, covered or not. */
static void check_protocol(const struct frame *left, const struct frame *was, u32 counter)
{
	if (counter == SHROUD_COUNT_TX_WHOLE)
		MUST(left->protocol == SHROUD_PPP_NOISE_WHOLE);
	else if (counter == SHROUD_COUNT_TX_BLOCK)
		MUST(left->protocol == SHROUD_PPP_NOISE_BLOCK);
	else if (counter == SHROUD_COUNT_TX_DECOY)
		MUST(left->protocol ==
		     (world_sessions[0].lcp ? (u32)SHROUD_PPP_LCP : was->protocol));
	else
		MUST(left->protocol == SHROUD_PPP_LCP || left->protocol == was->protocol);
}

/* What left is, at the peer, the packet that was to be sent, without its padding. */
static void check_return(const shroud_skb *sent, shroud_skb *given, u32 counter)
{
	const u8 both = (u8)(2 | (chosen & (CHOOSE_PHASE | CHOOSE_LCP)));
	struct frame was, left, came;
	shroud_skb skb;

	make_skb(&skb, sent->octets, sent->len, 0);
	skb.vlan_tci = sent->vlan_tci;
	MUST(find(given, &was, SHROUD_OUT) && find(&skb, &left, SHROUD_OUT));
	check_protocol(&left, &was, counter);
	if (counter != SHROUD_COUNT_TX_PLAIN)
		MUST(frame_is_complete(&skb, &left));
	if (counter == SHROUD_COUNT_TX_DECOY)
		check_decoy(skb.octets + left.at, given->octets + was.at, left.length, &was);
	turn_round(&skb, (u32)left.tag.encap);
	/* Under both keys: they may have changed on the way. */
	set_sessions(counter == SHROUD_COUNT_TX_PLAIN ? 1 : 2, both);
	MUST(world_run(shroud_ingress, &skb, WORLD_CALLS) == SHROUD_NEXT);
	MUST(find(&skb, &came, SHROUD_IN) && came.length <= was.length);
	/* A truncated one goes on as it is in plain. */
	if (frame_is_complete(&skb, &came))
		MUST(came.protocol == was.protocol &&
		     !memcmp(skb.octets + came.at, given->octets + was.at, came.length));
	else
		MUST(counter == SHROUD_COUNT_TX_PLAIN);
	free(skb.octets);
}

static void check_out(const shroud_skb *skb, shroud_skb *given, int action, u32 counter)
{
	const int pass = skb->ifindex == 1 ? SHROUD_NEXT : REDIRECTED;

	if (!has_left(action, counter, pass))
		return;
	if (counter <= SHROUD_COUNT_TX_DECOY || counter == SHROUD_COUNT_TX_PLAIN)
		check_return(skb, given, counter);
	else
		MUST(counter == SHROUD_COUNT_TX_LINK);
}

/* Both flags are the same: whether it is covered whole, and the phase. */
static int same_flags(const u8 *one, const u8 *other)
{
	u32 at = one[0] >> 4 == 6 ? 7 : 8;

	return one[1] == other[1] && !((one[at] ^ other[at]) & FLAG_PHASE);
}

/*
 * What was received as a decoy is the packet that has this decoy, if it came under
 * the keys that would now be used and the rule decides the same.
 */
static void check_again(shroud_skb *skb, shroud_skb *given)
{
	struct shroud_counters before = world_counters;
	struct frame was, now;
	const u8 *decoy;

	MUST(find(skb, &now, SHROUD_IN) && frame_is_complete(skb, &now));
	turn_round(skb, (u32)now.tag.encap);
	skb->unfinished = skb->summed = 0;
	world_run(shroud_egress, skb, WORLD_CALLS);
	MUST(find(given, &was, SHROUD_IN) && find(skb, &now, SHROUD_OUT));
	decoy = given->octets + was.at;
	if (counted(&before) != SHROUD_COUNT_TX_DECOY)
		return;
	MUST(now.protocol == (world_sessions[0].lcp ? (u32)SHROUD_PPP_LCP : was.protocol));
	MUST(now.length == was.length);
	if (same_flags(skb->octets + now.at, decoy))
		MUST(!memcmp(skb->octets + now.at, decoy, now.length));
}

static void check_in(shroud_skb *skb, shroud_skb *given, int action, u32 counter)
{
	struct frame frame;

	if (counter == SHROUD_COUNT_MAX)
		return;
	MUST((action == SHROUD_DROP) == (counter >= SHROUD_COUNT_FIRST_DROP));
	if (counter == SHROUD_COUNT_RX_BLOCK || counter == SHROUD_COUNT_RX_WHOLE ||
	    counter == SHROUD_COUNT_RX_SECOND)
		MUST(find(skb, &frame, SHROUD_IN) && frame_is_complete(skb, &frame));
	if (counter == SHROUD_COUNT_RX_DECOY && !skb->vlan_tci && world_sessions[0].tx_keys)
		check_again(skb, given);
}

/* Every frame of a session has been counted; none is lost on an undisturbed way. */
static void check_count(int is_ours, int overtagged, u32 counter, int undisturbed)
{
	const int lost = counter == SHROUD_COUNT_TX_MEMORY || counter == SHROUD_COUNT_RX_MEMORY;

	MUST(overtagged || is_ours == (counter != SHROUD_COUNT_MAX));
	MUST(!lost || !undisturbed);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t octets)
{
	struct shroud_counters before;
	int action, is_ours, is_in;
	world_program program;
	struct frame found;
	shroud_skb skb, given;
	u32 counter, calls;

	if (octets < (size_t)CHOICES + ETHER_HEADER)
		return 0;
	is_in = data[0] & CHOOSE_IN;
	program = is_in ? shroud_ingress : shroud_egress;
	chosen = data[1];
	calls = data[4] < WORLD_CALLS ? data[4] : (u32)WORLD_CALLS;
	set_sessions(data[0], data[1]);
	make_frame(&skb, data, octets);
	make_skb(&given, skb.octets, skb.len, 0);
	given.vlan_tci = skb.vlan_tci;
	is_ours = find(&given, &found, is_in ? SHROUD_IN : SHROUD_OUT);
	if (data[1] & CHOOSE_KNOWN)
		repeat(&given, program, SHROUD_FLOW_WHOLE_PACKETS + 1);
	before = world_counters;
	world_call.between = data[4] >= CHOOSE_REKEY && data[4] < CHOOSE_REKEY_END ? rekey : NULL;
	rekey_at = (u32)data[4] - CHOOSE_REKEY;
	action = world_run(program, &skb, calls);
	counter = counted(&before);
	check_count(is_ours, is_overtagged(&given), counter,
		    calls == WORLD_CALLS && !world_call.between);
	world_call.between = NULL;
	if (is_in)
		check_in(&skb, &given, action, counter);
	else
		check_out(&skb, &given, action, counter);
	free(skb.octets);
	free(given.octets);
	return 0;
}
