# SPDX-License-Identifier: GPL-2.0-or-later
"""What `./inv feed-check` does after the tests: the sizes, and pppd's other versions."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.testbed import toolchain
from tests.testbed.errors import TestbedError

from . import package, sizes
from .targets import DEBIAN_PPPD, RELEASES, TARGETS


def check_others(headers: Path | None) -> list[str]:
    """Compile the plugin for the versions of pppd that Debian has not; return what to say."""
    said = []
    for release in RELEASES:
        if release.pppd == DEBIAN_PPPD:
            continue
        folder = headers and headers / release.pppd
        if not folder or not (folder / "pppd/pppdconf.h").is_file():
            where = f"{folder or 'DIR/' + release.pppd}/pppd"
            said.append(
                f"pppd {release.pppd} of {release.name}: NOT checked, no headers in {where}"
            )
            continue
        for target in TARGETS:
            package.build("ppp-mod-shroud", target, release.pppd, folder)
        said.append(f"pppd {release.pppd} of {release.name}: compiles for all processors")
    return said


def main(arguments: list[str]) -> int:
    """Print the table; return the exit status."""
    try:
        print(sizes.table(sizes.last()))
        said = check_others(Path(arguments[0]).resolve() if arguments else None)
    except (TestbedError, toolchain.BuildError) as error:
        print(f"feed-check: {error}", file=sys.stderr)
        return 1
    print(f"\npppd {DEBIAN_PPPD}: compiles for all processors", *said, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
