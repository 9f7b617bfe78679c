# SPDX-License-Identifier: GPL-2.0-or-later
"""Translations in LuCI's manner: gettext's .po files, and the numbers that LuCI finds texts by."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

PLURAL = "\x02"
CONTEXT = "\x01"
_MASK = 0xFFFFFFFF


class CatalogueError(Exception):
    """A .po file that is not well-formed; says where."""


def read(path: Path) -> dict[str, str]:
    """The translations of a .po file: by text, or by text, \\x02 and number of the plural form.

    The member "" is the rule that gives that number, a C expression of n.
    """
    found: dict[str, str] = {}
    for entry in _entries(path):
        one = entry["msgid"]
        if not one:
            rule = re.search(r"plural=([^;]+);", entry["msgstr"])
            found[""] = rule[1].strip() if rule else "n != 1"
        elif "msgid_plural" in entry:
            for key, value in entry.items():
                if key.startswith("msgstr["):
                    found[one + PLURAL + key[7:-1]] = value
        else:
            found[one] = entry["msgstr"]
    return found


def _entries(path: Path) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = []
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        entry: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if not line or line.startswith("#"):
                continue
            match = re.fullmatch(r'(?:(msg\S+) )?(".*")', line)
            if match is None or not (match[1] or key):
                raise CatalogueError(f"{path}: not a line of a .po file: {line}")
            key = match[1] or key
            entry[key] = entry.get(key, "") + ast.literal_eval(match[2])
        if entry:
            entries.append(entry)
    return entries


def hashed(texts: Mapping[str, str]) -> dict[str, str]:
    """The same with LuCI's keys: the hash of each text in eight hexadecimal digits."""
    return {
        f"{superfast(key.encode()):08x}" if key else "00000000": (
            value if key else f"plural={value};"
        )
        for key, value in texts.items()
    }


def superfast(data: bytes) -> int:
    """Paul Hsieh's SuperFastHash, which LuCI starts with the length."""
    value = len(data)
    for at in range(0, len(data) & ~3, 4):
        value = (value + _word(data, at)) & _MASK
        mixed = (_word(data, at + 2) << 11) ^ value
        value = ((value << 16) ^ mixed) & _MASK
        value = (value + (value >> 11)) & _MASK
    value = _rest(value, data, len(data) & ~3)
    for shift, by in ((3, 5), (4, 17), (25, 6)):
        value = (value ^ (value << shift)) & _MASK
        value = (value + (value >> by)) & _MASK
    return value


def _rest(value: int, data: bytes, at: int) -> int:
    """The last octets, when their number is no multiple of four."""
    left = len(data) - at
    if left == 3:
        value = (value + _word(data, at)) & _MASK
        value = (value ^ (value << 16) ^ (_signed(data[at + 2]) << 18)) & _MASK
        value += value >> 11
    elif left == 2:
        value = (value + _word(data, at)) & _MASK
        value = (value ^ (value << 11)) & _MASK
        value += value >> 17
    elif left == 1:
        value = (value + _signed(data[at])) & _MASK
        value = (value ^ (value << 10)) & _MASK
        value += value >> 1
    return value & _MASK


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _signed(octet: int) -> int:
    return octet - 256 if octet > 127 else octet
