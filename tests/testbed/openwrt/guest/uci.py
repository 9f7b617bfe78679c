# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands of uci(1) that a router's scripts use. Under MicroPython, words on stdin."""

import os
import sys

import libuci  # type: ignore[import-not-found]
from libuci import UciError, quote


def say(text: str) -> None:
    sys.stdout.buffer.write(bytes(map(ord, text)))


def show(target: str, *, bare: bool) -> None:
    """`uci show` (bare: `uci get`)."""
    names = target.split(".")
    sections = libuci.load(names[0])
    for section in sections if len(names) < 2 else [libuci.find(sections, names[1])]:
        where = f"{names[0]}.{section.name}"
        if len(names) < 3:
            say(f"{section.type}\n" if bare else f"{where}={section.type}\n")
        options = names[2:] or ([] if bare else list(section.options))
        for option in options:
            if option not in section.options:
                raise UciError("Entry not found")
            value = section.options[option]
            shown = " ".join(map(quote, value)) if isinstance(value, list) else quote(value)
            say(f"{section.get(option)}\n" if bare else f"{where}.{option}={shown}\n")


def packages(names: list[str]) -> list[str]:
    return names or sorted(n for n in os.listdir(libuci.CONFIG) if n[0] != ".")


def run(command: str, rest: list[str]) -> None:
    if command in ("set", "add_list"):
        target, _, value = rest[0].partition("=")
        mark = "|" if command == "add_list" else ""
        libuci.record(f"{mark}{libuci.resolve(target)}={quote(value)}", target)
    elif command == "delete":
        libuci.record("-" + libuci.resolve(rest[0]), rest[0])
    elif command in ("get", "show"):
        for target in rest[:1] or packages([]):
            show(target, bare=command == "get")
    elif command == "commit":
        for package in packages([name.split(".")[0] for name in rest]):
            libuci.commit(package)
    else:
        raise UciError(f"the testbed's uci has no command {command}")


def run_all(lines: "libuci.Words") -> None:
    while command := lines.command():
        run(command[0], command[1:])


def main(words: list[str], batch: str) -> int:
    quiet = words[:1] == ["-q"]
    words = words[1:] if quiet else words
    try:
        if words[0] == "batch":
            run_all(libuci.Words(batch))
        else:
            run(words[0], words[1:])
    except UciError as error:
        if not quiet:
            sys.stderr.write(f"uci: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    words = "".join(map(chr, sys.stdin.buffer.read())).split("\0")
    sys.exit(main(words[:-1], words[-1]))
