/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "arrivals.h"

void shroud_arrivals_begin(struct shroud_arrivals *arrivals, uint64_t plain)
{
	*arrivals = (struct shroud_arrivals){ .base = plain };
}

bool shroud_arrivals_plain(struct shroud_arrivals *arrivals, uint64_t plain)
{
	if (plain <= arrivals->base || plain - arrivals->base <= arrivals->seen)
		return false;
	arrivals->seen++;
	return true;
}

void shroud_arrivals_move(struct shroud_arrivals *arrivals, uint64_t from, uint64_t to)
{
	uint64_t read = arrivals->base + arrivals->seen;
	uint64_t unread = from > read ? from - read : 0;

	arrivals->base = to > unread ? to - unread : 0;
	arrivals->seen = 0;
}

void shroud_arrivals_settle(struct shroud_arrivals *arrivals, uint64_t now)
{
	arrivals->until = now + SHROUD_ARRIVALS_UNREAD;
}

bool shroud_arrivals_stale(struct shroud_arrivals *arrivals, uint64_t plain, uint64_t now)
{
	return now < arrivals->until && shroud_arrivals_plain(arrivals, plain);
}
