# SPDX-License-Identifier: GPL-2.0-or-later
"""One interface of netifd: its states, after netifd's interface.c and proto-ext.c.

DOWN, SETUP (pppd runs, no address yet), UP, TEARDOWN (pppd was told to end). When pppd ends,
the interface goes DOWN and, with `autostart`, at once to SETUP again: that is the redial.
An error in pppd's options takes autostart away, and only a call of `up` gives it back: a change
of its configuration does not.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from . import pppoe, system
from .bus import OK, PERMISSION_DENIED
from .libuci import Section
from .logd import Syslog
from .loop import Loop, Timer

TEARDOWN_TIMEOUT = 5.0
GENERAL = ("proto", "device", "auto", "defaultroute", "peerdns", "metric", "delegate")
Event = Callable[["Interface", str], None]


class Interface:
    """Its section of /etc/config/network, and what has become of it."""

    def __init__(self, loop: Loop, log: Syslog, section: Section, event: Event) -> None:
        self.loop, self.log, self.section, self.event = loop, log, section, event
        self.name = section.name
        self.state = "DOWN"
        self.autostart = section.get("auto", "1") != "0"
        self.errors: list[dict[str, Any]] = []
        self.reload_wanted = self.removed = False
        self.pid, self.since = 0, 0.0
        self.timer: Timer | None = None
        self.update: dict[str, Any] = {}
        """What ppp-up said of the session."""

    @property
    def device(self) -> str:
        return self.section.get("device")

    # What ubus asks for.

    def up(self) -> None:
        self.autostart = True
        if self.state == "DOWN" and not self.removed:
            self._set_up()

    def down(self) -> None:
        self.autostart = False
        self._set_down()

    def configure(self, section: Section) -> None:
        """A reload found this section: restart if it differs in what the protocol knows."""
        known = (*GENERAL, *pppoe.PARAMETERS)
        changed = any(self.section.options.get(n) != section.options.get(n) for n in known)
        auto = section.get("auto", "1") != "0"
        if auto != (self.section.get("auto", "1") != "0"):
            self.autostart = auto
        self.section = section
        if changed:
            self.reload_wanted = True
            self._set_down() if self.state != "DOWN" else self._is_down()
        elif self.autostart:
            self.up()

    def remove(self) -> None:
        self.removed, self.autostart = True, False
        self._set_down()

    def notify(self, asked: dict[str, Any]) -> int:
        """notify_proto with action 0, from ppp-up and ppp-down."""
        if self.state == "TEARDOWN":
            return PERMISSION_DENIED
        if not asked["link-up"]:
            self._lost()
            return OK
        self.update = {**self.update, **asked}
        system.route(asked, self.section)
        if self.state == "SETUP":
            self._is_up()
        else:
            self.event(self, "ifupdate")
        return OK

    # States.

    def _set_up(self) -> None:
        if self.section.get("proto") != "pppoe":
            self.state, self.since = "UP", time.monotonic()
            self.update = {"ifname": self.device, **system.static(self.section)}
            self.event(self, "ifup")
            return
        if not system.exists(self.device):
            self._add_error("interface", "NO_DEVICE")
            return
        system.switch_on(self.device)
        self._say("is setting up now")
        self.state = "SETUP"
        argv = pppoe.arguments(self.section, self.device)
        self.pid = self.loop.spawn(argv, self._ended)

    def _is_up(self) -> None:
        self.state, self.since = "UP", time.monotonic()
        self.errors.clear()
        self.event(self, "ifup")
        self._say("is now up")

    def _lost(self) -> None:
        if self.state == "UP":
            self._say("has lost the connection")
            self._forget("ifdown")
            self.state = "SETUP"

    def _ended(self, code: int) -> None:
        """pppd is no more."""
        self.pid = 0
        if self.state == "TEARDOWN":
            self._is_down()
            return
        self._lost()
        self._fail(code)
        self._is_down()

    def _fail(self, code: int | None) -> None:
        """What ppp_generic_teardown does, less the kill."""
        reason = pppoe.error(code)
        if reason:
            self._add_error("pppoe", reason)
        if pppoe.blocks(code, self.section):
            self.autostart = False

    def _set_down(self) -> None:
        if self.state not in ("UP", "SETUP"):
            return
        if self.state == "UP":
            self.event(self, "ifdown")
        self.state = "TEARDOWN"
        if not self.pid:
            self.loop.after(0, self._is_down)
            return
        self._fail(None)
        os.kill(self.pid, signal.SIGTERM)
        self.timer = self.loop.after(TEARDOWN_TIMEOUT, self._kill)

    def _kill(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)

    def _is_down(self) -> None:
        if self.timer:
            self.timer.cancel()
        if self.state != "DOWN":
            self._say("is now down")
            self._forget("ifup-failed" if self.state == "SETUP" else "ifdown")
        self.state, self.reload_wanted = "DOWN", False
        if self.removed:
            self.event(self, "free")
        elif self.autostart:
            self._set_up()

    def _forget(self, event: str) -> None:
        self.event(self, event)
        self.update = {}
        system.forget_dns(self.name)

    def _add_error(self, subsystem: str, code: str) -> None:
        """pppoe keeps just the last one."""
        self.errors[:] = [{"subsystem": subsystem, "code": code}]

    def _say(self, what: str) -> None:
        self.log.write("notice", f"netifd: Interface '{self.name}' {what}")

    # What status says.

    def status(self) -> dict[str, Any]:
        """As netifd_dump_status() has it."""
        found: dict[str, Any] = {
            "up": self.state == "UP",
            "pending": self.state == "SETUP",
            "available": system.exists(self.device),
            "autostart": self.autostart,
            "dynamic": False,
        }
        if self.state == "UP":
            found["uptime"] = int(time.monotonic() - self.since)
            found["l3_device"] = self.update["ifname"]
        found |= {"proto": self.section.get("proto"), "device": self.device}
        if self.state == "UP":
            found |= system.describe(self.update, self.section)
        found["data"] = {}
        return {**found, **({"errors": self.errors} if self.errors else {})}
