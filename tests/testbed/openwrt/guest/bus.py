# SPDX-License-Identifier: GPL-2.0-or-later
"""ubusd: objects with methods behind a socket, as ubus.py asks for them.

One request a connection, JSON in one line: {"op": "call", "path", "method", "args"} or
{"op": "list", "path"}. The answer: {"status": number, "data": ...}.
"""

from __future__ import annotations

import contextlib
import fnmatch
import json
import os
import socket
from collections.abc import Callable
from typing import Any

from .loop import Loop

OK, INVALID_ARGUMENT, NO_METHOD, NOT_FOUND, NO_DATA = 0, 2, 3, 4, 5
PERMISSION_DENIED, TIMED_OUT = 6, 7
SOCKET = "/var/run/ubus/ubus.sock"

Reply = Callable[..., None]
"""reply(status, data=None): may be called later."""
Method = Callable[[dict[str, Any], Reply], None]


class Bus:
    """The objects, by path: each a table of methods."""

    def __init__(self, loop: Loop) -> None:
        self.loop, self.objects = loop, dict[str, dict[str, Method]]()
        os.makedirs(os.path.dirname(SOCKET), exist_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(SOCKET)
        listener.listen(64)
        self.listener = listener
        loop.read(listener.fileno(), self._accept)

    def call(self, path: str, method: str, arguments: dict[str, Any], reply: Reply) -> None:
        methods = self.objects.get(path)
        if methods is None:
            reply(NOT_FOUND)
        elif method not in methods:
            reply(NO_METHOD)
        else:
            try:
                methods[method](arguments, reply)
            except KeyError:  # an argument that is not there
                reply(INVALID_ARGUMENT)

    def _accept(self) -> None:
        connection, _ = self.listener.accept()
        received = bytearray()

        def take() -> None:
            received.extend(connection.recv(65536) or b"\n")
            if received.endswith(b"\n"):
                self.loop.forget(connection.fileno())
                self._answer(bytes(received), connection)

        self.loop.read(connection.fileno(), take)

    def _answer(self, line: bytes, connection: socket.socket) -> None:
        def reply(status: int, data: Any = None) -> None:
            answer = {"status": status, "data": data, "missing": missing}
            with contextlib.suppress(OSError):  # who asked has given up
                connection.sendall(json.dumps(answer).encode() + b"\n")
            connection.close()

        request: dict[str, Any] = json.loads(line) if line.strip() else {"op": "list", "path": ""}
        missing = request["path"] not in self.objects
        if request["op"] == "list":
            found = sorted(p for p in self.objects if fnmatch.fnmatchcase(p, request["path"]))
            reply(OK if found else NOT_FOUND, found)
        else:
            self.call(request["path"], request["method"], request["args"], reply)
