/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys as text, and where they are kept: docs/protocol.md sections 4.1, 4.2. */
#ifndef SHROUD_KEY_H
#define SHROUD_KEY_H

#include "crypto.h"
#include "record.h"
#include "trust.h"

#define SHROUD_KEY_TEXT_LEN 44 /* base64, without the closing NUL */

/* Exactly 44 base64 characters, of which the last is '='. */
bool shroud_key_parse(const char *text, uint8_t key[SHROUD_KEY_LEN]);
void shroud_key_format(const uint8_t key[SHROUD_KEY_LEN], char text[SHROUD_KEY_TEXT_LEN + 1]);

/* The LNS's private key. Refuses a file that others may read. Never quotes it. */
bool shroud_key_load(const char *path, struct shroud_keypair *pair, struct shroud_error *error);

/* Known keys of a line, into trust->known. */
bool shroud_known_load(const char *path, const char *line, struct shroud_trust *trust,
		       struct shroud_error *error);
/* Records the first one. */
bool shroud_known_store(const char *path, const char *line, const uint8_t key[SHROUD_KEY_LEN],
			struct shroud_error *error);

#endif
