# SPDX-License-Identifier: GPL-2.0-or-later
"""report.html: the table, and what it does not show. Writes the report's other files, too."""

from __future__ import annotations

from html import escape
from pathlib import Path

from hwtest.report.page import wrap

from .line import MODES
from .markdown import markdown
from .report import Report, write_json
from .table import Line, limit_words, lines, totals

TITLE = "What deep packet inspection finds on the carrier's line"
STYLE = Path(__file__).with_name("page.css")
HEADINGS = ("use case", "line", "flows", *MODES)
LEAD = (
    "Real clients talk to real servers over a real line. Every engine gets the carrier's capture, "
    "and what it says is held against what the clients did. “Told by” names the engines that can "
    "tell the use case itself; octets exposed are the metadata (addresses, names, identifiers, "
    "signatures) that are found anywhere on the wire."
)
LIMIT = (
    "An adversary who also watches the servers, and reads nothing but sizes and times, still "
    "finds the flows of a covered line (the share of each is in report.json under “limits”): "
)
BODY = """\
<h1>{title}</h1>
<p>{lead}</p>
<div class="scroll"><table>
<thead><tr>{headings}</tr></thead>
<tbody>
{body}
</tbody>
</table></div>
<h2>The limit: sizes and times</h2>
<p>{limit}</p>
<div class="scroll"><table>
<thead><tr>{limit_headings}</tr></thead>
<tbody>
{limit_body}
</tbody>
</table></div>"""


def write(folder: Path, report: Report) -> None:
    """Write report.json, report.md and report.html into `folder`."""
    write_json(report, folder / "report.json")
    (folder / "report.md").write_text(markdown(TITLE, report), encoding="utf-8")
    (folder / "report.html").write_text(_html(report, lines(report)), encoding="utf-8")


def _html(report: Report, table: list[Line]) -> str:
    body = BODY.format(
        title=escape(TITLE),
        lead=escape(LEAD),
        headings="".join(f"<th>{escape(text)}</th>" for text in HEADINGS),
        body="\n".join(map(_html_line, table)),
        limit=escape(LIMIT + totals(report.limits) + "."),
        limit_headings="".join(f"<th>{x}</th>" for x in ("use case", "line", *MODES)),
        limit_body="\n".join(map(_html_limit, table)),
    )
    return wrap(TITLE, body, STYLE)


def _html_line(line: Line) -> str:
    cells = "".join(
        f'<td class="{"bad" if cell.hits or cell.exposed else "good"}">{escape(cell.words)}</td>'
        for cell in line.cells
    )
    name = f"<b>{escape(line.use_case)}</b><br>{escape(line.title)}"
    return f"<tr><td>{name}</td><td>{line.encapsulation}</td><td>{_flows(line)}</td>{cells}</tr>"


def _html_limit(line: Line) -> str:
    cells = "".join(f"<td>{limit_words(limit)}</td>" for limit in line.matched)
    return f"<tr><td>{escape(line.use_case)}</td><td>{line.encapsulation}</td>{cells}</tr>"


def _flows(line: Line) -> str:
    return f"{line.flows} (void)" if line.void else str(line.flows)
