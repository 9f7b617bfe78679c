/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines whose peer took offence at an INIT: docs/protocol.md section 5.5. Times
 * are seconds since 1970, so that they outlive the process.
 */
#ifndef SHROUD_REDIAL_H
#define SHROUD_REDIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"

struct shroud_redial {
	unsigned int offences; /* in a row */
	int64_t until; /* offering is suppressed before that */
};

/* One more offence. @known: the LNS has spoken the protocol before. */
void shroud_redial_offend(struct shroud_redial *redial, bool known, int64_t now);
bool shroud_redial_suppressed(const struct shroud_redial *redial, int64_t now);

/* A file that can not be read counts as empty; *error then says why. */
bool shroud_redial_load(const char *path, const char *line, struct shroud_redial *redial,
			struct shroud_error *error);
bool shroud_redial_store(const char *path, const char *line, const struct shroud_redial *redial,
			 struct shroud_error *error);

#endif
