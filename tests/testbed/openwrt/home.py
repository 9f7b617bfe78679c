# SPDX-License-Identifier: GPL-2.0-or-later
"""A subscriber's home for the tests: line, LNS, and a router with our package on it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests import shrouded
from tests.shrouded import Shrouded
from tests.testbed import product
from tests.testbed.machine import Machine
from tests.testbed.topology import PPP_LNS
from tests.testbed.wait import wait_until

from . import package
from .router import Router

CONFIGS = ("network", "firewall")
"""Files of others that the agent edits."""
PAUSE = 0.4
"""Seconds between two questions, so that the line has the processor meanwhile."""
TRIAL_TIME = 90.0
"""Seconds within which a trial must have ended, one way or the other."""


@dataclass
class Home:
    """The subscriber's view: what is called on the router, and what it says."""

    line: Shrouded
    router: Router

    @property
    def machine(self) -> Machine:
        return self.line.machine

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """A method of the ubus object `shroud`; AssertionError when it answers an error."""
        answer = self.ask(method, **arguments)
        assert "error" not in answer, (answer, self.router.tail())
        return answer

    def ask(self, method: str, **arguments: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.router.ubus("shroud", method, arguments)
        return answer

    def refusal(self, method: str, **arguments: Any) -> tuple[str, str]:
        """Code and message of the error that a method must answer."""
        error = self.ask(method, **arguments)["error"]
        return error["code"], error["message"]

    def status(self, name: str = "wan") -> dict[str, Any]:
        """The status of one line."""
        found: dict[str, Any] = self.call("status", line=name)["lines"][0]
        return found

    def await_state(self, state: str, name: str = "wan") -> dict[str, Any]:
        """Wait until the status has this state; return it."""
        return self._await_member("state", state, name)

    def await_sentence(self, sentence: str) -> dict[str, Any]:
        """Wait until the status of wan has the sentence of this name; return it."""
        return self._await_member("sentence_id", sentence, "wan")

    def _await_member(self, member: str, value: str, name: str) -> dict[str, Any]:
        def reached() -> dict[str, Any] | None:
            status = self.status(name)
            return status if status[member] == value else None

        found = self._wait(reached, 40, f"{name} to be {value}", lambda: str(self.status(name)))
        assert found
        return found

    def apply(self, name: str = "wan", **settings: Any) -> dict[str, Any]:
        """Change settings, and return how the trial ended."""
        self.begin(name, **settings)
        return self.await_trial()

    def begin(self, name: str = "wan", **settings: Any) -> None:
        """Change settings; return when the trial has been started."""
        assert self.call("apply", line=name, **settings)["trial"]["line"] == name

    def await_trial(self, timeout: float = TRIAL_TIME) -> dict[str, Any]:
        """Wait until no trial is under way; how the last one ended."""

        def ended() -> dict[str, Any] | None:
            status = self.call("status")
            found: dict[str, Any] | None = status["last_trial"]
            return found if not status["trial"] else None

        found = self._wait(ended, timeout, "the trial to end", lambda: str(self.call("status")))
        assert found
        return found

    def events(self, name: str = "wan") -> list[str]:
        """Kinds of what has happened to a line, newest first."""
        return [event["kind"] for event in self.call("history", line=name)["events"]]

    def await_event(self, kind: str, name: str = "wan") -> dict[str, Any]:
        """Let minutes pass until the history has this kind of event; return the newest.

        name "": an event of the router, not of a line.
        """

        def told() -> dict[str, Any] | None:
            self.router.minute()
            events = self.call("history", line=name)["events"]
            return next((event for event in events if event["kind"] == kind), None)

        found = self._wait(
            told, 20, f"the history to tell of {kind}", lambda: str(self.call("history"))
        )
        assert found
        return found

    def _wait(
        self,
        reached: Callable[[], dict[str, Any] | None],
        timeout: float,
        what: str,
        said: Callable[[], str],
    ) -> dict[str, Any] | None:
        return wait_until(
            reached,
            timeout * self.machine.slowness,
            what,
            PAUSE,
            lambda: f"{said()}\n{self.router.tail()}",
        )

    def ping(self, device: str = "pppoe-wan") -> None:
        """The LNS answers through the line."""
        ping = ["ping", "-c", "1", "-W", "2", "-I", device, PPP_LNS]
        self.machine.wait_until(
            lambda: not self.router.run(ping, check=False).code,
            20,
            f"an answer through {device}",
            self.router.tail,
        )

    def change_key(self) -> str:
        """Give the LNS a new key, and end its sessions; the public one."""
        key = product.key_pair()
        self.machine.write(shrouded.KEY_FILE, key.private + "\n", 0o600)
        assert self.line.lns
        for pid in self.line.lns.pppds():
            self.machine.signal(pid, signal.SIGTERM)
        return key.public

    def serve(self, policy: str | None) -> None:
        """Put another LNS in place of the one that is there."""
        if self.line.lns:
            self.line.lns.stop()
        self.line.serve(policy)

    def configs(self) -> dict[str, str]:
        """The files of others, as text that shows every byte."""
        return {name: self.router.script(f"od -An -c /etc/config/{name}") for name in CONFIGS}

    def left_behind(self) -> list[str]:
        """What a line that is off must not leave."""
        found = self.router.script(
            "find /etc/shroud/lines /etc/shroud/journal.json /etc/shroud/originals.json -type f "
            "2>/dev/null || true; grep -l shroud /etc/crontabs/* 2>/dev/null || true"
        )
        return found.split()


@contextmanager
def home(machine: Machine) -> Iterator[Home]:
    """A router that is off, with our package on it, at a line without LNS."""
    line = shrouded.lay(machine)
    router = Router(machine)
    package.install(router)
    found = Home(line, router)
    try:
        yield found
    finally:
        if router.process:
            router.power_cut()
