/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of docs/protocol.md section 5.3, and what is common to both roles. */
#include "../handshake/arrivals.h"
#include "pair.h"

#define KIND(packet) ((packet).data[SHROUD_OFF_KIND])

static struct pair p;

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
	CHECK(deliver(&p, &p.lns, &p.cpe.machine.handshake.out).sends == 1,
	      "the first is 10 s ago");
}

/* Section 4.1: discarded, but counted. */
static void test_lns_low_order(void)
{
	struct shroud_packet init, zero;
	struct shroud_okm before;

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	zero = init = p.cpe.last.sent;
	memset(zero.data + SHROUD_HEADER_LEN, 0, SHROUD_KEY_LEN);
	CHECK(deliver(&p, &p.lns, &zero).sends == 0 && !p.lns.last.covered, "in idle");
	CHECK(p.lns.machine.timer[SHROUD_TIMER_SETTLE] == p.now + 10000, "the wait goes on");
	deliver(&p, &p.lns, &init);
	before = p.lns.machine.handshake.okm;
	zero.data[SHROUD_OFF_HANDSHAKE_ID] ^= 1;
	CHECK(deliver(&p, &p.lns, &zero).sends == 0 && !p.lns.last.covered, "in wait-confirm");
	CHECK(p.lns.machine.state == SHROUD_STATE_WAIT_CONFIRM, "still waiting");
	CHECK_EQUAL(&before, &p.lns.machine.handshake.okm, sizeof(before), "nothing is forgotten");
	zero.data[SHROUD_OFF_HANDSHAKE_ID] ^= 2;
	deliver(&p, &p.lns, &zero);
	init.data[SHROUD_OFF_HANDSHAKE_ID] ^= 1;
	CHECK(deliver(&p, &p.lns, &init).sends == 0, "the fifth in 10 s");
}

static void test_lns_abort_body(void)
{
	struct shroud_packet packet;
	uint32_t id;

	pair_init(&p, SHROUD_POLICY_PREFER, SHROUD_POLICY_PREFER);
	pair_network(&p);
	deliver(&p, &p.lns, &p.cpe.last.sent);
	id = p.cpe.machine.handshake.id;
	shroud_message_push(&packet, SHROUD_KIND_ABORT, id, (const uint8_t *)"", 0);
	deliver(&p, &p.lns, &packet);
	CHECK(p.lns.machine.state == SHROUD_STATE_WAIT_CONFIRM, "no body: discarded");
	shroud_message_push(&packet, SHROUD_KIND_ABORT, id, (const uint8_t[]){ 200, 1 }, 2);
	deliver(&p, &p.lns, &packet);
	CHECK(p.lns.machine.state == SHROUD_STATE_PLAIN, "a reason that nobody knows");
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

/* Section 5.1: a plain NCP packet that lay unread must not pass for a covered one. */
static void test_arrivals(void)
{
	struct shroud_arrivals a;

	shroud_arrivals_begin(&a, 7);
	CHECK(!shroud_arrivals_plain(&a, 7), "none came in plain");
	CHECK(shroud_arrivals_plain(&a, 8) && !shroud_arrivals_plain(&a, 8), "one did");
	CHECK(shroud_arrivals_plain(&a, 11), "three more, two of them unread");
	shroud_arrivals_settle(&a, 5000);
	CHECK(shroud_arrivals_stale(&a, 11, 5000), "the first of them");
	CHECK(shroud_arrivals_stale(&a, 11, 5001), "the second");
	CHECK(!shroud_arrivals_stale(&a, 11, 5002), "then covered ones");
	shroud_arrivals_begin(&a, 0);
	shroud_arrivals_settle(&a, 5000);
	CHECK(!shroud_arrivals_stale(&a, 9, 6000), "what is not read within a second never is");
	shroud_arrivals_begin(&a, 9);
	CHECK(!shroud_arrivals_plain(&a, 0), "no data path any more");
	shroud_arrivals_begin(&a, 7);
	CHECK(shroud_arrivals_plain(&a, 8), "one, by one count");
	shroud_arrivals_move(&a, 10, 3);
	CHECK(shroud_arrivals_plain(&a, 3) && shroud_arrivals_plain(&a, 3), "two were unread");
	CHECK(!shroud_arrivals_plain(&a, 3) && shroud_arrivals_plain(&a, 4), "by another count");
}

int main(void)
{
	test_lns_plain_peer(SHROUD_POLICY_PREFER);
	test_lns_plain_peer(SHROUD_POLICY_REQUIRE);
	test_lns_repeats_resp();
	test_lns_other_init();
	test_lns_plain_ncp_in_wait_confirm();
	test_lns_no_confirmation();
	test_lns_repeats_done();
	test_lns_init_when_plain();
	test_lns_rate();
	test_lns_low_order();
	test_lns_abort_body();
	test_before_network();
	test_arrivals();
	test_looped_line();
	test_no_datapath(SHROUD_POLICY_PREFER);
	test_no_datapath(SHROUD_POLICY_REQUIRE);
	return check_result("lns");
}
