# SPDX-License-Identifier: GPL-2.0-or-later
"""What the status file tells programs: docs/status.md."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests import shrouded
from tests.shrouded import FOLDER, REDIAL, STATUS
from tests.testbed import product
from tests.testbed.machine import Machine
from tests.testbed.pppd import USER, VERSIONS

pytestmark = pytest.mark.usefixtures("carrier_watched")
LINE = "cpe0/subscriber@example"
STATES = f"{FOLDER}/states"
COLLECT = f"""
import json, os, time
found, last = [], False
open({STATES!r}, "w").close()
while not last:
    last = os.path.exists({STATES + ".end"!r})
    try:
        told = json.load(open({STATUS["cpe"]!r}))
    except FileNotFoundError:
        continue
    state = [told["pid"], told["state"], told["cause"]]
    if state not in found:
        found.append(state)
        open({STATES!r}, "a").write(json.dumps(state) + "\\n")
    time.sleep(0.001)
"""


def told(status: dict[str, Any]) -> dict[str, Any]:
    """The members that tell how an offer ended."""
    names = ("cause", "answer", "datapath_error", "offences", "suppressed_until")
    return {name: status[name] for name in names}


NOTHING = {
    "cause": None,
    "answer": None,
    "datapath_error": None,
    "offences": 0,
    "suppressed_until": None,
}


@pytest.mark.parametrize("version", VERSIONS)
def test_status_of_a_covered_line(uml: Machine, version: str) -> None:
    line = shrouded.lay(uml)
    line.versions = {"cpe": version, "lns": version}
    line.serve("prefer")
    line.dial("prefer").wait_up()
    status = line.await_status("cpe", state="covered")
    assert told(status) == {**NOTHING, "answer": "resp"}
    assert status["pppd"] == version
    assert status["subscriber"] is None
    at_lns = line.await_status("lns", state="covered")
    assert told(at_lns) == NOTHING
    assert at_lns["subscriber"] == USER


def test_status_after_code_reject(uml: Machine) -> None:
    """It stays when pppd has ended, for whoever wants to know why."""
    line = shrouded.lay(uml)
    line.serve(None)
    assert line.dial("require").process.wait(timeout=30) != 0
    status = line.status("cpe")
    assert told(status) == {**NOTHING, "cause": "code-reject", "answer": "code-reject"}
    assert status["reason"]


def test_status_after_abort(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve("off")
    line.dial("prefer").wait_up()
    status = line.await_status("cpe", state="plain")
    assert told(status) == {**NOTHING, "cause": "abort-not-offered", "answer": "abort"}


def test_status_while_only_untrusted_answers_come(uml: Machine) -> None:
    """The reason is there at once, not only when the wait for a better answer is over."""
    line = shrouded.lay(uml)
    line.serve("prefer")
    line.dial("require", ["shroud-peer-key", product.key_pair().public])
    status = line.await_status("cpe", state="wait-resp", alarm=True)
    assert told(status) == {**NOTHING, "cause": "untrusted", "answer": "resp"}
    assert "may be an attack" in status["reason"]


def test_status_without_data_path(uml: Machine) -> None:
    line = shrouded.lay(uml)
    line.serve("prefer")
    line.dial("prefer", ["shroud-bpf-object", "/nonexistent/shroud.bpf.o"]).wait_up()
    status = line.await_status("cpe", state="plain")
    error = "BPF object /nonexistent/shroud.bpf.o: No such file or directory"
    assert told(status) == {**NOTHING, "cause": "datapath", "datapath_error": error}


def test_status_while_suppressed(uml: Machine) -> None:
    line = shrouded.lay(uml)
    until = int(float(uml.run(["date", "+%s"]).stdout)) + 900
    uml.write(REDIAL, f"{LINE} 2 {until}\n", 0o600)
    line.serve("prefer")
    line.dial("prefer").wait_up()
    status = line.await_status("cpe", state="plain")
    shown = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(until))
    suppressed = {"cause": "suppressed", "offences": 2, "suppressed_until": shown}
    assert told(status) == {**NOTHING, **suppressed}


def test_status_of_the_last_attempt_stays_until_there_is_news(uml: Machine) -> None:
    """A refused router dials again and again: the reason is to be seen most of the time."""
    line = shrouded.lay(uml)
    line.serve(None)
    watch = uml.spawn(["python3", "-c", COLLECT], ns="cpe")
    for _ in range(2):
        assert line.dial("require").process.wait(timeout=30) != 0
    uml.write(STATES + ".end", "")
    assert watch.wait(timeout=10) == 0, watch.output()
    states = [json.loads(row) for row in uml.read_text(STATES).splitlines()]
    assert len({pid for pid, _, _ in states}) == 2
    idle = [cause for _, state, cause in states if state == "idle"]
    assert idle == ["code-reject", "code-reject"]
