/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd";

/* Octets of the UTF-8 sequence (RFC 3629) that begins here, 0 if it is invalid. */
static size_t sequence(const uint8_t *p, size_t left, uint32_t *character)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : 4;

	if (len == 1) {
		*character = p[0];
		return 1;
	}
	if (len > left || (len == 4 && p[0] >> 3 != 30))
		return 0;
	*character = p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		*character = *character << 6 | (p[i] & 0x3f);
	}
	if (*character < smallest[len] || *character > 0x10ffff || *character >> 11 == 0x1b)
		return 0;
	return len;
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || (c >= 0x200e && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void shroud_text_clean(const char *in, size_t len, char *out, size_t size)
{
	const uint8_t *p = (const uint8_t *)in;
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		uint32_t character = 0;
		size_t octets = sequence(p + i, len - i, &character);
		const void *from = p + i;
		size_t add = octets;

		if (octets == 0 || is_control(character)) {
			from = replacement;
			add = sizeof(replacement) - 1;
		}
		if (n + add >= size)
			break;
		memcpy(out + n, from, add);
		n += add;
		i += octets ? octets : 1;
	}
	out[n] = '\0';
}
