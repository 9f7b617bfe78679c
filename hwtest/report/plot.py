# SPDX-License-Identifier: GPL-2.0-or-later
"""Plots as SVG: bars and lines. Each is self-contained (a file of its own, or inside a page),
follows the reader's dark or light setting, has all its figures as text, and is the same to the
byte for the same figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 760  # units of the drawing, as all lengths here; about pixels on a wide screen
LETTER = 7.3  # of the 12 unit font, on average; titles are wider
ROW, GAP = 19, 13
TOP = 34
AXIS = 46  # below the plot area
HEIGHT = 190  # of the area of a line plot
COLOURS = 6
TICKS = 5

STYLE = """
.plot{--paper:#fff;--ink:#1c1f23;--soft:#5d646d;--rule:#dedbd2;--band:#8882;--limit:#b3261e;
--c0:#2f6fb5;--c1:#c05f10;--c2:#11704f;--c3:#7a4fb0;--c4:#b8255f;--c5:#6a6658;
font:12px ui-monospace,"DejaVu Sans Mono",monospace;display:block;width:100%;height:auto}
@media(prefers-color-scheme:dark){.plot{--paper:#1e2125;
--ink:#e8e6e1;--soft:#a2a8b0;--rule:#343940;--band:#fff1;
--limit:#ff8f85;--c0:#6ea8e6;--c1:#e8935a;--c2:#5fc79b;--c3:#b293e0;--c4:#ee7fae;--c5:#a5a294}}
.plot .paper{fill:var(--paper)}.plot text{fill:var(--ink);stroke:var(--paper);stroke-width:3;
stroke-linejoin:round;paint-order:stroke}.plot .soft{fill:var(--soft)}
.plot .title{font-size:14px;font-weight:600}
.plot .rule{stroke:var(--rule)}.plot .limit{stroke:var(--limit);stroke-dasharray:5 4}
.plot .limit-text{fill:var(--limit)}.plot .band{fill:var(--band)}
.plot polyline{fill:none;stroke-width:2;stroke-linejoin:round}
.plot .end{text-anchor:end}.plot .middle{text-anchor:middle}
""" + "".join(
    f".plot .c{i}{{fill:var(--c{i})}}.plot .l{i}{{stroke:var(--c{i})}}" for i in range(COLOURS)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one colour."""

    name: str  # empty: no legend
    values: Sequence[float | None]  # one for each category or moment; None: not measured


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure that is to be kept, drawn across the plot."""

    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the axis of a line plot, with a name above it."""

    label: str
    first: float
    last: float


def bars(
    title: str, unit: str, categories: Sequence[str], series: Sequence[Series],
    limits: Sequence[Limit] = (),
) -> str:  # fmt: skip
    """Return horizontal bars: for each category one of each series, with its figure beside it."""
    left = 16 + LETTER * max(map(len, categories), default=0)
    group = ROW * len(series)
    top = TOP + 18 * (_has_legend(series) + len(limits))
    bottom = top + (group + GAP) * len(categories)
    ticks = nice_ticks(_highest([v for s in series for v in s.values], limits))
    scale = (WIDTH - left - 90) / ticks[-1]
    parts = [_line(left + tick * scale, top, left + tick * scale, bottom, "rule") for tick in ticks]
    parts += [_text(left + t * scale, bottom + 16, number(t), "soft middle") for t in ticks]
    labels = []
    for at, category in enumerate(categories):
        y = top + GAP / 2 + at * (group + GAP)
        labels.append(_text(left - 8, y + group / 2 + 4, category, "end"))
        for i, one in enumerate(series):
            name = f"{category} {one.name}".strip()
            parts.append(_bar(left, y + ROW * i, one.values[at], scale, i, f"{name} ({unit})"))
            labels.append(_bar_label(left, y + ROW * i, one.values[at], scale))
    for row, limit in enumerate(limits):
        parts += _across(limit, left + limit.value * scale, top - 18 * (len(limits) - row), bottom)
    labels.append(_text(WIDTH - 8, bottom + 34, unit, "soft end"))
    return _svg(title, bottom + AXIS, [*parts, *labels, *_legend(series, TOP + 6)])


def lines(
    title: str, unit: str, moments: Sequence[float], series: Sequence[Series],
    limits: Sequence[Limit] = (), bands: Sequence[Band] = (), moment_unit: str = "s",
) -> str:  # fmt: skip
    """Return lines over `moments` (ascending), broken where a value is None."""
    left, right = 64.0, WIDTH - 16.0
    top = TOP + 20.0 * (_has_legend(series) + bool(bands))
    bottom = top + HEIGHT
    ticks = nice_ticks(_highest([v for s in series for v in s.values], limits))
    end = max(moments, default=0.0) or 1.0
    wide, high = (right - left) / end, HEIGHT / ticks[-1]
    parts = [_band(band, i, left, wide, top) for i, band in enumerate(bands)]
    for tick in ticks:
        y = bottom - tick * high
        parts += [
            _line(left, y, right, y, "rule"),
            _text(left - 8, y + 4, number(tick), "soft end"),
        ]
    across = [tick for tick in nice_ticks(end) if tick <= end]
    parts += [_text(left + t * wide, bottom + 16, number(t), "soft middle") for t in across]
    for limit in limits:
        y = bottom - limit.value * high
        parts.append(_line(left, y, right, y, "limit"))
        room = y - 4 if y > top + 12 else y + 14
        parts.append(_text(right, room, f"{limit.label} {number(limit.value)}", "limit-text end"))
    points = [[(left + m * wide, None if v is None else bottom - v * high)
               for m, v in zip(moments, s.values, strict=True)] for s in series]  # fmt: skip
    parts += [_polylines(row, i % COLOURS) for i, row in enumerate(points)]
    parts += _legend(series, TOP + 6)
    parts.append(_text(right, bottom + 34, f"{unit}, over {moment_unit}", "soft end"))
    return _svg(title, bottom + AXIS, parts)


def nice_ticks(highest: float) -> list[float]:
    """Return round figures from 0 to `highest` or just above it; two at least."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * x for x in (1, 2, 5, 10) if power * x >= rough * 0.999)
    return [step * i for i in range(math.ceil(highest / step - 1e-9) + 1)]


def number(value: float) -> str:
    """Return a figure as people read it: 12 345, 0.82, 3.5."""
    digits = 0 if value >= 100 or value == round(value) else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}".replace(",", "\N{NO-BREAK SPACE}")


def _highest(values: Sequence[float | None], limits: Sequence[Limit]) -> float:
    known = [value for value in values if value is not None]
    return max([*known, *(limit.value for limit in limits)], default=0.0)


def _has_legend(series: Sequence[Series]) -> bool:
    return any(one.name for one in series)


def _legend(series: Sequence[Series], y: float) -> list[str]:
    parts, x = [], 16.0
    for i, one in enumerate(series):
        if one.name:
            parts.append(_rect(x, y - 1, 12, 12, f"c{i % COLOURS}"))
            parts.append(_text(x + 18, y + 9, one.name))
            x += 40 + LETTER * len(one.name)
    return parts


def _bar(x: float, y: float, value: float | None, scale: float, index: int, name: str) -> str:
    if value is None:
        return ""
    bar = _rect(x, y + 1, max(value * scale, 1), ROW - 3, f"c{index % COLOURS}")
    return f"<g><title>{escape(f'{name}: {number(value)}')}</title>{bar}</g>"


def _bar_label(x: float, y: float, value: float | None, scale: float) -> str:
    if value is None:
        return _text(x + 6, y + ROW - 6, "not measured", "soft")
    return _text(x + value * scale + 6, y + ROW - 6, number(value))


def _across(limit: Limit, x: float, top: float, bottom: float) -> list[str]:
    """Return the line of a limit through bars, its name on top, on the side with more room."""
    style = "limit-text end" if x > WIDTH * 0.6 else "limit-text"
    text = _text(x, top + 11, f"{limit.label} {number(limit.value)}", style)
    return [_line(x, top + 14, x, bottom, "limit"), text]


def _band(band: Band, index: int, left: float, wide: float, top: float) -> str:
    x, width = left + band.first * wide, (band.last - band.first) * wide
    fill = _rect(x, top, width, HEIGHT, "band") if index % 2 == 0 else ""
    name = band.label if LETTER * len(band.label) <= width else ""
    text = _text(x + width / 2, top - 6, name, "soft middle") if name else ""
    return f"<g><title>{escape(band.label)}</title>{fill}{text}</g>"


def _polylines(points: Sequence[tuple[float, float | None]], colour: int) -> str:
    """Return one polyline for each stretch without a gap; a lone point becomes a dot."""
    stretches: list[list[str]] = [[]]
    for x, y in points:
        if y is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{x:.1f},{y:.1f}")
    parts = []
    for one in filter(None, stretches):
        if len(one) == 1:
            x_text, y_text = one[0].split(",")
            parts.append(f'<circle cx="{x_text}" cy="{y_text}" r="2.5" class="c{colour}"/>')
        else:
            parts.append(f'<polyline points="{" ".join(one)}" class="l{colour}"/>')
    return "".join(parts)


def _svg(title: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'role="img" aria-label="{escape(title)}"><style>{STYLE}</style>\n'
        f'<rect width="100%" height="100%" class="paper"/>'
        f"{_text(16, 20, title, 'title')}\n" + "\n".join(parts) + "\n</svg>\n"
    )


def _text(x: float, y: float, text: str, style: str = "") -> str:
    name = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{name}>{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{style}"/>'


def _rect(x: float, y: float, width: float, height: float, style: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class="{style}"/>'
    )
