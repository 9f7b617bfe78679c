# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws one packet as inline SVG: a square for each byte, coloured by what it tells."""

from __future__ import annotations

from html import escape

from tests.demo.example import Example, Meaning

COLUMNS = 16
CELL, GAP = 30, 3  # user units
MAX_ROWS = 8

LABELS = {
    Meaning.LINE: "The line's own header",
    Meaning.SOURCE: "From",
    Meaning.DESTINATION: "To",
    Meaning.PORTS: "Ports",
    Meaning.NAME: "Name",
    Meaning.HEADER: "Other header fields",
    Meaning.CONTENT: "Content",
    Meaning.NOISE: "Noise",
}


def draw_packet(example: Example, title: str) -> str:
    """Return the picture; packets beyond MAX_ROWS rows are cut, and the legend says so."""
    shown = example.data[: COLUMNS * MAX_ROWS]
    rows = -(-len(shown) // COLUMNS)
    size = COLUMNS * (CELL + GAP) - GAP, rows * (CELL + GAP) - GAP
    cells = "".join(
        _draw_cell(position, byte, example.meanings[position])
        for position, byte in enumerate(shown)
    )
    return (
        f'<svg viewBox="0 0 {size[0]} {size[1]}" role="img" aria-label="{escape(title)}">'
        f"{cells}</svg>"
    )


def _draw_cell(position: int, byte: int, meaning: Meaning) -> str:
    row, column = divmod(position, COLUMNS)
    x, y = column * (CELL + GAP), row * (CELL + GAP)
    readable = meaning is Meaning.NAME and 0x20 < byte < 0x7F
    text = escape(chr(byte)) if readable else f"{byte:02x}"
    return (
        f'<g class="b {meaning}"><rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" rx="4"/>'
        f'<text x="{x + CELL // 2}" y="{y + CELL // 2}">{text}</text></g>'
    )


def draw_legend(example: Example) -> str:
    """Return a list of the meanings in the picture with their values."""
    items = []
    for meaning, label in LABELS.items():
        number = example.meanings.count(meaning)
        if not number:
            continue
        value = example.values.get(meaning, "")
        items.append(
            f'<li class="{meaning}"><span class="key"></span><span>{escape(label)}'
            f" <b>{escape(value)}</b></span><small>{number} B</small></li>"
        )
    hidden = len(example.data) - COLUMNS * MAX_ROWS
    more = f'<p class="more">and {hidden} more bytes</p>' if hidden > 0 else ""
    return f'<ul class="legend">{"".join(items)}</ul>{more}'
