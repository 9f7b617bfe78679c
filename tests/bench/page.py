# SPDX-License-Identifier: GPL-2.0-or-later
"""The results as pictures: forwarding.svg, and index.html with all of it in one file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from hwtest.report.page import table, wrap
from hwtest.report.plot import Limit, Series, bars, number

from . import profile, report
from .modes import BY_NAME, DIRECTIONS, REFERENCE
from .profile import Profile
from .results import Measurement

AIM = 1.35  # times plain PPPoE
SHOWN = "head"  # the mode whose profile the page has
FUNCTIONS, MODULES = 15, 8
UNIT = "instructions per packet"


def write(results: Sequence[Measurement], profiles: Sequence[Profile], folder: Path) -> None:
    """Write forwarding.svg, of the first size that was measured, and index.html."""
    plots = [plot(results, name) for name in dict.fromkeys(one.size_name for one in results)]
    (folder / "forwarding.svg").write_text(plots[0], encoding="utf-8")
    parts = [
        "<h1>Cost of forwarding</h1>",
        f"<p>{_html(report.EXPLANATION)}</p>",
        _modes(results),
        *(f'<div class="card scroll">{one}</div>' for one in plots),
        _results(results),
        *_profile(profiles),
    ]
    (folder / "index.html").write_text(
        wrap("Cost of forwarding", "\n".join(parts)), encoding="utf-8"
    )


def plot(results: Sequence[Measurement], size_name: str) -> str:
    """Return bars of all modes at one size, as a whole SVG file."""
    costs = {(one.mode, one.direction): one.insn_per_packet
             for one in results if one.size_name == size_name}  # fmt: skip
    modes = list(dict.fromkeys(mode for mode, _ in costs))
    series = [Series(x, [costs.get((mode, x)) for mode in modes]) for x in DIRECTIONS]
    plain = costs.get((REFERENCE, "up"))
    limits = [Limit(f"{AIM} x plain PPPoE up", plain * AIM)] if plain else []
    size = "packets of the mode's MTU" if size_name == "mtu" else f"packets of {size_name} bytes"
    return bars(f"One forwarded TCP packet: {size}", UNIT, modes, series, limits)


def _html(text: str) -> str:
    """Return text as HTML, what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _modes(results: Sequence[Measurement]) -> str:
    used = dict.fromkeys(one.mode for one in results)
    rows = [(f"<code>{escape(name)}</code>", _html(BY_NAME[name].meaning)) for name in used]
    return table(("mode", "what it is"), rows)


def _results(results: Sequence[Measurement]) -> str:
    rows = [
        (
            escape(one.mode), one.direction, str(one.size), number(round(one.insn_per_packet)),
            "" if relative is None else f"{relative:.2f}", str(one.inner_mtu),
            f"{one.wire_bytes_added:+d}",
        )
        for one, relative in ((one, report.ratio(one, results)) for one in results)
    ]  # fmt: skip
    heads = ("mode", "direction", "#size", f"#{UNIT}", "#x PPPoE", "#inner MTU", "#bytes added")
    return "<h2>All figures</h2>\n" + table(heads, rows)


def _profile(profiles: Sequence[Profile]) -> list[str]:
    by_mode = {one.mode: one for one in profiles}
    if SHOWN not in by_mode:
        return []
    parts = [f"<h2>Where <code>{SHOWN}</code> spends them</h2>"]
    first, _ = next(iter(by_mode[SHOWN].cost))
    for direction in DIRECTIONS:
        parts += [_modules(by_mode, first, direction), _functions(by_mode, first, direction)]
    return parts


def _modules(by_mode: dict[str, Profile], name: str, direction: str) -> str:
    """Return bars by kernel module, beside plain PPPoE's."""
    shown = profile.by_module(by_mode[SHOWN].cost[name, direction])
    modules = [module for module, _ in profile.largest(shown, MODULES)]
    series = [Series(SHOWN, [shown[module] for module in modules])]
    if REFERENCE in by_mode:
        plain = profile.by_module(by_mode[REFERENCE].cost[name, direction])
        series.insert(0, Series(REFERENCE, [plain.get(module, 0.0) for module in modules]))
    svg = bars(f"By part of the kernel, {direction}, size {name}", UNIT, modules, series)
    return f'<div class="card scroll">{svg}</div>'


def _functions(by_mode: dict[str, Profile], name: str, direction: str) -> str:
    cost = by_mode[SHOWN].cost[name, direction]
    plain = by_mode[REFERENCE].cost[name, direction] if REFERENCE in by_mode else {}
    rows = [
        (f"<code>{escape(function)}</code>", number(round(n, 1)),
         number(round(plain.get(function, 0.0), 1)) if plain else "")
        for function, n in profile.largest(cost, FUNCTIONS)
    ]  # fmt: skip
    return table((f"function, {direction}", f"#{UNIT}", f"#in {REFERENCE}"), rows)
