# SPDX-License-Identifier: GPL-2.0-or-later
"""DNS messages for decoy.json."""

from __future__ import annotations

import struct
from collections.abc import Iterator

Named = tuple[str, bytes]
QUERY, ANSWER = 0x0100, 0x8180
A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, OPT, HTTPS = 1, 2, 5, 6, 12, 15, 16, 28, 33, 41, 65
POINTER = b"\xc0\x0c"
ADDRESS = bytes([93, 184, 216, 34])
ADDRESS6 = bytes.fromhex("2a00145040010800000000000000200e")
NAME = "www.Example-1.org"
BARE_OPT = struct.pack("!BHHIH", 0, OPT, 1232, 0, 0)


def labels(name: str, end: bytes = b"\0") -> bytes:
    """Return a name as it is in a message."""
    parts = [part.encode("latin-1") for part in name.split(".") if part]
    return b"".join(bytes([len(part)]) + part for part in parts) + end


def message(
    question: bytes, records: tuple[bytes, ...] = (), *, flags: int = QUERY, kind: int = A,
    counts: tuple[int, int, int] | None = None, extra: bytes = b"", group: int = 1,
) -> bytes:  # fmt: skip
    """Return a message; all records are answers unless `counts` says otherwise."""
    header = struct.pack("!HHHHHH", 0xBEEF, flags, 1, *(counts or (len(records), 0, 0)))
    return header + question + struct.pack("!HH", kind, group) + b"".join(records) + extra


def record(kind: int, data: bytes, owner: bytes = POINTER, group: int = 1) -> bytes:
    """Return a record."""
    return owner + struct.pack("!HHIH", kind, group, 300, len(data)) + data


def messages() -> Iterator[Named]:
    """Messages of the strict form."""
    asked = labels(NAME)
    yield "query", message(asked)
    yield "query with OPT", message(asked, (BARE_OPT,), counts=(0, 0, 1), kind=AAAA)
    yield "query for the root", message(labels(""), kind=NS)
    yield "query of HTTPS", message(labels("a.b"), kind=HTTPS)
    yield "one letter", message(labels("x"))
    yield "answer", message(asked, (record(A, ADDRESS), record(AAAA, ADDRESS6)), flags=ANSWER)
    chain = record(CNAME, labels("edge.cdn", b"\xc0\x10"))
    target = (12 + len(asked) + 4 + 12) | 0xC000
    chained = record(A, ADDRESS, target.to_bytes(2, "big"))
    yield "answer with CNAME", message(asked, (chain, chained, BARE_OPT), flags=ANSWER,
                                       counts=(2, 0, 1))  # fmt: skip
    start = record(SOA, labels("ns1", b"\xc0\x10") + labels("host_master.example") + bytes(20))
    yield "no such name", message(asked, (start,), flags=0x8183, counts=(0, 1, 0))
    others = (record(NS, labels("ns-2.net")), record(MX, b"\0\5" + labels("mail", POINTER)),
              record(SRV, bytes(6) + labels("sip")))  # fmt: skip
    yield "other types", message(asked, others, flags=ANSWER)
    yield "a unit of 92", message(labels(".".join(["a2" * 23, "Z9" * 23])))
    runs = tuple(record(NS, labels(f"n{i}")) for i in range(7))
    yield "8 runs, 16 records", message(asked, runs + (record(A, ADDRESS),) * 9, flags=ANSWER)
    yield "truncated", message(asked, flags=0x8380)


def unfit_messages() -> Iterator[Named]:
    """Messages of other forms. Those with unfit addresses are not here."""
    asked = labels(NAME)
    yield "trailing octet", message(asked, extra=b"\0")
    yield "16 octets", message(b"", extra=b"")
    yield "empty name of 17 octets, cut", message(labels(""))[:-1]
    yield "reverse", message(labels("7.113.0.203.in-addr.arpa"), kind=PTR)
    yield "PTR", message(asked, (record(PTR, labels("a")),))
    yield "opcode 5", message(asked, flags=0x2800)
    yield "no question", b"\0" * 17
    yield "class CHAOS", message(asked, group=3)
    yield "17 records", message(asked, (record(A, ADDRESS),) * 17)
    yield "TXT", message(asked, (record(TXT, b"\1a"),))
    yield "cookie", message(asked, (BARE_OPT[:-2] + b"\0\x0c\0\x0a\0\x08" + bytes(8),),
                            counts=(0, 0, 1))  # fmt: skip
    yield "OPT with a name", message(asked, (labels("a") + BARE_OPT[1:],))
    yield "OPT with a pointer", message(asked, (POINTER + BARE_OPT[1:],))
    yield "class ANY", message(asked, (record(A, ADDRESS, group=255),))
    yield "A of 5 octets", message(asked, (record(A, ADDRESS + b"\0"),))
    yield "NS longer than its name", message(asked, (record(NS, labels("a") + b"\0"),))
    yield "NS shorter than its name", message(asked, (record(NS, labels("a")[:-1]),))
    yield "label of 64", message(bytes([64]) + b"a" * 64 + b"\0")
    yield "UTF-8", message(labels("b\xfccher.example"))
    yield "a dot in a label", message(b"\3a.b\0")
    yield "pointer into a label", message(asked, (record(A, ADDRESS, b"\xc0\x0d"),))
    yield "pointer to the end of a name", message(asked, (record(A, ADDRESS, b"\xc0\x1d"),))
    yield "pointer to itself", message(asked, (record(A, ADDRESS, b"\xc0\x22"),))
    yield "pointer forward", message(b"\xc0\x0e")
    yield "pointer into the name itself", message(b"\1a\xc0\x0c")
    yield "a unit of 93", message(labels(".".join(["a2" * 23, "Z9" * 23, "b"])))
    yield "a run of 256", message(labels(".".join(["-" * 63] * 3 + ["-" * 62])))
    runs = tuple(record(NS, labels(f"n{i}")) for i in range(8))
    yield "9 runs", message(asked, runs)
    yield "1473 octets", message(labels("a"), extra=b"\0" * 1454)
