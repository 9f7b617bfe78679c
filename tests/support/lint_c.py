# SPDX-License-Identifier: GPL-2.0-or-later
"""Linters for C: clang-format, and clang-tidy with every warning that clang has.

They run in the test bed's build image: one version of them, and headers that old hosts lack.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.support.sources import with_suffix
from tests.testbed import toolchain

INCLUDES = ("src/wire", "src/cipher", "src/datapath", "src/plugin/handshake")

# What -Weverything has against code that is meant to be as it is.
ACCEPTED = (
    "c++-compat",
    "covered-switch-default",  # against -Wswitch-default, which wants the opposite
    "declaration-after-statement",
    "disabled-macro-expansion",  # system headers' macros
    "language-extension-token",  # asm
    "padded",
    "pedantic",  # the kernel's dialect is GNU C
    "pre-c11-compat",
    "reserved-identifier",  # _GNU_SOURCE, __u32
    "reserved-macro-identifier",
    "switch-default",
    "unsafe-buffer-usage",  # C++ containers instead of pointers
    "used-but-marked-unused",  # inline functions in headers that not all include
)

# BPF programs are GNU C for a machine without a C library.
BPF_FLAGS = ("--target=bpf", "-O2", "-I/usr/include/x86_64-linux-gnu")
BPF_ACCEPTED = (
    "implicit-int-conversion",  # byte order macros; 16-bit fields computed in 64-bit registers
    "missing-prototypes",  # programs and maps are found by section, no header declares them
    "missing-variable-declarations",
)

# Their assembly is no other processor's.
ARM64_FOLDER = Path("hwtest/virtual/guest")
ARM64_FLAGS = ("--target=aarch64-linux-gnu",)

# Test programs run under sanitizers, and are long; the analyzer would take minutes.
TEST_FOLDERS = {"test", "tests"}
TEST_CHECKS = "--checks=-clang-analyzer-*,-cert-err34-c"


def format_complaints() -> str:
    """What clang-format would change; "" when nothing."""
    files = [str(path) for path in with_suffix(".c", ".h")]
    return _output(["clang-format", "--dry-run", "-Werror", *files]) if files else ""


def tidy_complaints() -> str:
    """What clang-tidy finds in each C file and the headers it includes; "" when nothing."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return "".join(pool.map(_tidy, with_suffix(".c")))


def _tidy(path: Path) -> str:
    checks = [TEST_CHECKS] if TEST_FOLDERS & set(path.parts) else []
    return _output(["clang-tidy", "--quiet", *checks, str(path), "--", *_flags(path)])


def _flags(path: Path) -> list[str]:
    """The compiler's flags for a file."""
    bpf = path.name.endswith(".bpf.c")
    arm64 = path.parent == ARM64_FOLDER
    accepted = [*ACCEPTED, *(BPF_ACCEPTED if bpf else ())]
    return [
        "-std=gnu11",
        *(f"-I{folder}" for folder in INCLUDES),
        *(BPF_FLAGS if bpf else ["-D_GNU_SOURCE="]),
        *(ARM64_FLAGS if arm64 else ()),
        "-Weverything",
        *(f"-Wno-{name}" for name in accepted),
    ]


def _output(command: Sequence[str]) -> str:
    """What a failed command said; "" when it succeeded."""
    done = toolchain.run(command, check=False)
    # The build image has the repository at /src.
    return (done.stdout or done.stderr).replace("/src/", "") if done.returncode else ""
