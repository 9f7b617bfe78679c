# SPDX-License-Identifier: GPL-2.0-or-later
"""Where this machine gets Debian from: the images come from the same place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import ImageError

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
NAMES = {"bookworm", "trixie", "stable", "oldstable", "testing", "sid", "unstable", "forky"}


@dataclass(frozen=True)
class Source:
    """One package source: base address, suites, components and the key file that signs it."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: Path | None

    def is_debian(self) -> bool:
        """Whether this is a Debian archive itself, not updates, security or a vendor's."""
        return "main" in self.components and bool(NAMES & set(self.suites))

    def line(self, suite: str) -> str:
        """A one-line apt source for `suite` out of the same archive."""
        option = f"[signed-by={self.signed_by}] " if self.signed_by else ""
        return f"deb {option}{self.uri} {suite} main"


def debian_source(etc: Path = Path("/etc/apt")) -> Source:
    """The first Debian archive among the machine's apt sources under `etc`."""
    for source in _sources(etc):
        if source.is_debian():
            return source
    raise ImageError(
        f"no Debian archive among the package sources in {etc}: "
        "the test images are made from the machine's own mirror; add one there"
    )


def _sources(etc: Path) -> Iterator[Source]:
    folder = etc / "sources.list.d"
    for path in [etc / "sources.list", *sorted(folder.glob("*.list"))]:
        if path.is_file():
            yield from _one_line(path.read_text())
    for path in sorted(folder.glob("*.sources")):
        yield from _deb822(path.read_text())


def _one_line(text: str) -> Iterator[Source]:
    pattern = re.compile(r"^deb\s+(?:\[(?P<options>[^]]*)\]\s+)?(?P<rest>.+)$")
    for line in text.splitlines():
        if match := pattern.match(line.split("#")[0].strip()):
            uri, *rest = match["rest"].split()
            options = dict(o.split("=", 1) for o in (match["options"] or "").split() if "=" in o)
            yield Source(
                _resolve(uri),
                tuple(rest[:1]),
                tuple(rest[1:]),
                _keyring(options.get("signed-by", "")),
            )


def _deb822(text: str) -> Iterator[Source]:
    for stanza in re.split(r"\n\s*\n", text):
        lines = "\n".join(x for x in stanza.splitlines() if not x.startswith("#"))
        fields = {
            m[1].lower(): m[2].strip()
            for m in re.finditer(r"^([\w-]+):((?:.*)(?:\n[ \t].*)*)", lines, re.MULTILINE)
        }
        enabled = fields.get("enabled", "yes").lower() not in {"no", "false", "0"}
        if enabled and "deb" in fields.get("types", "").split():
            for uri in fields.get("uris", "").split():
                yield Source(
                    _resolve(uri),
                    tuple(fields.get("suites", "").split()),
                    tuple(fields.get("components", "").split()),
                    _keyring(fields.get("signed-by", "")),
                )


def _resolve(uri: str) -> str:
    """Turn `mirror+file:/list` into the first mirror of that list."""
    if uri.startswith("mirror+file:"):
        listed = Path("/" + uri.removeprefix("mirror+file:").lstrip("/"))
        return next(x.split()[0] for x in listed.read_text().splitlines() if x.strip())
    return uri


def _keyring(value: str) -> Path | None:
    """The key file that apt shall check with: the entry's own, or Debian's package's."""
    path = Path(value.split(maxsplit=1)[0]) if value.startswith("/") else KEYRING
    return path if path.is_file() else None
