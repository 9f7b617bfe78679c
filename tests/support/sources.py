# SPDX-License-Identifier: GPL-2.0-or-later
"""The project's own files, sorted by what lints them."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked() -> list[Path]:
    """Every file that git tracks or would add, relative to the root, sorted."""
    # The tree may belong to someone else than the one who runs the linters.
    git = ["git", "-c", "safe.directory=*"]
    command = [*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    paths = {Path(name) for name in done.stdout.split("\0") if name}
    return sorted(path for path in paths if (ROOT / path).is_file())


def with_suffix(*suffixes: str) -> list[Path]:
    """The tracked files whose names end in one of suffixes."""
    return [path for path in tracked() if path.name.endswith(suffixes)]


def shell_scripts() -> list[Path]:
    """The tracked files that sh or bash runs, by name or by first line."""
    return [path for path in tracked() if path.suffix == ".sh" or _has_shell_line(path)]


def _has_shell_line(path: Path) -> bool:
    with (ROOT / path).open("rb") as file:
        first = file.readline(80)
    return first.startswith(b"#!") and first.split()[-1].endswith((b"/sh", b"/bash", b"/dash"))
