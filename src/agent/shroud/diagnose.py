# SPDX-License-Identifier: GPL-2.0-or-later
"""A self-test in steps and in words: what a line needs, from the configuration to the ISP's answer.

It reads, and asks programs; it changes nothing and sends nothing.
"""

from shroud import checks_line, checks_system, netifd, plugin, settings, status
from shroud.errors import AgentError

OK, WARNING, FAIL, SKIPPED = "ok", "warning", "fail", "skipped"
STEPS = (
    ("config", checks_line.config),
    ("interface", checks_line.interface),
    ("switch", checks_line.switch),
    ("plugin", checks_system.plugin),
    ("programs", checks_system.programs),
    ("kernel", checks_system.kernel),
    ("bpf", checks_system.bpf),
    ("bpffs", checks_system.bpffs),
    ("tcx", checks_system.tcx),
    ("storage", checks_system.storage),
    ("clock", checks_system.clock),
    ("interpreter", checks_system.interpreter),
    ("offload", checks_system.offload),
    ("line", checks_line.line),
    ("pppd", checks_line.pppd),
    ("mtu", checks_line.mtu),
    ("peer", checks_line.peer),
    ("key", checks_line.key),
    ("frames", checks_line.frames),
)


class Patient:
    """The line that is examined, with what was found out of it."""

    def __init__(self, name: str) -> None:
        """AgentError if there is no such interface."""
        self.name = name
        self.interface = status.known_interface(name)
        found, self.common, self.problems = settings.load()
        self.settings = status.settings_of(name, found)
        self.report = plugin.load(name)
        self.link: dict[str, object] = {}
        self.fault = ""
        try:
            self.link = netifd.status(name) or {}
        except AgentError as error:
            self.fault = error.message


def document(name: str) -> "dict[str, object]":
    """The answer to `diagnose`."""
    patient = Patient(name)
    steps = [_step(step, check, patient) for step, check in STEPS]
    return {"line": name, "steps": steps, "verdict": verdict(steps)}


def verdict(steps: "list[dict[str, object]]") -> str:
    """All of it in one sentence."""
    done = [step for step in steps if step["result"] != SKIPPED]
    failed = _named(steps, FAIL)
    doubtful = _named(steps, WARNING)
    if failed:
        return f"{len(failed)} of {len(done)} checks failed: {', '.join(failed)}."
    if doubtful:
        return f"No check failed, but look at: {', '.join(doubtful)}."
    return f"All {len(done)} checks passed."


def _named(steps: "list[dict[str, object]]", result: str) -> "list[str]":
    return [str(step["name"]) for step in steps if step["result"] == result]


def _step(name: str, check, patient: Patient) -> "dict[str, object]":  # type: ignore[no-untyped-def]
    """One step; a check that fails to be made is a failed check."""
    try:
        result, text, advice = check(patient)
    except AgentError as error:
        result, text, advice = FAIL, error.message, "Put that right, then test again."
    return {"name": name, "result": result, "text": text, "advice": advice}
