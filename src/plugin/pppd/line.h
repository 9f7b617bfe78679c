/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which PPPoE or L2TP session pppd's channel is. */
#ifndef SHROUD_LINE_H
#define SHROUD_LINE_H

#include "../../datapath/datapath.h"
#include "../files/file.h"

struct shroud_line {
	struct shroud_datapath_key key;
	char device[IF_NAMESIZE]; /* that packets of the session leave by */
	char peer[64]; /* for display: an Ethernet or an IPv4 address with port */
};

/* @fd is the channel's socket. False with *error set: not a line that can be covered. */
bool shroud_line_find(int fd, struct shroud_line *line, struct shroud_error *error);

#endif
