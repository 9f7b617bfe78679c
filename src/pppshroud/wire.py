# SPDX-License-Identifier: GPL-2.0-or-later
"""Constants of the protocol as they are on the wire: docs/protocol.md, src/wire/shroud_wire.h.

A C name is `SHROUD_` and the name here, enumerations with their name in front
(`SHROUD_KIND_INIT` is `Kind.INIT`). Lengths and offsets are in octets.
"""

from enum import IntEnum

# Section 3.1: LCP Vendor-Specific (RFC 2153). Offsets from the Code octet.
LCP_CODE_VENDOR = 0
LCP_CODE_REJECT = 7
OFF_CODE = 0
OFF_ID = 1
OFF_LENGTH = 2
OFF_MAGIC = 4
OFF_OUI = 8
OFF_KIND = 11
OFF_VERSION = 12
OFF_SUITE = 13
OFF_RESERVED = 14
OFF_HANDSHAKE_ID = 16
HEADER_LEN = 20

OUI_BYTES = bytes.fromhex("025348")
PROLOGUE = b"pppshroud"  # then version, suite, handshake id
REKEY_LABEL = b"pppshroud rekey"  # then handshake id, e
DATA_KEYS_INFO = b"pppshroud data keys"  # then mode
VERSION = 1


class Suite(IntEnum):
    """Section 3.1."""

    NOISE_NX = 1
    NOISE_NX_MLKEM = 2  # reserved


class Kind(IntEnum):
    """Section 3.1."""

    INIT = 1
    RESP = 2
    CONFIRM = 3
    DONE = 4
    ABORT = 5


class Mode(IntEnum):
    """Section 3.2."""

    PLAIN = 0  # docs/decoy.md section 12
    HEAD = 1
    DECOY = 2  # docs/decoy.md
    FULL = 3  # reserved


class Framing(IntEnum):
    """Section 3.2."""

    PPP = 1
    LCP = 2  # docs/decoy.md section 12


class Param(IntEnum):
    """Section 3.2: types of parameters."""

    MODES = 1
    FRAMINGS = 2
    MODE = 3
    FRAMING = 4
    REKEY = 5
    NOTICE = 6
    PADDING = 7
    PROOF = 8
    CRITICAL = 128  # an unknown type from here on makes the payload malformed


PARAM_HEADER_LEN = 3
PARAM_LIST_MAX = 8
NOTICE_MAX = 255


class Abort(IntEnum):
    """Section 3.6: reasons."""

    VERSION = 1
    SUITE = 2
    MODE = 3
    NOT_OFFERED = 4
    UNTRUSTED = 5
    MALFORMED = 6


# Section 4.
KEY_LEN = 32  # X25519
TAG_LEN = 16  # of ChaCha20-Poly1305
HASH_LEN = 32  # SHA-256
PROLOGUE_LEN = len(PROLOGUE) + 6
INIT_MIN_LEN = KEY_LEN
RESP_MIN_LEN = KEY_LEN + KEY_LEN + TAG_LEN + TAG_LEN
BLOCK_KEY_LEN = 64
WHOLE_KEY_LEN = 64
REST_KEY_LEN = 64
HASH_KEY_LEN = 16
KEYSET_LEN = BLOCK_KEY_LEN + WHOLE_KEY_LEN + REST_KEY_LEN + HASH_KEY_LEN
PROOF_LEN = 16
CHAIN_LEN = 32
OKM_LEN = 2 * KEYSET_LEN + CHAIN_LEN  # up, down, chain

# docs/decoy.md section 3.
SHORT_KEY_LEN = 64
SIPHASH_KEY_LEN = 16
NAME_KEY_LEN = 64
SIDE_LEN = 2 * KEYSET_LEN + SHORT_KEY_LEN  # noise, payload, short
COMMON_LEN = 3 * SIPHASH_KEY_LEN + NAME_KEY_LEN  # IPv4, IPv6, port, name
DECOY_OKM_LEN = 2 * SIDE_LEN + COMMON_LEN + CHAIN_LEN  # up, down, common, chain

# Section 6: lengths are of the information field.
BLOCK_LEN = 64
WHOLE_MAX = 2048
FLOW_WHOLE_PACKETS = 16
PPP_COVER_BLOCK = 0x0021
PPP_COVER_WHOLE = 0x0057
PPP_NOISE_BLOCK = 0x0053  # docs/decoy.md section 2
PPP_NOISE_WHOLE = 0x0055
PPP_IPV4 = 0x0021
PPP_IPV6 = 0x0057
PPP_IPCP = 0x8021
PPP_IPV6CP = 0x8057
PPP_LCP = 0xC021  # this and the next four are never covered
PPP_PAP = 0xC023
PPP_LQR = 0xC025
PPP_CHAP = 0xC223
PPP_EAP = 0xC227
PPP_NCP_FIRST = 0x8000
PPP_LINK_FIRST = 0xC000

# Section 9: seconds, or milliseconds where the name ends in _MS.
INIT_TIMEOUT_MS = 500
INIT_TRIES = 4
CONFIRM_TIMEOUT_MS = 500
CONFIRM_TRIES = 5
LNS_WAIT = 10
PENDING = 30
OVERLAP = 30
REKEY_DEFAULT = 3600
REKEY_MIN = 60
REKEY_MAX = 43200
REKEY_JITTER_PERCENT = 10
REKEY_RETRY = 60
KEY_MAX_AGE = 86400
INIT_RATE_COUNT = 4
INIT_RATE_SECONDS = 10
OFFENCE_WINDOW = 10
OFFENCE_FIRST = 600
OFFENCE_MAX = 86400
OFFENCE_KNOWN = 5
MISMATCH_SECONDS = 60
MISMATCH_FRAMES = 64
