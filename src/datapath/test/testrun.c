// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs frames through the loaded programs for tests. Usage:
 *
 *	shroud-testrun DEVICE OBJECT BPFFS [detour] [decoy] [sessions=N]
 *
 * Commands on standard input, one a line, each answered by one line, "ok ..."
 * or "error CODE SENTENCE":
 *
 *	pppoe ID MAC [VLAN [VLAN]]	begin a session
 *	l2tp LOCAL PEER LPORT PPORT LTUNNEL LSESSION PTUNNEL PSESSION
 *	set hold|cover|plain TX RX RX [lcp]
 *					state; key sets in hex, or -; in mode decoy
 *					each has an octet in front, the phase
 *	in HEX, out HEX			run a frame: ok RETURN FRAME COUNTER
 *	super HEX, merged HEX		out, as a frame yet to be segmented; in, as several
 *	lack STAGE			without the program of a stage, until the next such
 *	scratch HEX			ok COUNT: how often the octets are in scratch areas
 *	time in|out N HEX		nanoseconds a run
 *	aliases [WORD]			how many are kept; changes a word of each
 *	stats, sweep, close, abandon, remove
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../datapath.h"
#include "../internal.h"
#include "aliases.h"
#include "inspect.h"
#include "lines.h"

enum {
	FRAME_ROOM = 70000,
};

static struct shroud_datapath *datapath;
static struct shroud_datapath_session *session;
static struct shroud_datapath_error error;
static uint8_t frame_in[FRAME_ROOM], frame_out[FRAME_ROOM];

static void say_error(void)
{
	printf("error %d %s\n", error.code, error.text);
}

static void say(int result)
{
	if (result < 0)
		say_error();
	else
		printf("ok %d\n", result);
}

static const char *counted(const struct shroud_datapath_stats *before)
{
	struct shroud_datapath_stats after;
	const char *name = "none";
	unsigned int i;

	if (!session || shroud_datapath_session_stats(session, &after, &error))
		return name;
	for (i = 0; i < SHROUD_COUNT_MAX; i++)
		if (after.frames[i] > before->frames[i])
			name = shroud_datapath_counter_name(i);
	return name;
}

static void run(const char *link_name, const char *hex, uint32_t gso, int repeat)
{
	size_t octets = pull_hex(frame_in, sizeof(frame_in), hex);
	int program = inspect_program(datapath, link_name);
	struct __sk_buff context = { .gso_size = gso, .gso_segs = gso ? 2 : 0 };
	struct shroud_datapath_stats before = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame_in, .data_size_in = (uint32_t)octets,
		    .data_out = frame_out, .data_size_out = sizeof(frame_out), .ctx_in = &context,
		    .ctx_size_in = sizeof(context), .repeat = repeat);

	if (session)
		shroud_datapath_session_stats(session, &before, &error);
	if (program < 0 || bpf_prog_test_run_opts(program, &opts)) {
		printf("error %d test run: %s\n", errno, strerror(errno));
	} else if (repeat > 1) {
		printf("ok %u\n", opts.duration);
	} else {
		printf("ok %d ", (int)opts.retval);
		push_hex(frame_out, opts.data_size_out);
		printf(" %s\n", counted(&before));
	}
	if (program >= 0)
		close(program);
}

static void begin_pppoe(void)
{
	const char *id = strtok(NULL, " "), *mac = strtok(NULL, " "), *vlan;
	struct shroud_datapath_key key = { .encap = SHROUD_DATAPATH_PPPOE };
	unsigned int octet[6], i;

	if (!id || !mac ||
	    sscanf(mac, "%x:%x:%x:%x:%x:%x", octet, octet + 1, octet + 2, octet + 3, octet + 4,
		   octet + 5) != 6) {
		puts("error 22 usage: pppoe ID MAC [VLAN [VLAN]]");
		return;
	}
	key.pppoe.session = (uint16_t)atoi(id);
	for (i = 0; i < 6; i++)
		key.pppoe.peer[i] = (uint8_t)octet[i];
	key.pppoe.vlan_count = SHROUD_DATAPATH_VLANS_OF_DEVICE;
	for (i = 0; i < 2 && (vlan = strtok(NULL, " ")); i++) {
		key.pppoe.vlan_count = (int)i + 1;
		key.pppoe.vlan[i] = (uint16_t)atoi(vlan);
	}
	say(shroud_datapath_session_open(&session, datapath, &key, &error));
}

static void begin_l2tp(char *rest)
{
	struct shroud_datapath_key key = { .encap = SHROUD_DATAPATH_L2TP };
	struct shroud_datapath_l2tp *l2tp = &key.l2tp;
	char local[32], peer[32];

	if (sscanf(rest,
		   "%31s %31s %" SCNu16 " %" SCNu16 " %" SCNu16 " %" SCNu16 " %" SCNu16 " %" SCNu16,
		   local, peer, &l2tp->local_port, &l2tp->peer_port, &l2tp->local_tunnel,
		   &l2tp->local_session, &l2tp->peer_tunnel, &l2tp->peer_session) != 8) {
		puts("error 22 usage: l2tp LOCAL PEER and six numbers");
		return;
	}
	inet_aton(local, &l2tp->local);
	inet_aton(peer, &l2tp->peer);
	say(shroud_datapath_session_open(&session, datapath, &key, &error));
}

static void set_state(void)
{
	static uint8_t keys[3][1 + SHROUD_SIDE_LEN + SHROUD_COMMON_LEN];
	const char *mode = strtok(NULL, " "), *hex;
	const uint8_t *given[3] = { NULL, NULL, NULL };
	struct shroud_datapath_state state = { .mode = SHROUD_DATAPATH_PLAIN };
	const size_t octets = datapath->decoy ? sizeof(keys[0]) : SHROUD_KEYSET_LEN;
	unsigned int i;

	for (i = 0; i < 3 && (hex = strtok(NULL, " ")); i++)
		if (pull_hex(keys[i], octets, hex) == octets)
			given[i] = keys[i] + datapath->decoy;
	state.tx_phase = keys[0][0];
	state.rx_phase[0] = keys[1][0];
	state.rx_phase[1] = keys[2][0];
	state.tx = given[0];
	state.rx[0] = given[1];
	state.rx[1] = given[2];
	hex = strtok(NULL, " \n");
	state.lcp = hex && !strcmp(hex, "lcp");
	if (mode && !strcmp(mode, "hold"))
		state.mode = SHROUD_DATAPATH_HOLD;
	if (mode && !strcmp(mode, "cover"))
		state.mode = SHROUD_DATAPATH_COVER;
	say(shroud_datapath_session_set(session, &state, &error));
}

static void say_stats(void)
{
	struct shroud_datapath_stats stats;
	unsigned int i;

	if (shroud_datapath_session_stats(session, &stats, &error)) {
		say_error();
		return;
	}
	printf("ok");
	for (i = 0; i < SHROUD_COUNT_MAX; i++)
		printf(" %s=%" PRIu64, shroud_datapath_counter_name(i), stats.frames[i]);
	puts("");
}

static void time_runs(void)
{
	const char *way = strtok(NULL, " "), *repeat = strtok(NULL, " ");

	run(way && !strcmp(way, "in") ? "ingress" : "egress", strtok(NULL, " "), 0,
	    repeat ? atoi(repeat) : 1);
}

static void look_into_scratch(void)
{
	size_t octets = pull_hex(frame_in, sizeof(frame_in), strtok(NULL, " \n"));

	say(inspect_scratch(datapath, frame_in, octets));
}

static void end_session(const char *how)
{
	if (!strcmp(how, "close"))
		shroud_datapath_session_close(session);
	else
		shroud_datapath_session_abandon(session);
	session = NULL;
	say(0);
}

static void obey(char *line)
{
	char *command = strtok(line, " \n"), *rest;

	if (!command)
		return;
	if (!strcmp(command, "pppoe"))
		begin_pppoe();
	else if (!strcmp(command, "l2tp")) {
		rest = strtok(NULL, "\n");
		begin_l2tp(rest ? rest : command);
	} else if (!strcmp(command, "set"))
		set_state();
	else if (!strcmp(command, "in"))
		run("ingress", strtok(NULL, " \n"), 0, 1);
	else if (!strcmp(command, "out"))
		run("egress", strtok(NULL, " \n"), 0, 1);
	else if (!strcmp(command, "super"))
		run("egress", strtok(NULL, " \n"), 1400, 1);
	else if (!strcmp(command, "merged"))
		run("ingress", strtok(NULL, " \n"), 1400, 1);
	else if (!strcmp(command, "lack")) {
		rest = strtok(NULL, " \n");
		say(inspect_lack(datapath, rest ? (uint32_t)atoi(rest) : UINT32_MAX));
	} else if (!strcmp(command, "scratch"))
		look_into_scratch();
	else if (!strcmp(command, "time"))
		time_runs();
	else if (!strcmp(command, "aliases"))
		say((int)aliases_count(datapath, strtok(NULL, " \n")));
	else if (!strcmp(command, "stats"))
		say_stats();
	else if (!strcmp(command, "sweep"))
		say(shroud_datapath_sweep(datapath, &error));
	else if (!strcmp(command, "close") || !strcmp(command, "abandon"))
		end_session(command);
	else if (!strcmp(command, "remove"))
		say(shroud_datapath_remove(datapath, &error));
	else
		printf("error 22 unknown command '%s'\n", command);
}

static void print_log(void *argument, const char *text)
{
	(void)argument;
	fputs(text, stderr);
}

int main(int argc, char **argv)
{
	struct shroud_datapath_options options = { .verifier_log = print_log };
	static char line[2 * FRAME_ROOM + 64];
	int i;

	if (argc < 4) {
		fputs("usage: shroud-testrun DEVICE OBJECT BPFFS [detour] [decoy] [sessions=N]\n",
		      stderr);
		return 2;
	}
	options.object = argv[2];
	options.bpffs = argv[3];
	for (i = 4; i < argc; i++) {
		options.detour |= !strcmp(argv[i], "detour");
		options.decoy |= !strcmp(argv[i], "decoy");
		sscanf(argv[i], "sessions=%u", &options.max_sessions);
	}
	if (shroud_datapath_open(&datapath, argv[1], &options, &error)) {
		say_error();
		return 1;
	}
	printf("ok %s\n", shroud_datapath_device(datapath));
	fflush(stdout);
	obey_lines(line, sizeof(line), obey);
	shroud_datapath_session_abandon(session);
	shroud_datapath_close(datapath);
	return 0;
}
