/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words for states and reasons: for log lines and the status file. */
#include "machine.h"

const char *shroud_state_word(enum shroud_state state)
{
	static const char *const words[] = {
		[SHROUD_STATE_IDLE] = "idle",
		[SHROUD_STATE_WAIT_RESP] = "wait-resp",
		[SHROUD_STATE_WAIT_DONE] = "wait-done",
		[SHROUD_STATE_WAIT_CONFIRM] = "wait-confirm",
		[SHROUD_STATE_COVERED] = "covered",
		[SHROUD_STATE_PLAIN] = "plain",
		[SHROUD_STATE_CLOSING] = "closing",
	};

	return words[state];
}

static const char *abort_text(uint8_t code)
{
	switch (code) {
	case SHROUD_ABORT_VERSION:
		return "the peer does not support this version of the protocol";
	case SHROUD_ABORT_SUITE:
		return "the peer does not support this cipher suite";
	case SHROUD_ABORT_MODE:
		return "the peer supports none of the modes offered";
	case SHROUD_ABORT_NOT_OFFERED:
		return "the peer does not offer shrouding on this line";
	case SHROUD_ABORT_UNTRUSTED:
		return "the peer does not trust our key";
	case SHROUD_ABORT_MALFORMED:
		return "the peer found our message malformed";
	default:
		return "the peer refused for a reason that is not known here";
	}
}

const char *shroud_reason_text(enum shroud_reason reason, uint8_t abort_code)
{
	static const char *const texts[SHROUD_REASON_COUNT] = {
		[SHROUD_REASON_NONE] = "",
		[SHROUD_REASON_OFF] = "shrouding is switched off here",
		[SHROUD_REASON_NO_DATAPATH] = "this line can not be covered here",
		[SHROUD_REASON_SUPPRESSED] =
			"the peer dropped the line when shrouding was last offered",
		[SHROUD_REASON_NO_ANSWER] = "the peer does not answer the offer",
		[SHROUD_REASON_REFUSED] = "the peer does not know the protocol (Code-Reject)",
		[SHROUD_REASON_UNTRUSTED] =
			"the peer's key is not the one expected; this may be an attack",
		[SHROUD_REASON_ALTERED] = ("the peer's answers do not fit our offer: somebody on "
					   "the way alters the one or the other"),
		[SHROUD_REASON_NO_DONE] = "the peer does not acknowledge the new keys",
		[SHROUD_REASON_NOT_SHROUDING] = "the peer does not shroud",
		[SHROUD_REASON_GAVE_UP] = "the peer gave up the handshake",
		[SHROUD_REASON_NO_CONFIRMATION] = "the peer did not confirm the handshake",
		[SHROUD_REASON_KEY_AGE] = "the keys are 24 hours old and were not renewed",
		[SHROUD_REASON_MISMATCH] = "the peer sends what our keys do not decipher",
		[SHROUD_REASON_INTERNAL] = "no memory or no random numbers for a handshake",
		[SHROUD_REASON_AGREED] = "mode plain was agreed on with the peer",
	};

	return reason == SHROUD_REASON_ABORTED ? abort_text(abort_code) : texts[reason];
}

static const char *abort_word(uint8_t code)
{
	static const char *const words[] = {
		[SHROUD_ABORT_VERSION] = "abort-version",
		[SHROUD_ABORT_SUITE] = "abort-suite",
		[SHROUD_ABORT_MODE] = "abort-mode",
		[SHROUD_ABORT_NOT_OFFERED] = "abort-not-offered",
		[SHROUD_ABORT_UNTRUSTED] = "abort-untrusted",
		[SHROUD_ABORT_MALFORMED] = "abort-malformed",
	};

	return code < sizeof(words) / sizeof(words[0]) && words[code] ? words[code] : "abort-other";
}

const char *shroud_reason_word(enum shroud_reason reason, uint8_t abort_code)
{
	static const char *const words[SHROUD_REASON_COUNT] = {
		[SHROUD_REASON_NONE] = NULL,
		[SHROUD_REASON_OFF] = "off",
		[SHROUD_REASON_NO_DATAPATH] = "datapath",
		[SHROUD_REASON_SUPPRESSED] = "suppressed",
		[SHROUD_REASON_NO_ANSWER] = "no-answer",
		[SHROUD_REASON_REFUSED] = "code-reject",
		[SHROUD_REASON_UNTRUSTED] = "untrusted",
		[SHROUD_REASON_ALTERED] = "altered",
		[SHROUD_REASON_NO_DONE] = "no-done",
		[SHROUD_REASON_NOT_SHROUDING] = "not-shrouding",
		[SHROUD_REASON_GAVE_UP] = "gave-up",
		[SHROUD_REASON_NO_CONFIRMATION] = "no-confirmation",
		[SHROUD_REASON_KEY_AGE] = "key-age",
		[SHROUD_REASON_MISMATCH] = "mismatch",
		[SHROUD_REASON_INTERNAL] = "internal",
		[SHROUD_REASON_AGREED] = "agreed",
	};

	return reason == SHROUD_REASON_ABORTED ? abort_word(abort_code) : words[reason];
}
