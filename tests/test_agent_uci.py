# SPDX-License-Identifier: GPL-2.0-or-later
"""Properties of the agent's UCI parser and editor, for any bytes."""

import json
import random
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shroud import files, network, paths, settings, uci, uci_edit
from shroud.settings import Settings
from tests.support.agent import Interpreter, cpython

NAME = "file"
WORDS = [
    *(b"config", b"option", b"list", b"package", b"c", b"o", b"l", b"x", b"o", b"wan", b"a-b"),
    *(b"'x'", b'"x"', b"'a b'", b"'it'\\''s'", b'"\\""', b"''", b"'two\nlines'", b"a\\\nb"),
    *(b"#", b";", b"a;", b"a#b", b"\\", b"'", b'"', b"\xc3\xa9", b"\xff", b"'\xff'", b"\x01"),
]
GAPS = [b" ", b" ", b"\t", b"\n", b"\n", b"\n\t", b"\r\n", b"\\\n", b" # ", b" ; ", b"", b"\v"]
HEADS = [b"config a 'x'\n", b"config interface 'wan'\n", b"config line 'wan'\r\n"]


@st.composite
def nearly_uci(draw: st.DrawFn) -> bytes:
    """Text of a file's own words and marks, mostly in an order that means nothing."""
    words = draw(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=24))
    return b"".join(word + gap for word, gap in words)


@st.composite
def statements(draw: st.DrawFn) -> bytes:
    """A file that is mostly in order."""
    text = b""
    for _ in range(draw(st.integers(1, 4))):
        text += draw(st.sampled_from(HEADS))
        for _ in range(draw(st.integers(0, 4))):
            keyword = draw(st.sampled_from([b"option ", b"\toption\t", b"list ", b"  l "]))
            option = draw(st.sampled_from([b"o", b"'o'", b"p", b"pppd_options", b"proto"]))
            value = draw(st.sampled_from(WORDS))
            text += keyword + option + b" " + value + draw(st.sampled_from(GAPS))
    return text


TEXTS = st.one_of(st.binary(max_size=200), nearly_uci(), statements())
VALUES = st.binary(min_size=1, max_size=40).filter(lambda value: b"\0" not in value)


def meaning(data: bytes) -> object:
    """Sections and their places, or the error's text."""
    try:
        found = uci.parse(data, NAME)
    except uci.UciError as error:
        return str(error)
    return [
        (section.type, section.name, section.index, section.options, section.places, section.last)
        for section in found
    ]


@given(TEXTS)
def test_the_fast_way_and_the_scanner_agree(data: bytes) -> None:
    fast = meaning(data)
    with mock.patch.object(uci.Reader, "_plain", return_value=False):
        assert meaning(data) == fast


@given(TEXTS)
def test_a_file_means_the_same_with_types_chosen(data: bytes) -> None:
    every = meaning(data)
    if isinstance(every, str):
        with pytest.raises(uci.UciError):
            uci.parse(data, NAME, ("interface",))
    else:
        chosen = uci.parse(data, NAME, ("interface",))
        wanted = [section for section in uci.parse(data, NAME) if section.type == "interface"]
        assert [one.options for one in chosen] == [one.options for one in wanted]


@given(st.lists(VALUES, max_size=6))
def test_what_is_written_is_read(values: list[bytes]) -> None:
    lines = [uci_edit.statement("l", value, "list") for value in values]
    found = uci.parse(b"config a\n" + b"\n".join(lines), NAME)
    assert found[0].get_list("l") == values


@given(statements(), st.sampled_from(["o", "pppd_options", "new"]), VALUES)
def test_an_edit_can_be_undone(data: bytes, option: str, value: bytes) -> None:
    for section in sections(data):
        before = uci_edit.get_line(data, section, option)
        try:
            new = uci_edit.set_option(data, NAME, section, option, value)
        except uci.UciError as error:
            assert "line of its own" in str(error)  # noqa: PT017 - either is right
            continue
        again = same(new, section)
        assert again.get(option) == value
        assert uci_edit.put_line(new, NAME, again, option, before) == data


@given(statements(), st.lists(VALUES, max_size=3))
def test_a_list_is_set_and_the_rest_stays(data: bytes, values: list[bytes]) -> None:
    for section in sections(data):
        try:
            new = uci_edit.set_list(data, NAME, section, "o", values)
        except uci.UciError as error:
            assert "line of its own" in str(error)  # noqa: PT017 - either is right
            continue
        again = same(new, section)
        assert again.get_list("o") == values
        rest = {name: value for name, value in section.options.items() if name != "o"}
        assert {name: value for name, value in again.options.items() if name != "o"} == rest


def sections(data: bytes) -> list[uci.Section]:
    try:
        return uci.parse(data, NAME)
    except uci.UciError:
        return []


def same(data: bytes, section: uci.Section) -> uci.Section:
    """The section in another state of the file."""
    return next(s for s in sections(data) if (s.type, s.index) == (section.type, section.index))


@given(st.one_of(TEXTS, st.binary(max_size=60)))
def test_reference_comes_and_goes(options: bytes) -> None:
    on = network.attached(options, "wan")
    assert network.Interface("wan", "", on).is_attached()
    off = network.detached(on, "wan")
    assert not network.Interface("wan", "", off).is_attached()
    assert off.split() == network.detached(options, "wan").split()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("root")
    (folder / "etc/config").mkdir(parents=True)
    return folder


@given(data=TEXTS)
def test_settings_take_any_file(root: Path, data: bytes) -> None:
    paths.set_root(str(root))
    try:
        files.replace(paths.SHROUD, data)
        lines, common, problems = settings.load()
        assert common.usable("wan") or problems
        wanted = lines.get("wan", Settings("wan")).changed(enabled=True, policy="require")
        if not common.readable:
            return
        try:
            settings.store(wanted)
        except uci.UciError:
            assert files.read(paths.SHROUD) == data
        else:
            assert settings.load()[0]["wan"] == wanted
    finally:
        paths.set_root("")


COMPARE = """
import json, sys
from shroud import uci
for row in sys.stdin:
    data = bytes(json.loads(row))
    try:
        told = [[s.type, s.name, s.index, [list(p) for p in [s.last]],
                 [[name, list(s.get(name)), len(s.places[name])] for name in sorted(s.options)]]
                for s in uci.parse(data, "file")]
    except uci.UciError as error:
        told = error.message
    print(json.dumps(told))
"""


def test_both_interpreters_agree(micropython: Interpreter) -> None:
    chance = random.Random(1)  # the same texts in every run
    rows = []
    for _ in range(400):
        text = b""
        for _ in range(chance.randrange(6)):
            text += chance.choice([*HEADS, b"\toption o ", b"list l "])
            text += chance.choice(WORDS) + chance.choice(GAPS)
        rows.append(json.dumps(list(text)))
    stdin = "\n".join(rows).encode()
    told = [run.run("-c", COMPARE, stdin=stdin).stdout for run in (cpython(), micropython)]
    answers = [[json.loads(row) for row in text.splitlines()] for text in told]
    assert len(answers[0]) == 400
    assert answers[0] == answers[1]
    assert sum(isinstance(answer, list) for answer in answers[0]) > 40  # and not errors only
