# SPDX-License-Identifier: GPL-2.0-or-later
"""netifd's objects `network`, `network.interface` and `network.interface.NAME`, and hotplug."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import libuci
from .bus import INVALID_ARGUMENT, NOT_FOUND, OK, Bus, Method, Reply
from .interface import Interface
from .logd import Syslog
from .loop import Loop
from .service import Services

HOTPLUG = "/sbin/hotplug-call"


class Netifd:
    """The interfaces of /etc/config/network; nothing before start()."""

    def __init__(self, loop: Loop, bus: Bus, log: Syslog, services: Services) -> None:
        self.loop, self.bus, self.log, self.services = loop, bus, log, services
        self.interfaces: dict[str, Interface] = {}
        self.waiting: list[tuple[Interface, str, str]] = []
        self.running: tuple[Interface, str] | None = None

    def start(self) -> None:
        self.bus.objects["network"] = {"reload": self._reload}
        methods = ("up", "down", "status", "notify_proto")
        self.bus.objects["network.interface"] = {
            **{name: self._named(name) for name in methods},
            "dump": self._dump,
        }
        self._load()

    def _load(self) -> bool:
        """Read the configuration, and change what differs in it."""
        try:
            sections = libuci.load("network")
        except libuci.UciError as error:
            self.log.write("crit", f"netifd: Failed to load network config ({error})")
            return False
        wanted = {s.name: s for s in sections if s.type == "interface" and s.get("proto")}
        for name in [n for n in self.interfaces if n not in wanted]:
            self.interfaces[name].remove()
        for name, section in wanted.items():
            if name in self.interfaces:
                self.interfaces[name].configure(section)
            else:
                self._add(section)
        return True

    def _add(self, section: libuci.Section) -> None:
        interface = Interface(self.loop, self.log, section, self._event)
        self.interfaces[section.name] = interface
        methods: dict[str, Method] = {
            "up": lambda _, reply: self._do(interface.up, reply),
            "down": lambda _, reply: self._do(interface.down, reply),
            "status": lambda _, reply: reply(OK, interface.status()),
            "notify_proto": lambda asked, reply: reply(self._notify(interface, asked)),
        }
        self.bus.objects[f"network.interface.{section.name}"] = methods
        if interface.autostart:
            interface.up()

    @staticmethod
    def _do(action: Callable[[], None], reply: Reply) -> None:
        action()
        reply(OK)

    @staticmethod
    def _notify(interface: Interface, asked: dict[str, Any]) -> int:
        return interface.notify(asked) if asked["action"] == 0 else INVALID_ARGUMENT

    def _reload(self, _: dict[str, Any], reply: Reply) -> None:
        reply(OK if self._load() else NOT_FOUND)

    def _named(self, method: str) -> Method:
        """A method of `network.interface`: its argument `interface` tells which."""

        def call(asked: dict[str, Any], reply: Reply) -> None:
            self.bus.call(f"network.interface.{asked['interface']}", method, asked, reply)

        return call

    def _dump(self, _: dict[str, Any], reply: Reply) -> None:
        shown = [{"interface": n, **i.status()} for n, i in sorted(self.interfaces.items())]
        reply(OK, {"interface": shown})

    # Hotplug: one script at a time; an interface has at most one event that waits.

    def _event(self, interface: Interface, event: str) -> None:
        if event == "free":
            del self.interfaces[interface.name]
            del self.bus.objects[f"network.interface.{interface.name}"]
            return
        kind = "interface.down" if event == "ifdown" else "interface.update"
        self.services.event(kind, {"interface": interface.name})
        if self.running == (interface, event) and event != "ifupdate":
            return
        old = next((w for w in self.waiting if w[0] is interface), None)
        device = interface.update.get("ifname", "") if event in ("ifup", "ifupdate") else ""
        if old and not (old[1] == "ifup" and event == "ifupdate"):
            self.waiting[self.waiting.index(old)] = (interface, event, device)
        elif not old:
            self.waiting.append((interface, event, device))
        self._call_hotplug()

    def _call_hotplug(self) -> None:
        if self.running or not self.waiting:
            return
        interface, event, device = self.waiting.pop(0)
        self.running = (interface, event)
        environment = {"ACTION": event, "INTERFACE": interface.name}
        if device:
            environment["DEVICE"] = device
        self.loop.spawn([HOTPLUG, "iface"], self._hotplug_ended, environment)

    def _hotplug_ended(self, _: int) -> None:
        self.running = None
        self._call_hotplug()
