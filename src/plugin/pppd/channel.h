/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pppd's channel in the data path: its session, from connect to disconnect. */
#ifndef SHROUD_CHANNEL_H
#define SHROUD_CHANNEL_H

#include "../handshake/arrivals.h"
#include "line.h"
#include "../handshake/machine.h"
#include "path.h"

struct shroud_channel {
	struct shroud_line line;
	/* In the programs of mode head and, if that may be chosen, of mode decoy. A frame passes
	 * both; what one covers the other lets through as plain. */
	struct shroud_datapath *datapath[SHROUD_PATHS];
	struct shroud_datapath_session *session[SHROUD_PATHS]; /* NULL: it can not be covered so */
	enum shroud_path path; /* the one whose keys are in use, or were last */
	struct shroud_arrivals arrivals;
	char refused[SHROUD_PATHS][IF_NAMESIZE]; /* device that could not be prepared, or empty */
	struct shroud_datapath_error refusal[SHROUD_PATHS];
};

/*
 * Loads the programs onto @device, if it is one, ahead of time: it takes seconds on
 * a slow machine, once, and pppd must not be kept from answering the peer by then. That
 * it fails is told by shroud_channel_open, which does not try again.
 */
void shroud_channel_prepare(struct shroud_channel *channel, const char *device,
			    const struct shroud_settings *settings, enum shroud_role role);

/* Finds the session of pppd's channel @fd and holds it. False with *error set. */
bool shroud_channel_open(struct shroud_channel *channel, int fd,
			 const struct shroud_settings *settings, enum shroud_role role,
			 struct shroud_error *error);
/* With policy off: only ends what a process that has died may have left of the same session. */
void shroud_channel_clear(int fd, const struct shroud_settings *settings, enum shroud_role role);
/* Strikes the modes that this channel can not do. False, with *error set, if that is all: by this
 * function, or, where not even mode head can be, by shroud_channel_open. */
bool shroud_channel_limit(const struct shroud_channel *channel, struct shroud_offer *offer,
			  struct shroud_error *error);
bool shroud_channel_set(struct shroud_channel *channel, const struct shroud_cover *cover,
			struct shroud_error *error);
bool shroud_channel_stats(struct shroud_channel *channel, struct shroud_datapath_stats *stats);
/* Fills in what SHROUD_EVENT_COUNTS tells. False: there is no data path. */
bool shroud_channel_count(struct shroud_channel *channel, struct shroud_event *event);

/* Which NCP packets came in plain: arrivals.h. The network phase begins: */
void shroud_channel_network(struct shroud_channel *channel);
bool shroud_channel_plain_ncp(struct shroud_channel *channel);
void shroud_channel_settle(struct shroud_channel *channel, uint64_t now);
bool shroud_channel_stale_ncp(struct shroud_channel *channel, uint64_t now);

/* Removes what killed processes left. It takes a while to look through an LNS's table. */
void shroud_channel_sweep(struct shroud_channel *channel);
/* The line is gone: erase its keys. */
void shroud_channel_close(struct shroud_channel *channel);

#endif
