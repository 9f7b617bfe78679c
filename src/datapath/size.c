// SPDX-License-Identifier: GPL-2.0-or-later
/* How large the maps are that serve so many sessions. */
#include "internal.h"

enum {
	/* So few of the table's slots are in use that a session is hardly ever
	 * refused one of its SHROUD_PROBES: L2TP sessions take two. */
	SLOTS_PER_SESSION = 16,
	/* Of SHROUD_FLOW_WAYS flows: those that push each other out are covered whole anew. */
	FLOW_BUCKETS_PER_SESSION = 4,
};

unsigned int size_slots(unsigned int sessions)
{
	unsigned int slots = SHROUD_PROBES;

	while (slots < SLOTS_PER_SESSION * sessions)
		slots *= 2;
	return slots;
}

unsigned int size_flow_bits(unsigned int sessions)
{
	unsigned int bits = SHROUD_FLOW_BUCKET_BITS;

	while (1U << bits < FLOW_BUCKETS_PER_SESSION * sessions)
		bits++;
	return bits;
}
