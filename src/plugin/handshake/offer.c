/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "offer.h"

#include <string.h>

struct word {
	const char *text;
	uint8_t value;
};

static const struct word modes[] = { { "head", SHROUD_MODE_HEAD },
				     { "decoy", SHROUD_MODE_DECOY },
				     { "plain", SHROUD_MODE_PLAIN },
				     { NULL, 0 } };
static const struct word framings[] = { { "native", SHROUD_FRAMING_PPP },
					{ "lcp", SHROUD_FRAMING_LCP },
					{ NULL, 0 } };

static bool contains(const uint8_t *list, uint8_t count, uint8_t value)
{
	return memchr(list, value, count) != NULL;
}

static const struct word *find(const struct word *words, const char *text, size_t len)
{
	for (; words->text; words++) {
		if (strlen(words->text) == len && memcmp(words->text, text, len) == 0)
			return words;
	}
	return NULL;
}

static bool parse(const char *text, const struct word *words, uint8_t *list, uint8_t *count)
{
	uint8_t found[SHROUD_PARAM_LIST_MAX];
	uint8_t n = 0;

	for (;; text++) {
		size_t len = strcspn(text, ",");
		const struct word *word = find(words, text, len);

		if (!word || contains(found, n, word->value))
			return false;
		found[n++] = word->value;
		text += len;
		if (*text == '\0')
			break;
	}
	memcpy(list, found, n);
	*count = n;
	return true;
}

bool shroud_offer_parse_modes(const char *text, struct shroud_offer *offer)
{
	return parse(text, modes, offer->modes, &offer->mode_count);
}

bool shroud_offer_parse_framings(const char *text, struct shroud_offer *offer)
{
	return parse(text, framings, offer->framings, &offer->framing_count);
}

bool shroud_offer_has_mode(const struct shroud_offer *offer, uint8_t mode)
{
	return contains(offer->modes, offer->mode_count, mode);
}

bool shroud_offer_has_framing(const struct shroud_offer *offer, uint8_t framing)
{
	return contains(offer->framings, offer->framing_count, framing);
}

const char *shroud_offer_fault(const struct shroud_offer *offer, enum shroud_policy policy)
{
	bool head = shroud_offer_has_mode(offer, SHROUD_MODE_HEAD);
	bool decoy = shroud_offer_has_mode(offer, SHROUD_MODE_DECOY);
	bool plain = shroud_offer_has_mode(offer, SHROUD_MODE_PLAIN);
	bool native = shroud_offer_has_framing(offer, SHROUD_FRAMING_PPP);
	bool lcp = shroud_offer_has_framing(offer, SHROUD_FRAMING_LCP);

	if (plain && policy == SHROUD_POLICY_REQUIRE)
		return "shroud-mode plain shrouds nothing and can not be used with shroud require";
	if (plain && !lcp)
		return "shroud-mode plain needs shroud-framing lcp";
	if (head && !native)
		return "shroud-mode head needs shroud-framing native";
	if (lcp && !decoy && !plain)
		return "shroud-framing lcp needs shroud-mode decoy or plain";
	return native && !head && !decoy ? "shroud-framing native needs shroud-mode head or decoy" :
					   NULL;
}

bool shroud_offer_by_hand(const struct shroud_offer *offer, enum shroud_policy policy)
{
	return policy == SHROUD_POLICY_OFF && offer->mode_count == 1 &&
	       offer->modes[0] == SHROUD_MODE_HEAD && offer->framing_count == 1 &&
	       offer->framings[0] == SHROUD_FRAMING_LCP;
}

void shroud_offer_forbid(struct shroud_offer *offer, uint8_t mode)
{
	uint8_t n = 0;

	for (uint8_t i = 0; i < offer->mode_count; i++) {
		if (offer->modes[i] != mode)
			offer->modes[n++] = offer->modes[i];
	}
	offer->mode_count = n;
}
