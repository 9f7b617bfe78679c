# SPDX-License-Identifier: GPL-2.0-or-later
"""The subscriber's line on the board: what is asked of it over the console, and what it says.

The same commands work on OpenWrt and on the virtual board. What the board's software answers
wrongly is a ProductFault; a console that does not answer is the board's affair, a RigFault.
"""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from hwtest.board.faults import ProductFault
from hwtest.lab.monitor import Told
from tests.testbed.session import PASSWORD, USER

T = TypeVar("T")
CONFIGS = ("network", "firewall")
"""Files of others that the agent edits."""
ASK = 60.0
"""Seconds: a board that starts several programs at a time answers late."""
UP, TRIAL = 120.0, 180.0
"""Seconds within which a line must come up, and a trial be over: an emulated board is slow."""
PAUSE = 1.0
"""Seconds between two questions, so that the line has the processor meanwhile."""


class Ran(Told, Protocol):
    """What a command on the board has left."""

    @property
    def code(self) -> int: ...


class Shell(Protocol):
    """What is needed of a board."""

    def run(self, command: str, timeout: float = ..., *, check: bool = ...) -> Ran: ...


@dataclass
class Line:
    """PPPoE interface `name` of the board, on its device `device`."""

    board: Shell
    name: str
    device: str

    def await_booted(self) -> None:
        """Wait until the board's services answer: its prompt comes before them."""
        path = f"network.interface.{self.name}"

        def there() -> bool | None:
            return not self.board.run(f"ubus list {path}", ASK, check=False).code or None

        self.wait(there, UP, f"{path} on ubus", lambda: "")

    def ubus(self, path: str, method: str, **arguments: object) -> dict[str, Any]:
        """Call a method; ProductFault when it is refused or answers no JSON object."""
        command = shlex.join(["ubus", "-S", "call", path, method, json.dumps(arguments)])
        ran = self.board.run(command, timeout=ASK, check=False)
        try:
            answer = json.loads(ran.output) if not ran.code else None
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or "error" in answer:
            said = f"{command} ended with {ran.code}: {ran.output[-500:]}"
            raise ProductFault("ubus", said, "asking the board")
        return answer

    def subscribe(self) -> None:
        """Enter the lab's subscriber, and dial."""
        values = {"proto": "pppoe", "device": self.device, "username": USER, "password": PASSWORD}
        self.board.run(f"uci set network.{self.name}=interface")  # some boards have none
        for key, value in values.items():
            self.board.run(f"uci set network.{self.name}.{key}={shlex.quote(value)}")
        self.board.run("uci commit network && /etc/init.d/network reload", timeout=ASK)
        self.redial()

    def redial(self) -> None:
        """End the session and dial anew; how that goes on, await_up() tells."""
        path = f"network.interface.{self.name}"
        self.board.run(f"ubus call {path} down; ubus call {path} up", timeout=ASK)

    def interface(self) -> dict[str, Any]:
        return self.ubus(f"network.interface.{self.name}", "status")

    def await_up(self) -> dict[str, Any]:
        """Wait until netifd says that the line is up and has an address; its status."""

        def up() -> dict[str, Any] | None:
            status = self.interface()
            return status if status["up"] and status.get("ipv4-address") else None

        return self.wait(up, UP, "the line to come up", self.words)

    def agent(self) -> dict[str, Any]:
        """The agent's status of everything."""
        return self.ubus("shroud", "status")

    def status(self) -> dict[str, Any]:
        """The agent's status of this line."""
        found: dict[str, Any] = self.ubus("shroud", "status", line=self.name)["lines"][0]
        return found

    def await_state(self, state: str, timeout: float = UP) -> dict[str, Any]:
        """Wait until the agent says that the line has this state; its status."""

        def reached() -> dict[str, Any] | None:
            status = self.status()
            return status if status["state"] == state else None

        return self.wait(reached, timeout, f"the line to be {state}", self.words)

    def begin(self, **settings: object) -> bool:
        """Change settings; whether that started a trial, which then goes on by itself."""
        return self.ubus("shroud", "apply", line=self.name, **settings)["trial"] is not None

    def apply(self, **settings: object) -> None:
        """Change settings and wait; ProductFault if the agent does not keep them."""
        if not self.begin(**settings):
            return

        def ended() -> dict[str, Any] | None:
            status = self.agent()
            found: dict[str, Any] | None = status["last_trial"]
            return found if status["trial"] is None else None

        last = self.wait(ended, TRIAL, "the trial of the change to end", self.words)
        if last["outcome"] not in {"kept", "confirmed"}:
            raise ProductFault("trial", f"the agent gave up {settings}: {last}", "applying them")

    def configs(self) -> dict[str, str]:
        """Checksums of the files of others, as "every byte is what it was"."""
        paths = " ".join(f"/etc/config/{name}" for name in CONFIGS)
        lines = self.board.run(f"md5sum {paths}").output.splitlines()
        return {path: total for total, path in (line.split() for line in lines)}

    def left_behind(self) -> list[str]:
        """Files that a line that is off must not leave."""
        found = self.board.run(
            "find /etc/shroud/lines /etc/shroud/journal.json /etc/shroud/originals.json -type f "
            "2>/dev/null; true"
        )
        return found.output.split()

    def words(self) -> str:
        """What the board says of the line, for messages."""
        told = self.board.run(f"ubus -S call shroud status; ifstatus {self.name}; true", ASK)
        log = self.board.run("logread 2>/dev/null | tail -n 15; true", ASK)
        return f"{told.output[-1500:]}\n{log.output[-1500:]}"

    @staticmethod
    def wait(
        reached: Callable[[], T | None], timeout: float, what: str, said: Callable[[], str]
    ) -> T:
        """Ask until there is an answer; ProductFault with what the board `said` without one."""
        deadline = time.monotonic() + timeout
        while (value := reached()) is None:
            if time.monotonic() > deadline:
                words = said()
                raise ProductFault("line", f"waited {timeout:g} s for {what}, in vain: {words}")
            time.sleep(PAUSE)
        return value
