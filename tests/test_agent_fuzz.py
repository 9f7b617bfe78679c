# SPDX-License-Identifier: GPL-2.0-or-later
"""Anything at all as arguments: taken or refused in words, by both interpreters alike."""

from __future__ import annotations

import json
import math
import re
import string
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import shroud.settings
from shroud import (
    events,
    interference,
    jsontext,
    methods,
    paths,
    plugin,
    rpc,
    status,
    trust,
    watch,
)
from shroud.errors import AgentError

from .support.agent import Interpreter

# Reads rows of hexadecimal octets, answers each by one row of JSON.
SERVER = """
import binascii, json, sys
from shroud import methods, rpc

def parts(data):
    rest = [data[at : at + 7] for at in range(0, len(data), 7)] + [b""]
    return lambda: rest.pop(0)

def ask(method, data):
    return {"given": methods.checked(method, rpc.arguments(parts(data)))}

while True:
    row = sys.stdin.readline().strip()
    if not row:
        break
    method, data = row.split(" ")
    data = binascii.unhexlify(data)
    print(json.dumps(rpc.guarded(lambda: ask(method, data))))
"""
NAMES = ["line", "enabled", "peer_key", "rekey_interval", "limit", "fingerprint", "x", ""]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text(), SCALARS, max_size=2)
OBJECTS = st.dictionaries(st.sampled_from(NAMES) | st.text(), VALUES, max_size=5).map(
    lambda value: json.dumps(value).encode()
)
LONG_NUMBER = re.compile(r"\d{33}")  # more than any argument has
NEARLY = st.text(alphabet='{}[]",:\\ue0123456789.-+ntrlfas \n', max_size=40).map(str.encode)


def mutated(data: bytes, at: int, octet: int) -> bytes:
    """The octets with one of them changed."""
    at %= len(data) + 1
    return data[:at] + bytes([octet]) + data[at + 1 :]


ANYTHING = (
    st.binary(max_size=60)
    | NEARLY
    | OBJECTS
    | st.builds(mutated, OBJECTS, st.integers(0, 200), st.integers(0, 255))
)


def whole(data: bytes) -> list[bytes]:
    return [data, b""]


@given(data=NEARLY | OBJECTS)
def test_reader_takes_nothing_that_is_not_json(data: bytes) -> None:
    try:
        value = jsontext.parse(data)
    except jsontext.JsonError:
        return
    assert json.loads(data, parse_constant=pytest.fail) == value


@given(value=VALUES)
def test_reader_takes_what_json_writes(value: object) -> None:
    for ascii_only in (True, False):
        text = json.dumps(value, ensure_ascii=ascii_only)
        try:
            found = jsontext.parse(text.encode())
        except jsontext.JsonError:
            assert "\\ud" in text or LONG_NUMBER.search(text)
            continue
        assert found == value


@given(method=st.sampled_from(sorted(methods.METHODS)), data=ANYTHING)
def test_arguments_are_taken_or_refused(method: str, data: bytes) -> None:
    parts = whole(data)
    try:
        found = methods.checked(method, rpc.arguments(lambda: parts.pop(0)))
    except AgentError as refusal:
        told: AgentError | None = refusal
    else:
        told = None
    if told:
        assert (told.code, len(told.message) < 1000) == ("argument", True)
        return
    examples = methods.METHODS[method][0]
    assert {name: type(value) for name, value in found.items()} == {
        name: type(examples[name]) for name in found
    }


class Server:
    """One process that checks arguments, asked row by row."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.process: subprocess.Popen[bytes] = interpreter.start(
            "-c", SERVER, env={"PYTHONUNBUFFERED": "1"}
        )

    def ask(self, method: str, data: bytes) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{method} {data.hex() or '20'}\n".encode())
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        self.process.communicate()


@pytest.fixture(scope="module")
def servers(micropython: Interpreter) -> Iterator[list[Server]]:
    from .support import agent  # noqa: PLC0415  (beside the fixture that needs it)

    both = [Server(agent.cpython()), Server(micropython)]
    yield both
    for server in both:
        server.close()


def comparable(answer: dict[str, Any]) -> object:
    """An answer without what the two differ in: the last digit of a float."""
    text = json.dumps(answer, sort_keys=True)
    return json.loads(text, parse_float=lambda digits: round_to(float(digits)))


def round_to(value: float) -> object:
    if value == 0 or math.isinf(value):
        return str(value)
    return f"{value:.3e}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(method=st.sampled_from(sorted(methods.METHODS)), data=ANYTHING)
def test_both_interpreters_answer_alike(servers: list[Server], method: str, data: bytes) -> None:
    one, other = [comparable(server.ask(method, data)) for server in servers]
    assert one == other


def test_printable_arguments_come_through(servers: list[Server]) -> None:
    data = json.dumps({"line": string.printable + "\u00fc\U0001f600"}).encode()
    for server in servers:
        assert server.ask("status", data)["given"]["line"] == string.printable + "\u00fc\U0001f600"


STATUS = {
    "schema": 1, "pid": 1, "updated": "2026-11-22T09:12:00Z", "state": "plain", "alarm": True,
    "cause": "code-reject", "reason": "why", "peer": {"fingerprint": "x", "trust": "known"},
    "session": {"id": 1}, "counters": {"tx_block": 1}, "rekeys": 1, "events": [{"uptime": 1}],
    "looks": {"wan": {}}, "limits": {"wan x": {"told": 1}}, "boot_id": "x",
}  # fmt: skip
ANY_FILE = (
    ANYTHING
    | st.builds(mutated, st.just(json.dumps(STATUS).encode()), st.integers(), st.integers(0, 255))
    | st.fixed_dictionaries({}, optional=dict.fromkeys(STATUS, VALUES)).map(
        lambda value: json.dumps(value).encode()
    )
    | st.integers(0, 400).map(lambda cut: json.dumps(STATUS).encode()[:cut])
    | st.builds(lambda key, line: key + b" " + line + b"\n", st.binary(), st.binary())
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    paths.set_root(str(tmp_path_factory.mktemp("router")))
    yield
    paths.set_root("")


@pytest.mark.usefixtures("root")
@given(data=ANY_FILE)
def test_files_of_any_content_are_read_or_passed_over(data: bytes) -> None:
    for path in (paths.status_file("wan"), paths.HISTORY, paths.WATCH, paths.REDIAL,
                 paths.KNOWN_KEYS):  # fmt: skip
        real = Path(paths.real(path))
        real.parent.mkdir(parents=True, exist_ok=True)
        real.write_bytes(data)
    report = plugin.load("wan")
    told = status.reported(report, enabled=True)
    json.dumps([told, events.history(), watch.recall(), plugin.offences("wan")])
    trust.knows("wan")
    look = watch.look(shroud.settings.Settings("wan", True), "", 5)  # noqa: FBT003
    assert watch._is_look(json.loads(json.dumps(look)))
    assert isinstance(interference.judge(None, look), list)
