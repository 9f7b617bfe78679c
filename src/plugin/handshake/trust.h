/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the CPE trusts an LNS's static key: docs/protocol.md section 4.2.
 * No I/O; known.h keeps the record of known keys.
 */
#ifndef SHROUD_TRUST_H
#define SHROUD_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../wire/shroud_wire.h"

#define SHROUD_TRUST_KEYS 16 /* pinned, and known, of one line */

enum shroud_trust_verdict {
	SHROUD_TRUST_NONE, /* no key seen yet */
	SHROUD_TRUST_UNTRUSTED,
	SHROUD_TRUST_PINNED,
	SHROUD_TRUST_KNOWN,
	SHROUD_TRUST_FIRST_USE,
};

struct shroud_trust {
	size_t pinned_count;
	uint8_t pinned[SHROUD_TRUST_KEYS][SHROUD_KEY_LEN];
	bool unreadable; /* the record of known keys is damaged: none is trusted but pinned ones */
	size_t known_count;
	uint8_t known[SHROUD_TRUST_KEYS][SHROUD_KEY_LEN];
};

/* Compares with every key in constant time. */
enum shroud_trust_verdict shroud_trust_judge(const struct shroud_trust *trust,
					     const uint8_t key[SHROUD_KEY_LEN]);

/* Whether this line's LNS has been named, or met before. */
bool shroud_trust_knows(const struct shroud_trust *trust);

/* "none", "untrusted", "pinned", "known", "first-use" */
const char *shroud_trust_word(enum shroud_trust_verdict verdict);

#endif
