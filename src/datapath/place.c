// SPDX-License-Identifier: GPL-2.0-or-later
/* Finding a new session its slots in the table, its counters and its line in the roll. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

static bool is_owned_by_other(const struct shroud_session *value)
{
	return value->owner != (uint32_t)getpid() && value->owner_start &&
	       process_start(value->owner) == value->owner_start;
}

static int reset_counters(const struct shroud_datapath *datapath, uint32_t index,
			  struct shroud_datapath_error *error)
{
	int cpus = libbpf_num_possible_cpus();
	void *zeros = cpus > 0 ? calloc((size_t)cpus, sizeof(struct shroud_counters)) : NULL;
	int result;

	if (!zeros)
		return fail(error, ENOMEM, "no memory for counters");
	result = bpf_map_update_elem(datapath->count, &index, zeros, BPF_ANY);
	free(zeros);
	return result ? fail(error, errno, "can not reset counters: %s", strerror(errno)) : 0;
}

static int refuse(const struct shroud_datapath *datapath, struct shroud_datapath_error *error)
{
	return fail(error, ENOSPC, "the session table of '%s' is full (%u sessions)",
		    datapath->device.name, datapath->sessions);
}

/*
 * The slot for one side: where the session is already, or room. *index is of
 * the session that is there, or stays.
 */
static int choose_slot(const struct shroud_datapath *datapath, const struct shroud_tag *tag,
		       enum shroud_side side, int *index, struct shroud_datapath_error *error)
{
	struct shroud_session found;
	int slot = table_find(datapath, &tag[side], side, &found);
	bool busy = slot >= 0 && is_owned_by_other(&found);
	uint32_t owner = found.owner;

	if (slot >= 0)
		*index = (int)found.counters;
	explicit_bzero(&found, sizeof(found));
	if (busy)
		return fail(error, EBUSY, "process %u has this session already", owner);
	if (slot < 0)
		slot = table_find_room(datapath, &tag[side]);
	return slot < 0 ? refuse(datapath, error) : slot;
}

/* Choose the counters and the line in the roll: those of the session that is there, or free ones.
 */
static int enroll(struct shroud_datapath_session *session, int index, struct shroud_session *value,
		  struct shroud_datapath_error *error)
{
	const struct shroud_datapath *datapath = session->datapath;

	if (index < 0)
		index = roll_find_room(datapath);
	if (index < 0)
		return refuse(datapath, error);
	session->index = (unsigned int)index;
	value->counters = session->index;
	if (reset_counters(datapath, session->index, error))
		return -1;
	roll_note(datapath, value);
	return 0;
}

int place_session(struct shroud_datapath_session *session, struct shroud_session *value,
		  struct shroud_datapath_error *error)
{
	const struct shroud_datapath *datapath = session->datapath;
	int side, slot, index = -1;

	for (side = SHROUD_OUT; side >= SHROUD_IN; side--) {
		slot = choose_slot(datapath, session->tag, (enum shroud_side)side, &index, error);
		if (slot < 0)
			return -1;
		session->slot[side] = (unsigned int)slot;
		if (side == SHROUD_OUT && enroll(session, index, value, error))
			return -1;
		/* Noted before it is there: a process that dies now leaves nothing unknown. */
		roll_put_slot(datapath, session->index, (enum shroud_side)side,
			      session->slot[side]);
		if (side == SHROUD_IN && session->slot[SHROUD_IN] == session->slot[SHROUD_OUT])
			break;
		if (table_swap(datapath, session->slot[side], value, error))
			return -1;
	}
	return session->encap == SHROUD_L2TP ? peers_hold(datapath, session->tag, error) : 0;
}
