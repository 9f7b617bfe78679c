# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line `shroud`: the methods of the ubus object, and what the system's scripts call."""

import sys

from shroud import arguments, rpc
from shroud.arguments import FLAG, LIST, TEXT
from shroud.errors import AgentError

USAGE = """usage: shroud COMMAND

  status [LINE]                  how the lines stand
  lines                          what is configured
  apply LINE [OPTIONS]           try new settings; they go back by themselves if the line fails
      --on | --off               shroud the line, or do not
      --policy prefer|require    go on in plain if the ISP can not shroud, or stay down
      --mode auto|head|decoy     how packets are covered
      --framing native|lcp       of mode decoy: which packets they pass for
      --peer-key KEY             pin a key of the ISP; may be given again
      --no-peer-keys             pin none: trust the first key met
      --rekey-interval SECONDS   60 to 43200; 0: as the ISP says
  confirm LINE                   keep the change that is being tried, without waiting
  rollback LINE                  end the trial, put back what was before
  trust LINE FINGERPRINT         accept the key that status shows as untrusted
  history [LINE] [--limit N]     what happened, newest first
  diagnose LINE                  test step by step what shrouding needs

--json with any of these prints what the ubus object answers.
The system calls: boot, reload, keep, guard, watch, stop.
"""
SYSTEM = ("boot", "reload", "keep", "guard", "watch", "stop")
# The words that follow each command, how many of them are needed, and its options.
COMMANDS: "dict[str, tuple[tuple[str, ...], int, dict[str, int]]]" = {
    "status": (("line",), 0, {}),
    "lines": ((), 0, {}),
    "apply": (
        ("line",),
        1,
        {
            "on": FLAG,
            "off": FLAG,
            "mode": TEXT,
            "framing": TEXT,
            "policy": TEXT,
            "peer-key": LIST,
            "no-peer-keys": FLAG,
            "rekey-interval": TEXT,
        },
    ),
    "confirm": (("line",), 1, {}),
    "rollback": (("line",), 1, {}),
    "trust": (("line", "fingerprint"), 2, {}),
    "history": (("line",), 0, {"limit": TEXT}),
    "diagnose": (("line",), 1, {}),
}
NUMBERS = ("rekey_interval", "limit")
FAILED, MISUSED = 1, 2  # exit codes


def main(argv: "list[str]") -> int:
    """Do what the words say; return the exit code."""
    rpc.save_memory()
    if argv[:1] in (["help"], ["--help"], ["-h"]):
        sys.stdout.write(USAGE)
        return 0
    if len(argv) == 1 and argv[0] in SYSTEM:
        return _system(argv[0])
    try:
        command, given, as_json = parse(argv)
    except AgentError as error:
        sys.stderr.write(f"shroud: {error.message}\n")
        return MISUSED
    return _ask(command, given, as_json)


def parse(argv: "list[str]") -> "tuple[str, dict[str, object], bool]":
    """Return the method, its arguments, and whether JSON is wanted."""
    if not argv or argv[0] not in COMMANDS:
        raise AgentError("argument", "say what to do: `shroud help` lists the commands")
    places, needed, options = COMMANDS[argv[0]]
    known = dict(options)
    known["json"] = FLAG
    given = arguments.parse(argv[1:], places, known, needed)
    as_json = given.pop("json", False) is True
    for name in NUMBERS:
        if name in given:
            given[name] = _number(name, str(given[name]))
    return argv[0], _switches(given), as_json


def _switches(given: "dict[str, object]") -> "dict[str, object]":
    """What the options without a value mean."""
    on, off = given.pop("on", False), given.pop("off", False)
    if on and off:
        raise AgentError("argument", "--on and --off exclude each other")
    if on or off:
        given["enabled"] = on is True
    if given.pop("no_peer_keys", False):
        if "peer_key" in given:
            raise AgentError("argument", "--peer-key and --no-peer-keys exclude each other")
        given["peer_key"] = []
    return given


def _number(name: str, text: str) -> int:
    digits = [mark for mark in text if "0" <= mark <= "9"]
    if not text or len(digits) < len(text) or len(text) > 9:
        option = name.replace("_", "-")
        raise AgentError("argument", f"--{option}: a whole number was expected")
    return int(text)


def _ask(command: str, given: "dict[str, object]", as_json: bool) -> int:
    """Print the answer; errors go to the other output."""
    from shroud import methods

    answer = rpc.guarded(lambda: methods.call(command, given))
    error = answer.get("error")
    if as_json:
        rpc.answer(answer)
    elif isinstance(error, dict):
        sys.stderr.write(f"shroud: {error['message']}\n")
    else:
        from shroud import printout

        sys.stdout.write(printout.render(command, answer))
    return FAILED if error else 0


def _system(command: str) -> int:
    """Do what a script of the system asks for; errors go to the system log too."""
    answer = rpc.guarded(lambda: {"done": _DO[command]()})
    error = answer.get("error")
    if not isinstance(error, dict):
        return 0
    from shroud import events

    sys.stderr.write(f"shroud {command}: {error['message']}\n")
    events.syslog("warning", f"{command}: {error['message']}")
    return FAILED


def _boot() -> None:
    from shroud import system

    system.boot()


def _reload() -> None:
    from shroud import trial

    trial.reload()


def _keep() -> None:
    from shroud import trial

    trial.keep()


def _guard() -> None:
    from shroud import system

    system.guard()


def _watch() -> None:
    from shroud import watch

    watch.run()


def _stop() -> None:
    from shroud import system

    system.stop()


_DO = {
    "boot": _boot,
    "reload": _reload,
    "keep": _keep,
    "guard": _guard,
    "watch": _watch,
    "stop": _stop,
}
