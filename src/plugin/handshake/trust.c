/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trust.h"

#include "crypto.h"

static size_t matches(const uint8_t keys[][SHROUD_KEY_LEN], size_t count, const uint8_t *key)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += shroud_key_equal(keys[i], key);
	return found;
}

enum shroud_trust_verdict shroud_trust_judge(const struct shroud_trust *trust,
					     const uint8_t key[SHROUD_KEY_LEN])
{
	if (trust->pinned_count > 0)
		return matches(trust->pinned, trust->pinned_count, key) ? SHROUD_TRUST_PINNED :
									  SHROUD_TRUST_UNTRUSTED;
	if (trust->unreadable)
		return SHROUD_TRUST_UNTRUSTED;
	if (trust->known_count > 0)
		return matches(trust->known, trust->known_count, key) ? SHROUD_TRUST_KNOWN :
									SHROUD_TRUST_UNTRUSTED;
	return SHROUD_TRUST_FIRST_USE;
}

bool shroud_trust_knows(const struct shroud_trust *trust)
{
	return trust->pinned_count + trust->known_count > 0 || trust->unreadable;
}

const char *shroud_trust_word(enum shroud_trust_verdict verdict)
{
	static const char *const words[] = {
		[SHROUD_TRUST_NONE] = "none",           [SHROUD_TRUST_UNTRUSTED] = "untrusted",
		[SHROUD_TRUST_PINNED] = "pinned",       [SHROUD_TRUST_KNOWN] = "known",
		[SHROUD_TRUST_FIRST_USE] = "first-use",
	};

	return words[verdict];
}
