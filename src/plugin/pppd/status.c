/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "status.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../files/key.h"
#include "../files/record.h"
#include "../files/text.h"

#define SCHEMA 1
#define SUITE_NAME "Noise_NX_25519_ChaChaPoly_SHA256"
#define TIME_TEXT 24

struct writer {
	char *out;
	size_t size;
	size_t len; /* may grow beyond size: then the text did not fit */
	bool first; /* no comma before the next member */
};

__attribute__((format(printf, 2, 3))) static void put(struct writer *w, const char *format, ...)
{
	size_t at = w->len < w->size ? w->len : w->size;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(w->out + at, w->size - at, format, args);
	va_end(args);
	w->len += (size_t)n;
}

static void put_name(struct writer *w, const char *name)
{
	put(w, "%s\"%s\":", w->first ? "" : ",", name);
	w->first = false;
}

/* @value must be clean UTF-8 (shroud_text_clean); NULL is JSON's null. */
static void put_string(struct writer *w, const char *name, const char *value)
{
	put_name(w, name);
	if (!value) {
		put(w, "null");
		return;
	}
	put(w, "\"");
	for (; *value; value++)
		put(w, *value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
	put(w, "\"");
}

static void put_text(struct writer *w, const char *name, const char *text, size_t len)
{
	char clean[3 * SHROUD_RECORD_NAME_MAX + 1];

	shroud_text_clean(text, len, clean, sizeof(clean));
	put_string(w, name, len > 0 ? clean : NULL);
}

static void put_number(struct writer *w, const char *name, uint64_t value)
{
	put_name(w, name);
	put(w, "%" PRIu64, value);
}

static void put_bool(struct writer *w, const char *name, bool value)
{
	put_name(w, name);
	put(w, value ? "true" : "false");
}

/* UTC. */
static void put_wall(struct writer *w, const char *name, int64_t seconds)
{
	time_t wall = (time_t)seconds;
	char text[TIME_TEXT];
	struct tm utc;

	gmtime_r(&wall, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	put_string(w, name, text);
}

/* @then is of the machine's clock, SHROUD_NEVER is null. */
static void put_time(struct writer *w, const char *name, const struct shroud_status *status,
		     uint64_t then)
{
	if (then == SHROUD_NEVER)
		put_string(w, name, NULL);
	else
		put_wall(w, name, status->wall + ((int64_t)then - (int64_t)status->now) / 1000);
}

/* Whom pppd has authenticated: an LNS does that. */
static void put_subscriber(struct writer *w, const struct shroud_machine *machine)
{
	const char *name = ppp_peer_authname(NULL, 0);

	put_text(w, "subscriber", name, machine->config.role == SHROUD_ROLE_LNS ? strlen(name) : 0);
}

static void put_peer(struct writer *w, const struct shroud_machine *machine)
{
	char key[SHROUD_KEY_TEXT_LEN + 1];

	put_name(w, "peer");
	if (machine->verdict == SHROUD_TRUST_NONE) {
		put(w, "null");
		return;
	}
	shroud_key_format(machine->peer_key, key);
	put(w, "{");
	w->first = true;
	put_string(w, "fingerprint", key);
	put_string(w, "trust", shroud_trust_word(machine->verdict));
	put(w, "}");
}

static void put_session(struct writer *w, const struct shroud_line *line)
{
	put_name(w, "session");
	if (!line) {
		put(w, "null");
		return;
	}
	put(w, "{");
	w->first = true;
	if (line->key.encap == SHROUD_DATAPATH_PPPOE) {
		put_string(w, "encapsulation", "pppoe");
		put_number(w, "id", line->key.pppoe.session);
	} else {
		put_string(w, "encapsulation", "l2tp");
		put_number(w, "tunnel", line->key.l2tp.local_tunnel);
		put_number(w, "id", line->key.l2tp.local_session);
	}
	put_text(w, "device", line->device, strlen(line->device));
	put_string(w, "peer", line->peer);
	put(w, "}");
}

static void put_counters(struct writer *w, const struct shroud_datapath_stats *stats)
{
	put_name(w, "counters");
	if (!stats) {
		put(w, "null");
		return;
	}
	put(w, "{");
	w->first = true;
	for (unsigned int i = 0; i < SHROUD_COUNT_MAX; i++)
		put_number(w, shroud_datapath_counter_name(i), stats->frames[i]);
	put(w, "}");
}

/* While an answer with the expected key may still come, what came instead is the reason. */
static enum shroud_reason reason_so_far(const struct shroud_machine *machine)
{
	if (machine->handshake.phase != SHROUD_PHASE_WAIT_RESP)
		return machine->reason;
	if (machine->handshake.untrusted)
		return SHROUD_REASON_UNTRUSTED;
	return machine->handshake.altered ? SHROUD_REASON_ALTERED : machine->reason;
}

/* What the CPE's last offer has met with; a RESP with whatever key leaves a verdict. */
static const char *answer_word(const struct shroud_machine *machine, enum shroud_reason reason)
{
	if (reason == SHROUD_REASON_REFUSED)
		return "code-reject";
	if (reason == SHROUD_REASON_ABORTED)
		return "abort";
	if (reason == SHROUD_REASON_NO_ANSWER)
		return "silence";
	if (reason == SHROUD_REASON_ALTERED)
		return "resp";
	return machine->verdict == SHROUD_TRUST_NONE ? NULL : "resp";
}

static void put_reason(struct writer *w, const struct shroud_status *status)
{
	const struct shroud_machine *machine = status->machine;
	enum shroud_reason reason = reason_so_far(machine);
	const char *detail = reason == SHROUD_REASON_NO_DATAPATH ? status->datapath_error : "";
	char text[512];

	snprintf(text, sizeof(text), "%s%s%s", shroud_reason_text(reason, machine->abort_code),
		 detail[0] ? ": " : "", detail);
	put_text(w, "reason", text, reason == SHROUD_REASON_NONE ? 0 : strlen(text));
	put_string(w, "cause", shroud_reason_word(reason, machine->abort_code));
	put_string(w, "answer", answer_word(machine, reason));
	put_text(w, "datapath_error", status->datapath_error, strlen(status->datapath_error));
}

static void put_redial(struct writer *w, const struct shroud_status *status)
{
	put_number(w, "offences", status->offences);
	if (status->suppressed_until > 0)
		put_wall(w, "suppressed_until", status->suppressed_until);
	else
		put_string(w, "suppressed_until", NULL);
}

static void put_keys(struct writer *w, const struct shroud_status *status)
{
	const struct shroud_machine *machine = status->machine;
	bool has = machine->has_current;
	bool agreed = shroud_mode_word(machine) != NULL;

	put_string(w, "mode", shroud_mode_word(machine));
	put_string(w, "framing", shroud_framing_word(machine));
	put_string(w, "suite", has ? SUITE_NAME : NULL);
	put_time(w, "since", status, machine->covered_since);
	put_time(w, "last_rekey", status, machine->rekeys ? machine->keys_since : SHROUD_NEVER);
	put_time(w, "next_rekey", status, machine->timer[SHROUD_TIMER_REKEY]);
	put_number(w, "rekeys", machine->rekeys);
	put_text(w, "notice", machine->choice.notice,
		 agreed && machine->config.role == SHROUD_ROLE_CPE ? machine->choice.notice_len :
								     0);
}

size_t shroud_status_format(const struct shroud_status *status, char *out, size_t size)
{
	static const char *const policies[] = { "off", "prefer", "require" };
	const struct shroud_machine *machine = status->machine;
	struct writer w = { .out = out, .size = size, .first = true };

	put(&w, "{");
	put_number(&w, "schema", SCHEMA);
	put_number(&w, "pid", (uint64_t)status->pid);
	put_string(&w, "pppd", SHROUD_PPPD_VERSION);
	put_time(&w, "updated", status, status->now);
	put_text(&w, "line", status->line_name, strlen(status->line_name));
	put_text(&w, "interface", status->interface, strlen(status->interface));
	put_subscriber(&w, machine);
	put_string(&w, "role", machine->config.role == SHROUD_ROLE_CPE ? "cpe" : "lns");
	put_string(&w, "policy", policies[machine->config.policy]);
	put_string(&w, "state", shroud_state_word(machine->state));
	put_bool(&w, "shrouded", machine->has_current);
	put_bool(&w, "alarm", machine->alarm);
	put_reason(&w, status);
	put_redial(&w, status);
	put_peer(&w, machine);
	put_keys(&w, status);
	put_session(&w, status->line);
	put_counters(&w, status->stats);
	put(&w, "}\n");
	return w.len < size ? w.len : 0;
}
