// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A fragment behind the first of an L2TP message has no ports and no ids. So
 * that no tail of a packet slips past, the address pair of every tunnel with a
 * session that is not plain has an entry of its own, without keys.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

static void make_entry(struct shroud_session *entry, const struct shroud_tag *tag)
{
	memset(entry, 0, sizeof(*entry));
	entry->tag[SHROUD_IN].peer = tag[SHROUD_IN].peer;
	entry->tag[SHROUD_IN].encap = SHROUD_L2TP_PEERS;
	entry->tag[SHROUD_OUT].peer = tag[SHROUD_OUT].peer;
	entry->tag[SHROUD_OUT].encap = SHROUD_L2TP_PEERS;
	entry->encap = SHROUD_L2TP_PEERS;
	entry->mode = SHROUD_COVER;
	/* Never used: a fragment is dropped before a key is looked at. */
	entry->tx_keys = 1;
	entry->rx_keys = 1;
}

static bool is_in_use(const struct shroud_datapath *datapath, const struct shroud_tag *tag)
{
	unsigned int index;

	for (index = 0; index < datapath->sessions; index++) {
		const struct shroud_entry *entry = &datapath->entries[index];

		if (entry->encap == SHROUD_L2TP && entry->mode != SHROUD_PLAIN &&
		    entry->peer == tag[SHROUD_IN].peer)
			return true;
	}
	return false;
}

static int ensure(const struct shroud_datapath *datapath, struct shroud_session *entry,
		  enum shroud_side side, struct shroud_datapath_error *error)
{
	struct shroud_session found;
	int slot;

	if (table_find(datapath, &entry->tag[side], side, &found) >= 0)
		return 0;
	slot = table_find_room(datapath, &entry->tag[side]);
	if (slot < 0)
		return fail(error, ENOSPC, "the session table of '%s' is full",
			    datapath->device.name);
	entry->counters = datapath->sessions;
	return table_swap(datapath, (unsigned int)slot, entry, error);
}

static void drop(const struct shroud_datapath *datapath, const struct shroud_session *entry,
		 enum shroud_side side)
{
	struct shroud_session found;
	int slot = table_find(datapath, &entry->tag[side], side, &found);

	if (slot >= 0)
		table_clear(datapath, (unsigned int)slot);
}

int peers_hold(const struct shroud_datapath *datapath, const struct shroud_tag *tag,
	       struct shroud_datapath_error *error)
{
	struct shroud_session entry;

	make_entry(&entry, tag);
	if (ensure(datapath, &entry, SHROUD_IN, error))
		return -1;
	return ensure(datapath, &entry, SHROUD_OUT, error);
}

int peers_refresh(const struct shroud_datapath *datapath, const struct shroud_tag *tag,
		  struct shroud_datapath_error *error)
{
	struct shroud_session entry;

	if (is_in_use(datapath, tag))
		return peers_hold(datapath, tag, error);
	make_entry(&entry, tag);
	drop(datapath, &entry, SHROUD_IN);
	drop(datapath, &entry, SHROUD_OUT);
	return 0;
}
