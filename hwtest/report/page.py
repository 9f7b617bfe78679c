# SPDX-License-Identifier: GPL-2.0-or-later
"""report.html: one run for people, in one file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from hwtest.report import charts
from hwtest.report.plot import number
from hwtest.report.results import Outcome, Report, Step

NAME = "report.html"
STYLE = Path(__file__).with_name("page.css")
WORDS = {
    Outcome.PASSED: "passed",
    Outcome.PRODUCT_FAULT: "product fault",
    Outcome.RIG_FAULT: "rig fault",
    Outcome.NOT_RUN: "not run",
}
VERDICTS = {
    Outcome.PASSED: "All steps passed.",
    Outcome.PRODUCT_FAULT: "The bench worked; what ran on the board did not do what it must.",
    Outcome.RIG_FAULT: "The bench itself failed, so this run says nothing of pppshroud.",
}
RELATIONS = {"<=": "at most", ">=": "at least", "==": "exactly"}
EMULATED = (
    "This board is virtual. Its megabits per second only say how fast the emulation is; what is "
    "judged is the number of instructions for each packet."
)
INCOMPLETE = (
    "The run did not come to its end: some steps were never tried, and nobody had the time to say "
    "why. The end of the serial log may tell."
)
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def write_page(report: Report, folder: Path) -> Path:
    """Write report.html into `folder`. Return its path."""
    path = folder / NAME
    path.write_text(render_page(report), encoding="utf-8")
    return path


def render_page(report: Report) -> str:
    """Return the page."""
    parts = [
        _head(report),
        *(_fault(step) for step in report.faults),
        _section("Limits", _checks(report)),
        _section("Throughput", _plots(charts.draw_throughput(report)) + _throughput(report)),
        _section("Cost of a packet", _plots(charts.draw_counts(report)) + _counts(report)),
        _section("The board while it worked", _plots(charts.draw_samples(report))),
        _section("Steps", _steps(report)),
        _section("What happened when", _events(report)),
        _section("Versions", _versions(report)),
        _section("Logs", _logs(report)),
    ]
    return wrap(f"{report.board}: {WORDS[report.outcome]}", "\n".join(filter(None, parts)))


def wrap(title: str, body: str, style: Path = STYLE) -> str:
    """Return a whole page around `body`, which is HTML; `title` is text, `style` a file of CSS."""
    return PAGE.format(title=escape(title), style=style.read_text(encoding="utf-8"), body=body)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in a card. Cells are HTML; a head that begins with "#" is of figures."""
    styles = [' class="n"' if head.startswith("#") else "" for head in heads]
    head = "".join(
        f"<th{style}>{escape(text.lstrip('#'))}</th>"
        for text, style in zip(heads, styles, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{x}>{cell}</td>" for cell, x in zip(row, styles, strict=True))
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="card scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _section(title: str, body: str) -> str:
    return f"<h2>{escape(title)}</h2>\n{body}" if body else ""


def _head(report: Report) -> str:
    minutes = f"{report.seconds / 60:.1f} minutes"
    lead = f"Target <code>{escape(report.target)}</code>, {escape(report.soc)}. "
    lead += f"Begun {escape(report.started)}, {minutes}."
    note = f'<p class="soft">{EMULATED}</p>' if report.virtual else ""
    if not report.is_complete and not report.faults:
        note = f"<p>{INCOMPLETE}</p>{note}"
    outcome = report.outcome
    return (
        f'<h1>{escape(report.board)}</h1><p class="lead">{lead}</p>'
        f'<div class="card verdict {outcome}"><strong>{WORDS[outcome].capitalize()}</strong>'
        f"{VERDICTS[outcome]}</div>{note}"
    )


def _fault(step: Step) -> str:
    kind = f"{WORDS[step.outcome]}: {step.kind}" if step.kind else WORDS[step.outcome]
    advice = f"<p>What to do: {escape(step.advice)}</p>" if step.advice else ""
    return (
        f'<div class="card"><h3><span class="mark {step.outcome}">{escape(kind)}</span> '
        f"in {escape(step.name)}</h3><p>{escape(step.message)}</p>{advice}</div>"
    )


def _checks(report: Report) -> str:
    if not report.checks:
        return ""
    rows = [
        (
            escape(x.name), escape(x.mode), f"{number(x.value)} {escape(x.unit)}",
            f"{RELATIONS[x.relation]} {number(x.limit)}",
            mark(Outcome.PASSED if x.passed else Outcome.PRODUCT_FAULT,
                 "kept" if x.passed else "missed"),
        )
        for x in report.checks
    ]  # fmt: skip
    source = report.limits.source
    note = f'<p class="soft">Source of the board\'s target: {escape(source)}</p>' if source else ""
    return table(("figure", "mode", "#measured", "#limit", ""), rows) + note


def mark(outcome: Outcome, text: str = "") -> str:
    """Return a coloured word."""
    return f'<span class="mark {outcome}">{escape(text or WORDS[outcome])}</span>'


def _plots(plots: Sequence[str]) -> str:
    return "".join(f'<div class="card scroll">{one}</div>' for one in plots)


def _throughput(report: Report) -> str:
    rows = [
        (
            escape(x.mode), escape(x.direction), escape(x.protocol),
            "" if x.size is None else number(x.size), number(x.flows), number(x.megabits),
            "" if x.lost_percent is None else number(x.lost_percent),
            "" if x.retransmits is None else number(x.retransmits),
        )
        for x in report.throughput
    ]  # fmt: skip
    heads = ("mode", "direction", "protocol", "#bytes", "#flows", "#Mb/s", "#lost %", "#sent again")
    return _folded("All runs of traffic", table(heads, rows)) if rows else ""


def _counts(report: Report) -> str:
    rows = [
        (escape(x.mode), escape(x.direction), number(x.size), number(x.per_packet), escape(x.unit))
        for x in report.counts
    ]
    heads = ("mode", "direction", "#bytes", "#per packet", "")
    return _folded("All counts", table(heads, rows)) if rows else ""


def _folded(summary: str, body: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{body}</details>"


def _steps(report: Report) -> str:
    rows = [
        (escape(x.name), mark(x.outcome), f"{x.seconds:.1f}", escape(x.message))
        for x in report.steps
    ]
    return table(("step", "", "#seconds", ""), rows) if rows else ""


def _events(report: Report) -> str:
    rows = [(f"{x.seconds:.0f}", escape(x.text)) for x in report.events]
    return table(("#second", "event"), rows) if rows else ""


def _versions(report: Report) -> str:
    rows = [(escape(k), f"<code>{escape(v)}</code>") for k, v in sorted(report.versions.items())]
    return table(("of", "version"), rows) if rows else ""


def _logs(report: Report) -> str:
    items = "".join(f'<li><a href="{quote(x)}">{escape(x)}</a></li>' for x in report.logs)
    return f"<ul>{items}</ul>" if items else ""
