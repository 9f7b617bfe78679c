# SPDX-License-Identifier: GPL-2.0-or-later
"""ubus(1): `ubus [-S] [-t SECONDS] list [PATH] | call PATH METHOD [JSON]`.

Runs under MicroPython, its words on stdin. Prints and exits as the real one: an object that is
not there gives code 4, a method's own failure the negative of its status, so 256 less; -S keeps
quiet and prints on one line.
"""

import json
import socket
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SOCKET = "/var/run/ubus/ubus.sock"
WORDS = (
    "Success", "Invalid command", "Invalid argument", "Method not found", "Not found",
    "No response", "Permission denied", "Request timed out", "Operation not supported",
    "Unknown error", "Connection failed", "Out of memory", "Parsing message data failed",
)  # fmt: skip
NOT_FOUND, TIMED_OUT, PARSE_ERROR = 4, 7, 12


def ask(request: dict[str, Any], timeout: float) -> dict[str, Any]:
    connection: Any = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(address())
    connection.settimeout(timeout)
    connection.write((json.dumps(request) + "\n").encode())  # a stream, in MicroPython
    try:
        answer = connection.readline()
    except OSError:
        answer = b""
    return json.loads(answer) if answer else {"status": TIMED_OUT}


def address() -> bytes:
    """MicroPython wants the structure itself: the family, then the path."""
    return b"\x01\x00" + SOCKET.encode() + b"\0"


def pretty(value: object, depth: int = 0) -> str:
    """JSON as blobmsg_format_json_indent() lays it out: a tab a level."""
    if not isinstance(value, (dict, list)) or not value:
        return json.dumps(value)
    inner = "\t" * (depth + 1)
    if isinstance(value, dict):
        rows = [f"{json.dumps(k)}: {pretty(v, depth + 1)}" for k, v in value.items()]
    else:
        rows = [pretty(v, depth + 1) for v in value]
    ends = "{}" if isinstance(value, dict) else "[]"
    joined = ",\n".join(inner + row for row in rows)
    return ends[0] + "\n" + joined + "\n" + "\t" * depth + ends[1]


def call(words: list[str], timeout: float, *, simple: bool) -> int:
    path, method = words[:2]
    try:
        arguments = json.loads(words[2]) if len(words) > 2 else {}
    except ValueError:
        return failed("call", words, PARSE_ERROR, simple=simple)
    answer = ask({"op": "call", "path": path, "method": method, "args": arguments}, timeout)
    if answer.get("data") is not None:
        print(json.dumps(answer["data"]) if simple else pretty(answer["data"]))
    if answer["status"] == NOT_FOUND and answer.get("missing"):
        return complain(NOT_FOUND, simple=simple)
    return failed("call", words, answer["status"], simple=simple)


def failed(command: str, words: list[str], status: int, *, simple: bool) -> int:
    if status and not simple:
        said = " ".join([command] + words)  # noqa: RUF005 - MicroPython
        sys.stderr.write(f"Command failed: ubus {said} ({WORDS[status]})\n")
        return 256 - status
    return status


def complain(status: int, *, simple: bool) -> int:
    if status and not simple:
        sys.stderr.write(f"Command failed: {WORDS[status]}\n")
    return status


def main(words: list[str]) -> int:
    simple, timeout = False, 30.0
    while words and words[0][:1] == "-":
        option = words.pop(0)
        simple = simple or option == "-S"
        if option == "-t":
            timeout = float(words.pop(0))
    try:
        if words[0] == "call":
            return call(words[1:], timeout, simple=simple)
        path = words[1] if len(words) > 1 else "*"
        answer = ask({"op": words[0], "path": path}, timeout)
    except OSError:
        sys.stderr.write("Failed to connect to ubus\n")
        return 255
    for name in answer.get("data") or []:
        print(name)
    return complain(answer["status"], simple=simple)


if __name__ == "__main__":
    sys.exit(main(sys.stdin.read().split("\0")[:-1]))
