# SPDX-License-Identifier: GPL-2.0-or-later
"""All engines: what each reads, and what runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pppshroud.capture.file import CaptureWriter
from pppshroud.observe import ja, ndpi, nfstream, oblivious, sampling, suricata, tshark
from pppshroud.observe.engine import Result
from pppshroud.observe.oblivious import Cutter, EveryCutter
from pppshroud.observe.rewrap import Rewrapper
from pppshroud.observe.sampling import Sampler
from pppshroud.observe.scan import Sink
from pppshroud.observe.truth import Truth


@dataclass(frozen=True)
class Job:
    """What an engine is given: the capture, or the copy that its `copy` made of it."""

    path: Path
    packets: int
    truth: Truth | None
    timeout: float


@dataclass(frozen=True)
class Engine:
    """`copy` makes the copy of a capture that `run` gets; None: it gets the capture itself."""

    copy: Callable[[CaptureWriter], Sink] | None
    run: Callable[[Job], Result]


ENGINES = {
    "tshark": Engine(None, lambda job: tshark.run(job.path, job.packets, job.timeout)),
    "ndpi": Engine(Rewrapper, lambda job: ndpi.run(job.path, job.timeout)),
    "nfstream": Engine(Rewrapper, lambda job: nfstream.run(job.path, job.timeout)),
    "suricata": Engine(Rewrapper, lambda job: suricata.run(job.path, job.timeout, job.truth)),
    "ja": Engine(Rewrapper, lambda job: ja.run(job.path)),
    "sampling": Engine(Sampler, lambda job: sampling.run(job.path, job.timeout)),
    "oblivious": Engine(Cutter, lambda job: oblivious.run(job.path, job.timeout)),
    "oblivious-every": Engine(EveryCutter, lambda job: oblivious.run_every(job.path, job.timeout)),
}
DEFAULT_ENGINES = ("tshark", "ndpi")
