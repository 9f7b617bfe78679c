# SPDX-License-Identifier: GPL-2.0-or-later
"""The ubus object `shroud`, served by rpcd: its plugin contract (rpcd's plugin.c and exec.c).

`list` prints the methods with an example of each argument, from which rpcd takes the types.
`call METHOD` reads one JSON object and prints one. rpcd gives the arguments without checking
them, takes nothing but an object for an answer, and kills what takes more than 30 seconds.
"""

import gc
import json
import select
import sys

from shroud import libc, methods
from shroud.errors import AgentError

LIMIT = 65536  # octets of arguments
PATIENCE = 10000  # milliseconds to wait for the next part of the arguments
CHUNK = 4096
GARBAGE = 65536  # octets that may pile up

_read = libc.func("l", "read", "iPl")


def main(argv: "list[str]") -> int:
    """Do what rpcd asks by its arguments; return the exit code."""
    save_memory()
    if argv == ["list"]:
        answer({name: methods.METHODS[name][0] for name in methods.METHODS})
        return 0
    if len(argv) == 2 and argv[0] == "call":
        answer(guarded(lambda: methods.call(argv[1], arguments(_stdin))))
        return 0
    sys.stderr.write("usage: shroud list | shroud call METHOD\n")
    return 2


def save_memory() -> None:
    """Have MicroPython collect garbage long before its heap is full, which few pages pay for."""
    if hasattr(gc, "threshold"):
        gc.threshold(GARBAGE)


def guarded(ask) -> "dict[str, object]":  # type: ignore[no-untyped-def]
    """What ask() returns; instead of an exception, an answer that tells of an error."""
    try:
        answer: dict[str, object] = ask()
        return answer
    except AgentError as error:
        from shroud.text import clean

        return {"error": {"code": error.code, "message": clean(error.message, 1000)}}
    except Exception as error:
        from shroud import fault

        return {"error": {"code": "system", "message": fault.report(error)}}


def arguments(read) -> "dict[str, object]":  # type: ignore[no-untyped-def]
    """The object that read() gives in parts, b"" at its end.

    Done when the object is whole: whoever asks may not close his end.
    """
    from shroud import jsontext

    data = b""
    while True:
        part = read()
        data += part
        if len(data) > LIMIT:
            raise AgentError("argument", f"the arguments are longer than {LIMIT} octets")
        if part and not data.rstrip().endswith(b"}"):
            continue
        if not data.strip():
            return {}
        try:
            found = jsontext.parse(data)
        except jsontext.JsonError as error:
            if error.early and part:
                continue
            raise AgentError("argument", f"the arguments are not JSON: {error}")
        except ValueError:
            raise AgentError("argument", "the arguments are not UTF-8")
        if not isinstance(found, dict):
            raise AgentError("argument", "the arguments are no JSON object")
        return found


def _stdin() -> bytes:
    """The next part of the input, b"" at its end."""
    poll = select.poll()
    poll.register(0, select.POLLIN)
    if not poll.poll(PATIENCE):
        raise AgentError("argument", "the arguments did not come within 10 seconds")
    part = bytearray(CHUNK)
    got = _read(0, part, CHUNK)
    if got < 0:
        raise AgentError("argument", f"the arguments can not be read: {libc.reason(libc.errno())}")
    return bytes(part[:got])


def answer(value: "dict[str, object]") -> None:
    """Print one JSON object."""
    sys.stdout.buffer.write(json.dumps(value).encode() + b"\n")
