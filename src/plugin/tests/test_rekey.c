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

static void test_mismatch(void)
{
	struct shroud_event counts = { .type = SHROUD_EVENT_COUNTS, .passed = 5, .failed = 1 };

	pair_cover(&p);
	happen(&p, &p.cpe, counts);
	counts.failed = 64;
	p.now += 60000;
	CHECK(!happen(&p, &p.cpe, counts).closed, "63 failed");
	counts.failed = 65;
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
	pass(&p, &p.cpe, 1);
	CHECK(!p.cpe.machine.has_previous && !p.cpe.last.cover.rx[1], "30 s");
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

int main(void)
{
	test_lcp_down();
	test_mismatch();
	test_rekey();
	test_rekey_unproven();
	test_rekey_refused();
	test_rekey_untrusted();
	test_rekey_done_missing();
	test_key_age();
	return check_result("rekey");
}
