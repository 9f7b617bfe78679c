/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of modes and framings as users write them. No I/O, no allocation. */
#ifndef SHROUD_OFFER_H
#define SHROUD_OFFER_H

#include "machine.h"

/* Words with commas between them, each at most once, "decoy,head" or "native,lcp", the preferred
 * one first. False, and *offer as it was: @text is no such list. */
bool shroud_offer_parse_modes(const char *text, struct shroud_offer *offer);
bool shroud_offer_parse_framings(const char *text, struct shroud_offer *offer);

bool shroud_offer_has_mode(const struct shroud_offer *offer, uint8_t mode);
bool shroud_offer_has_framing(const struct shroud_offer *offer, uint8_t framing);

/*
 * Whether the lists go together under this policy (docs/decoy.md section 12): each mode with a
 * framing and each framing with a mode of them. NULL, or a sentence for the user that says why not.
 */
const char *shroud_offer_fault(const struct shroud_offer *offer, enum shroud_policy policy);

/* Whether framing lcp is set by hand: policy off, that framing alone, and no mode asked for. */
bool shroud_offer_by_hand(const struct shroud_offer *offer, enum shroud_policy policy);

/* Strikes what must not be chosen. No mode may be left. */
void shroud_offer_forbid(struct shroud_offer *offer, uint8_t mode);

#endif
