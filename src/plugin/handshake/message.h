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

#include "../../wire/shroud_wire.h"

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

/* @packet starts at the Code octet; @len octets were received, PPP padding included. */
enum shroud_message_verdict shroud_message_pull(const uint8_t *packet, size_t len,
						struct shroud_message *message);

/*
 * Writes the header and @body_len octets of body, with Identifier and
 * Magic-Number zero (shroud_message_stamp sets them). False, and an empty packet, if it does not
 * fit SHROUD_MESSAGE_MAX.
 */
bool shroud_message_push(struct shroud_packet *packet, uint8_t kind, uint32_t handshake_id,
			 const uint8_t *body, size_t body_len);

/* ABORT, answering a message of this suite. */
void shroud_message_push_abort(struct shroud_packet *packet, uint8_t suite, uint32_t handshake_id,
			       uint8_t code);

/* Sets the two fields that differ from one transmission to the next. */
void shroud_message_stamp(struct shroud_packet *packet, uint8_t id, uint32_t magic);

/*
 * True if @packet (from Code on) is a Code-Reject (RFC 1661 section 5.6) of
 * the message with this Handshake-ID, or too short to tell what it rejects.
 */
bool shroud_message_rejects(const uint8_t *packet, size_t len, uint32_t handshake_id);

#endif
