# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line `shroud`: the methods of the ubus object, and what the system's scripts call."""

import sys

from shroud import rpc
from shroud.errors import AgentError

USAGE = """usage: shroud COMMAND

  status [LINE]                  how the lines stand
  lines                          what is configured
  apply LINE [OPTIONS]           try new settings; they go back by themselves if the line fails
      --on | --off               shroud the line, or do not
      --policy prefer|require    go on in plain if the ISP can not shroud, or stay down
      --mode auto|head           how packets are covered
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
# Words that follow each command; those in brackets may be left out.
WORDS = {
    "status": ("[line]",),
    "lines": (),
    "apply": ("line",),
    "confirm": ("line",),
    "rollback": ("line",),
    "trust": ("line", "fingerprint"),
    "history": ("[line]",),
    "diagnose": ("line",),
}
SWITCHES: "dict[str, dict[str, tuple[str, object]]]" = {
    "apply": {
        "--on": ("enabled", True),
        "--off": ("enabled", False),
        "--no-peer-keys": ("peer_key", []),
    }
}
VALUES = {
    "apply": {
        "--policy": "policy",
        "--mode": "mode",
        "--peer-key": "peer_key",
        "--rekey-interval": "rekey_interval",
    },
    "history": {"--limit": "limit"},
}
NUMBERS = ("rekey_interval", "limit")
FAILED, MISUSED = 1, 2  # exit codes


def main(argv: "list[str]") -> int:
    """Do what the words say; return the exit code."""
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
    words = [word for word in argv if word != "--json"]
    if not words or words[0] not in WORDS:
        raise AgentError("argument", "say what to do: `shroud help` lists the commands")
    command, rest = words[0], words[1:]
    given: dict[str, object] = {}
    names = list(WORDS[command])
    while rest:
        word = rest.pop(0)
        if word.startswith("--"):
            _option(command, word, rest, given)
        elif names:
            given[names.pop(0).strip("[]")] = word
        else:
            raise AgentError("argument", f"{command}: a word too many: {word!r}")
    for name in names:
        if not name.startswith("["):
            raise AgentError("argument", f"{command} needs a {name}")
    return command, given, len(words) < len(argv)


def _option(command: str, word: str, rest: "list[str]", given: "dict[str, object]") -> None:
    if word in SWITCHES.get(command, {}):
        name, value = SWITCHES[command][word]
        given[name] = value
        return
    if word not in VALUES.get(command, {}):
        raise AgentError("argument", f"{command} has no option {word!r}")
    if not rest:
        raise AgentError("argument", f"{word} needs a value")
    name, text = VALUES[command][word], rest.pop(0)
    if name == "peer_key":
        given[name] = [*given.get(name, []), text]  # type: ignore[misc]
    elif name in NUMBERS:
        given[name] = _number(word, text)
    else:
        given[name] = text


def _number(word: str, text: str) -> int:
    if not text or len(text) > 9 or [mark for mark in text if not "0" <= mark <= "9"]:
        raise AgentError("argument", f"{word} needs a whole number, not {text!r}")
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
