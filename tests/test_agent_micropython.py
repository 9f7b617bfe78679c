# SPDX-License-Identifier: GPL-2.0-or-later
"""The agent's tests of tests/agent, which pytest runs under CPython, under a real MicroPython."""

import ast
from pathlib import Path

import pytest

from tests.support.agent import RUNNER, TESTS, Interpreter, modules


def named_in(path: Path) -> list[str]:
    """The names of the tests in a file, with their classes'."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        f"ok {case.name} {test.name}"
        for case in tree.body
        if isinstance(case, ast.ClassDef)
        for test in case.body
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test")
    ]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.stem)
def test_module(path: Path, micropython: Interpreter, tmp_path: Path) -> None:
    done = micropython.run(
        str(RUNNER / "run.py"), str(TESTS), path.stem, env={"TMPDIR": str(tmp_path)}
    )
    passed = [row for row in done.stdout.decode().splitlines() if row.startswith("ok ")]
    assert sorted(passed) == sorted(named_in(path))
    assert not list(tmp_path.iterdir()), "a test left files behind"


def test_a_failure_is_seen(micropython: Interpreter, tmp_path: Path) -> None:
    (tmp_path / "test_wrong.py").write_text(
        "import unittest\n"
        "class Wrong(unittest.TestCase):\n"
        "    def test_wrong(self):\n"
        "        self.assertEqual(1, 2)\n"
        "    def test_right(self):\n"
        "        self.assertEqual(2, 2)\n"
    )
    done = micropython.run(str(RUNNER / "run.py"), str(tmp_path), "test_wrong", check=False)
    assert done.returncode == 1
    assert b"FAILED Wrong test_wrong" in done.stdout
    assert b"1 != 2" in done.stdout
    assert b"ok Wrong test_right" in done.stdout


def test_it_is_micropython(micropython: Interpreter) -> None:
    done = micropython.run("-c", "import sys; print(sys.implementation.name)")
    assert done.stdout.strip() == b"micropython"
