# SPDX-License-Identifier: GPL-2.0-or-later
"""How all lines stand, as one JSON document: docs/agent.md."""

from shroud import device, host, network, paths, plugin, sentences, settings
from shroud.errors import AgentError

SCHEMA = 1
TRAFFIC = ("rx_packets", "tx_packets", "rx_bytes", "tx_bytes")


def document(line: "str | None" = None) -> "dict[str, object]":
    """The answer to `status`, of one line or of all."""
    from shroud import offload, trial, versions

    found, extra, problems = settings.load()
    interfaces = network.interfaces()
    problems += strays(found, interfaces) + lacking(found)
    if line is not None:
        interfaces = [known_interface(line, interfaces)]
    progress = trial.progress()
    answer: dict[str, object] = {"schema": SCHEMA, "time": host.timestamp(host.now())}
    answer["lines"] = [
        describe(interface, settings_of(interface.name, found), extra, progress, problems)
        for interface in interfaces
    ]
    answer["offload"] = offload.state()
    answer["trial"] = progress
    answer["last_trial"] = trial.last()
    answer["versions"] = versions.all_of_them()
    answer["problems"] = problems
    return answer


def lines() -> "dict[str, object]":
    """The answer to `lines`."""
    found, extra, problems = settings.load()
    interfaces = network.interfaces()
    told = []
    for interface in interfaces:
        line = settings_of(interface.name, found)
        told.append(
            {
                "name": line.name,
                "proto": interface.proto,
                "device": interface.device or None,
                "enabled": line.enabled,
                "mode": line.mode,
                "framing": line.framing,
                "policy": line.policy,
                "peer_keys": list(line.peer_keys),
                "rekey_interval": line.rekey_interval,
                "locked": line.locked,
                "locked_by": extra.locked_by if line.locked else None,
            }
        )
    return {"lines": told, "problems": problems + strays(found, interfaces) + lacking(found)}


def settings_of(name: str, found: "dict[str, settings.Settings]") -> "settings.Settings":
    """A line's settings; the defaults if it has no section."""
    return found.get(name) or settings.Settings(name)


def strays(
    found: "dict[str, settings.Settings]", interfaces: "list[network.Interface]"
) -> "list[str]":
    """A problem for each line that is switched on and has no interface."""
    names = [interface.name for interface in interfaces]
    return [
        f"{name}: switched on in {paths.SHROUD}, but there is no PPPoE interface of that name"
        for name in sorted(found)
        if found[name].enabled and name not in names
    ]


def lacking(found: "dict[str, settings.Settings]") -> "list[str]":
    """A problem for each line whose mode the packages that are there do not have."""
    from shroud import install  # rarely needed here

    wanted = [name for name in sorted(found) if found[name].enabled and found[name].mode == "decoy"]
    if not wanted or not install.decoys_missing():
        return []
    what = f"{install.WITHOUT_DECOYS}; until it is, only mode head is offered"
    return [f"{name}: {what}" for name in wanted]


def known_interface(
    name: str, interfaces: "list[network.Interface] | None" = None
) -> "network.Interface":
    """The interface of that name; AgentError if there is none."""
    if interfaces is None:
        interfaces = network.interfaces()
    for interface in interfaces:
        if interface.name == name:
            return interface
    names = ", ".join([interface.name for interface in interfaces]) or "none"
    raise AgentError(
        "unknown-line",
        f'there is no PPPoE interface "{name}" in {paths.NETWORK}; there are: {names}',
    )


def attempt(ask, problems: "list[str]"):  # type: ignore[no-untyped-def]
    """What ask() returns, or None with what went wrong added to the problems."""
    try:
        return ask()
    except AgentError as error:
        problems.append(error.message)
        return None


def describe(
    interface: "network.Interface",
    line: "settings.Settings",
    extra: "settings.Globals",
    progress: "dict[str, object] | None",
    problems: "list[str]",
) -> "dict[str, object]":
    """One line's member of the document."""
    from shroud import netifd

    link = attempt(lambda: netifd.status(line.name), problems) or {}
    report = plugin.load(line.name)
    if report is not None and report.stale():
        problems.append(f"{line.name}: pppd has not reported for more than {plugin.STALE} seconds")
    step = progress["step"] if progress and progress["line"] == line.name else None
    state, sentence = judge(line, link, report, step)
    told: dict[str, object] = {
        "name": line.name,
        "enabled": line.enabled,
        "policy": line.policy,
        "mode": line.mode,
        "framing": line.framing,
        "locked": line.locked,
        "locked_by": extra.locked_by if line.locked else None,
        "state": state,
        "sentence_id": sentence,
        "sentence": sentences.SENTENCES[sentence],
    }
    told.update(linked(interface, link))
    told.update(reported(report, line.enabled))
    until = plugin.offences(line.name)[1]
    told["suppressed_until"] = host.timestamp(until) if until else None
    return told


def judge(
    line: "settings.Settings",
    link: "dict[str, object]",
    report: "plugin.Report | None",
    step: object,
) -> "tuple[str, str]":
    """State of a line and the name of its sentence."""
    explains = report is not None and report.explains()
    alive = report is not None and report.alive
    reason = sentences.word(report.cause) if explains else None  # type: ignore[union-attr]
    if line.enabled and not alive and without_plugin():
        reason = "datapath"
    return sentences.judge(
        {
            "enabled": line.enabled,
            "policy": line.policy,
            "up": link.get("up") is True,
            "step": step,
            "alive": alive,
            "shrouded": report is not None and report.shrouded,
            "decoy": report is not None and report.mode == "decoy",
            "alarm": explains and report.alarm,  # type: ignore[union-attr]
            "untrusted": explains and report.untrusted() is not None,  # type: ignore[union-attr]
            "state": report.state if explains else None,  # type: ignore[union-attr]
            "reason": reason,
        }
    )


def without_plugin() -> bool:
    """Whether no pppd can report, for want of the plugin."""
    from shroud import install  # rarely needed here

    return install.plugin_missing()


def linked(interface: "network.Interface", link: "dict[str, object]") -> "dict[str, object]":
    """What netifd and the kernel tell of a line."""
    up = link.get("up") is True
    l3_device = link.get("l3_device") if up else None
    return {
        "up": up,
        "device": interface.device or link.get("device") or None,
        "l3_device": l3_device,
        "uptime": link.get("uptime") if up else None,
        "mtu": device.number(l3_device, "mtu"),
        "traffic": traffic(l3_device),
    }


def traffic(l3_device: object) -> "dict[str, int] | None":
    """Packets and octets of a network device; None if there is no such device."""
    told = {}
    for name in TRAFFIC:
        count = device.number(l3_device, "statistics/" + name)
        if count is None:
            return None
        told[name] = count
    return told


def reported(report: "plugin.Report | None", enabled: bool) -> "dict[str, object]":
    """What the plugin tells of a line; what it told before the line was switched off is past."""
    if report is None or not (enabled or report.alive):
        report = plugin.Report("", {})
    explains = report.explains()
    return {
        "shrouded": report.shrouded,
        "alarm": report.alarm and explains,
        "reason": report.reason if explains else None,
        "peer": report.peer,
        "notice": report.notice,
        "since": report.since,
        "rekeys": report.rekeys,
        "last_rekey": report.last_rekey,
        "next_rekey": report.next_rekey,
        "suite": report.suite,
        "plugin_mode": report.mode,
        "plugin_framing": report.framing,
        "plugin_updated": report.updated,
        "session": report.session,
        "counters": report.counters,
    }
