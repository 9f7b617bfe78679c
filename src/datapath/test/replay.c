// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs frames through the programs compiled for a process, as shroud-testrun does
 * through those in the kernel, for tests that compare the two. PROGRAMS is the
 * pair. Commands on standard input, one a line, each answered by one line:
 *
 *	pppoe ID MAC			the only session
 *	l2tp LOCAL PEER LPORT PPORT LTUNNEL LSESSION PTUNNEL PSESSION
 *	set cover TX RX RX [lcp]	key sets in hex, or -; in mode decoy each has
 *					an octet in front, the phase
 *	in HEX, out HEX			run a frame: ok RETURN FRAME COUNTER
 *	close				forget the session
 */
#ifndef PROGRAMS
#define PROGRAMS "../bpf/decoy.bpf.c"
#endif
#include PROGRAMS // NOLINT(bugprone-suspicious-include)

#include <inttypes.h>

#include "lines.h"
#include "sessions.h"

enum {
	FRAME_ROOM = 70000,
	KEYS_LEN = WITH_DECOY ? 1 + SHROUD_SIDE_LEN + SHROUD_COMMON_LEN : SHROUD_KEYSET_LEN,
};

static const char *const counter_names[] = {
#define NAME(id, name, text) name,
	SHROUD_COUNTERS(NAME, NAME)
#undef NAME
};

static void begin_pppoe(void)
{
	const char *id = strtok(NULL, " "), *mac = strtok(NULL, " ");
	u8 image[8] = { [6] = 0x88, [7] = 0x64 };
	u32 side, i;

	for (i = 0; mac && i < 6; i++)
		pull_hex(image + i, 1, mac + (size_t)3 * i);
	for (side = 0; side < 2; side++) {
		world_sessions->tag[side].peer = load64(image);
		world_sessions->tag[side].line = id ? shroud_be16((u16)atoi(id)) : 0;
		world_sessions->tag[side].encap = SHROUD_PPPOE;
	}
}

static u64 images(u32 first, u32 second)
{
	return first | (u64)second << 32;
}

static void begin_l2tp(const char *rest)
{
	struct shroud_tag *in = &world_sessions->tag[SHROUD_IN], *out = in + 1;
	u8 end[2][4] = { { 0 } };
	u16 port[2] = { 0 }, id[4] = { 0 }; /* local, peer; of each: tunnel, session */

	sscanf(rest,
	       "%" SCNu8 ".%" SCNu8 ".%" SCNu8 ".%" SCNu8 " %" SCNu8 ".%" SCNu8 ".%" SCNu8
	       ".%" SCNu8 " %" SCNu16 " %" SCNu16 " %" SCNu16 " %" SCNu16 " %" SCNu16 " %" SCNu16,
	       &end[0][0], &end[0][1], &end[0][2], &end[0][3], &end[1][0], &end[1][1], &end[1][2],
	       &end[1][3], port, port + 1, id, id + 1, id + 2, id + 3);
	in->peer = images(load32(end[1]), load32(end[0]));
	out->peer = images(load32(end[0]), load32(end[1]));
	in->line = images(shroud_be32((u32)port[1] << 16 | port[0]),
			  shroud_be32((u32)id[0] << 16 | id[1]));
	out->line = images(shroud_be32((u32)port[0] << 16 | port[1]),
			   shroud_be32((u32)id[2] << 16 | id[3]));
	in->encap = out->encap = SHROUD_L2TP;
}

static void expand(const u8 *raw, struct shroud_keys *keys, struct shroud_decoy *decoy)
{
	shroud_keys_expand(keys, raw + WITH_DECOY);
	if (WITH_DECOY)
		shroud_decoy_expand(decoy, raw + 1, raw + 1 + SHROUD_SIDE_LEN, raw[0]);
}

static void set_cover(void)
{
	struct shroud_session *session = world_sessions;
	u8 raw[KEYS_LEN];
	char *word;
	u32 i;

	strtok(NULL, " \n");
	session->mode = SHROUD_COVER;
	session->tx_keys = session->rx_keys = 0;
	for (i = 0; i < 3 && (word = strtok(NULL, " \n")); i++) {
		if (pull_hex(raw, sizeof(raw), word) != sizeof(raw))
			continue;
		if (i)
			expand(raw, &session->rx[i - 1], &session->decoy_rx[i - 1]);
		else
			expand(raw, &session->tx, &session->decoy_tx);
		session->tx_keys |= !i;
		session->rx_keys += !!i;
	}
	word = strtok(NULL, " \n");
	session->lcp = word && !strcmp(word, "lcp");
}

static void run(world_program program, const char *hex)
{
	static u8 frame[FRAME_ROOM];
	struct shroud_counters before = world_counters;
	size_t octets = pull_hex(frame, sizeof(frame), hex);
	shroud_skb skb;
	u32 counter;
	int action;

	if (octets < ETHER_HEADER) {
		puts("error 22 a frame has 14 octets or more");
		return;
	}
	make_skb(&skb, frame, octets, 0);
	skb.ifindex = shroud_config.device;
	action = world_run(program, &skb, WORLD_CALLS);
	counter = counted(&before);
	printf("ok %d ", action);
	push_hex(skb.octets, skb.len);
	printf(" %s\n", counter < SHROUD_COUNT_MAX ? counter_names[counter] : "none");
	free(skb.octets);
}

/* And its flows, which the next one would not find in a kernel, where it has another secret. */
static void forget_session(void)
{
	memset(world_sessions, 0, sizeof(world_sessions));
	memset(world_flows, 0, sizeof(world_flows));
}

static void obey(char *line)
{
	char *command = strtok(line, " \n");

	if (!command)
		return;
	if (!strcmp(command, "in")) {
		run(shroud_ingress, strtok(NULL, " \n"));
		return;
	}
	if (!strcmp(command, "out")) {
		run(shroud_egress, strtok(NULL, " \n"));
		return;
	}
	if (!strcmp(command, "pppoe"))
		begin_pppoe();
	else if (!strcmp(command, "l2tp"))
		begin_l2tp(strtok(NULL, "\n"));
	else if (!strcmp(command, "set"))
		set_cover();
	else if (!strcmp(command, "close"))
		forget_session();
	puts("ok 0");
}

int main(void)
{
	static char line[2 * FRAME_ROOM + 64];

	puts("ok process");
	fflush(stdout);
	obey_lines(line, sizeof(line), obey);
	return 0;
}
