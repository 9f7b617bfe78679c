/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the state machine is to know of the options and of the line. */
#ifndef SHROUD_CONFIGURATION_H
#define SHROUD_CONFIGURATION_H

#include "channel.h"

/*
 * As they are when the network phase begins: a secrets file can hold options for its user. @off:
 * pppd has started with policy off, and that can not be changed. Sets *why if the line can not
 * do what is wanted.
 */
void shroud_configure(struct shroud_config *config, const struct shroud_channel *channel, bool off,
		      struct shroud_error *why);

#endif
