# SPDX-License-Identifier: GPL-2.0-or-later
"""Requests to a guest's agent (guest/agent.py) over a socket, many at a time."""

from __future__ import annotations

import json
import queue
import socket
import threading
import time
from typing import Any

from .errors import GuestSilentError, MachineError

WINDOW = 2048
"""Bytes that may be on their way to the agent: half of what its terminal holds."""
NUDGE = 5.0
"""Seconds."""
READY = 0
"""Number of the message that the agent sends unasked when it starts, and when it ends."""


class Channel:
    """The host's end. Answers are read by a thread and handed to whoever asked."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._sent = 0
        self._taken = 0
        self._room = threading.Condition()
        self._next = READY
        self._waiting: dict[int, queue.Queue[dict[str, Any]]] = {READY: queue.Queue()}
        self._closed = False
        self._reader = threading.Thread(target=self._read, name="agent channel", daemon=True)
        self._reader.start()

    def call(self, op: str, patience: float, **arguments: Any) -> Any:
        """Ask for `op` and return its value, or raise MachineError with the agent's text."""
        number, answers = self._register()
        message = {"id": number, "op": op, **arguments}
        try:
            self._send(json.dumps(message).encode() + b"\n", patience)
            self._nudge(answers, patience - NUDGE)
            return self._value(answers, min(patience, NUDGE), op, patience)
        except OSError as error:
            raise MachineError(f"the machine is gone ({op}: {error})") from error
        finally:
            self._waiting.pop(number, None)

    def await_ready(self, timeout: float) -> None:
        self._value(self._waiting[READY], timeout, "boot", timeout)

    def close(self) -> None:
        """Wait until the machine, which is ending, has let go of its end; then close ours."""
        self._reader.join(5)
        self._closed = True
        self._stream.close()

    def _register(self) -> tuple[int, queue.Queue[dict[str, Any]]]:
        with self._lock:
            if self._closed:
                raise MachineError("the machine is gone")
            number = self._number()
            answers = self._waiting[number] = queue.Queue()
            return number, answers

    def _number(self) -> int:
        self._next += 1
        return self._next

    def _send(self, raw: bytes, patience: float) -> None:
        """Send piece by piece, each when the agent has taken enough of those before it."""
        with self._sending, self._room:
            for start in range(0, len(raw), WINDOW):
                piece = raw[start : start + WINDOW]
                end = self._sent + len(piece)
                if not self._room.wait_for(lambda: end - self._taken <= WINDOW, patience):  # noqa: B023
                    raise GuestSilentError(f"the machine reads nothing for {patience:g} s")
                self._stream.sendall(piece)
                self._sent = end

    def _nudge(self, answers: queue.Queue[dict[str, Any]], patience: float) -> None:
        """Wait in pieces, with a question that nobody awaits the answer of after each: under heavy
        traffic User-Mode Linux may lose the wake-up of its terminal, until the next octet comes."""
        deadline = time.monotonic() + patience
        while answers.empty() and (left := deadline - time.monotonic()) > 0:
            try:
                answers.put(answers.get(timeout=min(NUDGE, left)))
            except queue.Empty:
                with self._lock:
                    number = self._number()
                self._send(b'{"id": %d, "op": "uptime"}\n' % number, patience)

    @staticmethod
    def _value(answers: queue.Queue[dict[str, Any]], timeout: float, op: str, waited: float) -> Any:
        try:
            answer = answers.get(timeout=timeout)
        except queue.Empty:
            raise GuestSilentError(f"no answer from the machine in {waited:g} s ({op})") from None
        if "error" in answer:
            raise MachineError(f"{op}: {answer['error']}")
        return answer["value"]

    def _read(self) -> None:
        """Hand out answers until the machine ends, then tell all who still wait."""
        try:
            with self._stream.makefile("rb") as lines:
                for line in lines:
                    answer = json.loads(line)
                    if "taken" in answer:
                        with self._room:
                            self._taken = answer["taken"]
                            self._room.notify_all()
                    elif waiting := self._waiting.get(answer["id"]):
                        waiting.put(answer)
        except (OSError, ValueError) as error:
            reason = f"the channel to the machine broke: {error}"
        else:
            reason = "the machine ended"
        with self._lock:
            self._closed = True
            left = list(self._waiting.values())
        for answers in left:
            answers.put({"error": reason})
