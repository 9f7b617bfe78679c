# SPDX-License-Identifier: GPL-2.0-or-later
"""What the page runs in: our stand-in for LuCI's runtime, or LuCI's own from a checkout of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import catalogue

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
APP = ROOT / "luci-app/luci-app-shroud"
LUCI_DIR = "LUCI_DIR"
"""The variable that names a checkout of openwrt/luci, of any release from 24.10 on."""


@dataclass(frozen=True)
class Runtime:
    """Folders that make up /luci-static/, and the form in which translations are wanted."""

    name: str
    folders: tuple[tuple[str, Path], ...]  # URL path below /luci-static/, folder
    theme: str
    translations: Callable[[Mapping[str, str]], dict[str, str]]

    def file(self, path: str) -> Path | None:
        """The file behind a path below /luci-static/."""
        for prefix, folder in (("resources/", APP / "htdocs/luci-static/resources"), *self.folders):
            if path.startswith(prefix):
                found = (folder / path.removeprefix(prefix)).resolve()
                if found.is_file() and found.is_relative_to(folder.resolve()):
                    return found
        return None


STANDIN = Runtime(
    "stand-in",
    (("resources/", HERE / "standin/resources"), ("theme/", HERE / "standin/theme")),
    "theme",
    dict,
)


def luci(folder: Path) -> Runtime:
    """LuCI's own runtime and its default theme, out of a checkout."""
    modules = [folder / "modules" / name for name in ("luci-base", "luci-mod-status")]
    theme = folder / "themes/luci-theme-bootstrap/htdocs/luci-static"
    return Runtime(
        "LuCI in " + str(folder),
        (
            *(("resources/", module / "htdocs/luci-static/resources") for module in modules),
            ("bootstrap/", theme / "bootstrap"),
        ),
        "bootstrap",
        catalogue.hashed,
    )


def available() -> list[Runtime]:
    """The stand-in, and LuCI's own if LUCI_DIR is set."""
    folder = os.environ.get(LUCI_DIR)
    return [STANDIN, luci(Path(folder))] if folder else [STANDIN]
