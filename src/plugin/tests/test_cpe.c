/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of docs/protocol.md section 5.2, and 5.5. */
#include "pair.h"

#define KIND(packet) ((packet).data[SHROUD_OFF_KIND])
#define REPORTED(outcome, report) (((outcome).reports >> (report)) & 1)

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
	CHECK(p.cpe.machine.alarm && p.cpe.machine.verdict == SHROUD_TRUST_UNTRUSTED,
	      "forged RESP");
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

static void test_cpe_rejected(size_t quoted, enum shroud_policy policy)
{
	struct shroud_packet other;

	pair_init(&p, policy, SHROUD_POLICY_PREFER);
	pair_network(&p);
	other = p.cpe.last.sent;
	other.data[SHROUD_OFF_HANDSHAKE_ID] ^= 1;
	reject(&p, &other, other.len);
	CHECK(p.cpe.machine.state == SHROUD_STATE_WAIT_RESP, "of another handshake");
	reject(&p, &p.cpe.machine.handshake.out, quoted);
	CHECK(p.cpe.machine.reason == SHROUD_REASON_REFUSED, "refused");
	CHECK(p.cpe.last.closed == (policy == SHROUD_POLICY_REQUIRE), "by policy");
	CHECK(p.cpe.last.released == (policy == SHROUD_POLICY_PREFER), "by policy");
}

static void test_cpe_rejected_known_alarm(void)
{
	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	trust_only(&p.cpe, 1);
	pair_network(&p);
	reject(&p, &p.cpe.machine.handshake.out, 0);
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
	CHECK(p.cpe.machine.reason == SHROUD_REASON_ABORTED && p.cpe.machine.abort_code == 4,
	      "why");
}

static void test_cpe_retransmits_confirm(void)
{
	struct shroud_packet confirm;

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	confirm = deliver(&p, &p.cpe, &p.lns.last.sent).sent;
	CHECK(pass(&p, &p.cpe, 7500) == 4, "four more in 7.5 s");
	CHECK_EQUAL(confirm.data + 5, p.cpe.machine.handshake.out.data + 5, confirm.len - 5,
		    "same");
	CHECK(reject(&p, &confirm, confirm.len).sends == 0, "Code-Reject is ignored");
	CHECK(p.cpe.machine.state == SHROUD_STATE_WAIT_DONE, "never plain");
	pass(&p, &p.cpe, 8000);
	CHECK(p.cpe.last.closed && p.cpe.machine.reason == SHROUD_REASON_NO_DONE, "15.5 s");
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
	reject(&p, &p.cpe.machine.handshake.out, 0);
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

/* Only a trusted and well-formed RESP shows that the LNS takes no offence. */
static void test_offence_after_bad_resp(void)
{
	const struct shroud_event lost = { .type = SHROUD_EVENT_LCP_DOWN, .by_peer = true };

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	trust_only(&p.cpe, 1);
	pair_network(&p);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	CHECK(!deliver(&p, &p.cpe, &p.lns.last.sent).forgave, "untrusted");
	CHECK(happen(&p, &p.cpe, lost).offended, "untrusted, then lost");
	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	p.lns.machine.config.rekey = 1;
	pair_network(&p);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	CHECK(!deliver(&p, &p.cpe, &p.lns.last.sent).forgave, "malformed");
	CHECK(p.cpe.machine.verdict == SHROUD_TRUST_NONE, "no key was accepted");
	CHECK(happen(&p, &p.cpe, lost).offended, "malformed, then lost");
}

static void test_cpe_abort_body(void)
{
	struct shroud_packet packet;

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	shroud_message_push(&packet, SHROUD_KIND_ABORT, p.cpe.machine.handshake.id,
			    (const uint8_t *)"", 0);
	deliver(&p, &p.cpe, &packet);
	CHECK(p.cpe.machine.state == SHROUD_STATE_WAIT_RESP, "no body: discarded");
}

/* A record that can not be read must not pass for a first use. */
static void test_cpe_unreadable_record(void)
{
	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	p.cpe.machine.config.trust.unreadable = true;
	pair_network(&p);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	deliver(&p, &p.cpe, &p.lns.last.sent);
	CHECK(p.cpe.machine.verdict == SHROUD_TRUST_UNTRUSTED && p.cpe.machine.alarm, "alarm");
	pass(&p, &p.cpe, 7500);
	CHECK(p.cpe.machine.reason == SHROUD_REASON_UNTRUSTED && !p.cpe.last.recorded, "plain");
}

static bool no_random(void *context, uint8_t *out, size_t len)
{
	(void)context;
	memset(out, 0, len);
	return false;
}

static void test_cpe_no_random(void)
{
	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	p.cpe.machine.config.random.fill = no_random;
	pair_network(&p);
	CHECK(p.cpe.machine.reason == SHROUD_REASON_INTERNAL && p.cpe.last.released, "plain");
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

int main(void)
{
	test_cpe_whole_handshake();
	test_cpe_retransmits_init();
	test_cpe_no_answer_require();
	test_cpe_untrusted();
	test_cpe_trusted_after_untrusted();
	test_cpe_broken_resp();
	for (size_t quoted = 0; quoted <= 24; quoted++) {
		test_cpe_rejected(quoted, SHROUD_POLICY_PREFER);
		test_cpe_rejected(quoted, SHROUD_POLICY_REQUIRE);
	}
	test_cpe_rejected_known_alarm();
	test_cpe_aborted();
	test_cpe_retransmits_confirm();
	test_offence();
	test_offence_after_bad_resp();
	test_cpe_abort_body();
	test_cpe_unreadable_record();
	test_cpe_no_random();
	test_suppressed();
	return check_result("cpe");
}
