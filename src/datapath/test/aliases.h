/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of flows in mode decoy, for shroud-testrun. */
#ifndef SHROUD_TEST_ALIASES_H
#define SHROUD_TEST_ALIASES_H

#include <stdlib.h>

#include "../internal.h"

/* How many are kept. word: of each its number is changed, as two CPUs may leave it that write at a
 * time; or NULL. */
static inline unsigned int aliases_count(const struct shroud_datapath *datapath, const char *word)
{
	unsigned int buckets = 1U << size_alias_bits(datapath->sessions), kept = 0, i, way;

	for (i = 0; datapath->aliases && i < buckets; i++)
		for (way = 0; way < SHROUD_ALIAS_WAYS; way++) {
			struct shroud_alias *alias = &datapath->aliases[i].way[way];

			if (!alias->owner)
				continue;
			kept++;
			if (word)
				((uint64_t *)alias)[atoi(word)] ^= 1ULL << 40;
		}
	return kept;
}

#endif
