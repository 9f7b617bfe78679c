# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo's web page: self-contained, readable by somebody who runs no network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from hwtest.report.page import wrap
from tests.demo.example import Example, explain_clear, explain_covered
from tests.demo.picture import draw_legend, draw_packet
from tests.demo.report import Row, Side, closing_sentence, count, group_rows, merge_records

STYLE = Path(__file__).with_name("page.css")
MAX_ROWS = 20
MAX_FALSE_ROWS = 4
MAX_NAMES = 6
NAME_LENGTH = 48
OFF, ON = "Cover off", "Cover on"
TITLE = "What the carrier records of a home line"

BODY = """\
<h1>{title}</h1>
<p class="lead">A home line runs through the network of a carrier before it reaches the internet
provider. Real programs used such a line twice: first as lines are today, then with pppshroud
switched on at both ends. Both times the carrier's wire was tapped and given to the tools that
collectors use.</p>
{figures}
<h2>The carrier's records</h2>
<p>One row for each conversation: who, with whom, by what means, and which names gave it away.</p>
<div class="pair records">{off_records}{on_records}</div>
<h2>One packet on the wire</h2>
<p>Each square is one byte. With the cover off, the question for a web site's address can be read
by anyone on the way. With the cover on, only what the line itself needs is left to read. The
packet on the right is one of much the same length: which conversation it belongs to cannot be
seen.</p>
<div class="pair">{off_packet}{on_packet}</div>
<p class="closing">{closing}</p>
<footer>{footer}</footer>"""


def write_page(path: Path, off: Side, on: Side) -> None:
    """Write report.html."""
    path.write_text(render_page(off, on))


def render_page(off: Side, on: Side) -> str:
    """Return the page."""
    clear, covered = explain_clear(off.example, off.names), explain_covered(on.example)
    body = BODY.format(
        title=TITLE,
        figures=_figures(off, on),
        off_records=_records_card(off, OFF, "off"),
        on_records=_records_card(on, ON, "on"),
        off_packet=_packet_card(clear, OFF, "off"),
        on_packet=_packet_card(covered, ON, "on"),
        closing=escape(closing_sentence(off, on)),
        footer=escape(_footer(off)),
    )
    return wrap(TITLE, body, STYLE)


def _figures(off: Side, on: Side) -> str:
    rows = (
        ("True records", "of conversations that took place, by all tools together",
         off.true_records, on.true_records, ""),
        ("Names", "of sites, callers and files, anywhere in the capture", len(off.names),
         len(on.names), ""),
        ("Bytes added to a packet", "longer than 64 bytes; shorter ones are filled up to 64",
         off.bytes_added_per_packet, on.bytes_added_per_packet, ""),
        ("Largest packet", "MTU, in bytes", off.mtu, on.mtu, ""),
        ("Time to connect", "until the line can be used", off.session_up_ms, on.session_up_ms,
         " ms"),
    )  # fmt: skip
    body = "".join(_figure_row(*row) for row in rows)
    return (
        '<div class="card scroll"><table class="figures"><thead><tr><th></th>'
        f'<th class="n">{OFF}</th><th class="n">{ON}</th></tr></thead><tbody>{body}</tbody></table>'
        "</div>"
    )


def _figure_row(label: str, hint: str, off: float, on: float, unit: str) -> str:
    return (
        f"<tr><td>{escape(label)}<small>{escape(hint)}</small></td>"
        f'<td class="n">{off:,.0f}{unit}</td><td class="n">{on:,.0f}{unit}</td></tr>'
    )


def _records_card(side: Side, title: str, style: str) -> str:
    rows = merge_records(side.records)
    true = [row for row in rows if row.true]
    heading = f"{count(len(true), 'conversation')} recorded"
    # Named ones first: they tell a reader most.
    shown = sorted(group_rows(true), key=lambda row: not row.names)
    nothing = '<p class="empty">None that took place.</p>'
    body = _flow_table(shown, MAX_ROWS) if shown else nothing
    names = "".join(f"<li>{escape(name)}</li>" for name in side.names)
    chips = f'<ul class="chips" aria-label="Names found">{names}</ul>' if names else ""
    return _card(title, style, heading, body + chips + _false_rows(rows))


def _false_rows(rows: Sequence[Row]) -> str:
    """Show what was recorded and never took place."""
    false = [row for row in rows if not row.true]
    if not false:
        return ""
    return (
        '<div class="false"><p class="more">Also written down, and none of it took place: now and '
        f"then noise looks like an address.</p>{_flow_table(false, MAX_FALSE_ROWS)}</div>"
    )


def _flow_table(rows: Sequence[Row], limit: int) -> str:
    head = "<th>Who with whom</th><th>How</th><th>Names</th><th class='n'>Packets</th>"
    body = "".join(map(_flow_row, rows[:limit]))
    hidden = len(rows) - limit
    more = f'<p class="more">and {count(hidden, "more row")}</p>' if hidden > 0 else ""
    return (
        f'<div class="scroll"><table class="flows"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{more}"
    )


def _flow_row(row: Row) -> str:
    known = row.proto if not row.proto.isdecimal() else f"IP protocol {row.proto}"
    what = row.apps[0] if row.apps else known
    often = f"<br><small>{row.flows} times</small>" if row.flows > 1 else ""
    names = "<br>".join(map(escape, _short_names(row.names)))
    return (
        f"<tr><td><code>{escape(row.source)}<br>\N{RIGHTWARDS ARROW}&nbsp;"
        f"{escape(row.destination)}</code></td>"
        f"<td>{escape(what)}{often}</td><td><code>{names}</code></td>"
        f'<td class="n" data-label="packets">{row.packets}</td></tr>'
    )


def _short_names(names: Sequence[str]) -> list[str]:
    """Return a few of the names, long ones (a tracker's URLs) cut."""
    cut = dict.fromkeys(x if len(x) <= NAME_LENGTH else f"{x[:NAME_LENGTH]}..." for x in names)
    more = [f"and {len(cut) - MAX_NAMES} more"] if len(cut) > MAX_NAMES else []
    return [*list(cut)[:MAX_NAMES], *more]


def _packet_card(example: Example, title: str, style: str) -> str:
    picture = draw_packet(example, f"{title}: the {len(example.data)} bytes of one packet")
    heading = f"{len(example.data)} bytes"
    return _card(title, style, heading, picture + draw_legend(example))


def _card(title: str, style: str, heading: str, body: str) -> str:
    return (
        f'<section class="card {style}"><h3><span class="tag">{title}</span>{escape(heading)}</h3>'
        f"{body}</section>"
    )


def _footer(side: Side) -> str:
    engines = [f"{engine['engine']} {engine['version']}" for engine in side.observation["engines"]]
    return (
        f"Recorded by {', '.join(engines)}, and a search of every byte for the names that the "
        "programs used. All of it ran between real PPP daemons on a real kernel; both captures "
        "are beside this page."
    )
