/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "engine.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "configuration.h"
#include "link.h"
#include "memory.h"
#include "publish.h"
#include "report.h"
#include "status.h"

/* How often the counters are read while the session is covered. */
#define COUNTS_SECONDS 10
/* When a line has come up it is time to clean up, not before. */
#define SWEEP_SECONDS 10

static struct shroud_machine machine;
static struct shroud_channel channel;
static struct shroud_error failure; /* of the data path; empty: none */
static bool off; /* for good: nothing of pppd is in our hands */
static bool inert; /* the same, and no framing by hand either */

static void step(const struct shroud_event *event);

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void happen(enum shroud_event_type type)
{
	const struct shroud_event event = { .type = type, .now = now_ms() };

	step(&event);
}

static void write_status(void)
{
	struct shroud_datapath_stats stats;
	struct shroud_status status = {
		.machine = &machine,
		.line_name = shroud_memory_line(),
		.interface = ppp_ifname(),
		.line = channel.line.device[0] ? &channel.line : NULL,
		.datapath_error = failure.text,
		.now = now_ms(),
		.wall = time(NULL),
		.pid = getpid(),
	};

	status.offences = shroud_memory_offences(&status.suppressed_until);
	if (shroud_channel_stats(&channel, &stats))
		status.stats = &stats;
	shroud_publish(shroud_settings.status, &status);
}

/* Fails closed: with keys that did not get to the kernel nothing may pass. */
static void cover(const struct shroud_cover *wanted)
{
	const struct shroud_cover hold = { .mode = SHROUD_COVER_HOLD };

	if (machine.state == SHROUD_STATE_WAIT_CONFIRM)
		shroud_hold_begin();
	if (shroud_channel_set(&channel, wanted, &failure))
		return;
	error("shroud: data path: %s; closing the link", failure.text);
	if (!shroud_channel_set(&channel, &hold, &failure))
		error("shroud: data path: %s", failure.text);
	shroud_link_close();
}

static void release(void)
{
	bool plain = machine.state == SHROUD_STATE_PLAIN;

	if (!plain)
		shroud_channel_settle(&channel, now_ms());
	shroud_hold_release(plain ? SHROUD_HOLD_PLAIN : SHROUD_HOLD_COVERED);
}

static void act(const struct shroud_action *action)
{
	switch (action->type) {
	case SHROUD_ACTION_SEND:
		shroud_link_send(action->packet);
		break;
	case SHROUD_ACTION_COVER:
		cover(&action->cover);
		break;
	case SHROUD_ACTION_RECORD:
		shroud_memory_record(&machine);
		break;
	case SHROUD_ACTION_RELEASE:
		release();
		break;
	case SHROUD_ACTION_CLOSE:
		shroud_link_close();
		break;
	case SHROUD_ACTION_OFFENCE:
		shroud_memory_offend(&machine);
		break;
	case SHROUD_ACTION_FORGIVE:
		shroud_memory_forgive();
		break;
	case SHROUD_ACTION_REPORT:
		shroud_report_log(&machine, action->report, failure.text);
		break;
	}
}

static void on_timer(void *arg)
{
	(void)arg;
	happen(SHROUD_EVENT_TIMER);
}

static void arm_timer(void)
{
	uint64_t deadline = shroud_machine_deadline(&machine);
	uint64_t now = now_ms();
	uint64_t left;

	ppp_untimeout(on_timer, NULL);
	if (deadline == SHROUD_NEVER)
		return;
	left = deadline > now ? deadline - now : 0;
	ppp_timeout(on_timer, NULL, (int)(left / 1000), (int)(left % 1000) * 1000);
}

static void on_counts(void *arg)
{
	struct shroud_event event = { .type = SHROUD_EVENT_COUNTS, .now = now_ms() };

	(void)arg;
	if (shroud_channel_count(&channel, &event))
		step(&event);
	write_status();
	ppp_timeout(on_counts, NULL, COUNTS_SECONDS, 0);
}

static void step(const struct shroud_event *event)
{
	enum shroud_state before = machine.state;
	struct shroud_actions actions;
	bool changed = false;

	shroud_machine_step(&machine, event, &actions);
	for (size_t i = 0; i < actions.count; i++) {
		/* An answer alone changes nothing: no file is written for every INIT of a flood. */
		changed |= actions.list[i].type != SHROUD_ACTION_SEND;
		act(&actions.list[i]);
	}
	arm_timer();
	if (changed || machine.state != before)
		write_status();
}

void shroud_engine_init(void)
{
	struct shroud_config config = {
		.role = shroud_settings_role(),
		.policy = shroud_settings.policy,
		.random = shroud_random_system,
	};

	off = shroud_settings.policy == SHROUD_POLICY_OFF;
	inert = off && !shroud_settings.by_hand;
	shroud_machine_init(&machine, &config);
}

static void on_sweep(void *arg)
{
	(void)arg;
	shroud_channel_sweep(&channel);
}

void shroud_engine_connecting(void)
{
	if (!inert)
		shroud_channel_prepare(&channel, ppp_devnam(), &shroud_settings,
				       machine.config.role);
}

void shroud_engine_link_up(void)
{
	shroud_memory_begin();
	shroud_hold_begin();
	failure.text[0] = '\0';
	if (inert)
		shroud_channel_clear(devfd, &shroud_settings, machine.config.role);
	else
		machine.config.no_datapath = !shroud_channel_open(&channel, devfd, &shroud_settings,
								  machine.config.role, &failure);
	/* A CPE that was refused is dialled again at once: until there is news its reason stays. */
	if (machine.config.role == SHROUD_ROLE_LNS ||
	    shroud_settings.policy != SHROUD_POLICY_REQUIRE)
		write_status();
	ppp_timeout(on_counts, NULL, COUNTS_SECONDS, 0);
	ppp_timeout(on_sweep, NULL, SWEEP_SECONDS, 0);
}

void shroud_engine_network(void)
{
	shroud_configure(&machine.config, &channel, off, &failure);
	shroud_channel_network(&channel);
	happen(SHROUD_EVENT_NETWORK);
}

void shroud_engine_ncp_opened(void)
{
	happen(SHROUD_EVENT_NCP_OPENED);
}

void shroud_engine_lcp_down(bool by_peer)
{
	const struct shroud_event event = { .type = SHROUD_EVENT_LCP_DOWN,
					    .now = now_ms(),
					    .by_peer = by_peer };

	shroud_hold_begin();
	shroud_hold_reset();
	step(&event);
}

void shroud_engine_link_down(void)
{
	ppp_untimeout(on_counts, NULL);
	ppp_untimeout(on_sweep, NULL);
	shroud_link_down();
	shroud_channel_close(&channel);
	write_status();
}

void shroud_engine_exit(void)
{
	shroud_engine_link_down();
	shroud_unpublish(shroud_settings.status, ppp_ifname());
	shroud_machine_wipe(&machine);
	shroud_wipe(&shroud_settings.identity, sizeof(shroud_settings.identity));
}

bool shroud_engine_lcp_packet(const uint8_t *packet, int len)
{
	struct shroud_message message;
	struct shroud_event event = { .now = now_ms(), .packet = packet, .len = (size_t)len };

	if (lcp_fsm[0].state == OPENED) {
		event.magic = lcp_gotoptions[0].magicnumber;
		event.type = len > 0 && packet[0] == SHROUD_LCP_CODE_REJECT ? SHROUD_EVENT_REJECT :
									      SHROUD_EVENT_MESSAGE;
		step(&event);
	}
	return shroud_message_pull(packet, (size_t)len, &message) != SHROUD_MESSAGE_FOREIGN;
}

enum shroud_hold_kind shroud_engine_ncp_packet(void)
{
	bool plain =
		shroud_channel_plain_ncp(&channel) || machine.state != SHROUD_STATE_WAIT_CONFIRM;

	if (plain)
		happen(SHROUD_EVENT_PLAIN_NCP);
	return plain ? SHROUD_HOLD_PLAIN : SHROUD_HOLD_COVERED;
}

bool shroud_engine_ncp_stale(void)
{
	return shroud_channel_stale_ncp(&channel, now_ms());
}

void shroud_engine_rekey(void)
{
	if (machine.config.role == SHROUD_ROLE_LNS)
		notice("shroud: new keys can be asked for by the CPE only");
	happen(SHROUD_EVENT_REKEY);
}
