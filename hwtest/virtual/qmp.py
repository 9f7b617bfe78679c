# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU's monitor: JSON lines over a socket, after docs/interop/qmp-spec.txt."""

from __future__ import annotations

import json
import socket
from typing import Any

from .errors import VirtualError

TIMEOUT = 30.0


class Qmp:
    """One connection; its greeting has not been read yet."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        connection.settimeout(TIMEOUT)
        self._file = connection.makefile("rwb")
        self._greeted = False

    def call(self, command: str, **arguments: object) -> Any:
        """What a command returns; VirtualError when it fails or QEMU is silent or gone."""
        if not self._greeted:
            self._read()
            self._greeted = True
            self._ask("qmp_capabilities", {})
        return self._ask(command, arguments)

    def close(self) -> None:
        self._file.close()
        self._connection.close()

    def _ask(self, command: str, arguments: dict[str, object]) -> Any:
        request = json.dumps({"execute": command, "arguments": arguments})
        try:
            self._file.write(request.encode() + b"\n")
            self._file.flush()
        except OSError as error:
            raise VirtualError(f"QEMU is gone: {error}") from error
        while True:
            answer = self._read()
            if "error" in answer:
                raise VirtualError(f"QEMU refused {command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def _read(self) -> dict[str, Any]:
        try:
            line = self._file.readline()
        except OSError as error:
            raise VirtualError(f"QEMU did not answer within {TIMEOUT:g} s: {error}") from error
        if not line:
            raise VirtualError("QEMU has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer
