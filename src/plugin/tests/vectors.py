# SPDX-License-Identifier: GPL-2.0-or-later
"""Turn docs/vectors/{handshake,messages}.json into rows that C can read with strtok().

A row is a section and its fields, `name=value`, separated by tabs. With --seeds DIR: write
every packet as a file of its own, to begin fuzzing with.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SECTIONS = {"handshake": ("vectors",), "messages": ("packets", "payloads", "answers")}
PACKETS = ("init", "resp", "confirm", "done", "packet")


def entries(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every entry of every section; what a file says once is added to each of its entries."""
    for name, sections in SECTIONS.items():
        contents = json.loads((folder / f"{name}.json").read_text())
        common = {key: value for key, value in contents.items() if isinstance(value, str)}
        for section in sections:
            for entry in contents[section]:
                yield section, common | entry


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="docs/vectors")
    parser.add_argument("--seeds", type=Path, help="write one file per packet here")
    options = parser.parse_args()
    for section, entry in entries(options.folder):
        entry.pop("about", None)
        if options.seeds is None:
            print("\t".join([section, *(f"{key}={value}" for key, value in entry.items())]))
            continue
        for key in PACKETS:
            if key in entry:
                name = f"{section}-{entry['name']}-{key}".replace(" ", "_").replace("/", "_")
                (options.seeds / name).write_bytes(bytes.fromhex(entry[key]))


if __name__ == "__main__":
    main()
