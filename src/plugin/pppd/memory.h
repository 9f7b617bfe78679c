/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is remembered of this line from one session to the next, with log lines. */
#ifndef SHROUD_MEMORY_H
#define SHROUD_MEMORY_H

#include "../handshake/machine.h"

/* The link is up: settle the line's name. */
void shroud_memory_begin(void);
const char *shroud_memory_line(void);

/* Known keys into config->trust, offences into config->suppressed. */
void shroud_memory_load(struct shroud_config *config);
/* First use: record the peer's key. */
void shroud_memory_record(const struct shroud_machine *machine);
/* The peer took offence, or has answered. */
void shroud_memory_offend(const struct shroud_machine *machine);
void shroud_memory_forgive(void);
/* How often in a row, and until when (seconds since 1970; 0: not) offering is suppressed. */
unsigned int shroud_memory_offences(int64_t *until);

#endif
