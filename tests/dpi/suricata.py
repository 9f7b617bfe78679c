# SPDX-License-Identifier: GPL-2.0-or-later
"""Lets this program and those that it starts find a `suricata` on PATH, which the host may lack."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from tests.testbed import images

SCRIPT = """\
#!/bin/sh
# Runs Suricata in its image, where the current folder is /src. All mounts go with it.
exec setpriv --pdeathsig KILL unshare --mount --propagation private sh -c '
set -eu
root=$1; shift
mount --bind "$root" "$root"
mount --bind "$PWD" "$root/src"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmp "$root/tmp"
mount -o remount,bind,ro "$root"
exec chroot "$root" /usr/bin/env -i -C /src HOME=/tmp PATH=/usr/sbin:/usr/bin suricata "$@"
' suricata {root} "$@"
"""


def provide(folder: Path) -> None:
    """Put a script that runs the image's Suricata into `folder`, first on PATH from now on."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "suricata"
    script.write_text(SCRIPT.format(root=shlex.quote(str(images.suricata_root()))))
    script.chmod(0o755)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"
