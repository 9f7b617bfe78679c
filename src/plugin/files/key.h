/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys as text, and the file of a private one: docs/protocol.md section 4.1. */
#ifndef SHROUD_KEY_H
#define SHROUD_KEY_H

#include "../handshake/crypto.h"
#include "file.h"

#define SHROUD_KEY_TEXT_LEN 44 /* base64, without the closing NUL */

/* Exactly 44 base64 characters, of which the last is '='. */
bool shroud_key_parse(const char *text, uint8_t key[SHROUD_KEY_LEN]);
void shroud_key_format(const uint8_t key[SHROUD_KEY_LEN], char text[SHROUD_KEY_TEXT_LEN + 1]);

/* The LNS's private key. Refuses a file that others may read. Never quotes it. */
bool shroud_key_load(const char *path, struct shroud_keypair *pair, struct shroud_error *error);

#endif
