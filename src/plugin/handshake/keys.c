/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The life of key sets: into use, into the overlap, erased. */
#include "machine_role.h"

#include <string.h>

static const uint8_t *tx_set(const struct shroud_machine *machine, const struct shroud_okm *okm)
{
	return machine->config.role == SHROUD_ROLE_CPE ? okm->up : okm->down;
}

static const uint8_t *rx_set(const struct shroud_machine *machine, const struct shroud_okm *okm)
{
	return machine->config.role == SHROUD_ROLE_CPE ? okm->down : okm->up;
}

static void add_receiving(const struct shroud_machine *machine, struct shroud_cover *cover,
			  size_t *n, const struct shroud_okm *okm)
{
	cover->rx_phase[*n] = okm->phase;
	cover->rx[(*n)++] = rx_set(machine, okm);
}

uint8_t shroud_next_phase(const struct shroud_machine *machine)
{
	return machine->has_current && machine->current.phase == 0;
}

void shroud_step_cover(struct shroud_step *step)
{
	const struct shroud_machine *machine = step->machine;
	struct shroud_cover *cover = &shroud_step_add(step, SHROUD_ACTION_COVER)->cover;
	const struct shroud_choice *choice;
	size_t n = 0;

	if (machine->state == SHROUD_STATE_PLAIN) {
		cover->mode = SHROUD_COVER_PLAIN;
		cover->lcp = shroud_machine_agreed_plain(machine) || machine->config.by_hand;
		return;
	}
	if (machine->has_current) {
		cover->tx = tx_set(machine, &machine->current);
		cover->tx_phase = machine->current.phase;
		add_receiving(machine, cover, &n, &machine->current);
	}
	if (machine->handshake.installed)
		add_receiving(machine, cover, &n, &machine->handshake.okm);
	else if (machine->has_previous)
		add_receiving(machine, cover, &n, &machine->previous);
	cover->mode = n > 0 ? SHROUD_COVER_KEYS : SHROUD_COVER_HOLD;
	/* A rekey changes neither. While nothing is agreed what there was before may still arrive.
	 */
	choice = machine->handshake.installed && !machine->has_current ?
			 &machine->handshake.choice :
			 &machine->choice;
	cover->decoy = choice->mode == SHROUD_MODE_DECOY;
	cover->lcp = choice->framing == SHROUD_FRAMING_LCP || machine->config.by_hand;
}

void shroud_handshake_forget(struct shroud_machine *machine)
{
	shroud_wipe(&machine->handshake, sizeof(machine->handshake));
	machine->timer[SHROUD_TIMER_RETRANSMIT] = SHROUD_NEVER;
	machine->timer[SHROUD_TIMER_PENDING] = SHROUD_NEVER;
	machine->first_init = SHROUD_NEVER;
}

void shroud_previous_forget(struct shroud_machine *machine)
{
	shroud_wipe(&machine->previous, sizeof(machine->previous));
	machine->has_previous = false;
	machine->timer[SHROUD_TIMER_OVERLAP] = SHROUD_NEVER;
}

void shroud_machine_erase(struct shroud_machine *machine)
{
	shroud_handshake_forget(machine);
	shroud_previous_forget(machine);
	shroud_wipe(&machine->current, sizeof(machine->current));
	shroud_wipe(&machine->done, sizeof(machine->done));
	machine->has_current = false;
	machine->covered_since = SHROUD_NEVER;
	machine->keys_since = SHROUD_NEVER;
	for (int i = 0; i < SHROUD_TIMER_COUNT; i++)
		machine->timer[i] = SHROUD_NEVER;
}

/* Of the keys in use what the overlap needs: the receiving key set. */
static void keep_receiving(struct shroud_machine *machine)
{
	struct shroud_okm *previous = &machine->previous;
	bool cpe = machine->config.role == SHROUD_ROLE_CPE;

	*previous = machine->current;
	shroud_wipe(cpe ? previous->up : previous->down, SHROUD_DIRECTION_LEN);
	shroud_wipe(previous->chain, sizeof(previous->chain));
}

void shroud_step_promote(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;
	struct shroud_handshake *handshake = &machine->handshake;
	uint64_t now = step->event->now;

	if (machine->has_current) {
		keep_receiving(machine);
		machine->has_previous = true;
		machine->timer[SHROUD_TIMER_OVERLAP] = now + SHROUD_OVERLAP * 1000;
	} else {
		machine->covered_since = now;
	}
	machine->current = handshake->okm;
	shroud_wipe(&handshake->okm, sizeof(handshake->okm));
	handshake->installed = false;
	machine->has_current = true;
	machine->choice = handshake->choice;
	machine->keys_since = now;
	machine->timer[SHROUD_TIMER_AGE] = handshake->resp_at + (uint64_t)SHROUD_KEY_MAX_AGE * 1000;
	machine->quiet_since = now;
	machine->passed_then = machine->failed_then = machine->sent_then = UINT64_MAX;
	machine->alarm = false;
	machine->reason = SHROUD_REASON_NONE;
	shroud_step_cover(step);
}

/* What the LNS says, or sooner if the user wants that. In ms. */
static uint64_t rekey_interval(const struct shroud_machine *machine)
{
	uint64_t theirs = machine->choice.rekey, ours = machine->config.rekey;

	return (ours && ours < theirs ? ours : theirs) * 1000;
}

void shroud_step_arm_rekey(struct shroud_step *step)
{
	struct shroud_machine *machine = step->machine;
	const struct shroud_random *random = &machine->config.random;
	uint64_t interval = rekey_interval(machine);
	uint32_t dice = 0;

	if (random->fill(random->context, (uint8_t *)&dice, sizeof(dice)))
		interval -= dice % (interval * SHROUD_REKEY_JITTER_PERCENT / 100);
	machine->timer[SHROUD_TIMER_REKEY] = machine->keys_since + interval;
}
