// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The roll: who has which session, without gaps, in memory that is shared with
 * the kernel's map. The table is sparse, so that look-ups need few steps, and
 * looking through it would take a system call for each of its slots.
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"

/* The kernel maps whole pages. */
static size_t octets(const struct shroud_datapath *datapath)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (datapath->sessions * sizeof(struct shroud_entry) + page - 1) / page * page;
}

int roll_open(struct shroud_datapath *datapath, struct shroud_datapath_error *error)
{
	void *roll =
		mmap(NULL, octets(datapath), PROT_READ | PROT_WRITE, MAP_SHARED, datapath->roll, 0);

	if (roll == MAP_FAILED)
		return fail(error, errno, "can not map the roll of sessions: %s", strerror(errno));
	datapath->entries = roll;
	return 0;
}

void roll_close(struct shroud_datapath *datapath)
{
	if (datapath->entries)
		munmap(datapath->entries, octets(datapath));
	datapath->entries = NULL;
}

int roll_find_room(const struct shroud_datapath *datapath)
{
	unsigned int index;

	for (index = 0; index < datapath->sessions; index++)
		if (!datapath->entries[index].encap)
			return (int)index;
	return -1;
}

void roll_note(const struct shroud_datapath *datapath, const struct shroud_session *value)
{
	struct shroud_entry *entry = &datapath->entries[value->counters];

	entry->peer = value->tag[SHROUD_IN].peer;
	entry->owner_start = value->owner_start;
	entry->owner = value->owner;
	entry->mode = value->mode;
	entry->encap = value->encap;
}

void roll_put_slot(const struct shroud_datapath *datapath, unsigned int index,
		   enum shroud_side side, unsigned int slot)
{
	datapath->entries[index].slot[side] = slot;
}

void roll_strike(const struct shroud_datapath *datapath, unsigned int index)
{
	memset(&datapath->entries[index], 0, sizeof(datapath->entries[index]));
}
