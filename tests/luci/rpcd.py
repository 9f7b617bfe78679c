# SPDX-License-Identifier: GPL-2.0-or-later
"""The contract of rpcd and of uhttpd's /ubus: what a page's calls come back as.

Written from rpcd's exec.c, plugin.c and session.c, and from uhttpd's ubus.c.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .acl import Acl, Login

INVALID_ARGUMENT, NO_DATA = 2, 5
ACCESS_DENIED = {"code": -32002, "message": "Access denied"}
OBJECT_NOT_FOUND = {"code": -32000, "message": "Object not found"}
METHOD_NOT_FOUND = {"code": -32601, "message": "Method not found"}
INVALID_REQUEST = {"code": -32600, "message": "Invalid request"}

Method = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class Call:
    """One call that came in: when, and what it asked for."""

    at: float  # seconds, monotonic
    session: str
    target: str
    method: str
    params: dict[str, Any]


@dataclass
class Rpcd:
    """Sessions, what they may do, and the objects that answer."""

    acl: Acl
    sessions: dict[str, Login]
    plugin: Callable[[str, str], str]
    """The agent: takes a method and its arguments as JSON, returns what it printed."""
    objects: dict[str, dict[str, Method]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def made(self, method: str, target: str = "shroud") -> list[Call]:
        """The calls of one method so far."""
        with self._lock:
            return [call for call in self.calls if (call.target, call.method) == (target, method)]

    def answer(self, message: object) -> dict[str, Any]:
        """The JSON-RPC answer to one JSON-RPC message."""
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            return _reply(None, error=INVALID_REQUEST)
        number = message.get("id")
        if message.get("method") == "list":
            return _reply(number, result=sorted([*self.objects, "shroud"]))
        if message.get("method") != "call":
            return _reply(number, error=METHOD_NOT_FOUND)
        session, target, method, params = message["params"]
        with self._lock:
            self.calls.append(Call(time.monotonic(), session, target, method, params))
        return self._call(number, session, target, method, params)

    def _call(
        self, number: object, session: str, target: str, method: str, params: dict[str, Any]
    ) -> dict[str, Any]:
        if target in self.objects:
            if method not in self.objects[target]:
                return _reply(number, error=METHOD_NOT_FOUND)
            return _reply(number, result=[0, self.objects[target][method](params)])
        if target != "shroud":
            return _reply(number, error=OBJECT_NOT_FOUND)
        login = self.sessions.get(session, Login())
        if not self.acl.allows(login, "ubus", target, method):
            return _reply(number, error=ACCESS_DENIED)
        printed = self.plugin(method, json.dumps({**params, "ubus_rpc_session": session}))
        return _reply(number, result=_printed(printed))


def _printed(text: str) -> list[Any]:
    """What becomes of a plugin's output: an object is the answer, all else is a ubus code."""
    try:
        found = json.loads(text)
    except ValueError:
        return [INVALID_ARGUMENT]
    if found is None:
        return [NO_DATA]
    return [0, found] if isinstance(found, dict) else [INVALID_ARGUMENT]


def _reply(number: object, **what: object) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, **what}
