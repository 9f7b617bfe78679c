# SPDX-License-Identifier: GPL-2.0-or-later
"""One record of known keys for two programs: the agent replaces a key, the plugin reads it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from shroud import host, paths, trust
from shroud.errors import AgentError

from .luci.router import KEY, OTHER_KEY
from .plugin_interop import program

THIRD = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Path]:
    """The record's path, in a router's root."""
    (tmp_path / "etc/shroud").mkdir(parents=True)
    paths.set_root(str(tmp_path))
    yield tmp_path / paths.KNOWN_KEYS.strip("/")
    paths.set_root("")


def plugin(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The plugin's code, as a program: known FILE LINE [KEY]."""
    command = [str(program().with_name("known")), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_plugin_reads_what_the_agent_stored(record: Path) -> None:
    for line, key in (("wan", KEY), ("wan2", OTHER_KEY)):
        assert plugin(record, line, key).returncode == 0
    trust.store("wan", THIRD)
    assert plugin(record, "wan").stdout == f"{THIRD}\n"
    assert plugin(record, "wan2").stdout == f"{OTHER_KEY}\n"
    trust.store("wan3", KEY)
    assert plugin(record, "wan3").stdout == f"{KEY}\n"
    assert record.stat().st_mode & 0o777 == 0o600


def test_plugin_reads_a_line_whose_row_was_damaged(record: Path) -> None:
    record.write_text("nonsense wan\n")
    assert plugin(record, "wan").returncode == 1
    trust.store("wan", KEY)
    assert plugin(record, "wan").stdout == f"{KEY}\n"


def test_plugin_waits_for_the_agent(record: Path) -> None:
    lock = host.lock(paths.KNOWN_KEYS_LOCK)
    assert lock
    refused = plugin(record, "wan", KEY)
    lock.release()
    assert refused.returncode == 1
    assert "locked by another process" in refused.stderr
    assert plugin(record, "wan", KEY).returncode == 0


def test_record_that_the_plugin_does_not_read_is_refused(record: Path) -> None:
    record.write_bytes(b"x\0y\n")
    assert plugin(record, "wan").returncode == 1
    with pytest.raises(AgentError, match="damaged"):
        trust.store("wan", KEY)
    assert record.read_bytes() == b"x\0y\n"
