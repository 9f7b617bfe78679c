/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine_role.h"
#include "offer.h"

#include <assert.h>
#include <string.h>

/* Section 5.6: a rekey does not wait for the interval after so many. */
#define REKEY_FRAMES (UINT64_C(1) << 34)

void shroud_machine_init(struct shroud_machine *machine, const struct shroud_config *config)
{
	memset(machine, 0, sizeof(*machine));
	machine->config = *config;
	machine->covered_since = SHROUD_NEVER;
	machine->keys_since = SHROUD_NEVER;
	machine->first_init = SHROUD_NEVER;
	for (int i = 0; i < SHROUD_TIMER_COUNT; i++)
		machine->timer[i] = SHROUD_NEVER;
	for (int i = 0; i < SHROUD_INIT_RATE_COUNT; i++)
		machine->init_times[i] = SHROUD_NEVER;
}

void shroud_machine_wipe(struct shroud_machine *machine)
{
	shroud_wipe(machine, sizeof(*machine));
}

uint64_t shroud_machine_deadline(const struct shroud_machine *machine)
{
	uint64_t first = SHROUD_NEVER;

	for (int i = 0; i < SHROUD_TIMER_COUNT; i++) {
		if (machine->timer[i] < first)
			first = machine->timer[i];
	}
	return first;
}

struct shroud_action *shroud_step_add(struct shroud_step *step, enum shroud_action_type type)
{
	struct shroud_action *action;

	assert(step->actions->count < SHROUD_ACTIONS_MAX);
	action = &step->actions->list[step->actions->count++];
	memset(action, 0, sizeof(*action));
	action->type = type;
	return action;
}

void shroud_step_send(struct shroud_step *step, struct shroud_packet *packet)
{
	shroud_step_add(step, SHROUD_ACTION_SEND)->packet = packet;
}

void shroud_step_report(struct shroud_step *step, enum shroud_report report)
{
	shroud_step_add(step, SHROUD_ACTION_REPORT)->report = report;
}

void shroud_step_abort(struct shroud_step *step, uint8_t suite, uint32_t handshake_id, uint8_t code)
{
	struct shroud_packet *reply = &step->machine->reply;

	shroud_message_push_abort(reply, suite, handshake_id, code);
	shroud_step_send(step, reply);
}

void shroud_step_settle(struct shroud_step *step, enum shroud_state state,
			enum shroud_reason reason, enum shroud_report report,
			enum shroud_action_type action)
{
	struct shroud_machine *machine = step->machine;

	shroud_machine_erase(machine);
	machine->state = state;
	machine->reason = reason;
	shroud_step_cover(step);
	shroud_step_report(step, report);
	shroud_step_add(step, action);
}

void shroud_step_close(struct shroud_step *step, enum shroud_reason reason)
{
	shroud_step_settle(step, SHROUD_STATE_CLOSING, reason, SHROUD_REPORT_CLOSING,
			   SHROUD_ACTION_CLOSE);
}

static void begin(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;

	if (machine->network || machine->state != SHROUD_STATE_IDLE)
		return;
	machine->network = true;
	machine->reason = SHROUD_REASON_NONE;
	machine->alarm = false;
	machine->verdict = SHROUD_TRUST_NONE;
	machine->rekeys = 0;
	if (machine->config.policy == SHROUD_POLICY_REQUIRE)
		shroud_offer_forbid(&machine->config.offer, SHROUD_MODE_PLAIN);
	if (machine->config.policy == SHROUD_POLICY_OFF)
		shroud_step_off(step);
	else if (machine->config.no_datapath || machine->config.offer.mode_count == 0)
		shroud_step_plain(step, SHROUD_REASON_NO_DATAPATH);
	else if (machine->config.role == SHROUD_ROLE_CPE)
		shroud_cpe_begin(step);
	else
		shroud_lns_begin(step);
}

static bool takes_offence(const struct shroud_machine *machine, const struct shroud_event *event)
{
	return machine->config.policy == SHROUD_POLICY_PREFER && event->by_peer &&
	       machine->first_init != SHROUD_NEVER && !machine->has_current &&
	       event->now - machine->first_init <= SHROUD_OFFENCE_WINDOW * 1000;
}

static void lcp_down(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;

	if (takes_offence(machine, step->event))
		shroud_step_add(step, SHROUD_ACTION_OFFENCE);
	shroud_machine_erase(machine);
	machine->state = SHROUD_STATE_IDLE;
	machine->network = false;
	machine->ncp_opened = false;
	shroud_step_cover(step);
}

static void message(struct shroud_step *step)
{
	const struct shroud_event *event = step->event;
	struct shroud_message message;

	if (shroud_message_pull(event->packet, event->len, &message) != SHROUD_MESSAGE_OK)
		return;
	if (event->magic != 0 && message.magic == event->magic)
		return; /* a looped line */
	if (step->machine->config.role == SHROUD_ROLE_CPE)
		shroud_cpe_message(step, &message);
	else
		shroud_lns_message(step, &message);
}

/*
 * Section 5.4: many frames that fail while none pass mean that the peers' keys
 * differ. Counted in spans of a minute: a lasting mismatch fills the second at the latest.
 */
static bool mismatch(struct shroud_machine *machine, const struct shroud_event *event)
{
	bool quiet = event->passed == machine->passed_then;
	bool over = event->now - machine->quiet_since >= SHROUD_MISMATCH_SECONDS * 1000;

	if (quiet && !over)
		return false;
	if (quiet && event->failed - machine->failed_then >= SHROUD_MISMATCH_FRAMES)
		return true;
	machine->passed_then = event->passed;
	machine->failed_then = event->failed;
	machine->quiet_since = event->now;
	return false;
}

static void counts(struct shroud_step *step)
{
	const struct shroud_event *event = step->event;
	struct shroud_machine *machine = step->machine;

	if (machine->state != SHROUD_STATE_COVERED)
		return;
	if (machine->sent_then == UINT64_MAX)
		machine->sent_then = event->sent;
	if (mismatch(machine, event)) {
		shroud_step_close(step, SHROUD_REASON_MISMATCH);
	} else if (machine->config.role == SHROUD_ROLE_CPE &&
		   event->sent - machine->sent_then >= REKEY_FRAMES) {
		machine->sent_then = event->sent; /* if it fails, the timer tries again */
		shroud_cpe_rekey(step);
	}
}

static void expire(struct shroud_step *step, enum shroud_timer timer)
{
	struct shroud_machine *machine = step->machine;

	machine->timer[timer] = SHROUD_NEVER;
	if (timer == SHROUD_TIMER_OVERLAP) {
		shroud_previous_forget(machine);
		shroud_step_cover(step);
	} else if (timer == SHROUD_TIMER_DONE) {
		shroud_wipe(&machine->done, sizeof(machine->done));
	} else if (timer == SHROUD_TIMER_AGE) {
		shroud_step_close(step, SHROUD_REASON_KEY_AGE);
	} else if (machine->config.role == SHROUD_ROLE_CPE) {
		shroud_cpe_timer(step, timer);
	} else {
		shroud_lns_timer(step, timer);
	}
}

/* One timer a step keeps the list of actions short; the caller asks again. */
static void timer(struct shroud_step *step)
{
	for (int i = 0; i < SHROUD_TIMER_COUNT; i++) {
		if (step->machine->timer[i] <= step->event->now) {
			expire(step, (enum shroud_timer)i);
			return;
		}
	}
}

void shroud_machine_step(struct shroud_machine *machine, const struct shroud_event *event,
			 struct shroud_actions *actions)
{
	struct shroud_step step = { machine, event, actions };
	bool closing = machine->state == SHROUD_STATE_CLOSING;
	bool cpe = machine->config.role == SHROUD_ROLE_CPE;

	actions->count = 0;
	if (event->type == SHROUD_EVENT_LCP_DOWN)
		lcp_down(&step);
	else if (event->type == SHROUD_EVENT_NETWORK)
		begin(&step);
	else if (event->type == SHROUD_EVENT_TIMER)
		timer(&step);
	else if (closing || !machine->network)
		return; /* the other events mean nothing then */
	else if (event->type == SHROUD_EVENT_MESSAGE)
		message(&step);
	else if (event->type == SHROUD_EVENT_NCP_OPENED)
		machine->ncp_opened = true;
	else if (event->type == SHROUD_EVENT_REJECT && cpe)
		shroud_cpe_reject(&step);
	else if (event->type == SHROUD_EVENT_REKEY && cpe)
		shroud_cpe_rekey(&step);
	else if (event->type == SHROUD_EVENT_PLAIN_NCP && !cpe)
		shroud_lns_plain_ncp(&step);
	else if (event->type == SHROUD_EVENT_COUNTS)
		counts(&step);
}
