# SPDX-License-Identifier: GPL-2.0-or-later
"""The console's log: every byte, with times."""

from __future__ import annotations

import re
from pathlib import Path

from hwtest.board.log import ConsoleLog

LINE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z +\d+\.\d{3} ([|>]) (.*)$")


def lines(path: Path) -> list[tuple[str, str]]:
    found = [LINE.match(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(line[1], line[2]) for line in found if line]


def test_lines_in_pieces(tmp_path: Path) -> None:
    log = ConsoleLog(tmp_path / "deep" / "console.log")
    for piece in (b"U-Bo", b"ot 2023\r\n", b"=> ", b"dhcp\r\n\r\nx"):
        log.write(piece)
    log.close()
    assert lines(log.path) == [("|", "U-Boot 2023"), ("|", "=> dhcp"), ("|", ""), ("|", "x")]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    log = ConsoleLog(tmp_path / "console.log")
    log.write(b"\x1b[31m\xff\x00 gr\xc3\xbcn\tok\n")
    log.close()
    assert lines(log.path) == [("|", "\\x1b[31m\\xff\\x00 gr\u00fcn\tok")]


def test_remarks_have_lines_of_their_own(tmp_path: Path) -> None:
    log = ConsoleLog(tmp_path / "console.log")
    log.write(b"half a line")
    log.note("power off\nand on")
    log.write(b"rest\n")
    log.close()
    log.write(b"too late")
    assert lines(log.path) == [
        ("|", "half a line"), (">", "power off"), (">", "and on"), ("|", "rest"),
    ]  # fmt: skip
