// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "internal.h"

enum {
	DEFAULT_SESSIONS = 64,
	/* Owners of which a sweep asks whether they are another process of the same
	 * number: that takes a file of /proc each. All, where there are few. */
	SWEEP_LOOKS = 64,
	MAX_SESSIONS = 16384,
};

static int start(struct shroud_datapath *datapath, const char *name,
		 const struct shroud_datapath_options *options, struct shroud_datapath_error *error)
{
	const char *object = options->object ? options->object :
			     options->decoy  ? SHROUD_DATAPATH_DECOY_OBJECT :
					       SHROUD_DATAPATH_OBJECT;
	const char *bpffs = options->bpffs ? options->bpffs : SHROUD_DATAPATH_BPFFS;
	int result;

	if (options->max_sessions > MAX_SESSIONS)
		return fail(error, EINVAL, "%u sessions, at most %d are possible",
			    options->max_sessions, MAX_SESSIONS);
	if (strlen(object) >= sizeof(datapath->object))
		return fail(error, ENAMETOOLONG, "the path of the BPF object is too long");
	memcpy(datapath->object, object, strlen(object) + 1);
	if (device_resolve(&datapath->device, name, error) || pin_prepare(datapath, bpffs, error) ||
	    pin_lock(datapath, error))
		return -1;
	result = program_load(datapath, options, error) || roll_open(datapath, error) ||
				 alias_open(datapath, error) ?
			 -1 :
			 0;
	pin_unlock(datapath);
	return result;
}

int shroud_datapath_open(struct shroud_datapath **out, const char *name,
			 const struct shroud_datapath_options *options,
			 struct shroud_datapath_error *error)
{
	struct shroud_datapath_options used = { 0 };
	struct shroud_datapath *datapath = calloc(1, sizeof(*datapath));

	if (!datapath)
		return fail(error, ENOMEM, "no memory");
	datapath->table = datapath->count = datapath->flow = datapath->stamp = datapath->roll = -1;
	datapath->alias = datapath->lock = -1;
	if (options)
		used = *options;
	datapath->decoy = used.decoy;
	datapath->loaded = used.loaded;
	datapath->session_octets =
		used.decoy ? sizeof(struct shroud_session) : SHROUD_HEAD_SESSION_LEN;
	if (!used.max_sessions)
		used.max_sessions = DEFAULT_SESSIONS;
	if (start(datapath, name, &used, error)) {
		shroud_datapath_close(datapath);
		return -1;
	}
	*out = datapath;
	return 0;
}

const char *shroud_datapath_device(const struct shroud_datapath *datapath)
{
	return datapath->device.name;
}

const char *shroud_datapath_object(const struct shroud_datapath *datapath)
{
	return datapath->object;
}

/* What is in a slot of a session's, if it is still that session. */
static bool get_own(const struct shroud_datapath *datapath, unsigned int index,
		    enum shroud_side side, struct shroud_session *value)
{
	int map;

	if (table_get(datapath, datapath->entries[index].slot[side], value, &map) || map < 0)
		return false;
	close(map);
	return value->counters == index && value->encap == datapath->entries[index].encap;
}

/* Whether a session was there. Its line is free afterwards. */
static bool bury(struct shroud_datapath *datapath, unsigned int index, struct shroud_session *value)
{
	const struct shroud_entry entry = datapath->entries[index];
	bool there = false;
	int side;

	for (side = SHROUD_OUT; side >= SHROUD_IN; side--) {
		if (!get_own(datapath, index, (enum shroud_side)side, value))
			continue;
		if (kernel_has_session(value))
			return false;
		there = true;
		table_clear(datapath, entry.slot[side]);
	}
	roll_strike(datapath, index);
	if (there && entry.encap == SHROUD_L2TP)
		peers_refresh(datapath, value->tag, NULL);
	return there;
}

static bool owner_has_died(const struct shroud_entry *entry, bool thorough)
{
	if (kill((pid_t)entry->owner, 0) && errno == ESRCH)
		return true;
	return thorough && process_start(entry->owner) != entry->owner_start;
}

static int sweep(struct shroud_datapath *datapath)
{
	unsigned int first = 0, i, looks = 0;
	struct shroud_session value;
	int swept = 0;

	if (getrandom(&first, sizeof(first), GRND_NONBLOCK) != sizeof(first))
		first = 0;
	first %= datapath->sessions;
	for (i = 0; i < datapath->sessions; i++) {
		unsigned int index = (first + i) % datapath->sessions;
		const struct shroud_entry *entry = &datapath->entries[index];

		if (entry->encap && owner_has_died(entry, looks++ < SWEEP_LOOKS))
			swept += bury(datapath, index, &value);
	}
	explicit_bzero(&value, sizeof(value));
	return swept;
}

int shroud_datapath_sweep(struct shroud_datapath *datapath, struct shroud_datapath_error *error)
{
	int swept;

	if (pin_lock(datapath, error))
		return -1;
	swept = sweep(datapath);
	pin_unlock(datapath);
	return swept;
}

void shroud_datapath_close(struct shroud_datapath *datapath)
{
	if (!datapath)
		return;
	pin_unlock(datapath);
	roll_close(datapath);
	alias_close(datapath);
	if (datapath->alias >= 0)
		close(datapath->alias);
	if (datapath->roll >= 0)
		close(datapath->roll);
	if (datapath->table >= 0)
		close(datapath->table);
	if (datapath->count >= 0)
		close(datapath->count);
	if (datapath->flow >= 0)
		close(datapath->flow);
	if (datapath->stamp >= 0)
		close(datapath->stamp);
	free(datapath);
}

int shroud_datapath_remove(struct shroud_datapath *datapath, struct shroud_datapath_error *error)
{
	char near[IF_NAMESIZE];
	unsigned int slot;

	if (pin_lock(datapath, error))
		return -1;
	for (slot = 0; slot < datapath->slots; slot++)
		table_clear(datapath, slot);
	pin_remove_all(datapath);
	if (datapath->detour && if_indextoname(datapath->detour, near))
		device_delete(near);
	rmdir(datapath->directory);
	pin_unlock(datapath);
	return 0;
}

struct counter {
	const char *name, *text;
};

#define COUNTER_ROW(id, name, text) { name, text },

static const struct counter counters[SHROUD_COUNT_MAX] = { SHROUD_COUNTERS(COUNTER_ROW,
									   COUNTER_ROW) };

const char *shroud_datapath_counter_name(unsigned int counter)
{
	return counter < SHROUD_COUNT_MAX ? counters[counter].name : NULL;
}

const char *shroud_datapath_counter_text(unsigned int counter)
{
	return counter < SHROUD_COUNT_MAX ? counters[counter].text : NULL;
}

bool shroud_datapath_counter_is_drop(unsigned int counter)
{
	return counter >= SHROUD_COUNT_FIRST_DROP && counter < SHROUD_COUNT_MAX;
}
