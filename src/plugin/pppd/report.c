/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "report.h"

#include "../files/key.h"
#include "../files/text.h"

static void log_notice(const struct shroud_machine *machine)
{
	char text[3 * SHROUD_NOTICE_MAX + 1];

	if (machine->config.role == SHROUD_ROLE_LNS || machine->choice.notice_len == 0)
		return;
	shroud_text_clean(machine->choice.notice, machine->choice.notice_len, text, sizeof(text));
	notice("shroud: the LNS says: \"%s\"", text);
}

static void log_covered(const struct shroud_machine *machine)
{
	char key[SHROUD_KEY_TEXT_LEN + 1];

	if (machine->config.role == SHROUD_ROLE_LNS) {
		notice("shroud: the session is shrouded");
		return;
	}
	shroud_key_format(machine->peer_key, key);
	notice("shroud: the line is shrouded; the LNS's key is %s (%s)", key,
	       shroud_trust_word(machine->verdict));
	log_notice(machine);
}

static void log_untrusted(const struct shroud_machine *machine)
{
	const struct shroud_trust *trust = &machine->config.trust;
	char met[SHROUD_KEY_TEXT_LEN + 1];
	char wanted[SHROUD_KEY_TEXT_LEN + 1];
	bool pinned = trust->pinned_count > 0;

	shroud_key_format(machine->peer_key, met);
	if (!pinned && trust->unreadable) {
		error("shroud: ALARM: the peer presents the key %s, and the record of known keys, "
		      "which is to show whether it is the right one, can not be read",
		      met);
		return;
	}
	shroud_key_format(pinned ? trust->pinned[0] : trust->known[0], wanted);
	error("shroud: ALARM: the peer presents the key %s, but the %s key of this line is %s. "
	      "Somebody may be listening in, or the ISP has changed its key: ask the ISP, and only "
	      "if it confirms the new key change the %s",
	      met, pinned ? "pinned" : "known", wanted,
	      pinned ? "option shroud-peer-key" : "record of known keys");
}

/* "reason", or "reason: detail" */
static void reason_of(const struct shroud_machine *machine, const char *datapath_error, char *out,
		      size_t size)
{
	bool more = machine->reason == SHROUD_REASON_NO_DATAPATH && datapath_error[0];

	snprintf(out, size, "%s%s%s", shroud_reason_text(machine->reason, machine->abort_code),
		 more ? ": " : "", more ? datapath_error : "");
}

/* It is what this end wants. */
static void log_wanted(const struct shroud_machine *machine, const char *reason)
{
	if (shroud_framing_word(machine))
		notice("shroud: the line is plain, with framing lcp: %s", reason);
	if (machine->reason == SHROUD_REASON_AGREED)
		log_notice(machine);
}

static void log_plain(const struct shroud_machine *machine, const char *reason)
{
	if (machine->reason == SHROUD_REASON_OFF || machine->reason == SHROUD_REASON_AGREED)
		log_wanted(machine, reason);
	else if (machine->alarm)
		error("shroud: ALARM: the line is NOT shrouded%s: %s",
		      shroud_trust_knows(&machine->config.trust) ?
			      ", although its LNS is known to shroud" :
			      "",
		      reason);
	else if (machine->config.role == SHROUD_ROLE_LNS)
		info("shroud: the session is not shrouded: %s", reason);
	else
		warn("shroud: the line is NOT shrouded: %s", reason);
}

void shroud_report_log(const struct shroud_machine *machine, enum shroud_report report,
		       const char *datapath_error)
{
	char reason[512];

	reason_of(machine, datapath_error, reason, sizeof(reason));
	switch (report) {
	case SHROUD_REPORT_COVERED:
		log_covered(machine);
		break;
	case SHROUD_REPORT_PLAIN:
		log_plain(machine, reason);
		break;
	case SHROUD_REPORT_UNTRUSTED:
		log_untrusted(machine);
		break;
	case SHROUD_REPORT_REKEYED:
		info("shroud: new keys are in use");
		break;
	case SHROUD_REPORT_REKEY_FAILED:
		warn("shroud: new keys could not be agreed, the old ones stay in use: %s", reason);
		break;
	case SHROUD_REPORT_CLOSING:
		error("shroud: closing the link, which is not to be used without %s: %s",
		      machine->config.by_hand ? "framing lcp" : "shroud", reason);
		break;
	}
}
