/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers the PPPoE session of a device with keys that never change, so that
 * the data path can be measured without a handshake. Says "COVERED", waits for
 * SIGTERM and then says what the data path counted.
 *
 *	cover DEVICE up|down OBJECT	up: the CPE's side; OBJECT: shroud.bpf.o
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/ether.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datapath.h"
#include "shroud_wire.h"

static struct shroud_datapath_error error;

static void fail(const char *what) __attribute__((noreturn));
static void fail(const char *what)
{
	fprintf(stderr, "cover: %s: %s\n", what, error.text);
	exit(1);
}

static void verifier_print(void *arg, const char *text)
{
	(void)arg;
	fputs(text, stderr);
}

/* /proc/net/pppoe: identifier (in network byte order), peer's address, device. */
static struct shroud_datapath_key session_of(const char *device)
{
	struct shroud_datapath_key key = {
		.encap = SHROUD_DATAPATH_PPPOE,
		.pppoe.vlan_count = SHROUD_DATAPATH_VLANS_OF_DEVICE,
	};
	FILE *file = fopen("/proc/net/pppoe", "r");
	char line[128];

	while (file && fgets(line, sizeof(line), file)) {
		char *save;
		const char *id = strtok_r(line, " \t\n", &save);
		const char *peer = strtok_r(NULL, " \t\n", &save);
		const char *name = strtok_r(NULL, " \t\n", &save);
		struct ether_addr address;

		if (!name || strcmp(name, device) || !ether_aton_r(peer, &address))
			continue;
		key.pppoe.session = ntohs((uint16_t)strtoul(id, NULL, 16));
		memcpy(key.pppoe.peer, address.ether_addr_octet, sizeof(key.pppoe.peer));
		fclose(file);
		return key;
	}
	snprintf(error.text, sizeof(error.text), "no PPPoE session");
	fail(device);
}

static void cover(struct shroud_datapath_session *session, int up)
{
	uint8_t keys[2][SHROUD_KEYSET_LEN];
	struct shroud_datapath_state state = {
		.mode = SHROUD_DATAPATH_COVER,
		.tx = keys[up],
		.rx = { keys[!up] },
	};

	memset(keys[0], 0x5a, sizeof(keys[0]));
	memset(keys[1], 0xc3, sizeof(keys[1]));
	if (shroud_datapath_session_set(session, &state, &error))
		fail("keys");
}

static void counts_print(struct shroud_datapath_session *session)
{
	struct shroud_datapath_stats stats;

	if (shroud_datapath_session_stats(session, &stats, &error))
		fail("counters");
	for (unsigned int i = 0; i < SHROUD_COUNT_MAX; i++)
		if (stats.frames[i])
			printf("COUNTER %s %" PRIu64 "\n", shroud_datapath_counter_name(i),
			       stats.frames[i]);
}

static void await_term(void)
{
	sigset_t set;
	int signal;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	puts("COVERED");
	fflush(stdout);
	sigwait(&set, &signal);
}

int main(int argc, char **argv)
{
	struct shroud_datapath_options options = { .verifier_log = verifier_print };
	struct shroud_datapath_session *session;
	struct shroud_datapath *datapath;
	struct shroud_datapath_key key;

	if (argc != 4) {
		fputs("usage: cover DEVICE up|down OBJECT\n", stderr);
		return 2;
	}
	key = session_of(argv[1]);
	options.object = argv[3];
	if (shroud_datapath_open(&datapath, argv[1], &options, &error))
		fail(argv[1]);
	if (shroud_datapath_session_open(&session, datapath, &key, &error))
		fail("session");
	cover(session, !strcmp(argv[2], "up"));
	await_term();
	counts_print(session);
	shroud_datapath_session_close(session);
	shroud_datapath_close(datapath);
	return 0;
}
