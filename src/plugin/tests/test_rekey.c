/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sections 5.4 and 5.6 of docs/protocol.md: keys over time. */
#include "pair.h"

#define KIND(packet) ((packet).data[SHROUD_OFF_KIND])
#define REPORTED(outcome, report) (((outcome).reports >> (report)) & 1)

static struct pair p;

static void test_lcp_down(void)
{
	struct side *sides[] = { &p.cpe, &p.lns };

	for (int i = 0; i < 2; i++) {
		pair_cover(&p);
		simple(&p, sides[i], SHROUD_EVENT_LCP_DOWN);
		CHECK(sides[i]->machine.state == SHROUD_STATE_IDLE, "idle");
		CHECK(sides[i]->last.cover.mode == SHROUD_COVER_HOLD, "blocked");
		CHECK(!sides[i]->machine.has_current, "keys erased");
		CHECK(shroud_machine_deadline(&sides[i]->machine) == SHROUD_NEVER, "no timers");
	}
	simple(&p, &p.cpe, SHROUD_EVENT_LCP_DOWN);
	pair_network(&p);
	pair_shake(&p);
	CHECK(p.cpe.machine.state == SHROUD_STATE_COVERED, "again after reopening");
}

/* Some noise now and then on an idle line is no mismatch. */
static void test_mismatch_slow(void)
{
	struct shroud_event counts = { .type = SHROUD_EVENT_COUNTS, .passed = 5 };

	pair_cover(&p);
	p.cpe.machine.timer[SHROUD_TIMER_REKEY] = SHROUD_NEVER;
	for (int i = 0; i < 30; i++) {
		happen(&p, &p.cpe, counts);
		CHECK(!p.cpe.last.closed, "10 failed every 10 s");
		counts.failed += 10;
		p.now += 10000;
	}
}

/* 2^34 frames: at once, then as after any failure. */
static void test_rekey_frames(void)
{
	struct shroud_event counts = { .type = SHROUD_EVENT_COUNTS, .passed = 1 };

	pair_cover(&p);
	happen(&p, &p.cpe, counts);
	counts.sent = UINT64_C(1) << 34;
	CHECK(happen(&p, &p.cpe, counts).sends == 1, "2^34 frames");
	pass(&p, &p.cpe, 7500);
	CHECK(happen(&p, &p.cpe, counts).sends == 0, "no answer: again after 60 s, not before");
	CHECK(p.cpe.machine.timer[SHROUD_TIMER_REKEY] == p.now + 60000, "60 s");
}

static void test_mismatch(void)
{
	struct shroud_event counts = { .type = SHROUD_EVENT_COUNTS, .passed = 5, .failed = 1 };

	pair_cover(&p);
	happen(&p, &p.cpe, counts);
	counts.failed = 64;
	p.now += 60000;
	CHECK(!happen(&p, &p.cpe, counts).closed, "63 failed");
	counts.failed = 128;
	p.now += 60000;
	CHECK(happen(&p, &p.cpe, counts).closed, "64 failed in 60 s, none passed");
	pair_cover(&p);
	happen(&p, &p.lns, counts);
	counts.failed += 64;
	counts.passed++;
	p.now += 60000;
	CHECK(!happen(&p, &p.lns, counts).closed, "one passed");
}

static void test_rekey(void)
{
	struct shroud_okm old;
	struct outcome o;

	pair_cover(&p);
	old = p.cpe.machine.current;
	CHECK(pass(&p, &p.cpe, 3239000) == 0, "not earlier than 90 %");
	CHECK(p.cpe.machine.timer[SHROUD_TIMER_REKEY] - p.now <= 361000, "nor later than 100 %");
	pass(&p, &p.cpe, p.cpe.machine.timer[SHROUD_TIMER_REKEY] - p.now);
	CHECK(KIND(p.cpe.last.sent) == SHROUD_KIND_INIT, "INIT");
	o = deliver(&p, &p.lns, &p.cpe.machine.handshake.out);
	CHECK(KIND(o.sent) == SHROUD_KIND_RESP && !o.covered, "installs nothing before CONFIRM");
	o = deliver(&p, &p.cpe, &o.sent);
	CHECK(KIND(o.sent) == SHROUD_KIND_CONFIRM && !o.released, "CONFIRM");
	CHECK_EQUAL(old.up, o.cover.tx, SHROUD_KEYSET_LEN, "still sends under the old");
	CHECK_EQUAL(old.down, o.cover.rx[0], SHROUD_KEYSET_LEN, "old first");
	CHECK(o.cover.rx[1] != NULL, "new second");
	o = deliver(&p, &p.lns, &o.sent);
	CHECK(KIND(o.sent) == SHROUD_KIND_DONE && !o.released, "DONE");
	CHECK(memcmp(old.down, o.cover.tx, SHROUD_KEYSET_LEN) != 0, "sends under the new");
	CHECK_EQUAL(old.up, o.cover.rx[1], SHROUD_KEYSET_LEN, "old second");
	o = deliver(&p, &p.cpe, &o.sent);
	CHECK_EQUAL(&p.cpe.machine.current, &p.lns.machine.current, sizeof(old), "the same keys");
	CHECK_EQUAL(old.down, o.cover.rx[1], SHROUD_KEYSET_LEN, "old second");
	CHECK(REPORTED(o, SHROUD_REPORT_REKEYED), "reported");
	pass(&p, &p.cpe, 29999);
	CHECK(p.cpe.machine.has_previous, "before 30 s");
	CHECK_EQUAL((uint8_t[SHROUD_KEYSET_LEN]){ 0 }, p.cpe.machine.previous.up, SHROUD_KEYSET_LEN,
		    "the superseded sending key set is erased");
	pass(&p, &p.cpe, 1);
	CHECK(!p.cpe.machine.has_previous && !p.cpe.last.cover.rx[1], "30 s");
}

/* The CPE's own interval counts if it is the shorter one. */
static void test_rekey_own_interval(void)
{
	static const struct {
		uint32_t ours, theirs, used;
	} cases[] = { { 60, 3600, 60 },     { 60, 60, 60 },    { 3599, 3600, 3599 },
		      { 3600, 3599, 3599 }, { 43200, 60, 60 }, { 0, 43200, 43200 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t least = UINT64_C(900) * cases[i].used, due;

		pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
		p.cpe.machine.config.rekey = cases[i].ours;
		p.lns.machine.config.rekey = cases[i].theirs;
		pair_network(&p);
		pair_shake(&p);
		due = p.cpe.machine.timer[SHROUD_TIMER_REKEY] - p.now;
		CHECK(due >= least && due <= UINT64_C(1000) * cases[i].used, "the shorter one");
		pass(&p, &p.cpe, due);
		pair_shake(&p);
		CHECK(p.lns.machine.rekeys == 1 && p.cpe.machine.rekeys == 1, "the LNS takes it");
		due = p.cpe.machine.timer[SHROUD_TIMER_REKEY] - p.now;
		CHECK(due >= least && due <= UINT64_C(1000) * cases[i].used, "and the next");
	}
}

static void test_rekey_unproven(void)
{
	struct shroud_packet init;
	struct pair other;

	pair_cover(&p);
	pair_init(&other, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	simple(&other, &other.cpe, SHROUD_EVENT_NETWORK);
	CHECK(deliver(&p, &p.lns, &other.cpe.last.sent).sends == 0, "no PROOF");
	simple(&p, &p.cpe, SHROUD_EVENT_REKEY);
	init = p.cpe.last.sent;
	init.data[init.len - 1] ^= 1;
	CHECK(deliver(&p, &p.lns, &init).sends == 0, "wrong PROOF");
	CHECK(p.lns.machine.handshake.phase == SHROUD_PHASE_NONE, "nothing is kept of it");
	init.data[init.len - 1] ^= 1;
	CHECK(deliver(&p, &p.lns, &init).sends == 1, "right PROOF");
	CHECK(deliver(&p, &p.lns, &init).sends == 1, "repeated");
	pass(&p, &p.lns, 30000);
	CHECK(p.lns.machine.handshake.phase == SHROUD_PHASE_NONE, "forgotten after 30 s");
	CHECK(p.lns.machine.state == SHROUD_STATE_COVERED, "and nothing else");
}

/* Section 5.6: an INIT is discarded before any answer unless all of it is right. */
static void test_rekey_other_form(void)
{
	static const struct {
		size_t at;
		const char *what;
	} cases[] = { { SHROUD_OFF_VERSION, "another version" },
		      { SHROUD_OFF_SUITE, "another suite" },
		      { (size_t)SHROUD_HEADER_LEN + SHROUD_KEY_LEN, "another form" } };
	struct shroud_packet init;

	pair_cover(&p);
	simple(&p, &p.cpe, SHROUD_EVENT_REKEY);
	init = p.cpe.last.sent;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		init.data[cases[i].at] += 200;
		CHECK(deliver(&p, &p.lns, &init).sends == 0, cases[i].what);
		init.data[cases[i].at] -= 200;
	}
	p.lns.machine.config.policy = SHROUD_POLICY_OFF;
	CHECK(deliver(&p, &p.lns, &init).sends == 0, "policy off");
	p.lns.machine.config.policy = SHROUD_POLICY_PREFER;
	CHECK(KIND(deliver(&p, &p.lns, &init).sent) == SHROUD_KIND_RESP, "the right one");
}

/* Only the mode in use is offered; PROOF does not cover that. */
static void test_rekey_mode(void)
{
	struct shroud_offer both = {
		.modes = { 2, 1 }, .mode_count = 2, .framings = { 1 }, .framing_count = 1
	};

	pair_cover(&p);
	p.lns.machine.config.offer = both;
	p.cpe.machine.choice.mode = 2;
	simple(&p, &p.cpe, SHROUD_EVENT_REKEY);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	CHECK(p.lns.last.sent.data[SHROUD_HEADER_LEN] == SHROUD_ABORT_MODE, "mode not in use");
	deliver(&p, &p.cpe, &p.lns.last.sent);
	CHECK(p.cpe.machine.state == SHROUD_STATE_COVERED && p.cpe.machine.abort_code == 3,
	      "stays");
	p.cpe.machine.choice.mode = 1;
	p.cpe.machine.config.offer = both;
	pass(&p, &p.cpe, 60000);
	pair_shake(&p);
	CHECK(p.cpe.machine.rekeys == 1 && p.lns.machine.choice.mode == 1,
	      "the mode in use, although the other is wanted more");
}

static void test_rekey_refused(void)
{
	pair_cover(&p);
	simple(&p, &p.cpe, SHROUD_EVENT_REKEY);
	reject(&p, &p.cpe.machine.handshake.out, p.cpe.machine.handshake.out.len);
	CHECK(REPORTED(p.cpe.last, SHROUD_REPORT_REKEY_FAILED), "told");
	CHECK(p.cpe.machine.state == SHROUD_STATE_COVERED && p.cpe.machine.has_current,
	      "keys stay");
	CHECK(pass(&p, &p.cpe, 59999) == 0, "before 60 s");
	CHECK(pass(&p, &p.cpe, 1) == 1, "again after 60 s");
}

static void test_rekey_untrusted(void)
{
	pair_cover(&p);
	trust_only(&p.cpe, 1);
	simple(&p, &p.cpe, SHROUD_EVENT_REKEY);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	deliver(&p, &p.cpe, &p.lns.last.sent);
	CHECK(p.cpe.machine.alarm && p.cpe.machine.state == SHROUD_STATE_COVERED, "alarm");
	pass(&p, &p.cpe, 7500);
	CHECK(p.cpe.machine.has_current && p.cpe.machine.reason == SHROUD_REASON_UNTRUSTED, "kept");
}

static void test_rekey_done_missing(void)
{
	pair_cover(&p);
	simple(&p, &p.cpe, SHROUD_EVENT_REKEY);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	deliver(&p, &p.cpe, &p.lns.last.sent);
	pass(&p, &p.cpe, 15500);
	CHECK(p.cpe.last.closed, "closed");
}

static void test_key_age(void)
{
	struct side *sides[] = { &p.cpe, &p.lns };

	for (int i = 0; i < 2; i++) {
		pair_cover(&p);
		p.cpe.machine.timer[SHROUD_TIMER_REKEY] = SHROUD_NEVER;
		pass(&p, sides[i], 86399999);
		CHECK(!sides[i]->last.closed, "before 24 h");
		pass(&p, sides[i], 1);
		CHECK(sides[i]->last.closed, "24 h");
	}
}

/* 24 hours from the RESP, not from the confirmation of the keys. */
static void test_key_age_of_rekey(void)
{
	uint64_t resp;

	pair_cover(&p);
	simple(&p, &p.cpe, SHROUD_EVENT_REKEY);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	resp = p.now;
	deliver(&p, &p.cpe, &p.lns.last.sent);
	p.now += 10000;
	deliver(&p, &p.lns, &p.cpe.last.sent);
	deliver(&p, &p.cpe, &p.lns.last.sent);
	CHECK(p.lns.machine.timer[SHROUD_TIMER_AGE] == resp + 86400000, "LNS");
	CHECK(p.cpe.machine.timer[SHROUD_TIMER_AGE] == resp + 86400000, "CPE");
}

int main(void)
{
	test_lcp_down();
	test_mismatch();
	test_mismatch_slow();
	test_rekey_frames();
	test_rekey();
	test_rekey_own_interval();
	test_rekey_unproven();
	test_rekey_other_form();
	test_rekey_mode();
	test_rekey_refused();
	test_rekey_untrusted();
	test_rekey_done_missing();
	test_key_age();
	test_key_age_of_rekey();
	return check_result("rekey");
}
