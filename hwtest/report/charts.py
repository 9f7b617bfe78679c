# SPDX-License-Identifier: GPL-2.0-or-later
"""The plots of a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from hwtest.report import plot
from hwtest.report.results import Count, Report, Sample, Throughput

DIRECTIONS = ("up", "down", "both")
Metric = Callable[[Sample], float | None]


def draw_throughput(report: Report) -> list[str]:
    """One plot for each kind of traffic: TCP by number of flows, UDP."""
    tcp = [x for x in report.throughput if x.protocol == "tcp"]
    udp = [x for x in report.throughput if x.protocol == "udp"]
    target = report.limits.megabits
    limits = [plot.Limit("target of head", target)] if target else []
    plots = []
    for flows in sorted({x.flows for x in tcp}):
        title = "TCP, " + ("one connection" if flows == 1 else f"{flows} connections")
        rows = [x for x in tcp if x.flows == flows]
        plots.append(_bars(title, rows, [x.mode for x in rows], limits))
    if udp:
        plots.append(_bars("UDP", udp, [f"{x.mode}, {x.size} bytes" for x in udp], []))
    return plots


def _bars(
    title: str, rows: Sequence[Throughput], names: Sequence[str], limits: Sequence[plot.Limit]
) -> str:
    figures = [(n, x.direction, x.megabits) for n, x in zip(names, rows, strict=True)]
    return _grouped(title, "Mb/s", figures, limits)


def draw_counts(report: Report) -> list[str]:
    """One plot for each unit (instructions, cycles), of the largest packets in each mode."""
    plots = []
    for unit in dict.fromkeys(x.unit for x in report.counts):
        rows = largest([x for x in report.counts if x.unit == unit])
        limit = report.limits.max_instructions if unit == "instructions" else None
        limits = [plot.Limit("limit of head", limit)] if limit else []
        figures = [(x.mode, x.direction, x.per_packet) for x in rows]
        title = f"{unit.capitalize()} for each forwarded packet of full size"
        plots.append(_grouped(title, unit, figures, limits))
    return plots


def largest(counts: Sequence[Count]) -> list[Count]:
    """Return the rows with each mode's largest packets; the MTU differs between modes."""
    top: dict[str, int] = {}
    for row in counts:
        top[row.mode] = max(row.size, top.get(row.mode, 0))
    return [row for row in counts if row.size == top[row.mode]]


def _grouped(
    title: str, unit: str, figures: Sequence[tuple[str, str, float]], limits: Sequence[plot.Limit]
) -> str:
    """Bars of (category, direction, value), in the order of first appearance."""
    values = {(name, direction): value for name, direction, value in figures}
    names = list(dict.fromkeys(name for name, _, _ in figures))
    used = [x for x in DIRECTIONS if any(direction == x for _, direction, _ in figures)]
    series = [plot.Series(x, [values.get((name, x)) for name in names]) for x in used]
    return plot.bars(title, unit, names, series, limits)


def draw_samples(report: Report) -> list[str]:
    """What the board said of itself over time; no plot of what it never said."""
    rows = sorted(report.samples, key=lambda x: x.seconds)
    if not rows:
        return []
    wanted: list[tuple[str, str, list[tuple[str, Metric]]]] = [
        ("Processor", "% of all cores",
         [("all work", lambda x: x.cpu_percent), ("of it softirq", lambda x: x.softirq_percent)]),
        ("Temperature", "\N{DEGREE SIGN}C", [("", lambda x: x.temperature)]),
        ("Free memory", "MiB",
         [("", lambda x: None if x.free_kib is None else x.free_kib / 1024)]),
    ]  # fmt: skip
    moments, bands = [x.seconds for x in rows], _bands(rows)
    plots = []
    for title, unit, metrics in wanted:
        series = [plot.Series(name, [get(x) for x in rows]) for name, get in metrics]
        if any(value is not None for one in series for value in one.values):
            plots.append(plot.lines(title, unit, moments, series, bands=bands))
    return plots


def _bands(rows: Sequence[Sample]) -> list[plot.Band]:
    """The stretches in which the line was in one mode; each lasts until the next begins."""
    groups = [(mode, list(group)) for mode, group in groupby(rows, key=lambda x: x.mode)]
    ends = [group[0].seconds for _, group in groups[1:]] + [rows[-1].seconds]
    return [
        plot.Band(mode or "no line", group[0].seconds, end)
        for (mode, group), end in zip(groups, ends, strict=True)
    ]
