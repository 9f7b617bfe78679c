/* SPDX-License-Identifier: GPL-2.0-or-later */
/* docs/decoy.md section 12: mode plain, framing lcp by hand, and lists as users write them. */
#include "../handshake/offer.h"
#include "pair.h"

#define KIND(packet) ((packet).data[SHROUD_OFF_KIND])

static struct pair p;

static void set_offer(struct side *side, const char *modes, const char *framings)
{
	struct shroud_offer *offer = &side->machine.config.offer;

	CHECK(shroud_offer_parse_modes(modes, offer), modes);
	CHECK(shroud_offer_parse_framings(framings, offer), framings);
}

static void begin(enum shroud_policy cpe, enum shroud_policy lns)
{
	pair_init(&p, cpe, lns);
	set_offer(&p.cpe, "decoy,plain", "lcp");
	set_offer(&p.lns, "plain", "lcp");
	pair_network(&p);
}

static bool is_plain(const struct side *side)
{
	const struct shroud_machine *machine = &side->machine;
	const struct shroud_cover *cover = &side->last.cover;

	return machine->state == SHROUD_STATE_PLAIN && machine->reason == SHROUD_REASON_AGREED &&
	       cover->mode == SHROUD_COVER_PLAIN && cover->lcp && side->last.released;
}

static void test_settles(void)
{
	begin(SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	CHECK(p.lns.last.cover.mode == SHROUD_COVER_HOLD, "blocked");
	deliver(&p, &p.cpe, &p.lns.last.sent);
	CHECK(p.cpe.machine.state == SHROUD_STATE_WAIT_DONE, "RESP does not settle it");
	CHECK(!p.cpe.last.released && !p.cpe.last.covered, "still blocked");
	CHECK(shroud_mode_word(&p.cpe.machine) == NULL, "no mode yet");
	deliver(&p, &p.lns, &p.cpe.last.sent);
	CHECK(is_plain(&p.lns), "CONFIRM settles it at the LNS");
	CHECK(KIND(p.lns.last.sent) == SHROUD_KIND_DONE, "DONE");
	deliver(&p, &p.cpe, &p.lns.last.sent);
	CHECK(is_plain(&p.cpe), "DONE settles it at the CPE");
	CHECK(p.cpe.last.recorded, "first use");
	CHECK(strcmp(shroud_mode_word(&p.cpe.machine), "plain") == 0, "mode");
	CHECK(strcmp(shroud_framing_word(&p.lns.machine), "lcp") == 0, "framing");
	CHECK(!p.cpe.machine.alarm && !p.cpe.machine.has_current, "no alarm, no keys");
}

static void shake(void)
{
	begin(SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_shake(&p);
}

static void test_no_rekey(void)
{
	struct shroud_packet init;

	shake();
	CHECK(simple(&p, &p.cpe, SHROUD_EVENT_REKEY).sends == 0, "none when asked for");
	CHECK(pass(&p, &p.cpe, 86400000) + pass(&p, &p.lns, 86400000) == 0, "none in two days");
	CHECK(strcmp(shroud_mode_word(&p.cpe.machine), "plain") == 0, "still so");
	begin(SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	init = p.cpe.last.sent;
	pair_shake(&p);
	CHECK(deliver(&p, &p.lns, &init).sends == 1, "a late copy of INIT");
	CHECK(KIND(p.lns.last.sent) == SHROUD_KIND_ABORT, "is refused");
	deliver(&p, &p.cpe, &p.lns.last.sent);
	CHECK(p.cpe.machine.state == SHROUD_STATE_PLAIN, "which changes nothing");
	CHECK(p.lns.machine.state == SHROUD_STATE_PLAIN, "at either end");
}

static void test_loss(void)
{
	struct shroud_packet confirm;

	begin(SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	deliver(&p, &p.cpe, &p.lns.last.sent);
	confirm = p.cpe.last.sent;
	deliver(&p, &p.lns, &confirm);
	CHECK(deliver(&p, &p.lns, &confirm).sends == 1, "CONFIRM again");
	CHECK(KIND(p.lns.last.sent) == SHROUD_KIND_DONE, "DONE again");
	CHECK(pass(&p, &p.cpe, 20000) == SHROUD_CONFIRM_TRIES - 1, "DONE was lost");
	CHECK(p.cpe.machine.reason == SHROUD_REASON_NO_DONE && p.cpe.last.closed, "closed");
	CHECK(p.cpe.last.cover.mode == SHROUD_COVER_HOLD, "never open");
	pass(&p, &p.lns, 60000);
	CHECK(deliver(&p, &p.lns, &confirm).sends == 0, "not for ever");
}

static void test_peer_gives_up(void)
{
	begin(SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	simple(&p, &p.lns, SHROUD_EVENT_PLAIN_NCP);
	CHECK(p.lns.machine.reason == SHROUD_REASON_GAVE_UP, "a plain NCP packet");
	CHECK(!p.lns.last.cover.lcp, "no framing was agreed");
	CHECK(shroud_framing_word(&p.lns.machine) == NULL, "none shown");
}

static void test_require(void)
{
	begin(SHROUD_POLICY_REQUIRE, SHROUD_POLICY_PREFER);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	CHECK(p.lns.machine.reply.data[SHROUD_HEADER_LEN] == SHROUD_ABORT_MODE, "not offered");
	begin(SHROUD_POLICY_PREFER, SHROUD_POLICY_REQUIRE);
	CHECK(p.lns.last.closed, "an LNS with nothing else");
}

/* LCP goes down and up: it is all anew. */
static void test_anew(void)
{
	shake();
	simple(&p, &p.cpe, SHROUD_EVENT_LCP_DOWN);
	CHECK(p.cpe.last.cover.mode == SHROUD_COVER_HOLD, "blocked");
	CHECK(p.cpe.last.cover.lcp, "what the LNS still sends is not LCP's");
	CHECK(shroud_mode_word(&p.cpe.machine) == NULL, "nothing agreed");
	simple(&p, &p.lns, SHROUD_EVENT_LCP_DOWN);
	set_offer(&p.lns, "decoy", "lcp");
	pair_network(&p);
	pair_shake(&p);
	CHECK(p.cpe.machine.state == SHROUD_STATE_COVERED, "covered now");
	CHECK(strcmp(shroud_mode_word(&p.cpe.machine), "decoy") == 0, "mode");
}

static void test_by_hand(void)
{
	pair_init(&p, SHROUD_POLICY_OFF, SHROUD_POLICY_OFF);
	CHECK(simple(&p, &p.lns, SHROUD_EVENT_NETWORK).released, "off");
	CHECK(!p.lns.last.cover.lcp, "native");
	p.cpe.machine.config.by_hand = true;
	simple(&p, &p.cpe, SHROUD_EVENT_NETWORK);
	CHECK(p.cpe.last.sends == 0 && p.cpe.last.released, "no handshake");
	CHECK(p.cpe.last.cover.mode == SHROUD_COVER_PLAIN && p.cpe.last.cover.lcp, "framing lcp");
	CHECK(shroud_mode_word(&p.cpe.machine) == NULL, "no mode");
	CHECK(strcmp(shroud_framing_word(&p.cpe.machine), "lcp") == 0, "its framing");
	simple(&p, &p.cpe, SHROUD_EVENT_LCP_DOWN);
	p.cpe.machine.config.no_datapath = true;
	CHECK(simple(&p, &p.cpe, SHROUD_EVENT_NETWORK).closed, "it can not be had");
}

/* An LNS that answers what was not asked: its RESP is right in all else. */
static void test_wrong_choice(void)
{
	static const struct {
		const char *mode, *framing;
	} wrong[] = { { "plain", "lcp" }, { "head", "native" }, { "decoy", "native" } };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct shroud_offer *offer = &p.cpe.machine.config.offer;

		pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
		set_offer(&p.cpe, wrong[i].mode, wrong[i].framing);
		set_offer(&p.lns, wrong[i].mode, wrong[i].framing);
		pair_network(&p);
		set_offer(&p.cpe, "decoy", "lcp");
		deliver(&p, &p.lns, &p.cpe.last.sent);
		CHECK(KIND(p.lns.last.sent) == SHROUD_KIND_RESP, wrong[i].mode);
		deliver(&p, &p.cpe, &p.lns.last.sent);
		CHECK(p.cpe.machine.state == SHROUD_STATE_WAIT_RESP, wrong[i].mode);
		CHECK(offer->mode_count == 1 && pass(&p, &p.cpe, 10000) > 0, "goes on waiting");
		CHECK(p.cpe.machine.reason == SHROUD_REASON_NO_ANSWER, "then goes on in plain");
	}
}

static void test_malformed_choice(void)
{
	static const uint8_t no_mode[] = { SHROUD_PARAM_FRAMING, 0, 1, SHROUD_FRAMING_LCP };
	static const uint8_t head_lcp[] = { SHROUD_PARAM_MODE,    0, 1, SHROUD_MODE_HEAD,
					    SHROUD_PARAM_FRAMING, 0, 1, SHROUD_FRAMING_LCP };
	static const uint8_t plain_ppp[] = { SHROUD_PARAM_MODE, 0, 1, SHROUD_MODE_PLAIN };
	struct shroud_choice choice;

	CHECK(!shroud_choice_pull(no_mode, sizeof(no_mode), &choice), "no mode is not mode 0");
	CHECK(!shroud_choice_pull(head_lcp, sizeof(head_lcp), &choice), "head with lcp");
	CHECK(!shroud_choice_pull(plain_ppp, sizeof(plain_ppp), &choice), "plain, native");
}

static void test_lists(void)
{
	static const struct {
		const char *modes, *framings;
		bool fault, required; /* without policy require, and with */
	} lists[] = {
		{ "head", "native", false, false },
		{ "head,decoy", "lcp,native", false, false },
		{ "decoy", "lcp", false, false },
		{ "plain", "lcp", false, true },
		{ "head,plain", "native,lcp", false, true },
		{ "plain", "native", true, true },
		{ "plain", "native,lcp", true, true },
		{ "head", "lcp", true, true },
		{ "head,decoy", "lcp", true, true },
		{ "head", "native,lcp", true, true },
	};
	static const char *const broken[] = { "",          ",",   "decoy,",     ",decoy", "full",
					      "head,head", "lcp", "decoy head", "Decoy" };
	struct shroud_offer offer = { .mode_count = 7 };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		CHECK(shroud_offer_parse_modes(lists[i].modes, &offer), lists[i].modes);
		CHECK(shroud_offer_parse_framings(lists[i].framings, &offer), lists[i].framings);
		CHECK((shroud_offer_fault(&offer, SHROUD_POLICY_PREFER) != NULL) == lists[i].fault,
		      lists[i].modes);
		CHECK((shroud_offer_fault(&offer, SHROUD_POLICY_REQUIRE) != NULL) ==
			      lists[i].required,
		      lists[i].modes);
	}
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		CHECK(!shroud_offer_parse_modes(broken[i], &offer), broken[i]);
	CHECK(!shroud_offer_parse_framings("head", &offer), "not a framing");
}

static void test_by_hand_is_explicit(void)
{
	struct shroud_offer offer;

	shroud_offer_parse_modes("head", &offer);
	shroud_offer_parse_framings("lcp", &offer);
	CHECK(shroud_offer_by_hand(&offer, SHROUD_POLICY_OFF), "off, and a framing");
	CHECK(!shroud_offer_by_hand(&offer, SHROUD_POLICY_PREFER), "not off");
	shroud_offer_parse_modes("decoy", &offer);
	CHECK(!shroud_offer_by_hand(&offer, SHROUD_POLICY_OFF), "mode decoy, switched off");
	shroud_offer_parse_modes("head", &offer);
	shroud_offer_parse_framings("lcp,native", &offer);
	CHECK(!shroud_offer_by_hand(&offer, SHROUD_POLICY_OFF), "not only this framing");
}

int main(void)
{
	test_settles();
	test_no_rekey();
	test_loss();
	test_peer_gives_up();
	test_require();
	test_anew();
	test_by_hand();
	test_wrong_choice();
	test_malformed_choice();
	test_lists();
	test_by_hand_is_explicit();
	return check_result("plain");
}
