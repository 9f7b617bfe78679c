/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shroud.so, a plugin for pppd: agrees keys with the peer inside LCP and has
 * the data path hide packet headers from the carrier. docs/protocol.md; for
 * users, pppd-shroud(8).
 */
#include "compat.h"

#include <stdlib.h>

#include "channel.h"
#include "engine.h"
#include "hold.h"
#include "settings.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT extern char pppd_version[];
EXPORT void plugin_init(void);

char pppd_version[] = SHROUD_PPPD_VERSION;

static void (*lcp_input)(int unit, unsigned char *packet, int len);
static void (*lcp_check_options)(void);
static int last_phase;
static bool terminated_by_peer;

/* fsm.c tells nobody of a Code-Reject, and would answer our messages with one. */
static void input(int unit, unsigned char *packet, int len)
{
	if (len > 0 && packet[0] == TERMREQ && lcp_fsm[0].state == OPENED)
		terminated_by_peer = true;
	if (!shroud_engine_lcp_packet(packet, len))
		lcp_input(unit, packet, len);
}

static bool lost(void)
{
	return terminated_by_peer || hungup || ppp_status() == EXIT_PEER_DEAD;
}

/* pppd leaves Opened by way of Terminate (its own wish) or Establish (the peer's). */
static void on_phase(void *context, int phase)
{
	int before = last_phase;
	bool was_open = before >= PHASE_AUTHENTICATE && before <= PHASE_RUNNING;

	(void)context;
	last_phase = phase;
	if (phase == PHASE_SERIALCONN) {
		shroud_engine_connecting();
	} else if (phase == PHASE_ESTABLISH && !was_open && before != PHASE_TERMINATE) {
		terminated_by_peer = false;
		shroud_engine_link_up();
	} else if (phase == PHASE_NETWORK &&
		   (before == PHASE_AUTHENTICATE || before == PHASE_CALLBACK)) {
		shroud_engine_network();
	} else if (phase == PHASE_RUNNING) {
		shroud_engine_ncp_opened();
	} else if (phase == PHASE_DEAD) {
		shroud_engine_link_down();
	} else if (was_open && (phase < PHASE_AUTHENTICATE || phase > PHASE_RUNNING)) {
		shroud_engine_lcp_down(lost());
	}
}

static void on_exit_of_pppd(void *context, int status)
{
	(void)context;
	(void)status;
	shroud_engine_exit();
}

/* SIGUSR2 asks pppd to renegotiate compression, which is switched off: it renews the keys. */
static void open_ccp(int unit)
{
	(void)unit;
	shroud_engine_rekey();
}

/* LCP is first in pppd's table: the other protocols' options are parsed too by now. */
static void options_known(void)
{
	if (lcp_check_options)
		lcp_check_options();
	shroud_settings_check();
	if (shroud_settings.preload)
		exit(shroud_paths_preload(&shroud_settings, shroud_settings_role()) ? 0 : 1);
	shroud_engine_init();
	if (shroud_settings.policy != SHROUD_POLICY_OFF) {
		shroud_hold_install(shroud_engine_ncp_packet, shroud_engine_ncp_stale);
		ccp_protent.open = open_ccp;
	}
	lcp_input = lcp_protent.input;
	lcp_protent.input = input;
	ppp_add_notify(NF_PHASE_CHANGE, on_phase, NULL);
	ppp_add_notify(NF_EXIT, on_exit_of_pppd, NULL);
}

/* pppd calls it each time that an option names us: wrapped twice, we would call ourselves. */
void plugin_init(void)
{
	static bool loaded;

	if (loaded)
		return;
	loaded = true;
	shroud_settings_register();
	lcp_check_options = lcp_protent.check_options;
	lcp_protent.check_options = options_known;
}
