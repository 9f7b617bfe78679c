/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Codec of pppshroud messages: LCP Vendor-Specific packets (docs/protocol.md
 * section 3). No I/O, no allocation; every length is checked before a read.
 */
#ifndef SHROUD_MESSAGE_H
#define SHROUD_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../wire/shroud_wire.h"

/* Longest message that this implementation sends: a RESP with a full notice. */
#define SHROUD_MESSAGE_MAX 512

enum shroud_message_verdict {
	SHROUD_MESSAGE_OK,
	SHROUD_MESSAGE_FOREIGN, /* not Vendor-Specific of our OUI: not ours to handle */
	SHROUD_MESSAGE_BROKEN, /* ours, to be discarded without a Code-Reject */
};

/* A received message. The body points into the packet it was pulled from. */
struct shroud_message {
	uint32_t magic;
	uint8_t kind;
	uint8_t version;
	uint8_t suite;
	uint32_t handshake_id;
	const uint8_t *body;
	size_t body_len; /* octets */
};

/* A message to send, from the Code octet on. */
struct shroud_packet {
	size_t len; /* octets; 0: none */
	uint8_t data[SHROUD_MESSAGE_MAX];
};

/* Parameters of INIT. */
struct shroud_offer {
	uint8_t modes[SHROUD_PARAM_LIST_MAX];
	uint8_t mode_count;
	uint8_t framings[SHROUD_PARAM_LIST_MAX];
	uint8_t framing_count;
};

/* Parameters of RESP. The notice is untrusted text, not terminated. */
struct shroud_choice {
	uint8_t mode;
	uint8_t framing;
	uint32_t rekey; /* seconds */
	uint8_t notice_len;
	char notice[SHROUD_NOTICE_MAX];
};

/* @packet starts at the Code octet; @len octets were received, PPP padding included. */
enum shroud_message_verdict shroud_message_pull(const uint8_t *packet, size_t len,
						struct shroud_message *message);

/*
 * Writes the header and @body_len octets of body, with Identifier and
 * Magic-Number zero (shroud_message_stamp sets them). @body may be NULL when
 * the caller has written the body in place already.
 * False, and an empty packet, if it does not fit SHROUD_MESSAGE_MAX.
 */
bool shroud_message_push(struct shroud_packet *packet, uint8_t kind, uint32_t handshake_id,
			 const uint8_t *body, size_t body_len);

/* Sets the two fields that differ from one transmission to the next. */
void shroud_message_stamp(struct shroud_packet *packet, uint8_t id, uint32_t magic);

/*
 * True if @packet (from Code on) is a Code-Reject (RFC 1661 section 5.6) of
 * code 0, or one that is too short to tell which code it rejects.
 */
bool shroud_message_is_reject(const uint8_t *packet, size_t len);

/* Section 3.2. False: malformed. Absent parameters get their defaults. */
bool shroud_offer_pull(const uint8_t *payload, size_t len, struct shroud_offer *offer);
bool shroud_choice_pull(const uint8_t *payload, size_t len, struct shroud_choice *choice);
/* Payloads of CONFIRM and DONE, for which no parameters are defined. */
bool shroud_params_valid(const uint8_t *payload, size_t len);

/* Return the octets written, or 0 if @size is too small. */
size_t shroud_offer_push(const struct shroud_offer *offer, uint8_t *payload, size_t size);
size_t shroud_choice_push(const struct shroud_choice *choice, uint8_t *payload, size_t size);

#endif
