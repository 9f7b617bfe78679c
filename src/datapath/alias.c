// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * False addresses and ports of flows that the programs have kept, in memory
 * that is shared with the kernel's map: what was found under keys that are
 * erased is erased, too.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"

/* The kernel maps whole pages. */
static size_t octets(const struct shroud_datapath *datapath)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE),
	       buckets = 1U << size_alias_bits(datapath->sessions);

	return (buckets * sizeof(struct shroud_aliases) + page - 1) / page * page;
}

int alias_open(struct shroud_datapath *datapath, struct shroud_datapath_error *error)
{
	void *aliases;

	if (!datapath->decoy)
		return 0;
	aliases = mmap(NULL, octets(datapath), PROT_READ | PROT_WRITE, MAP_SHARED, datapath->alias,
		       0);
	if (aliases == MAP_FAILED)
		return fail(error, errno, "can not map what is kept of flows: %s", strerror(errno));
	datapath->aliases = aliases;
	return 0;
}

void alias_close(struct shroud_datapath *datapath)
{
	if (datapath->aliases)
		munmap(datapath->aliases, octets(datapath));
	datapath->aliases = NULL;
}

static bool is_of(const struct shroud_alias *alias, const struct shroud_decoy *keys)
{
	return !((alias->owner ^ keys->id) & ~(uint64_t)SHROUD_ALIAS_KIND);
}

/* Other programs may be writing there: what two have written at a time does not fit its seal. */
void alias_erase(const struct shroud_datapath *datapath, const struct shroud_session *value)
{
	unsigned int count, i, way;

	if (!datapath->aliases || value->mode != SHROUD_COVER)
		return;
	count = 1U << size_alias_bits(datapath->sessions);
	for (i = 0; i < count; i++)
		for (way = 0; way < SHROUD_ALIAS_WAYS; way++) {
			struct shroud_alias *alias = &datapath->aliases[i].way[way];

			if (is_of(alias, &value->decoy_tx) || is_of(alias, &value->decoy_rx[0]) ||
			    is_of(alias, &value->decoy_rx[1]))
				explicit_bzero(alias, sizeof(*alias));
		}
}
