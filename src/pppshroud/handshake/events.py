# SPDX-License-Identifier: GPL-2.0-or-later
"""What happens to a state machine, and what it wants done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from pppshroud.handshake.keys import DirectionKeys
from pppshroud.handshake.offence import Offence
from pppshroud.message import Message, Received
from pppshroud.wire import Framing

ENTROPY_LEN = 40  # octets: ephemeral key (32), handshake id (4), jitter (4)


class Policy(StrEnum):
    """Section 5.4."""

    OFF = "off"
    PREFER = "prefer"
    REQUIRE = "require"


class Phase(StrEnum):
    """The states of sections 5.2 and 5.3."""

    IDLE = "idle"
    WAIT_RESP = "wait-resp"
    WAIT_DONE = "wait-done"
    WAIT_CONFIRM = "wait-confirm"
    COVERED = "covered"
    PLAIN = "plain"


class Path(StrEnum):
    """The state of the data path: section 5.4."""

    BLOCKED = "blocked"
    COVERED = "covered"
    PLAIN = "plain"


@dataclass(frozen=True)
class Line:
    """All that the data path has to know. `receive` holds the first and the second place."""

    path: Path = Path.BLOCKED
    send: DirectionKeys | None = None
    receive: tuple[DirectionKeys, ...] = ()
    framing: int = Framing.PPP  # of IP packets, on a plain path too


class Why(StrEnum):
    """Why a session is plain, or a link is closed."""

    OFF = "shroud is switched off"
    SUPPRESSED = "not offered: the peer ended the session after earlier offers"
    NO_ANSWER = "no answer"
    REFUSED = "refused"
    UNTRUSTED = "untrusted key"
    ALTERED = "offer or answer altered on the way"
    NO_SHROUD = "peer does not shroud"
    GAVE_UP = "peer gave up"
    NO_CONFIRM = "no confirmation"
    NO_DONE = "the peer does not complete the handshake"
    OLD_KEYS = "the keys are a day old and could not be renewed"
    MISMATCH = "the peers' keys differ"
    AGREED = "mode plain was agreed on"


class Level(Enum):
    """How loud a report is."""

    INFO = 0
    WARNING = 1
    ALARM = 2


@dataclass(frozen=True)
class NetworkPhase:
    """LCP is open and authentication has succeeded on both sides."""


@dataclass(frozen=True)
class LcpDown:
    """LCP left Opened. `lost`: the peer terminated it or the line went away (5.5)."""

    lost: bool = False


@dataclass(frozen=True)
class MessageArrived:
    """A message that does not carry our own magic number."""

    received: Received


@dataclass(frozen=True)
class CodeRejected:
    """A Code-Reject; `packet` is what it quotes, from the Code octet on, perhaps nothing."""

    packet: bytes


@dataclass(frozen=True)
class PlainNcp:
    """A plain IPCP or IPV6CP packet arrived while no sending key set was installed."""


@dataclass(frozen=True)
class NcpOpened:
    """An NCP has reached Opened."""


@dataclass(frozen=True)
class ManyFrames:
    """2^34 frames were sent since the last rekey."""


@dataclass(frozen=True)
class Mismatch:
    """64 or more frames failed, and none passed, in 60 s."""


@dataclass(frozen=True)
class Tick:
    """Time has passed."""


Event = (
    NetworkPhase | LcpDown | MessageArrived | CodeRejected | PlainNcp | NcpOpened | ManyFrames
    | Mismatch | Tick
)  # fmt: skip


@dataclass(frozen=True)
class Send:
    """Send a message; the caller adds Identifier and Magic-Number."""

    message: Message


@dataclass(frozen=True)
class SetLine:
    """Set the data path to this, in one go."""

    line: Line


@dataclass(frozen=True)
class OpenNcps:
    """Open the NCPs; handle kept NCP packets that arrived `path` as if they had just arrived."""

    path: Path


@dataclass(frozen=True)
class CloseLink:
    """Close LCP."""

    why: Why


@dataclass(frozen=True)
class RecordKey:
    """Record the LNS's key as known, on stable storage."""

    key: bytes


@dataclass(frozen=True)
class SaveOffence:
    """Remember this across restarts."""

    offence: Offence


@dataclass(frozen=True)
class Report:
    """Tell the user."""

    level: Level
    why: Why | None
    text: str


Action = Send | SetLine | OpenNcps | CloseLink | RecordKey | SaveOffence | Report
Actions = tuple[Action, ...]
