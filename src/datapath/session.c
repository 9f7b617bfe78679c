// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "internal.h"

static void take_ownership(struct shroud_session *value)
{
	value->owner = (uint32_t)getpid();
	value->owner_start = process_start(value->owner);
}

static int begin(struct shroud_datapath_session *session, struct shroud_datapath_error *error)
{
	struct shroud_session value = { .mode = SHROUD_HOLD, .encap = session->encap };

	memcpy(value.tag, session->tag, sizeof(value.tag));
	take_ownership(&value);
	if (getrandom(&value.secret, sizeof(value.secret), 0) != sizeof(value.secret))
		return fail(error, errno, "no random numbers: %s", strerror(errno));
	return place_session(session, &value, error);
}

int shroud_datapath_session_open(struct shroud_datapath_session **out,
				 struct shroud_datapath *datapath,
				 const struct shroud_datapath_key *key,
				 struct shroud_datapath_error *error)
{
	struct shroud_datapath_session *session = calloc(1, sizeof(*session));
	int result = -1;

	if (!session)
		return fail(error, ENOMEM, "no memory");
	session->datapath = datapath;
	session->encap = key->encap;
	if (!key_make_tags(session->tag, key, &datapath->device, error) &&
	    !pin_lock(datapath, error)) {
		result = begin(session, error);
		pin_unlock(datapath);
	}
	if (result) {
		free(session);
		return -1;
	}
	*out = session;
	return 0;
}

static int check_state(const struct shroud_datapath_state *state, bool decoy,
		       struct shroud_datapath_error *error)
{
	if (state->mode < SHROUD_DATAPATH_HOLD || state->mode > SHROUD_DATAPATH_PLAIN)
		return fail(error, EINVAL, "mode %d is not known", (int)state->mode);
	if (state->mode != SHROUD_DATAPATH_COVER && (state->tx || state->rx[0] || state->rx[1]))
		return fail(error, EINVAL, "keys are for mode COVER only");
	if (state->lcp && !decoy)
		return fail(error, EINVAL, "framing lcp needs the programs of mode decoy");
	if (state->rx[1] && !state->rx[0])
		return fail(error, EINVAL, "a second key set to receive with, but no first");
	if (decoy && state->rx[1] && state->rx_phase[0] == state->rx_phase[1])
		return fail(error, EINVAL, "two key sets of one phase to receive with");
	return 0;
}

/* Noise has its key set first: that of mode head. */
static void apply(struct shroud_session *value, const struct shroud_datapath_state *state,
		  bool decoy)
{
	unsigned int i;

	take_ownership(value);
	value->mode = state->mode;
	value->lcp = state->lcp;
	value->tx_keys = state->tx != NULL;
	value->rx_keys = 0;
	memset(&value->tx, 0, sizeof(value->tx));
	memset(value->rx, 0, sizeof(value->rx));
	memset(&value->decoy_tx, 0, sizeof(value->decoy_tx));
	memset(value->decoy_rx, 0, sizeof(value->decoy_rx));
	if (state->tx)
		shroud_keys_expand(&value->tx, state->tx);
	if (state->tx && decoy)
		shroud_decoy_expand(&value->decoy_tx, state->tx, state->tx + SHROUD_SIDE_LEN,
				    state->tx_phase);
	for (i = 0; i < 2 && state->rx[i]; i++) {
		shroud_keys_expand(&value->rx[i], state->rx[i]);
		if (decoy)
			shroud_decoy_expand(&value->decoy_rx[i], state->rx[i],
					    state->rx[i] + SHROUD_SIDE_LEN, state->rx_phase[i]);
		value->rx_keys++;
	}
}

/* No key that programs may be using now is another one, or gone, afterwards. Keys of decoys
 * come from the same secret as those of noise: they change together. */
static bool keeps_keys(const struct shroud_session *old, const struct shroud_session *new)
{
	unsigned int i;

	if (old->mode != SHROUD_COVER)
		return true;
	if (old->tx_keys && memcmp(&old->tx, &new->tx, sizeof(old->tx)))
		return false;
	for (i = 0; i < old->rx_keys; i++)
		if (memcmp(&old->rx[i], &new->rx[i], sizeof(old->rx[i])))
			return false;
	return true;
}

/*
 * Keys first, then the words that make programs use them: without the wait for
 * all CPUs that a swap takes, which counts when a line comes up.
 */
static int change(const struct shroud_datapath *datapath, unsigned int slot,
		  const struct shroud_session *old, struct shroud_session *new,
		  struct shroud_datapath_error *error)
{
	uint32_t mode = new->mode, tx_keys = new->tx_keys, rx_keys = new->rx_keys;
	int result;

	new->mode = old->mode;
	new->tx_keys = old->tx_keys;
	new->rx_keys = old->rx_keys;
	result = table_change(datapath, slot, new, error);
	new->mode = mode;
	new->tx_keys = tx_keys;
	new->rx_keys = rx_keys;
	/* For other CPUs, too, the keys come first: the kernel copies without a barrier. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return result ? result : table_change(datapath, slot, new, error);
}

static int set_slot(const struct shroud_datapath *datapath, unsigned int slot,
		    const struct shroud_datapath_state *state, struct shroud_datapath_error *error)
{
	struct shroud_session old, new;
	int map, result;

	if (table_get(datapath, slot, &old, &map))
		return fail(error, errno, "can not read the session: %s", strerror(errno));
	if (map < 0)
		return fail(error, ENOENT, "the session has been removed from '%s'",
			    datapath->device.name);
	close(map);
	new = old;
	apply(&new, state, datapath->decoy);
	if (keeps_keys(&old, &new))
		result = change(datapath, slot, &old, &new, error);
	else
		result = table_swap(datapath, slot, &new, error);
	if (!result)
		roll_note(datapath, &new);
	explicit_bzero(&old, sizeof(old));
	explicit_bzero(&new, sizeof(new));
	return result;
}

/* Of a session that has been plain: nothing else drops later fragments of its messages. */
static int hold_peers(const struct shroud_datapath_session *session,
		      struct shroud_datapath_error *error)
{
	struct shroud_datapath *datapath = session->datapath;
	struct shroud_entry *entry = &datapath->entries[session->index];
	int result;

	if (entry->encap != SHROUD_L2TP || entry->mode != SHROUD_PLAIN)
		return 0;
	if (pin_lock(datapath, error))
		return -1;
	/* Noted first: another session's end would take what is there now away again. */
	entry->mode = SHROUD_HOLD;
	result = peers_hold(datapath, session->tag, error);
	pin_unlock(datapath);
	return result;
}

int shroud_datapath_session_set(struct shroud_datapath_session *session,
				const struct shroud_datapath_state *state,
				struct shroud_datapath_error *error)
{
	struct shroud_datapath *datapath = session->datapath;
	int result;

	if (check_state(state, datapath->decoy, error) ||
	    (state->mode != SHROUD_DATAPATH_PLAIN && hold_peers(session, error)))
		return -1;
	/* Decoys look like what is merged; frames of LCP do not. What is merged all the same is
	 * dropped and counted. */
	if (datapath->decoy && state->mode == SHROUD_DATAPATH_COVER && !state->lcp)
		device_stop_merging(datapath->device.name);
	/* Receiving first: the peer may answer the first frame sent. */
	if (set_slot(datapath, session->slot[SHROUD_IN], state, error))
		return -1;
	if (session->slot[SHROUD_OUT] != session->slot[SHROUD_IN] &&
	    set_slot(datapath, session->slot[SHROUD_OUT], state, error))
		return -1;
	if (session->encap != SHROUD_L2TP || state->mode != SHROUD_DATAPATH_PLAIN)
		return 0;
	if (pin_lock(datapath, error))
		return -1;
	result = peers_refresh(datapath, session->tag, error);
	pin_unlock(datapath);
	return result;
}

int shroud_datapath_session_stats(struct shroud_datapath_session *session,
				  struct shroud_datapath_stats *stats,
				  struct shroud_datapath_error *error)
{
	int cpus = libbpf_num_possible_cpus(), cpu;
	uint32_t index = session->index;
	struct shroud_counters *counters;
	unsigned int i;

	memset(stats, 0, sizeof(*stats));
	counters = cpus > 0 ? calloc((size_t)cpus, sizeof(*counters)) : NULL;
	if (!counters)
		return fail(error, ENOMEM, "no memory for counters");
	if (bpf_map_lookup_elem(session->datapath->count, &index, counters)) {
		free(counters);
		return fail(error, errno, "can not read counters: %s", strerror(errno));
	}
	for (cpu = 0; cpu < cpus; cpu++)
		for (i = 0; i < SHROUD_COUNT_MAX; i++)
			stats->frames[i] += counters[cpu].frames[i];
	free(counters);
	return 0;
}

void shroud_datapath_session_close(struct shroud_datapath_session *session)
{
	struct shroud_datapath *datapath;

	if (!session)
		return;
	datapath = session->datapath;
	if (!pin_lock(datapath, NULL)) {
		table_clear(datapath, session->slot[SHROUD_OUT]);
		if (session->slot[SHROUD_IN] != session->slot[SHROUD_OUT])
			table_clear(datapath, session->slot[SHROUD_IN]);
		roll_strike(datapath, session->index);
		if (session->encap == SHROUD_L2TP)
			peers_refresh(datapath, session->tag, NULL);
		pin_unlock(datapath);
	}
	free(session);
}

void shroud_datapath_session_abandon(struct shroud_datapath_session *session)
{
	free(session);
}
