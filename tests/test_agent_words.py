# SPDX-License-Identifier: GPL-2.0-or-later
"""The agent's words against the plugin's sources and against docs/agent.md."""

import json
import re
from pathlib import Path

import pytest

from shroud import (
    checks_line,
    cli,
    diagnose,
    interference,
    metrics,
    plugin,
    sentences,
    settings,
    stories,
)
from tests.support.rpcd import documented
from tests.support.sources import ROOT

MANUAL = (ROOT / "docs/agent.md").read_text(encoding="utf-8")


def source(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def texts(code: str) -> list[str]:
    """The string literals of C code, adjacent ones as one."""
    joined = re.sub(r'"\s*\n\s*"', "", code)
    return [text for text in re.findall(r'"((?:[^"\\]|\\.)*)"', joined) if text]


def cells(heading: str, columns: int) -> list[list[str]]:
    """The first so many columns of the tables below a heading, without the back quotes."""
    section = re.split(r"\n##+ ", MANUAL.split(f"# {heading}\n", 1)[1], maxsplit=1)[0]
    rows = [row.strip("|").split(" | ")[:columns] for row in section.split("\n| ")[1:]]
    return [[cell.split("\n")[0].strip("` |") for cell in row] for row in rows]


def test_every_cause_of_the_plugin_has_a_word() -> None:
    found = texts(source("src/plugin/handshake/reason.c"))
    words = [text for text in found if re.fullmatch("[a-z-]+", text)]
    assert len(words) > 20
    assert set(words) - set(plugin.STATES) == set(sentences.CAUSES) - set(plugin.STATES)
    table = source("docs/status.md").split("Values of `cause`", 1)[1]
    assert set(sentences.CAUSES) <= set(re.findall("`([a-z-]+)`", table))


def test_every_state_and_trust_of_the_plugin_is_known() -> None:
    states = source("src/plugin/handshake/reason.c").split("abort_text", 1)[0]
    assert set(texts(states.split("words[]", 1)[1])) == set(plugin.STATES)
    trust = texts(source("src/plugin/handshake/trust.c").split("words[]", 1)[1])
    assert set(trust) - {"none"} == set(plugin.TRUSTS)


def test_counters_that_the_watch_reads_are_the_data_paths() -> None:
    names = re.findall(r'\(\w+, "(\w+)"', source("src/datapath/counters.h"))
    assert len(names) > 20
    read = {*interference.COVERED, *interference.BROKEN, *checks_line.SENT}
    assert read | {"rx_refused", "rx_super"} <= set(names)
    assert set(documented("`status`")["lines"][0]["counters"]) <= set(names)


def test_pause_of_the_plugin() -> None:
    constant = re.search(r"SHROUD_OFFENCE_MAX\s*[= ]\s*(\d+)", source("src/wire/shroud_wire.h"))
    assert constant
    assert int(constant[1]) == plugin.LONGEST_PAUSE


def test_sentences_in_the_manual() -> None:
    assert dict(cells("Sentences", 2)) == {"sentence_id": "sentence"} | sentences.SENTENCES


def test_kinds_in_the_manual() -> None:
    titles = {kind: title for kind, _, title in cells("Kinds of events", 3)}
    assert titles == {"kind": "title"} | {kind: told[0] for kind, told in stories.KINDS.items()}


def test_steps_in_the_manual() -> None:
    steps = [name for (name,) in cells("`diagnose`", 1)]
    assert steps == ["name", *(name for name, _ in diagnose.STEPS)]


def test_states_in_the_manual() -> None:
    table = MANUAL.split("| `state` | means |", 1)[1].split("\n\n", 1)[0]
    assert set(re.findall(r"^\| `(\w+)` ", table, re.MULTILINE)) == set(metrics.STATES)


def test_options_in_the_manual() -> None:
    options = {name for (name,) in cells("Configuration: `/etc/config/shroud`", 1)}
    assert set(settings.LINE_OPTIONS) | set(settings.GLOBAL_OPTIONS) <= options


def test_commands_in_the_manual() -> None:
    section = MANUAL.split("## Command line", 1)[1]
    for command in (*cli.COMMANDS, *cli.SYSTEM):
        assert re.search(rf"`(shroud )?{command}`", section), command


def test_metrics_in_the_manual() -> None:
    table = MANUAL.split("## Metrics", 1)[1]
    made = re.findall(r'"((?:line_|interference|hardware_offload|build)\w*)"', source(
        "src/agent/shroud/metrics.py"))  # fmt: skip
    assert len(made) > 8
    for name in made:
        assert f"`shroud_{name}" in table, name


def test_examples_in_the_manual_are_json() -> None:
    blocks = re.findall(r"\n\n((?:    [{ }\]].*\n)+)", MANUAL.split("## Command line", 1)[0])
    objects = [block for block in blocks if block.lstrip().startswith("{")]
    assert len(objects) > 8
    for block in objects:
        json.loads(block)


@pytest.mark.parametrize("module", sorted((ROOT / "src/agent/shroud").glob("*.py")))
def test_every_event_has_words(module: Path) -> None:
    for kind in re.findall(r'events\.add\(\s*"([\w-]+)"', module.read_text(encoding="utf-8")):
        assert kind in stories.KINDS
