/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state machines of docs/protocol.md section 5, both roles, as a function
 * of events: the caller tells what happened and carries out the actions that
 * come back, in their order. No I/O, no clock, no pppd in here.
 *
 * Times are milliseconds of one clock that never goes back.
 */
#ifndef SHROUD_MACHINE_H
#define SHROUD_MACHINE_H

#include "message.h"
#include "noise.h"
#include "params.h"
#include "trust.h"

#define SHROUD_NEVER UINT64_MAX

enum shroud_role { SHROUD_ROLE_CPE, SHROUD_ROLE_LNS };
enum shroud_policy { SHROUD_POLICY_OFF, SHROUD_POLICY_PREFER, SHROUD_POLICY_REQUIRE };

enum shroud_state {
	SHROUD_STATE_IDLE,
	SHROUD_STATE_WAIT_RESP, /* CPE */
	SHROUD_STATE_WAIT_DONE, /* CPE */
	SHROUD_STATE_WAIT_CONFIRM, /* LNS */
	SHROUD_STATE_COVERED,
	SHROUD_STATE_PLAIN,
	SHROUD_STATE_CLOSING, /* the link is being closed by us; until LCP is down */
};

/* Why the line is not covered, or what went wrong last. */
enum shroud_reason {
	SHROUD_REASON_NONE,
	SHROUD_REASON_OFF,
	SHROUD_REASON_NO_DATAPATH,
	SHROUD_REASON_SUPPRESSED,
	SHROUD_REASON_NO_ANSWER,
	SHROUD_REASON_REFUSED,
	SHROUD_REASON_ABORTED,
	SHROUD_REASON_UNTRUSTED,
	SHROUD_REASON_ALTERED,
	SHROUD_REASON_NO_DONE,
	SHROUD_REASON_NOT_SHROUDING,
	SHROUD_REASON_GAVE_UP,
	SHROUD_REASON_NO_CONFIRMATION,
	SHROUD_REASON_KEY_AGE,
	SHROUD_REASON_MISMATCH,
	SHROUD_REASON_INTERNAL,
	SHROUD_REASON_AGREED,
	SHROUD_REASON_COUNT,
};

/* May be changed by the caller between events. */
struct shroud_config {
	enum shroud_role role;
	enum shroud_policy policy;
	struct shroud_offer offer; /* modes that this side offers (CPE) or allows (LNS) */
	/* Seconds that keys are used at most. LNS: told to the CPE. CPE: 0 for as the LNS says. */
	uint32_t rekey;
	const char *notice; /* LNS: UTF-8 of at most SHROUD_NOTICE_MAX octets, or NULL */
	struct shroud_keypair identity; /* LNS */
	struct shroud_trust trust; /* CPE */
	bool no_datapath; /* this line can not be covered */
	bool by_hand; /* policy off, and framing lcp all the same: docs/decoy.md section 12 */
	bool suppressed; /* CPE: section 5.5 keeps us from offering */
	struct shroud_random random;
};

enum shroud_event_type {
	SHROUD_EVENT_NETWORK, /* the network-layer phase begins */
	SHROUD_EVENT_MESSAGE, /* a message was received in LCP state Opened */
	SHROUD_EVENT_REJECT, /* a Code-Reject was received */
	SHROUD_EVENT_PLAIN_NCP, /* LNS: a plain IPCP or IPV6CP packet was received */
	SHROUD_EVENT_NCP_OPENED, /* an NCP has reached Opened */
	SHROUD_EVENT_TIMER, /* the deadline is over */
	SHROUD_EVENT_REKEY, /* the operator wants new keys now */
	SHROUD_EVENT_COUNTS, /* frames counted, told every few seconds while covered */
	SHROUD_EVENT_LCP_DOWN, /* LCP has left Opened */
};

struct shroud_event {
	enum shroud_event_type type;
	uint64_t now;
	const uint8_t *packet; /* MESSAGE, REJECT: from Code on */
	size_t len;
	uint32_t magic; /* MESSAGE: our own negotiated magic number */
	bool by_peer; /* LCP_DOWN: terminated by the peer, or the line was lost */
	/* COUNTS: since the session began */
	uint64_t sent; /* covered */
	uint64_t passed; /* received and deciphered */
	uint64_t failed; /* received, deciphered under no key */
};

enum shroud_action_type {
	SHROUD_ACTION_SEND, /* packet; Identifier and Magic-Number are the caller's */
	SHROUD_ACTION_COVER, /* give cover to the data path */
	SHROUD_ACTION_RECORD, /* first use: write machine->peer_key to stable storage */
	SHROUD_ACTION_RELEASE, /* settled: open the NCPs, handle what was kept */
	SHROUD_ACTION_CLOSE, /* terminate LCP; machine->reason says why */
	SHROUD_ACTION_OFFENCE, /* section 5.5: remember that the peer took offence */
	SHROUD_ACTION_FORGIVE, /* section 5.5: forget it */
	SHROUD_ACTION_REPORT, /* tell the operator: report */
};

enum shroud_report {
	SHROUD_REPORT_COVERED,
	SHROUD_REPORT_PLAIN,
	SHROUD_REPORT_UNTRUSTED,
	SHROUD_REPORT_REKEYED,
	SHROUD_REPORT_REKEY_FAILED,
	SHROUD_REPORT_CLOSING,
};

enum shroud_cover_mode { SHROUD_COVER_HOLD, SHROUD_COVER_KEYS, SHROUD_COVER_PLAIN };

/* Key sets of SHROUD_DIRECTION_LEN octets or NULL; valid until the next step. */
struct shroud_cover {
	enum shroud_cover_mode mode;
	bool decoy; /* the keys are of mode decoy */
	/* Framing, with SHROUD_COVER_PLAIN too; with SHROUD_COVER_HOLD: frames of it are still
	 * to be expected, and are not LCP's. */
	bool lcp;
	const uint8_t *tx;
	const uint8_t *rx[2];
	uint8_t tx_phase, rx_phase[2];
};

struct shroud_action {
	enum shroud_action_type type;
	struct shroud_packet *packet;
	struct shroud_cover cover;
	enum shroud_report report;
};

#define SHROUD_ACTIONS_MAX 12

struct shroud_actions {
	size_t count;
	struct shroud_action list[SHROUD_ACTIONS_MAX];
};

enum shroud_timer {
	SHROUD_TIMER_RETRANSMIT, /* INIT or CONFIRM (CPE) */
	SHROUD_TIMER_SETTLE, /* LNS: 10 s without INIT */
	SHROUD_TIMER_PENDING, /* LNS: 30 s without CONFIRM */
	SHROUD_TIMER_OVERLAP, /* old receiving key set after a rekey */
	SHROUD_TIMER_REKEY, /* CPE: next handshake */
	SHROUD_TIMER_DONE, /* LNS: until then a repeated CONFIRM gets the same DONE */
	SHROUD_TIMER_AGE, /* 24 h since the last key set was taken into use */
	SHROUD_TIMER_COUNT,
};

enum shroud_phase {
	SHROUD_PHASE_NONE,
	SHROUD_PHASE_WAIT_RESP,
	SHROUD_PHASE_WAIT_DONE,
	SHROUD_PHASE_WAIT_CONFIRM,
};

/* The handshake under way. */
struct shroud_handshake {
	enum shroud_phase phase;
	uint32_t id;
	unsigned int tries;
	struct shroud_noise noise;
	bool untrusted; /* CPE: a RESP with an untrusted key came */
	bool altered; /* CPE, wait-resp: a RESP came that does not decrypt */
	struct shroud_packet out; /* what is repeated: INIT, CONFIRM, RESP */
	uint8_t digest[SHROUD_HASH_LEN]; /* LNS: of the INIT that out answers */
	struct shroud_choice choice;
	uint64_t resp_at; /* when RESP was sent or accepted */
	bool installed; /* its receiving key set is known to the data path */
	struct shroud_okm okm;
};

/* The LNS's last DONE, for 30 s. */
struct shroud_done {
	struct shroud_packet out;
	uint8_t digest[SHROUD_HASH_LEN]; /* of the CONFIRM that it answers */
};

struct shroud_machine {
	struct shroud_config config;
	enum shroud_state state;
	enum shroud_reason reason;
	uint8_t abort_code; /* with SHROUD_REASON_ABORTED */
	bool alarm; /* a key was met that is not trusted */
	bool network; /* the network phase has begun */
	bool ncp_opened;

	/* Of the peer, for display. The notice is untrusted text. */
	uint8_t peer_key[SHROUD_KEY_LEN]; /* CPE: last key that was judged */
	enum shroud_trust_verdict verdict;
	struct shroud_choice choice; /* of the keys in use, or that made the session plain */

	uint64_t covered_since; /* SHROUD_NEVER: not covered */
	uint64_t keys_since;
	uint64_t first_init; /* CPE: of the handshake under way; SHROUD_NEVER: none, or answered */
	uint32_t rekeys;

	uint64_t timer[SHROUD_TIMER_COUNT];
	uint64_t init_times[SHROUD_INIT_RATE_COUNT]; /* LNS: of handshakes computed */
	struct shroud_handshake handshake;
	struct shroud_packet reply; /* ABORT */
	struct shroud_done done;
	bool has_current, has_previous;
	struct shroud_okm current; /* its chain is zero when there is none */
	struct shroud_okm previous; /* its receiving key set only */

	/* Section 5.4: frames that fail while none pass. Section 5.6: frames sent. */
	uint64_t quiet_since;
	uint64_t passed_then, failed_then, sent_then;
};

void shroud_machine_init(struct shroud_machine *machine, const struct shroud_config *config);

/* Erases all keys. The configuration's private key too. */
void shroud_machine_wipe(struct shroud_machine *machine);

/* What is to be done because of *event replaces the contents of *actions. */
void shroud_machine_step(struct shroud_machine *machine, const struct shroud_event *event,
			 struct shroud_actions *actions);

/* When SHROUD_EVENT_TIMER is due, or SHROUD_NEVER. */
uint64_t shroud_machine_deadline(const struct shroud_machine *machine);

/* What the session has settled for, as words; NULL: not settled, or nothing was agreed. */
const char *shroud_mode_word(const struct shroud_machine *machine);
const char *shroud_framing_word(const struct shroud_machine *machine);
/* "wait-resp", ... */
const char *shroud_state_word(enum shroud_state state);
/* A clause without a full stop, for log lines and the status file; and a word for programs,
 * NULL if there is no reason. */
const char *shroud_reason_text(enum shroud_reason reason, uint8_t abort_code);
const char *shroud_reason_word(enum shroud_reason reason, uint8_t abort_code);

#endif
