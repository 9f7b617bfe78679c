# SPDX-License-Identifier: GPL-2.0-or-later
"""Plots: right lengths, gaps where nothing was measured, well-formed and harmless XML."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from hwtest.report.plot import Band, Limit, Series, bars, lines, nice_ticks, number

SVG = "{http://www.w3.org/2000/svg}"


def bar_widths(svg: str) -> dict[str, float]:
    """The length of each bar by its tooltip."""
    groups = ET.fromstring(svg).iter(f"{SVG}g")  # noqa: S314 - made here
    return {x[0].text or "": float(x[1].attrib["width"]) for x in groups}


def words(svg: str) -> list[str]:
    return [x.text or "" for x in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314


def test_bars_are_to_scale() -> None:
    svg = bars("T", "Mb/s", ["off", "head"], [Series("up", (100, 50)), Series("down", (25, None))])
    widths = bar_widths(svg)
    full = widths["off up (Mb/s): 100"]
    assert widths == {
        "off up (Mb/s): 100": full,
        "off down (Mb/s): 25": pytest.approx(full / 4, abs=0.1),
        "head up (Mb/s): 50": pytest.approx(full / 2, abs=0.1),
    }
    assert words(svg).count("not measured") == 1


def test_limit_is_within_the_plot() -> None:
    svg = bars("T", "", ["off"], [Series("", (10,))], [Limit("target", 1000)])
    (line,) = (x for x in ET.fromstring(svg) if x.attrib.get("class") == "limit")  # noqa: S314
    assert 0 < float(line.attrib["x1"]) == float(line.attrib["x2"]) < 760
    assert "target 1\N{NO-BREAK SPACE}000" in words(svg)


def test_lines_break_at_gaps() -> None:
    svg = lines("T", "%", [0, 1, 2, 3, 4], [Series("", (1, 2, None, 4, None))], [Limit("all", 5)])
    root = ET.fromstring(svg)  # noqa: S314 - made here
    (stretch,) = root.iter(f"{SVG}polyline")
    assert len(stretch.attrib["points"].split()) == 2
    assert len(list(root.iter(f"{SVG}circle"))) == 1


def test_lines_go_up_with_the_value() -> None:
    svg = lines("T", "%", [0, 10], [Series("a", (0, 5))], bands=[Band("<x>", 0, 10)])
    points = re.search(r'points="([\d.]+),([\d.]+) ([\d.]+),([\d.]+)"', svg)
    assert points
    x1, y1, x2, y2 = map(float, points.groups())
    assert x1 < x2
    assert y1 > y2
    assert "<x>" in words(svg)


@pytest.mark.parametrize("series", [[], [Series("", ())]])
def test_nothing_to_draw(series: list[Series]) -> None:
    assert words(bars("T", "u", [], series))[0] == "T"
    assert words(lines("T", "u", [], series))[0] == "T"


def test_same_figures_give_same_bytes() -> None:
    draw = [bars('"<&', "'", ["<b>"], [Series("&", (1 / 3,))], [Limit("<", 2)]) for _ in range(2)]
    assert draw[0] == draw[1]
    assert "<b>" not in draw[0]
    assert "<b>" in words(draw[0])


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, [0, 1]),
        (1, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (940, [0, 200, 400, 600, 800, 1000]),
        (1000, [0, 200, 400, 600, 800, 1000]),
        (39641, [0, 10000, 20000, 30000, 40000]),
    ],
)  # fmt: skip
def test_ticks(highest: float, ticks: list[float]) -> None:
    assert nice_ticks(highest) == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.815, "0.81"), (9.96, "9.96"), (12.34, "12.3"), (10277.4, "10 277")],
)  # fmt: skip
def test_numbers(value: float, text: str) -> None:
    assert number(value).replace("\N{NO-BREAK SPACE}", " ") == text
