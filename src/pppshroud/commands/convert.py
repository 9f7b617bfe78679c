# SPDX-License-Identifier: GPL-2.0-or-later
"""Passes a capture through a Coverer or Uncoverer: what `cover` and `uncover` share."""

from __future__ import annotations

import argparse
import ipaddress
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from pppshroud.capture.file import create_capture, open_capture
from pppshroud.capture.packet import LINKTYPE_ETHERNET, Packet
from pppshroud.errors import ShroudError
from pppshroud.progress import Progress
from pppshroud.transcode import check_whole

SIDES_HELP = """\
Which packets go up is told by the address of the customer's side: --cpe, or else the CPE's
MAC address in PPPoE discovery frames of the capture, or else the sender of the first packet.
"""


class Converter(Protocol):
    """Takes packets one by one; see pppshroud.transcode."""

    counts: Counter[str]
    done: int

    def take(self, packet: Packet) -> Packet | None:
        """Return what becomes of a packet."""


def add_files(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that both commands have."""
    add = parser.add_argument
    add("capture", type=Path, metavar="IN", help="the capture to read (pcap or pcapng)")
    add("output", type=Path, metavar="OUT", help="the capture to write: pcapng if its name ends "
        "in .pcapng, else pcap")  # fmt: skip
    add("--cpe", type=pull_address, default=b"", metavar="ADDRESS", help="MAC address (PPPoE) or "
        "IP address (L2TP: the LAC's; --encap: the customer's) on the customer's side")  # fmt: skip


def pull_address(text: str) -> bytes:
    """Return a MAC or IP address as octets."""
    try:
        if text.count(":") == 5 and "::" not in text:
            octets = bytes(int(part, 16) for part in text.split(":"))
        else:
            octets = ipaddress.ip_address(text).packed
    except ValueError:
        octets = b""
    if len(octets) not in (4, 6, 16):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a MAC nor an IP address")
    return octets


def convert(
    source: Path, target: Path, converter: Converter, nothing_done: str, *, encap: str = ""
) -> None:
    """Read `source` to its end, write `target`, and say on standard error what was done.

    If no packet was converted there is no output, and a ShroudError that says `nothing_done`.
    """
    if not source.is_file():
        raise ShroudError(f"{source}: no such file, a pcap or pcapng capture was expected")
    progress = Progress("reading", source.stat().st_size)
    number = 0
    with open_capture(source) as reader, _replace(target) as temporary:
        link_type = LINKTYPE_ETHERNET if encap else getattr(reader, "link_type", LINKTYPE_ETHERNET)
        with create_capture(temporary, link_type) as writer:
            for number, packet in enumerate(reader, start=1):
                check_whole(packet, number, str(source))
                converted = converter.take(packet)
                if converted is not None:
                    writer.write(converted)
                progress.update(reader.source.offset)
        progress.finish()
        _report(number, converter)
        if not converter.done:
            raise ShroudError(f"{source}: {nothing_done}")


def _report(number: int, converter: Converter) -> None:
    print(f"{number} packets read", file=sys.stderr)
    for text, count in sorted(converter.counts.items()):
        print(f"{count:8} {text}", file=sys.stderr)


@contextmanager
def _replace(path: Path) -> Iterator[Path]:
    """Yield a name to write to; it takes the place of `path` when all went well."""
    temporary = path.with_name(f".part-{path.name}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
