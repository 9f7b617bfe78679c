/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of known keys: docs/protocol.md section 4.2. Rows are a public
 * key in base64, a blank, and the name of the line to the end of the row. Rows
 * that begin with # are comments. src/pppshroud/known.py uses the same file.
 */
#ifndef SHROUD_KNOWN_H
#define SHROUD_KNOWN_H

#include "record.h"
#include "../handshake/trust.h"

/*
 * Known keys of a line, into trust->known. False with *error set, and
 * trust->unreadable, if the file or a row of this line is damaged.
 */
bool shroud_known_load(const char *path, const char *line, struct shroud_trust *trust,
		       struct shroud_error *error);

/*
 * Records the first key of a line, on stable storage when it returns true. Another
 * process may have been faster: false with *error set if it met another key.
 */
bool shroud_known_add(const char *path, const char *line, const uint8_t key[SHROUD_KEY_LEN],
		      struct shroud_error *error);

#endif
