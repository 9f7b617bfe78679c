/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pppd's channel in the data path: its session, from connect to disconnect. */
#ifndef SHROUD_CHANNEL_H
#define SHROUD_CHANNEL_H

#include "line.h"
#include "machine.h"
#include "settings.h"

struct shroud_channel {
	struct shroud_line line;
	struct shroud_datapath *datapath;
	struct shroud_datapath_session *session; /* NULL: the line can not be covered */
};

/* Finds the session of pppd's channel @fd and holds it. False with *error set. */
bool shroud_channel_open(struct shroud_channel *channel, int fd,
			 const struct shroud_settings *settings, enum shroud_role role,
			 struct shroud_error *error);
bool shroud_channel_set(struct shroud_channel *channel, const struct shroud_cover *cover,
			struct shroud_error *error);
bool shroud_channel_stats(struct shroud_channel *channel, struct shroud_datapath_stats *stats);
/* Fills in what SHROUD_EVENT_COUNTS tells. False: there is no data path. */
bool shroud_channel_count(struct shroud_channel *channel, struct shroud_event *event);
/* NCP packets that came in plain: what pppd reads does not tell. */
uint64_t shroud_channel_plain_ncps(struct shroud_channel *channel);
/* Removes what killed processes left. It takes a while to look through an LNS's table. */
void shroud_channel_sweep(struct shroud_channel *channel);
/* The line is gone: erase its keys. */
void shroud_channel_close(struct shroud_channel *channel);

#endif
