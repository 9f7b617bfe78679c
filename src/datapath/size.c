// SPDX-License-Identifier: GPL-2.0-or-later
/* How large the maps are that serve so many sessions. */
#include "internal.h"

enum {
	/* So few of the table's slots are in use that a session is hardly ever
	 * refused one of its SHROUD_PROBES: L2TP sessions take two. */
	SLOTS_PER_SESSION = 16,
	/* Of SHROUD_FLOW_WAYS flows: those that push each other out are covered whole anew. */
	FLOW_BUCKETS_PER_SESSION = 4,
	/* Of SHROUD_ALIAS_WAYS: those that push each other out are computed anew. */
	ALIAS_BUCKETS_PER_SESSION = 8,
};

unsigned int size_slots(unsigned int sessions)
{
	unsigned int slots = SHROUD_PROBES;

	while (slots < SLOTS_PER_SESSION * sessions)
		slots *= 2;
	return slots;
}

/* log2 of at least so many, bits at least. */
static unsigned int size_bits(unsigned int bits, unsigned int least)
{
	while (1U << bits < least)
		bits++;
	return bits;
}

unsigned int size_flow_bits(unsigned int sessions)
{
	return size_bits(SHROUD_FLOW_BUCKET_BITS, FLOW_BUCKETS_PER_SESSION * sessions);
}

unsigned int size_alias_bits(unsigned int sessions)
{
	return size_bits(SHROUD_ALIAS_BUCKET_BITS, ALIAS_BUCKETS_PER_SESSION * sessions);
}
