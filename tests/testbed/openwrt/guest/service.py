# SPDX-License-Identifier: GPL-2.0-or-later
"""procd's object `service`: instances that are started again when they end, and triggers.

After procd's service/instance.c and trigger.c. An instance with `respawn` is started again
whatever its exit code, after `timeout` seconds; more than `retry` ends in a row that each came
before `threshold` seconds are a crash loop, and it is left alone.
"""

from __future__ import annotations

import fnmatch
import os
import signal
import time
from typing import Any

from .bus import INVALID_ARGUMENT, NOT_FOUND, OK, Bus, Reply
from .logd import Syslog
from .loop import Loop, Timer

TERM_TIMEOUT = 5.0


class Instance:
    """One program of a service."""

    def __init__(self, loop: Loop, log: Syslog, name: str, config: dict[str, Any]) -> None:
        self.loop, self.log, self.name, self.config = loop, log, name, config
        self.pid = self.ends = self.exit_code = 0
        self.started = 0.0
        self.halted = False
        self.timer: Timer | None = None
        self.start()

    def start(self) -> None:
        self.started = time.monotonic()
        self.pid = self.loop.spawn(self.config["command"], self._ended)

    def stop(self) -> None:
        """SIGTERM, and SIGKILL when it does not end."""
        self.halted = True
        if self.timer:
            self.timer.cancel()
        if self.pid:
            os.kill(self.pid, signal.SIGTERM)
            self.timer = self.loop.after(TERM_TIMEOUT, self._kill)

    def _kill(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)

    def _ended(self, code: int) -> None:
        self.pid, self.exit_code = 0, code
        respawn = self.config.get("respawn")
        if self.halted or respawn is None:
            return
        threshold, timeout, retry = (int(v) for v in respawn or (3600, 5, 5))
        early = time.monotonic() - self.started < threshold
        self.ends = self.ends + 1 if early else 0
        if self.ends > retry > 0:
            self.log.write("info", f"procd: Instance {self.name} s in a crash loop {self.ends}")
            return
        self.timer = self.loop.after(timeout, self.start)

    def shown(self) -> dict[str, Any]:
        found: dict[str, Any] = {"running": bool(self.pid), "command": self.config["command"]}
        return {**found, **({"pid": self.pid} if self.pid else {"exit_code": self.exit_code})}


class Services:
    """All services that init scripts have told of."""

    def __init__(self, loop: Loop, bus: Bus, log: Syslog) -> None:
        self.loop, self.log = loop, log
        self.instances: dict[str, dict[str, Instance]] = {}
        self.triggers: dict[str, list[Any]] = {}
        self.pending: dict[tuple[str, ...], Timer] = {}
        bus.objects["service"] = {
            "set": lambda a, r: self._set(a, r, keep=False),
            "add": lambda a, r: self._set(a, r, keep=True),
            "delete": self._delete,
            "list": self._list,
            "event": self._event,
        }

    def _set(self, asked: dict[str, Any], reply: Reply, *, keep: bool) -> None:
        name, wanted = asked["name"], asked.get("instances", {})
        present = self.instances.setdefault(name, {})
        for old in [] if keep else [n for n in present if n not in wanted]:
            present.pop(old).stop()
        for new, config in wanted.items():
            if new in present and present[new].config == config and present[new].pid:
                continue
            if new in present:
                present[new].stop()
            present[new] = Instance(self.loop, self.log, f"{name}::{new}", config)
        self.triggers[name] = asked.get("triggers", [])
        reply(OK)

    def _delete(self, asked: dict[str, Any], reply: Reply) -> None:
        present = self.instances.get(asked["name"])
        if present is None:
            reply(NOT_FOUND)
            return
        one = asked.get("instance")
        for name in [one] if one else list(present):
            if name in present:
                present.pop(name).stop()
        if not one:
            del self.instances[asked["name"]]
            self.triggers.pop(asked["name"], None)
        reply(OK)

    def _list(self, asked: dict[str, Any], reply: Reply) -> None:
        wanted = asked.get("name")
        reply(OK, {
            name: {"instances": {n: i.shown() for n, i in present.items()}}
            for name, present in self.instances.items()
            if wanted in (None, name)
        })  # fmt: skip

    def _event(self, asked: dict[str, Any], reply: Reply) -> None:
        if "type" not in asked:
            reply(INVALID_ARGUMENT)
            return
        self.event(asked["type"], asked.get("data", {}))
        reply(OK)

    def event(self, kind: str, data: dict[str, Any]) -> None:
        """Run what services have asked to be run at this event."""
        for triggers in self.triggers.values():
            for pattern, rules, *delay in triggers:
                if fnmatch.fnmatchcase(kind, pattern):
                    for rule in rules if isinstance(rules[0], list) else [rules]:
                        self._apply(rule, data, delay[0] / 1000 if delay else 0)

    def _apply(self, rule: list[Any], data: dict[str, Any], delay: float) -> None:
        """A rule is ["run_script", ARGV...] or ["if", ["eq", NAME, VALUE], RULE]."""
        if rule[0] == "if":
            _, name, value = rule[1]
            if data.get(name) == value:
                self._apply(rule[2], data, delay)
        else:
            self._run_later(tuple(rule[1:]), delay)

    def _run_later(self, argv: tuple[str, ...], delay: float) -> None:
        """Events of the same script within the delay are one."""
        if argv in self.pending:
            self.pending[argv].cancel()

        def run() -> None:
            del self.pending[argv]
            self.loop.spawn(argv, lambda _: None)

        self.pending[argv] = self.loop.after(delay, run)
