# SPDX-License-Identifier: GPL-2.0-or-later
"""The methods of the ubus object: which arguments each takes, and what does its work."""

from shroud.errors import AgentError
from shroud.text import clean

IGNORED = "ubus_rpc_session"  # rpcd adds it to calls over HTTP
CHANGES = ("enabled", "mode", "framing", "policy", "peer_key", "rekey_interval")
WORDS = {str: "a text", bool: "true or false", int: "a whole number", list: "a list of texts"}
LINE = "line"
MOST_EVENTS = 100

# Arguments by example: the type is what counts. rpcd reads 32 as "a number of 32 bits".
METHODS: "dict[str, tuple[dict[str, object], tuple[str, ...]]]" = {
    "status": ({LINE: ""}, ()),
    "lines": ({}, ()),
    "apply": (
        {
            LINE: "",
            "enabled": True,
            "mode": "",
            "framing": "",
            "policy": "",
            "peer_key": [],
            "rekey_interval": 32,
        },
        (LINE,),
    ),
    "confirm": ({LINE: ""}, (LINE,)),
    "rollback": ({LINE: ""}, (LINE,)),
    "trust": ({LINE: "", "fingerprint": ""}, (LINE, "fingerprint")),
    "history": ({LINE: "", "limit": 32}, ()),
    "diagnose": ({LINE: ""}, (LINE,)),
}


def call(method: str, given: "dict[str, object]") -> "dict[str, object]":
    """The answer of a method; AgentError if it refuses."""
    if method not in METHODS:
        raise AgentError("argument", f'there is no method "{clean(method, 40)}"')
    answer: dict[str, object] = _DO[method](checked(method, given))
    return answer


def checked(method: str, given: "dict[str, object]") -> "dict[str, object]":
    """The arguments without those that are null; AgentError for one that must not be."""
    examples, needed = METHODS[method]
    found = {}
    for name in sorted(given):  # MicroPython keeps no order
        value = given[name]
        if name == IGNORED or value is None:
            continue
        if name not in examples:
            takes = ", ".join(sorted(examples)) or "none"
            raise AgentError(
                "argument", f'{method} has no argument "{clean(name, 40)}"; it has: {takes}'
            )
        _check_type(name, value, type(examples[name]))
        found[name] = value
    for name in needed:
        if found.get(name, "") == "":
            raise AgentError("argument", f'{method} needs the argument "{name}"')
    return found


def _check_type(name: str, value: object, wanted: type) -> None:
    fits = type(value) is wanted
    if isinstance(value, list) and wanted is list:
        fits = all(isinstance(item, str) for item in value)
    if not fits:
        raise AgentError("argument", f'the argument "{name}" is not {WORDS[wanted]}')


def _status(given: "dict[str, object]") -> "dict[str, object]":
    from shroud import status

    return status.document(given.get(LINE) or None)  # type: ignore[arg-type]


def _lines(given: "dict[str, object]") -> "dict[str, object]":
    from shroud import status

    return status.lines()


def _apply(given: "dict[str, object]") -> "dict[str, object]":
    from shroud import status, trial

    line = str(given[LINE])
    status.known_interface(line)
    changes = {"peer_keys" if name == "peer_key" else name: given[name] for name in CHANGES
               if name in given}  # fmt: skip
    if changes.get("rekey_interval") == 0:
        changes["rekey_interval"] = None
    trial.start(line, changes)
    return {"trial": trial.progress()}


def _confirm(given: "dict[str, object]") -> "dict[str, object]":
    from shroud import status, trial

    line = status.known_interface(str(given[LINE])).name
    return {LINE: line, "result": trial.confirm(line)}


def _rollback(given: "dict[str, object]") -> "dict[str, object]":
    from shroud import status, trial

    line = status.known_interface(str(given[LINE])).name
    return {LINE: line, "result": trial.rollback(line)}


def _trust(given: "dict[str, object]") -> "dict[str, object]":
    from shroud import trust

    return trust.accept(str(given[LINE]), str(given["fingerprint"]))


def _history(given: "dict[str, object]") -> "dict[str, object]":
    from shroud import events, status

    line = str(given.get(LINE) or "")
    limit = given.get("limit", MOST_EVENTS)
    if not isinstance(limit, int) or not 1 <= limit <= MOST_EVENTS:
        raise AgentError("argument", f'the argument "limit" is not within 1 to {MOST_EVENTS}')
    if line:
        status.known_interface(line)
    return {"events": events.history(line or None, limit)}


def _diagnose(given: "dict[str, object]") -> "dict[str, object]":
    from shroud import diagnose

    return diagnose.document(str(given[LINE]))


_DO = {
    "status": _status,
    "lines": _lines,
    "apply": _apply,
    "confirm": _confirm,
    "rollback": _rollback,
    "trust": _trust,
    "history": _history,
    "diagnose": _diagnose,
}
