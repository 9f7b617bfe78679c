# SPDX-License-Identifier: GPL-2.0-or-later
"""How a line gets into each state that the agent knows: what the plugin and netifd tell then.

By the name of the agent's sentence. What each sentence says is the agent's, and not repeated.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .router import COUNTERS, OTHER_KEY, Router

REFUSED = "the peer does not know the protocol (Code-Reject)"
NO_ANSWER = "the peer does not answer the offer"
CUT = "the peer dropped the line when shrouding was last offered"
UNTRUSTED = "the peer's key is not the one expected; this may be an attack"
VERSION = "the peer does not support this version of the protocol"
DATAPATH = "this line can not be covered here: no tcx in this kernel"
KEYS = "the peer sends what our keys do not decipher"
NO_DONE = "the peer does not acknowledge the new keys"
MEMORY = "no memory or no random numbers for a handshake"
NO_DONE = "the peer does not acknowledge the new keys"
CAUSES = {
    REFUSED: "code-reject", NO_ANSWER: "no-answer", CUT: "suppressed", UNTRUSTED: "untrusted",
    VERSION: "abort-version", DATAPATH: "datapath", KEYS: "mismatch", MEMORY: "internal",
}  # fmt: skip
CAUSES = {
    REFUSED: "code-reject", NO_ANSWER: "no-answer", CUT: "suppressed", UNTRUSTED: "untrusted",
    VERSION: "abort-version", DATAPATH: "datapath", KEYS: "mismatch", MEMORY: "internal",
}  # fmt: skip
STRANGE_KEY = {"fingerprint": OTHER_KEY, "trust": "untrusted"}
DECOY_COUNTERS = COUNTERS | {"tx_decoy": 50213, "rx_decoy": 91877}
PLAIN_COUNTERS = dict.fromkeys(COUNTERS, 0) | {"tx_plain": 830, "rx_plain": 1710}

Way = Callable[[Router], None]


def _shrouded(**members: Any) -> Way:
    return lambda router: router.shrouded_line(**members)


def _plain(reason: str, **members: Any) -> Way:
    told: dict[str, Any] = {
        "state": "plain", "shrouded": False, "reason": reason, "cause": CAUSES[reason],
        "peer": None, "since": None,
        "last_rekey": None, "mode": None, "suite": None, "counters": PLAIN_COUNTERS,
    }  # fmt: skip
    return lambda router: router.shrouded_line(**(told | members))


def _down(reason: str | None, policy: str = "require", **members: Any) -> Way:
    def lead(router: Router) -> None:
        router.add_line(switched_on=True, policy=policy)
        router.link(up=False)
        told: dict[str, Any] = {
            "state": "closing",
            "shrouded": False,
            "reason": reason,
            "cause": CAUSES[reason] if reason else None,
            "peer": None,
        }
        router.plugin(**(told | {"counters": None} | members))

    return lead


def _connecting(state: str) -> Way:
    return _down(None, "prefer", state=state)


def _trial(router: Router) -> None:
    """Being tried on a line that carries nothing, and dialled already."""
    router.add_line()
    router.write("dead", "")
    router.ask("apply", line="wan", enabled=True)
    while router.ask("status")["trial"]["step"] != "wait":
        pass


def _undo(router: Router) -> None:
    """As the keeper has it for the moment that going back takes."""
    _trial(router)
    note = "var/run/shroud/trial.json"
    found = json.loads((router.root / note).read_text())
    router.write(note, json.dumps(found | {"step": "undo", "reason": "nothing came in"}))


def _pending(router: Router) -> None:
    router.add_line(switched_on=True)


def _no_connection(router: Router) -> None:
    router.add_line(switched_on=True)
    router.link(up=False)


WAYS: dict[str, Way] = {
    "off": lambda router: router.add_line(),
    "trial": _trial,
    "trial-undo": _undo,
    "shrouded": _shrouded(),
    "shrouded-decoy": _shrouded(mode="decoy", counters=DECOY_COUNTERS),
    "shrouded-alarm": _shrouded(alarm=True, reason=NO_DONE, cause="no-done"),
    "shrouded-retry": _shrouded(reason=NO_DONE, cause="no-done"),
    "plain-refused": _plain(REFUSED),
    "plain-downgrade": _plain(REFUSED, alarm=True),
    "plain-untrusted": _plain(UNTRUSTED, alarm=True, peer=STRANGE_KEY),
    "plain-no-answer": _plain(NO_ANSWER),
    "plain-cut": _plain(CUT),
    "plain-cut-alarm": _plain(CUT, alarm=True),
    "plain-version": _plain(VERSION),
    "plain-datapath": _plain(DATAPATH),
    "plain-pending": _pending,
    "plain-other": _plain(MEMORY),
    "connecting": _connecting("idle"),
    "connecting-keys": _connecting("wait-resp"),
    "down": _no_connection,
    "down-keys": _down(KEYS),
    "down-refused": _down(REFUSED),
    "down-downgrade": _down(REFUSED, alarm=True),
    "down-untrusted": _down(UNTRUSTED, alarm=True, peer=STRANGE_KEY),
    "down-no-answer": _down(NO_ANSWER),
    "down-version": _down(VERSION),
    "down-datapath": _down(DATAPATH),
    "down-other": _down(MEMORY),
}
