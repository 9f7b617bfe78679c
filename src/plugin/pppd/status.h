/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status file: docs/status.md. */
#ifndef SHROUD_STATUS_H
#define SHROUD_STATUS_H

#include "../files/file.h"
#include "line.h"
#include "../handshake/machine.h"

struct shroud_status {
	const struct shroud_machine *machine;
	const char *line_name;
	const char *interface; /* "ppp0"; empty: none yet */
	const struct shroud_line *line; /* NULL: no session */
	const struct shroud_datapath_stats *stats; /* NULL: no data path */
	const char *datapath_error; /* why there is no data path, or empty */
	unsigned int offences; /* CPE, section 5.5: in a row */
	int64_t suppressed_until; /* seconds since 1970; 0: offering is not suppressed */
	uint64_t now; /* of the machine's clock, milliseconds */
	int64_t wall; /* the same instant, seconds since 1970 */
	int pid;
};

/*
 * Writes the JSON text, with a newline, to @out, terminated. Returns its
 * length, or 0 if @size is too small: SHROUD_STATUS_MAX is enough.
 */
size_t shroud_status_format(const struct shroud_status *status, char *out, size_t size);

#define SHROUD_STATUS_MAX 8192

#endif
