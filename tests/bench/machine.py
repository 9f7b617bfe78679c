# SPDX-License-Identifier: GPL-2.0-or-later
"""One boot of the guest: measures one mode, the same way to the last instruction each time."""

from __future__ import annotations

import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from .build import Parts
from .errors import BenchError
from .modes import BY_NAME

QEMU = "qemu-system-aarch64"
# Virtual time runs with the instructions, and nothing random or from outside reaches the guest.
REPEATABLE = (
    "-M", "virt,dtb-randomness=off", "-cpu", "cortex-a53", "-smp", "1", "-m", "512",
    "-icount", "shift=0,sleep=off", "-rtc", "base=2027-01-01T00:00:00,clock=vm",
    "-nodefaults", "-display", "none", "-no-reboot",
)  # fmt: skip
KERNEL_OPTIONS = (
    "console=ttyAMA0 quiet nokaslr norandmaps randomize_kstack_offset=off init_on_alloc=0 psi=0"
    " panic=-1 rdinit=/init"
)


@dataclass(frozen=True)
class Job:
    """What one boot measures."""

    mode: str
    sizes: tuple[str, ...]  # bytes of IP packet, or "mtu"
    packets: int  # per measurement


@dataclass(frozen=True)
class Output:
    """What one boot left: the console's text, and the counter's files."""

    log: Path
    counts: Path
    profile: Path


def run(job: Job, parts: Parts, work: Path, timeout: float) -> Output:
    """Boot, measure a mode and return; raises BenchError with the end of the log if that failed."""
    return boot(job.mode, words(job), parts, work, timeout)


def boot(
    name: str, environment: dict[str, object], parts: Parts, work: Path, timeout: float
) -> Output:
    """Boot and run the guest's script SCRIPT of `environment`; raises BenchError as run() does."""
    output = Output(*(work / f"{name}.{kind}" for kind in ("log", "counts", "profile")))
    for path in (output.log, output.counts, output.profile):
        path.unlink(missing_ok=True)
    options = [KERNEL_OPTIONS, *(f"{key}={value}" for key, value in environment.items())]
    command = [
        QEMU, *REPEATABLE, "-serial", f"file:{_escaped(output.log)}",
        "-kernel", str(parts.image.kernel), "-initrd", str(parts.image.initramfs),
        "-append", " ".join(options), "-plugin", _plugin(parts, output),
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=timeout, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BenchError(f"{name}: not done after {timeout:g} s\n{_tail(output)}") from None
    if done.returncode or "BENCH done" not in _tail(output):
        raise BenchError(f"{name}: the guest failed\n{done.stderr}{_tail(output)}")
    return output


def words(job: Job) -> dict[str, object]:
    """What the kernel does not know becomes init's environment."""
    mode = {name.upper(): value for name, value in asdict(BY_NAME[job.mode]).items()}
    del mode["NAME"], mode["MEANING"]
    return {"SCRIPT": "bench", **mode, "SIZES": ",".join(job.sizes), "PACKETS": job.packets}


def _plugin(parts: Parts, output: Output) -> str:
    files = f"out={_escaped(output.counts)},profile={_escaped(output.profile)}"
    return f"{_escaped(parts.counter)},{files}"


def _escaped(path: Path) -> str:
    """A path in QEMU's option syntax."""
    return str(path).replace(",", ",,")


def _tail(output: Output, lines: int = 40) -> str:
    text = output.log.read_text(errors="replace") if output.log.exists() else "(no output)"
    return "\n".join(text.splitlines()[-lines:])
