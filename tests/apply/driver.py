# SPDX-License-Identifier: GPL-2.0-or-later
"""Call one part of safe apply in a process of its own: driver.py ROOT [+SECONDS | @YEARS] PART.

Prints what it returns, or the error that the user would get, as JSON. Runs under both
interpreters. The router's boots are told apart by ROOT/boot_id, so that a test can restart it;
SECONDS is how much longer a trial waits for traffic, from when the keeper takes it up; by YEARS
the clock is wrong. The part `err` is a keeper with a fault. Nobody gives up
waiting for a lock: a machine with much else to do is not what these tests are about.
"""

import json
import sys

from shroud import host, journal, keeper, netifd, offload, paths, probe, system, trial, watch
from shroud.errors import AgentError

paths.set_root(sys.argv[1])
words = sys.argv[2:]
patience = int(words.pop(0)[1:]) if words[0].startswith("+") else 0
if words[0].startswith("@"):
    wrong = int(words.pop(0)[1:]) * 31556952
    right = host.now
    host.now = lambda: right() + wrong


def boot_id() -> str:
    """A text that the test changes when it restarts the router."""
    with open(paths.real("/boot_id")) as stream:  # noqa: PTH123  (MicroPython)
        return stream.read()


host.boot_id = boot_id
trial.PATIENCE = trial.ANSWER_TIME = 60.0
work = keeper._work


def soon(trial: "journal.Journal") -> None:
    """Carry out a trial that has `patience` left."""
    journal.TRIAL_TIME = trial.age() + patience
    work(trial)


if patience:
    keeper._work = soon


def err() -> None:
    """Be a keeper with a fault."""
    probe.Probe.carries = lambda *_: bool(1 // 0)  # type: ignore[method-assign]
    trial.keep()


PARTS = {"err": err, "offload": offload.state, "watch": watch.run}


def call(part: str, argument: str) -> object:
    """Do what the command line does for this word."""
    if part == "start":
        changes = json.loads(argument)
        trial.start(changes["name"], changes)
        return trial.progress()
    if part in ("confirm", "rollback"):
        return getattr(trial, part)(argument)
    if part in PARTS:
        return PARTS[part]()
    if part == "look":
        return netifd.status(argument)
    return getattr(system if hasattr(system, part) else trial, part)()


def main() -> int:
    """Print the answer; 1 if it is an error."""
    try:
        print(json.dumps({"answer": call(words[0], words[1] if words[1:] else "")}))
    except AgentError as error:
        print(json.dumps({"error": error.code, "message": error.message}))
        return 1
    return 0


sys.exit(main())
