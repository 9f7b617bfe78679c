# SPDX-License-Identifier: GPL-2.0-or-later
"""Several CPEs that share a line and its LNS, each with a session of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.shrouded import FOLDER, STATUS, Shrouded
from tests.testbed import pppd
from tests.testbed.pppd import Pppd
from tests.testbed.topology import PPP_LNS


@dataclass(frozen=True)
class Caller:
    """One of the CPEs; its interface is ppp and its number."""

    line: Shrouded
    number: int
    cpe: Pppd

    @property
    def status(self) -> dict[str, Any]:
        """Its status file; nothing while there is none."""
        return next(self._read(_status_file(self.number)), {})

    @property
    def session(self) -> int:
        """The PPPoE session's number, which pppd logs with and without the plugin."""
        return int(re.findall(r"PPP session is (\d+)", self.cpe.logged())[-1])

    def lns_status(self) -> dict[str, Any]:
        """The LNS's status file of this session; nothing if it has none."""
        session = self.session
        found = self._read(f"{STATUS['lns']}/*.json")
        return next((one for one in found if (one["session"] or {}).get("id") == session), {})

    def answered(self, count: int = 1) -> bool:
        """Whether the LNS answers so many echoes through this session, each within a second."""
        argv = ["ping", "-n", "-I", self.cpe.device, "-c", str(count), "-i", "0.1", "-W", "1"]
        return self.line.machine.run([*argv, PPP_LNS], "cpe", check=False).code == 0

    def ping(self) -> None:
        """Wait until the LNS answers three echoes; the CPE's end is up before the LNS's."""
        what = f"answers on {self.cpe.device}"
        self.line.machine.wait_until(lambda: self.answered(3), 15, what, self.cpe.tail)

    def _read(self, pattern: str) -> Iterator[dict[str, Any]]:
        """All status files that a pattern of the shell names; each has one line."""
        shown = self.line.machine.run(["sh", "-c", f"cat {pattern}"], check=False).stdout
        return map(json.loads, shown.splitlines())


def call(line: Shrouded, number: int, policy: str | None, more: Sequence[str] = ()) -> Caller:
    """Dial the line once more; without the plugin if there is no policy."""
    words = ["unit", str(number), "nodefaultroute", *line.options("cpe", policy)]
    own = ["shroud-status", _status_file(number)] if policy else []
    cpe = pppd.dial(line.machine, line.line.wan_device, [*words, *own, *more])
    cpe.device = f"ppp{number}"
    return Caller(line, number, cpe)


def _status_file(number: int) -> str:
    return f"{FOLDER}/caller{number}.json"
