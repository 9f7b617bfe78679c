# SPDX-License-Identifier: GPL-2.0-or-later
"""DNS messages for other names: docs/decoy.md section 8."""

from __future__ import annotations

from dataclasses import dataclass, field

from pppshroud.capture.reader import Reader
from pppshroud.decoy.address import turn_address
from pppshroud.decoy.keys import CommonKeys
from pppshroud.decoy.name import OTHERS, PLACES, UNIT_MAX, turn_name
from pppshroud.decoy.unfit import DecoyError, Unfit
from pppshroud.errors import DecodeError

LENGTHS = range(17, 1473)
HEADER = 12
OPCODE = 0x7800
RESPONSE = 0x80  # in octet 2
RECORDS_MAX = 16
RUNS_MAX = 8
RUN_MAX = 255  # octets, with the end
LABEL_MAX = 63
POINTER = 0xC0
CLASS_IN = 1
PTR = 12  # its names are addresses, digit by digit
OPT = 41
ADDRESSES = {1: 4, 28: 16}
# Octets in front, names, octets behind.
NAMES = {2: (0, 1, 0), 5: (0, 1, 0), 6: (0, 2, 20), 15: (2, 1, 0), 33: (6, 1, 0)}
TEXT = PLACES.keys() | OTHERS


@dataclass
class Message:
    """Where in a message are the runs of labels and the addresses."""

    runs: list[slice] = field(default_factory=list)
    addresses: list[slice] = field(default_factory=list)
    labels: set[int] = field(default_factory=set)  # where their length octets are


def read_message(data: bytes) -> Message:
    """Parse strictly; raise DecoyError for what is not representable."""
    message = Message()
    try:
        _read(Reader(data), data, message)
    except DecodeError as error:
        raise DecoyError(Unfit.DNS) from error
    return message


def turn_message(keys: CommonKeys, ends: bytes, data: bytes, *, inverse: bool = False) -> bytes:
    """Make a message one for false names and addresses, or undo that.

    `ends`: tags of client and server address and the client's port, 10 octets, as in the decoy.
    """
    message = read_message(data)
    result = bytearray(data)
    for place in message.addresses:
        result[place] = turn_address(keys, bytes(data[place]), inverse=inverse)
    for place in message.runs:
        tweak = ends + data[:2] + place.start.to_bytes(2, "big") + bytes(2)
        result[place] = _turn_run(keys.name, tweak, data[place], inverse)
    return bytes(result)


def _turn_run(key: bytes, tweak: bytes, run: bytes, inverse: bool) -> bytes:
    """Permute the text of a run; its length octets are neither letters nor digits to us."""
    lengths, at = [], 0
    while at < len(run):
        lengths.append(at)
        at += 1 + run[at]
    text = bytes(octet for index, octet in enumerate(run) if index not in lengths)
    turned = iter(turn_name(key, tweak, text, inverse=inverse))
    return bytes(run[index] if index in lengths else next(turned) for index in range(len(run)))


def _need(condition: bool) -> None:
    if not condition:
        raise DecoyError(Unfit.DNS)


def _read(reader: Reader, data: bytes, message: Message) -> None:
    _need(len(data) in LENGTHS)
    reader.pull(2, "identifier")
    _need(not reader.pull_uint16("flags") & OPCODE)
    questions, *records = (reader.pull_uint16("count") for _ in range(4))
    _need(questions == 1 and sum(records) <= RECORDS_MAX)
    _read_name(reader, message)
    _need(reader.pull_uint16("type") != PTR)
    _need(reader.pull_uint16("class") == CLASS_IN)
    for _ in range(sum(records)):
        _read_record(reader, data, message)
    _need(not reader.left)


def _read_record(reader: Reader, data: bytes, message: Message) -> None:
    start = reader.position
    _read_name(reader, message)
    kind, group = reader.pull_uint16("type"), reader.pull_uint16("class")
    reader.pull(4, "TTL")
    length = reader.pull_uint16("length")
    begin = reader.position
    if kind == OPT:
        _need(data[start] == 0 and not length)
        return
    _need(group == CLASS_IN)
    if kind in ADDRESSES:
        message.addresses.append(slice(begin, begin + ADDRESSES[kind]))
        reader.pull(ADDRESSES[kind], "address")
    else:
        _need(kind in NAMES)
        before, names, behind = NAMES[kind]
        reader.pull(before, "numbers")
        for _ in range(names):
            _read_name(reader, message)
        reader.pull(behind, "numbers")
    _need(reader.position - begin == length)


def _read_name(reader: Reader, message: Message) -> None:
    start, labels, characters = reader.position, [], 0
    while 0 < (octet := reader.pull_uint8("label length")) <= LABEL_MAX:
        labels.append(reader.position - 1)
        label = reader.pull(octet, "label")
        _need(TEXT.issuperset(label))
        characters += sum(character in PLACES for character in label)
    end = reader.position - 1
    if octet:
        _need(octet >= POINTER)
        _need((octet - POINTER) << 8 | reader.pull_uint8("pointer") in message.labels)
    _need(reader.position - start <= RUN_MAX and characters <= UNIT_MAX)
    if labels:
        message.runs.append(slice(start, end))
        message.labels.update(labels)
    _need(len(message.runs) <= RUNS_MAX)
