/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Constants and layouts of the pppshroud protocol, version 1, as they are on
 * the wire: docs/protocol.md. For the plugin, the BPF programs and the cipher.
 * Plain C, no other header needed; multi-octet fields are big-endian.
 */
#ifndef SHROUD_WIRE_H
#define SHROUD_WIRE_H

/* Section 3.1: LCP Vendor-Specific (RFC 2153). Offsets from the Code octet. */
enum shroud_wire_header {
	SHROUD_LCP_CODE_VENDOR = 0,
	SHROUD_LCP_CODE_REJECT = 7,
	SHROUD_OFF_CODE = 0,
	SHROUD_OFF_ID = 1,
	SHROUD_OFF_LENGTH = 2,
	SHROUD_OFF_MAGIC = 4,
	SHROUD_OFF_OUI = 8,
	SHROUD_OFF_KIND = 11,
	SHROUD_OFF_VERSION = 12,
	SHROUD_OFF_SUITE = 13,
	SHROUD_OFF_RESERVED = 14,
	SHROUD_OFF_HANDSHAKE_ID = 16,
	SHROUD_HEADER_LEN = 20,
};

#define SHROUD_OUI_BYTES { 0x02, 0x53, 0x48 }
#define SHROUD_PROLOGUE "pppshroud" /* 9 octets, then version, suite, handshake id */
#define SHROUD_REKEY_LABEL "pppshroud rekey" /* 15 octets, then handshake id, e */
#define SHROUD_DATA_KEYS_INFO "pppshroud data keys" /* 19 octets, then mode */

enum shroud_wire_version {
	SHROUD_VERSION = 1,
};

enum shroud_wire_suite {
	SHROUD_SUITE_NOISE_NX = 1,
	SHROUD_SUITE_NOISE_NX_MLKEM = 2, /* reserved */
};

enum shroud_wire_kind {
	SHROUD_KIND_INIT = 1,
	SHROUD_KIND_RESP = 2,
	SHROUD_KIND_CONFIRM = 3,
	SHROUD_KIND_DONE = 4,
	SHROUD_KIND_ABORT = 5,
};

enum shroud_wire_mode {
	SHROUD_MODE_PLAIN = 0, /* docs/decoy.md section 12 */
	SHROUD_MODE_HEAD = 1,
	SHROUD_MODE_DECOY = 2, /* docs/decoy.md */
	SHROUD_MODE_FULL = 3, /* reserved */
};

enum shroud_wire_framing {
	SHROUD_FRAMING_PPP = 1,
	SHROUD_FRAMING_LCP = 2, /* docs/decoy.md section 12 */
};

/* Section 3.2: parameters, type (1), length (2), value. */
enum shroud_wire_param {
	SHROUD_PARAM_MODES = 1,
	SHROUD_PARAM_FRAMINGS = 2,
	SHROUD_PARAM_MODE = 3,
	SHROUD_PARAM_FRAMING = 4,
	SHROUD_PARAM_REKEY = 5,
	SHROUD_PARAM_NOTICE = 6,
	SHROUD_PARAM_PADDING = 7,
	SHROUD_PARAM_PROOF = 8,
	SHROUD_PARAM_CRITICAL = 128, /* unknown types from here on are malformed */
	SHROUD_PARAM_HEADER_LEN = 3,
	SHROUD_PARAM_LIST_MAX = 8,
	SHROUD_NOTICE_MAX = 255,
};

/* Section 3.6 */
enum shroud_wire_abort {
	SHROUD_ABORT_VERSION = 1,
	SHROUD_ABORT_SUITE = 2,
	SHROUD_ABORT_MODE = 3,
	SHROUD_ABORT_NOT_OFFERED = 4,
	SHROUD_ABORT_UNTRUSTED = 5,
	SHROUD_ABORT_MALFORMED = 6,
};

/* Section 4: lengths in octets. */
enum shroud_wire_length {
	SHROUD_KEY_LEN = 32, /* X25519 */
	SHROUD_TAG_LEN = 16, /* Poly1305 tag of ChaCha20-Poly1305 */
	SHROUD_HASH_LEN = 32, /* SHA-256 */
	SHROUD_PROLOGUE_LEN = 15,
	SHROUD_INIT_MIN_LEN = SHROUD_KEY_LEN,
	SHROUD_RESP_MIN_LEN = SHROUD_KEY_LEN + SHROUD_KEY_LEN + SHROUD_TAG_LEN + SHROUD_TAG_LEN,
	SHROUD_BLOCK_KEY_LEN = 64,
	SHROUD_WHOLE_KEY_LEN = 64,
	SHROUD_REST_KEY_LEN = 64,
	SHROUD_HASH_KEY_LEN = 16,
	SHROUD_KEYSET_LEN = SHROUD_BLOCK_KEY_LEN + SHROUD_WHOLE_KEY_LEN + SHROUD_REST_KEY_LEN +
			    SHROUD_HASH_KEY_LEN, /* in this order */
	SHROUD_PROOF_LEN = 16,
	SHROUD_CHAIN_LEN = 32,
	SHROUD_OKM_LEN = 2 * SHROUD_KEYSET_LEN + SHROUD_CHAIN_LEN, /* up, down, chain */
};

/* docs/decoy.md section 3. */
enum shroud_wire_decoy {
	SHROUD_SHORT_KEY_LEN = 64,
	SHROUD_SIPHASH_KEY_LEN = 16,
	SHROUD_NAME_KEY_LEN = 64,
	SHROUD_SIDE_LEN = 2 * SHROUD_KEYSET_LEN + SHROUD_SHORT_KEY_LEN, /* noise, payload, short */
	/* IPv4, IPv6, port, name */
	SHROUD_COMMON_LEN = 3 * SHROUD_SIPHASH_KEY_LEN + SHROUD_NAME_KEY_LEN,
	/* up, down, common, chain */
	SHROUD_DECOY_OKM_LEN = 2 * SHROUD_SIDE_LEN + SHROUD_COMMON_LEN + SHROUD_CHAIN_LEN,
};

/* Section 6: covered frames. Lengths in octets of the information field. */
enum shroud_wire_frame {
	SHROUD_BLOCK_LEN = 64,
	SHROUD_WHOLE_MAX = 2048,
	SHROUD_FLOW_WHOLE_PACKETS = 16, /* section 6.7: first packets of a flow */
	SHROUD_PPP_COVER_BLOCK = 0x0021,
	SHROUD_PPP_COVER_WHOLE = 0x0057,
	SHROUD_PPP_NOISE_BLOCK = 0x0053, /* docs/decoy.md section 2 */
	SHROUD_PPP_NOISE_WHOLE = 0x0055,
	SHROUD_PPP_IPV4 = 0x0021,
	SHROUD_PPP_IPV6 = 0x0057,
	SHROUD_PPP_IPCP = 0x8021,
	SHROUD_PPP_IPV6CP = 0x8057,
	SHROUD_PPP_LCP = 0xc021, /* this and the next four are never covered */
	SHROUD_PPP_PAP = 0xc023,
	SHROUD_PPP_LQR = 0xc025,
	SHROUD_PPP_CHAP = 0xc223,
	SHROUD_PPP_EAP = 0xc227,
	SHROUD_PPP_NCP_FIRST = 0x8000,
	SHROUD_PPP_LINK_FIRST = 0xc000,
};

/* Section 9: times in milliseconds (_MS) or seconds. */
enum shroud_wire_time {
	SHROUD_INIT_TIMEOUT_MS = 500,
	SHROUD_INIT_TRIES = 4,
	SHROUD_CONFIRM_TIMEOUT_MS = 500,
	SHROUD_CONFIRM_TRIES = 5,
	SHROUD_LNS_WAIT = 10,
	SHROUD_PENDING = 30,
	SHROUD_OVERLAP = 30,
	SHROUD_REKEY_DEFAULT = 3600,
	SHROUD_REKEY_MIN = 60,
	SHROUD_REKEY_MAX = 43200,
	SHROUD_REKEY_JITTER_PERCENT = 10,
	SHROUD_REKEY_RETRY = 60,
	SHROUD_KEY_MAX_AGE = 86400,
	SHROUD_INIT_RATE_COUNT = 4,
	SHROUD_INIT_RATE_SECONDS = 10,
	SHROUD_OFFENCE_WINDOW = 10,
	SHROUD_OFFENCE_FIRST = 600,
	SHROUD_OFFENCE_MAX = 86400,
	SHROUD_OFFENCE_KNOWN = 5,
	SHROUD_MISMATCH_SECONDS = 60,
	SHROUD_MISMATCH_FRAMES = 64,
};

#endif
