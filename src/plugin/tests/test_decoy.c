/* SPDX-License-Identifier: GPL-2.0-or-later */
/* docs/decoy.md sections 3 and 12: phases, and choosing mode and framing. */
#include "pair.h"

#define KIND(packet) ((packet).data[SHROUD_OFF_KIND])

static struct pair p;

/* Modes and framings of the CPE's offer and of what the LNS allows; what comes of it. */
struct offers {
	uint8_t modes[2], framings[2], allowed_modes[2], allowed_framings[2];
	uint8_t mode, framing; /* 0: refused */
	const char *what;
};

static struct shroud_offer offer_of(const uint8_t modes[2], const uint8_t framings[2])
{
	struct shroud_offer offer = { .mode_count = modes[1] ? 2 : 1,
				      .framing_count = framings[1] ? 2 : 1 };

	memcpy(offer.modes, modes, 2);
	memcpy(offer.framings, framings, 2);
	return offer;
}

static void begin(const struct offers *offers)
{
	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	p.cpe.machine.config.offer = offer_of(offers->modes, offers->framings);
	p.lns.machine.config.offer = offer_of(offers->allowed_modes, offers->allowed_framings);
	pair_network(&p);
}

static void test_choice(void)
{
	static const struct offers cases[] = {
		{ { 2 }, { 1 }, { 1, 2 }, { 1 }, 2, 1, "decoy" },
		{ { 2, 1 }, { 1 }, { 1, 2 }, { 1 }, 2, 1, "the CPE's first" },
		{ { 2, 1 }, { 1 }, { 1 }, { 1 }, 1, 1, "an LNS without decoy" },
		{ { 2 }, { 1 }, { 1 }, { 1 }, 0, 0, "nothing in common" },
		{ { 2 }, { 2, 1 }, { 2 }, { 1, 2 }, 2, 2, "framing lcp" },
		{ { 2 }, { 2, 1 }, { 2 }, { 1 }, 2, 1, "an LNS without framing lcp" },
		{ { 1, 2 }, { 2 }, { 1, 2 }, { 1, 2 }, 2, 2, "lcp does not go with head" },
		{ { 1 }, { 2 }, { 1, 2 }, { 1, 2 }, 0, 0, "only what does not go together" },
		{ { 2, 1 }, { 2, 1 }, { 1, 2 }, { 1 }, 2, 1, "first mode, second framing" },
		{ { 1, 2 }, { 2, 1 }, { 1, 2 }, { 2 }, 2, 2, "second mode, first framing" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct shroud_cover *cover = &p.lns.last.cover;

		begin(&cases[i]);
		pair_shake(&p);
		CHECK((p.cpe.machine.state == SHROUD_STATE_COVERED) == (cases[i].mode != 0),
		      cases[i].what);
		if (cases[i].mode == 0)
			continue;
		CHECK(p.cpe.machine.choice.mode == cases[i].mode &&
			      p.lns.machine.choice.mode == cases[i].mode,
		      cases[i].what);
		CHECK(p.cpe.machine.choice.framing == cases[i].framing, cases[i].what);
		CHECK(cover->decoy == (cases[i].mode == SHROUD_MODE_DECOY), cases[i].what);
		CHECK(cover->lcp == (cases[i].framing == SHROUD_FRAMING_LCP), cases[i].what);
	}
}

static const struct offers decoy = { { 2 }, { 1 }, { 2 }, { 1 }, 2, 1, "decoy" };

static void test_phases(void)
{
	begin(&decoy);
	pair_shake(&p);
	for (uint8_t phase = 0; phase < 3; phase++) {
		const struct shroud_cover *cover = &p.lns.last.cover;

		CHECK(cover->tx_phase == (phase & 1) && cover->rx_phase[0] == (phase & 1),
		      "the phase changes with the handshake");
		CHECK(phase == 0 || (cover->rx[1] && cover->rx_phase[1] != (phase & 1)),
		      "the old keys have the other one");
		CHECK(p.lns.machine.current.phase == (phase & 1), "the LNS's too");
		CHECK_EQUAL(p.cpe.machine.current.up, p.lns.machine.current.up,
			    SHROUD_DIRECTION_LEN, "the same keys");
		pass(&p, &p.cpe, 120000);
		pass(&p, &p.lns, 0);
		simple(&p, &p.cpe, SHROUD_EVENT_REKEY);
		pair_shake(&p);
	}
	simple(&p, &p.cpe, SHROUD_EVENT_LCP_DOWN);
	simple(&p, &p.lns, SHROUD_EVENT_LCP_DOWN);
	pair_network(&p);
	pair_shake(&p);
	CHECK(p.cpe.machine.current.phase == 0, "anew with LCP");
}

/* A carrier that takes a mode out of the offer: RESP does not decrypt. */
static void test_downgrade(void)
{
	static const struct offers both = { { 2, 1 }, { 1 }, { 1, 2 }, { 1 }, 2, 1, "both" };
	struct shroud_packet init;

	begin(&both);
	init = p.cpe.last.sent;
	for (size_t at = SHROUD_HEADER_LEN + (size_t)SHROUD_KEY_LEN; at < init.len; at++) {
		if (init.data[at] == SHROUD_MODE_DECOY && init.data[at - 1] == 2)
			init.data[at] = SHROUD_MODE_HEAD;
	}
	CHECK(memcmp(init.data, p.cpe.last.sent.data, init.len) != 0, "altered");
	deliver(&p, &p.lns, &init);
	CHECK(KIND(p.lns.last.sent) == SHROUD_KIND_RESP, "the LNS can not tell");
	deliver(&p, &p.cpe, &p.lns.last.sent);
	CHECK(p.cpe.machine.state == SHROUD_STATE_WAIT_RESP, "the CPE can");
	pass(&p, &p.cpe, 7500);
	CHECK(p.cpe.machine.reason == SHROUD_REASON_ALTERED && p.cpe.machine.alarm, "and says so");
	CHECK(!p.cpe.machine.has_current && p.cpe.last.released, "prefer: plain");
}

int main(void)
{
	test_choice();
	test_phases();
	test_downgrade();
	return check_result("decoy");
}
