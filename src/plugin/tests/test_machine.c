/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every row of the tables in docs/protocol.md sections 5.2 and 5.3, and 5.4 to 5.6. */
#include "pair.h"

#define KIND(packet) ((packet).data[SHROUD_OFF_KIND])
#define REPORTED(outcome, report) ((outcome).reports >> (report)&1)

static struct pair p;

static void test_cpe_whole_handshake(void)
{
	struct outcome o;

	pair_init(&p, SHROUD_POLICY_REQUIRE, SHROUD_POLICY_PREFER);
	simple(&p, &p.lns, SHROUD_EVENT_NETWORK);
	o = simple(&p, &p.cpe, SHROUD_EVENT_NETWORK);
	CHECK(o.sends == 1 && KIND(o.sent) == SHROUD_KIND_INIT && !o.released, "idle, network");
	o = deliver(&p, &p.lns, &o.sent);
	CHECK(KIND(o.sent) == SHROUD_KIND_RESP && !o.released, "LNS idle, INIT");
	CHECK(o.cover.mode == SHROUD_COVER_KEYS && !o.cover.tx && o.cover.rx[0], "receives only");
	o = deliver(&p, &p.cpe, &o.sent);
	CHECK(KIND(o.sent) == SHROUD_KIND_CONFIRM && o.released && !o.recorded, "wait-resp, RESP");
	CHECK(o.cover.tx && o.cover.rx[0] && !o.cover.rx[1], "both key sets");
	CHECK(p.cpe.machine.state == SHROUD_STATE_WAIT_DONE, "wait-done");
	o = deliver(&p, &p.lns, &o.sent);
	CHECK(KIND(o.sent) == SHROUD_KIND_DONE && o.released, "wait-confirm, CONFIRM");
	CHECK(memcmp(o.cover.tx, p.cpe.machine.current.down, SHROUD_KEYSET_LEN) == 0, "down key");
	CHECK(memcmp(o.cover.rx[0], p.cpe.machine.current.up, SHROUD_KEYSET_LEN) == 0, "up key");
	CHECK(p.lns.machine.state == SHROUD_STATE_COVERED, "LNS covered");
	o = deliver(&p, &p.cpe, &o.sent);
	CHECK(p.cpe.machine.state == SHROUD_STATE_COVERED && o.recorded, "wait-done, DONE");
	CHECK(REPORTED(o, SHROUD_REPORT_COVERED), "reported");
}

static void test_cpe_retransmits_init(void)
{
	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	CHECK(pass(&p, &p.cpe, 499) == 0, "before 500 ms");
	CHECK(pass(&p, &p.cpe, 1) == 1, "500 ms");
	CHECK(pass(&p, &p.cpe, 1000) == 1, "1500 ms");
	CHECK(pass(&p, &p.cpe, 2000) == 1, "3500 ms");
	CHECK(pass(&p, &p.cpe, 3999) == 0, "7499 ms");
	CHECK(p.cpe.machine.state == SHROUD_STATE_WAIT_RESP, "still waiting");
	CHECK(pass(&p, &p.cpe, 1) == 0 && p.cpe.machine.state == SHROUD_STATE_PLAIN, "7500 ms");
	CHECK(p.cpe.machine.reason == SHROUD_REASON_NO_ANSWER && !p.cpe.holding, "no answer");
	CHECK(!p.cpe.machine.alarm, "nobody knows this LNS to shroud");
}

static void test_cpe_no_answer_require(void)
{
	pair_init(&p, SHROUD_POLICY_REQUIRE, SHROUD_POLICY_PREFER);
	pair_network(&p);
	pass(&p, &p.cpe, 7500);
	CHECK(p.cpe.last.closed && !p.cpe.last.released, "closed, not released");
	CHECK(p.cpe.last.cover.mode == SHROUD_COVER_HOLD, "held");
}

static void trust_only(struct side *cpe, uint8_t octet)
{
	struct shroud_trust *trust = &cpe->machine.config.trust;

	trust->pinned_count = 1;
	memset(trust->pinned[0], octet, SHROUD_KEY_LEN);
}

static void test_cpe_untrusted(void)
{
	struct shroud_packet resp;
	struct outcome o;

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	trust_only(&p.cpe, 1);
	pair_network(&p);
	resp = deliver(&p, &p.lns, &p.cpe.last.sent).sent;
	o = deliver(&p, &p.cpe, &resp);
	CHECK(o.sends == 0 && p.cpe.machine.state == SHROUD_STATE_WAIT_RESP, "discarded");
	CHECK(REPORTED(o, SHROUD_REPORT_UNTRUSTED) && p.cpe.machine.alarm, "alarm");
	pass(&p, &p.cpe, 7500);
	o = p.cpe.last;
	CHECK(o.sends == 1 && KIND(o.sent) == SHROUD_KIND_ABORT, "ABORT at the end");
	CHECK(o.sent.data[SHROUD_HEADER_LEN] == SHROUD_ABORT_UNTRUSTED, "code 5");
	CHECK(p.cpe.machine.reason == SHROUD_REASON_UNTRUSTED && p.cpe.machine.alarm, "why");
	CHECK(p.cpe.machine.state == SHROUD_STATE_PLAIN && !p.cpe.machine.has_current, "no keys");
	deliver(&p, &p.lns, &o.sent);
	CHECK(p.lns.machine.state == SHROUD_STATE_PLAIN, "LNS: wait-confirm, ABORT");
	CHECK(p.lns.machine.reason == SHROUD_REASON_GAVE_UP && !p.lns.machine.handshake.installed,
	      "keys erased");
}

static void test_cpe_trusted_after_untrusted(void)
{
	struct pair mallory;
	struct shroud_packet init, forged;

	pair_init(&mallory, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_init(&p, SHROUD_POLICY_REQUIRE, SHROUD_POLICY_PREFER);
	p.cpe.machine.config.trust.pinned_count = 1;
	memcpy(p.cpe.machine.config.trust.pinned[0], p.lns.machine.config.identity.public_key,
	       SHROUD_KEY_LEN);
	simple(&mallory, &mallory.lns, SHROUD_EVENT_NETWORK);
	pair_network(&p);
	init = p.cpe.last.sent;
	forged = deliver(&mallory, &mallory.lns, &init).sent;
	deliver(&p, &p.cpe, &forged);
	CHECK(p.cpe.machine.alarm && p.cpe.machine.verdict == SHROUD_TRUST_UNTRUSTED, "forged RESP");
	p.cpe.last.sent = init;
	pair_shake(&p);
	CHECK(p.cpe.machine.state == SHROUD_STATE_COVERED, "the true one still counts");
	CHECK(p.cpe.machine.verdict == SHROUD_TRUST_PINNED && !p.cpe.last.recorded, "pinned");
}

static void test_cpe_broken_resp(void)
{
	struct shroud_packet resp;

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	resp = deliver(&p, &p.lns, &p.cpe.last.sent).sent;
	resp.data[resp.len - 1] ^= 1;
	CHECK(deliver(&p, &p.cpe, &resp).sends == 0, "does not decrypt");
	resp.data[resp.len - 1] ^= 1;
	resp.data[SHROUD_OFF_HANDSHAKE_ID] ^= 1;
	CHECK(deliver(&p, &p.cpe, &resp).sends == 0, "of another handshake");
	resp.data[SHROUD_OFF_HANDSHAKE_ID] ^= 1;
	CHECK(deliver(&p, &p.cpe, &resp).sends == 1, "the right one still counts");
}

static struct outcome reject(const struct shroud_packet *of, size_t quoted)
{
	uint8_t packet[SHROUD_MESSAGE_MAX + 4] = { SHROUD_LCP_CODE_REJECT, 1 };

	packet[2] = (uint8_t)((4 + quoted) >> 8);
	packet[3] = (uint8_t)(4 + quoted);
	memcpy(packet + 4, of->data, quoted);
	return happen(&p, &p.cpe,
		      (struct shroud_event){ .type = SHROUD_EVENT_REJECT,
					     .packet = packet,
					     .len = 4 + quoted });
}

static void test_cpe_rejected(size_t quoted, enum shroud_policy policy)
{
	struct shroud_packet other;

	pair_init(&p, policy, SHROUD_POLICY_PREFER);
	pair_network(&p);
	other = p.cpe.last.sent;
	other.data[SHROUD_OFF_HANDSHAKE_ID] ^= 1;
	reject(&other, other.len);
	CHECK(p.cpe.machine.state == SHROUD_STATE_WAIT_RESP, "of another handshake");
	reject(&p.cpe.machine.handshake.out, quoted);
	CHECK(p.cpe.machine.reason == SHROUD_REASON_REFUSED, "refused");
	CHECK(p.cpe.last.closed == (policy == SHROUD_POLICY_REQUIRE), "by policy");
	CHECK(p.cpe.last.released == (policy == SHROUD_POLICY_PREFER), "by policy");
}

static void test_cpe_rejected_known_alarm(void)
{
	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	trust_only(&p.cpe, 1);
	pair_network(&p);
	reject(&p.cpe.machine.handshake.out, 0);
	CHECK(p.cpe.machine.state == SHROUD_STATE_PLAIN && p.cpe.machine.alarm, "alarm");
}

static void test_cpe_aborted(void)
{
	struct outcome o;

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_OFF);
	pair_network(&p);
	o = deliver(&p, &p.lns, &p.cpe.last.sent);
	CHECK(KIND(o.sent) == SHROUD_KIND_ABORT, "policy off answers");
	CHECK(o.sent.data[SHROUD_HEADER_LEN] == SHROUD_ABORT_NOT_OFFERED, "code 4");
	o = deliver(&p, &p.cpe, &o.sent);
	CHECK(o.released && o.sends == 0 && p.cpe.machine.state == SHROUD_STATE_PLAIN, "plain");
	CHECK(p.cpe.machine.reason == SHROUD_REASON_ABORTED && p.cpe.machine.abort_code == 4, "why");
}

static void test_cpe_retransmits_confirm(void)
{
	struct shroud_packet confirm;

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	confirm = deliver(&p, &p.cpe, &p.lns.last.sent).sent;
	CHECK(pass(&p, &p.cpe, 7500) == 4, "four more in 7.5 s");
	CHECK_EQUAL(confirm.data + 5, p.cpe.machine.handshake.out.data + 5, confirm.len - 5, "same");
	CHECK(reject(&confirm, confirm.len).sends == 0, "Code-Reject is ignored");
	CHECK(p.cpe.machine.state == SHROUD_STATE_WAIT_DONE, "never plain");
	pass(&p, &p.cpe, 8000);
	CHECK(p.cpe.last.closed && p.cpe.machine.reason == SHROUD_REASON_NO_DONE, "15.5 s");
}

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

static void test_lns_plain_peer(enum shroud_policy policy)
{
	pair_init(&p, SHROUD_POLICY_PREFER, policy);
	simple(&p, &p.lns, SHROUD_EVENT_NETWORK);
	simple(&p, &p.lns, SHROUD_EVENT_PLAIN_NCP);
	CHECK(p.lns.last.released == (policy == SHROUD_POLICY_PREFER), "plain NCP");
	CHECK(p.lns.last.closed == (policy == SHROUD_POLICY_REQUIRE), "plain NCP");
	CHECK(p.lns.machine.reason == SHROUD_REASON_NOT_SHROUDING, "why");
	pair_init(&p, SHROUD_POLICY_PREFER, policy);
	simple(&p, &p.lns, SHROUD_EVENT_NETWORK);
	pass(&p, &p.lns, 9999);
	CHECK(p.lns.machine.state == SHROUD_STATE_IDLE, "before 10 s");
	pass(&p, &p.lns, 1);
	CHECK(p.lns.last.released == (policy == SHROUD_POLICY_PREFER), "10 s");
}

static void test_lns_repeats_resp(void)
{
	struct shroud_packet init, resp;
	struct outcome o;

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	init = p.cpe.last.sent;
	resp = deliver(&p, &p.lns, &init).sent;
	for (int i = 0; i < 10; i++) {
		init.data[SHROUD_OFF_ID]++;
		o = deliver(&p, &p.lns, &init);
		CHECK(o.sends == 1 && o.sent.len == resp.len, "the same again");
		CHECK_EQUAL(resp.data, o.sent.data, resp.len, "the same again");
	}
	init.data[init.len - 1] = 9;
	CHECK(deliver(&p, &p.lns, &init).sent.data[SHROUD_HEADER_LEN] == SHROUD_ABORT_MODE,
	      "any other INIT is judged by itself");
}

static void test_lns_other_init(void)
{
	struct shroud_packet confirm;

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	confirm = deliver(&p, &p.cpe, &p.lns.last.sent).sent;
	simple(&p, &p.cpe, SHROUD_EVENT_LCP_DOWN);
	simple(&p, &p.cpe, SHROUD_EVENT_NETWORK);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	CHECK(KIND(p.lns.last.sent) == SHROUD_KIND_RESP, "a new handshake");
	CHECK(deliver(&p, &p.lns, &confirm).sends == 0, "the old one is forgotten");
	deliver(&p, &p.cpe, &p.lns.machine.handshake.out);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	CHECK(p.lns.machine.state == SHROUD_STATE_COVERED, "the new one goes on");
}

static void test_lns_plain_ncp_in_wait_confirm(void)
{
	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	simple(&p, &p.lns, SHROUD_EVENT_PLAIN_NCP);
	CHECK(p.lns.last.released && p.lns.machine.state == SHROUD_STATE_PLAIN, "gave up");
}

static void test_lns_no_confirmation(void)
{
	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	pass(&p, &p.lns, 29999);
	CHECK(!p.lns.last.closed, "before 30 s");
	pass(&p, &p.lns, 1);
	CHECK(p.lns.last.closed, "30 s, under prefer too");
	CHECK(p.lns.machine.reason == SHROUD_REASON_NO_CONFIRMATION, "why");
}

static void test_lns_repeats_done(void)
{
	struct shroud_packet confirm, done;

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	confirm = deliver(&p, &p.cpe, &p.lns.last.sent).sent;
	done = deliver(&p, &p.lns, &confirm).sent;
	pass(&p, &p.lns, 29999);
	confirm.data[SHROUD_OFF_ID]++;
	CHECK(deliver(&p, &p.lns, &confirm).sends == 1, "the same again");
	CHECK_EQUAL(done.data, p.lns.last.sent.data, done.len, "the same again");
	confirm.data[confirm.len - 1] ^= 1;
	CHECK(deliver(&p, &p.lns, &confirm).sends == 0, "a forged one");
	confirm.data[confirm.len - 1] ^= 1;
	pass(&p, &p.lns, 1);
	CHECK(deliver(&p, &p.lns, &confirm).sends == 0, "30 s");
}

static void test_lns_init_when_plain(void)
{
	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	simple(&p, &p.lns, SHROUD_EVENT_PLAIN_NCP);
	deliver(&p, &p.lns, &p.cpe.machine.handshake.out);
	CHECK(KIND(p.lns.last.sent) == SHROUD_KIND_RESP, "no NCP has reached Opened");
	CHECK(p.lns.machine.state == SHROUD_STATE_WAIT_CONFIRM, "wait-confirm");
	CHECK(p.lns.last.cover.mode == SHROUD_COVER_KEYS && !p.lns.last.cover.tx, "blocked");
	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	simple(&p, &p.lns, SHROUD_EVENT_PLAIN_NCP);
	simple(&p, &p.lns, SHROUD_EVENT_NCP_OPENED);
	deliver(&p, &p.lns, &p.cpe.machine.handshake.out);
	CHECK(p.lns.last.sent.data[SHROUD_HEADER_LEN] == SHROUD_ABORT_NOT_OFFERED, "code 4");
	CHECK(p.lns.machine.state == SHROUD_STATE_PLAIN, "plain");
}

static void test_lns_rate(void)
{
	size_t answered = 0;

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	simple(&p, &p.lns, SHROUD_EVENT_NETWORK);
	for (int i = 0; i < 8; i++) {
		simple(&p, &p.cpe, SHROUD_EVENT_LCP_DOWN);
		simple(&p, &p.cpe, SHROUD_EVENT_NETWORK);
		answered += deliver(&p, &p.lns, &p.cpe.last.sent).sends;
		p.now += 1000;
	}
	CHECK(answered == 4, "4 in 10 s");
	p.now += 2000;
	CHECK(deliver(&p, &p.lns, &p.cpe.machine.handshake.out).sends == 1, "the first is 10 s ago");
}

static void test_before_network(void)
{
	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	simple(&p, &p.cpe, SHROUD_EVENT_NETWORK);
	CHECK(deliver(&p, &p.lns, &p.cpe.last.sent).sends == 0, "before the network phase");
}

static void test_looped_line(void)
{
	struct shroud_packet init;

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	init = p.cpe.last.sent;
	shroud_message_stamp(&init, 1, 0x11223344);
	happen(&p, &p.lns,
	       (struct shroud_event){ .type = SHROUD_EVENT_MESSAGE,
				      .packet = init.data,
				      .len = init.len,
				      .magic = 0x11223344 });
	CHECK(p.lns.last.sends == 0, "our own magic number");
}

static void test_no_datapath(enum shroud_policy policy)
{
	bool require = policy == SHROUD_POLICY_REQUIRE;

	pair_init(&p, policy, policy);
	p.cpe.machine.config.no_datapath = p.lns.machine.config.no_datapath = true;
	pair_network(&p);
	CHECK(p.cpe.last.sends == 0 && p.cpe.last.closed == require, "CPE");
	CHECK(p.lns.last.closed == require && p.lns.last.released != require, "LNS");
}

static void test_offence(void)
{
	const struct shroud_event lost = { .type = SHROUD_EVENT_LCP_DOWN, .by_peer = true };

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	p.now += 10000;
	CHECK(happen(&p, &p.cpe, lost).offended, "within 10 s");
	pair_network(&p);
	p.now += 10001;
	CHECK(!happen(&p, &p.cpe, lost).offended, "later");
	pair_network(&p);
	CHECK(!simple(&p, &p.cpe, SHROUD_EVENT_LCP_DOWN).offended, "our own wish");
	pair_network(&p);
	reject(&p.cpe.machine.handshake.out, 0);
	CHECK(happen(&p, &p.cpe, lost).offended, "after Code-Reject");
	pair_init(&p, SHROUD_POLICY_REQUIRE, SHROUD_POLICY_PREFER);
	pair_network(&p);
	CHECK(!happen(&p, &p.cpe, lost).offended, "not under require");
	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	CHECK(deliver(&p, &p.cpe, &p.lns.last.sent).forgave, "RESP clears the memory");
	CHECK(!happen(&p, &p.cpe, lost).offended, "after RESP");
}

static void test_suppressed(void)
{
	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	p.cpe.machine.config.suppressed = true;
	pair_network(&p);
	CHECK(p.cpe.last.sends == 0 && p.cpe.last.released, "prefer");
	pair_init(&p, SHROUD_POLICY_REQUIRE, SHROUD_POLICY_PREFER);
	p.cpe.machine.config.suppressed = true;
	pair_network(&p);
	CHECK(p.cpe.last.sends == 1, "require");
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
	reject(&p.cpe.machine.handshake.out, p.cpe.machine.handshake.out.len);
	CHECK(REPORTED(p.cpe.last, SHROUD_REPORT_REKEY_FAILED), "told");
	CHECK(p.cpe.machine.state == SHROUD_STATE_COVERED && p.cpe.machine.has_current, "keys stay");
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
	const enum shroud_policy prefer = SHROUD_POLICY_PREFER, require = SHROUD_POLICY_REQUIRE;

	test_cpe_whole_handshake();
	test_cpe_retransmits_init();
	test_cpe_no_answer_require();
	test_cpe_untrusted();
	test_cpe_trusted_after_untrusted();
	test_cpe_broken_resp();
	for (size_t quoted = 0; quoted <= 24; quoted++) {
		test_cpe_rejected(quoted, prefer);
		test_cpe_rejected(quoted, require);
	}
	test_cpe_rejected_known_alarm();
	test_cpe_aborted();
	test_cpe_retransmits_confirm();
	test_lcp_down();
	test_lns_plain_peer(prefer);
	test_lns_plain_peer(require);
	test_lns_repeats_resp();
	test_lns_other_init();
	test_lns_plain_ncp_in_wait_confirm();
	test_lns_no_confirmation();
	test_lns_repeats_done();
	test_lns_init_when_plain();
	test_lns_rate();
	test_before_network();
	test_looped_line();
	test_no_datapath(prefer);
	test_no_datapath(require);
	test_offence();
	test_suppressed();
	test_mismatch();
	test_rekey();
	test_rekey_unproven();
	test_rekey_refused();
	test_rekey_untrusted();
	test_rekey_done_missing();
	test_key_age();
	return check_result("machine");
}
