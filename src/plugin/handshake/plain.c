/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sessions that settle as plain: docs/protocol.md section 5.4, docs/decoy.md section 12. */
#include "machine_role.h"

static void settle(struct shroud_step *step, enum shroud_reason reason)
{
	shroud_step_settle(step, SHROUD_STATE_PLAIN, reason, SHROUD_REPORT_PLAIN,
			   SHROUD_ACTION_RELEASE);
}

void shroud_step_plain(struct shroud_step *step, enum shroud_reason reason)
{
	if (step->machine->config.policy == SHROUD_POLICY_REQUIRE)
		shroud_step_close(step, reason);
	else
		settle(step, reason);
}

/* The other end, too, knows nothing but this framing: without it no packet would get through. */
void shroud_step_off(struct shroud_step *step)
{
	const struct shroud_config *config = &step->machine->config;

	if (config->by_hand && config->no_datapath)
		shroud_step_close(step, SHROUD_REASON_NO_DATAPATH);
	else
		settle(step, SHROUD_REASON_OFF);
}

void shroud_step_agree(struct shroud_step *step)
{
	step->machine->choice = step->machine->handshake.choice;
	shroud_step_plain(step, SHROUD_REASON_AGREED);
}

bool shroud_machine_agreed_plain(const struct shroud_machine *machine)
{
	return machine->state == SHROUD_STATE_PLAIN && machine->reason == SHROUD_REASON_AGREED;
}

const char *shroud_mode_word(const struct shroud_machine *machine)
{
	if (machine->has_current)
		return machine->choice.mode == SHROUD_MODE_DECOY ? "decoy" : "head";
	return shroud_machine_agreed_plain(machine) ? "plain" : NULL;
}

const char *shroud_framing_word(const struct shroud_machine *machine)
{
	bool by_hand = machine->state == SHROUD_STATE_PLAIN && machine->config.by_hand;

	if (machine->has_current || shroud_machine_agreed_plain(machine))
		return machine->choice.framing == SHROUD_FRAMING_LCP ? "lcp" : "native";
	return by_hand ? "lcp" : NULL;
}
