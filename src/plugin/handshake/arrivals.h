/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which NCP packets came in plain: what pppd reads does not tell. It reads LCP
 * before them, from another queue, so that a plain one that arrived before keys were
 * installed may be read after. The data path counts those that come in plain, and they
 * are read in the order of their arrival. No I/O.
 */
#ifndef SHROUD_ARRIVALS_H
#define SHROUD_ARRIVALS_H

#include <stdbool.h>
#include <stdint.h>

/* How long packets may lie unread, in milliseconds. Some are never: those of other protocols. */
#define SHROUD_ARRIVALS_UNREAD 1000

struct shroud_arrivals {
	uint64_t base; /* of the data path's count */
	uint64_t seen; /* plain ones that pppd has read since */
	uint64_t until; /* what is unread is waited for so long */
};

/* The network phase begins; @plain is the data path's count, now and below. */
void shroud_arrivals_begin(struct shroud_arrivals *arrivals, uint64_t plain);

/* pppd has read a packet: whether it is one of those that came in plain. */
bool shroud_arrivals_plain(struct shroud_arrivals *arrivals, uint64_t plain);

/* Another count tells from now on, which is at @to where the one so far is at @from: of what they
 * have counted alike some may be unread. */
void shroud_arrivals_move(struct shroud_arrivals *arrivals, uint64_t from, uint64_t to);

/* No more plain packets are let in: those unread are still to be told from covered ones. */
void shroud_arrivals_settle(struct shroud_arrivals *arrivals, uint64_t now);

/* pppd has read a packet after that: whether it is to be dropped. */
bool shroud_arrivals_stale(struct shroud_arrivals *arrivals, uint64_t plain, uint64_t now);

#endif
