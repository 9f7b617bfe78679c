# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures for Prometheus, in its text format, where node exporter's textfile collector reads.

Names follow its conventions: base units, `_total` for what only grows (but begins anew with each
session), `_info` for versions. Every value is whole. Every metric of a line bears `line`.
"""

from shroud import files, paths, plugin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FOLDER_MODE, MODE = 0o755, 0o644  # the collector need not be root
STATES = ("off", "shrouded", "plain", "connecting", "down", "trial")
HEAD = "# HELP shroud_{0} {1}\n# TYPE shroud_{0} {2}\n"
ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ('"', '\\"'))


def write(seen: "list[tuple[str, dict[str, object]]]") -> None:
    """Replace the collector's file; seen: what the watch found just now."""
    from shroud import status

    text = render(status.document(), seen)
    try:
        files.make_folder(paths.METRICS_FOLDER, FOLDER_MODE)
        files.replace(paths.METRICS, text.encode(), MODE)
    except files.FileError as error:
        from shroud import events

        events.syslog("warning", "the metrics could not be written: " + error.message)


def render(
    document: "dict[str, Any]",
    seen: "list[tuple[str, dict[str, object]]]",
) -> str:
    """The text of a status document and of the watch's findings."""
    lines = document["lines"]
    parts = [_flags(lines), _numbers(lines), _times(lines), _counters(lines), _states(lines)]
    parts.append(_modes(lines))
    parts += [_interference(seen), _offload(document["offload"]), _info(document["versions"])]
    return "".join(parts)


def escape(value: object) -> str:
    """A label's value."""
    text = str(value)
    for plain, escaped in ESCAPES:
        text = text.replace(plain, escaped)
    return text


def family(name: str, text: str, kind: str, rows: "list[tuple[dict[str, object], int]]") -> str:
    """One metric with its rows of labels and value; "" without rows."""
    if not rows:
        return ""
    out = [HEAD.format(name, text, kind)]
    for labels, value in rows:
        words = ",".join([f'{label}="{escape(labels[label])}"' for label in sorted(labels)])
        out.append(f"shroud_{name}" + ("{" + words + "}" if words else "") + f" {value}\n")
    return "".join(out)


def _each(lines: "list[dict[str, Any]]", member: str) -> "list[tuple[dict[str, object], int]]":
    """A row of each line that has this member."""
    return [
        ({"line": line["name"]}, int(line[member])) for line in lines if line[member] is not None
    ]


def _flags(lines: "list[dict[str, Any]]") -> str:
    texts = (
        ("enabled", "Whether shrouding is switched on."),
        ("up", "Whether the line is up."),
        ("shrouded", "Whether packets that leave are covered."),
        ("alarm", "Whether somebody may be interfering."),
    )
    return "".join(
        [family("line_" + name, text, "gauge", _each(lines, name)) for name, text in texts]
    )


def _numbers(lines: "list[dict[str, Any]]") -> str:
    return (
        family("line_mtu_bytes", "MTU of the PPP device.", "gauge", _each(lines, "mtu"))
        + family("line_uptime_seconds", "Since the line is up.", "gauge", _each(lines, "uptime"))
        + family(
            "line_rekeys_total",
            "Changes of keys in this session.",
            "counter",
            _each(lines, "rekeys"),
        )
    )


def _times(lines: "list[dict[str, Any]]") -> str:
    texts = (
        ("since", "line_shrouded_since", "Shrouded without a break since."),
        ("last_rekey", "line_last_rekey", "When the keys were changed last."),
        ("suppressed_until", "line_suppressed_until", "Shrouding is not offered before."),
    )
    out = []
    for member, name, text in texts:
        rows = [
            ({"line": line["name"]}, plugin.seconds(line[member]) or 0)
            for line in lines
            if line[member] is not None
        ]
        out.append(family(name + "_timestamp_seconds", text, "gauge", rows))
    return "".join(out)


def _counters(lines: "list[dict[str, Any]]") -> str:
    """tx_block and the like become the labels direction and outcome."""
    rows: list[tuple[dict[str, object], int]] = []
    for line in lines:
        counters = line["counters"] or {}
        for name in sorted(counters):
            labels = {"line": line["name"], "direction": name[:2], "outcome": name[3:]}
            rows.append((labels, counters[name]))
    return family("line_frames_total", "Frames by what became of them.", "counter", rows)


def _states(lines: "list[dict[str, Any]]") -> str:
    rows: list[tuple[dict[str, object], int]] = [
        ({"line": line["name"], "state": state}, int(line["state"] == state))
        for line in lines
        for state in STATES
    ]
    return family("line_state", "1 for the state that the line is in.", "gauge", rows)


def _modes(lines: "list[dict[str, Any]]") -> str:
    rows: list[tuple[dict[str, object], int]] = [
        (
            {
                "line": line["name"],
                "mode": line["plugin_mode"],
                "framing": line["plugin_framing"] or "native",
            },
            1,
        )
        for line in lines
        if line["plugin_mode"] is not None
    ]
    return family("line_mode", "1 for how packets are covered.", "gauge", rows)


def _interference(seen: "list[tuple[str, dict[str, object]]]") -> str:
    rows: list[tuple[dict[str, object], int]] = [
        ({"line": line, "kind": finding["kind"]}, 1)
        for line, finding in seen
        if finding["severity"] != "info"
    ]
    return family("interference", "1 for what the watch found at its last look.", "gauge", rows)


def _offload(offload: "dict[str, object]") -> str:
    active = offload["hardware_active"]
    rows: list[tuple[dict[str, object], int]] = [({}, int(bool(active)))]
    return family(
        "hardware_offload_active", "Whether hardware forwards packets unseen.", "gauge",
        [] if active is None else rows,
    )  # fmt: skip


def _info(versions: "dict[str, object]") -> str:
    labels: dict[str, object] = {
        name: versions[name] or "" for name in ("agent", "kernel", "pppd", "micropython")
    }
    return family("build_info", "Versions of what runs here.", "gauge", [(labels, 1)])
