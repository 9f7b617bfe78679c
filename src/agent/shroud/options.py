# SPDX-License-Identifier: GPL-2.0-or-later
"""The pppd options that shroud a line: the file that the network configuration refers to."""

from shroud import paths
from shroud.settings import Settings

HEAD = "# Made from /etc/config/shroud; what is changed here is lost."


def render(line: Settings) -> bytes:
    """The file's text. No word in it needs quotes: names and keys have no special characters."""
    rows = [
        HEAD,
        "plugin shroud.so",
        "shroud " + line.policy,
        "shroud-role cpe",
        "shroud-line " + line.name,
    ]
    if line.mode != "auto":
        rows.append("shroud-mode " + line.mode)
    rows += ["shroud-peer-key " + key for key in line.peer_keys]
    if line.rekey_interval is not None:
        rows.append(f"shroud-rekey {line.rekey_interval}")
    rows += [
        "shroud-known-keys " + paths.KNOWN_KEYS,
        "shroud-status " + paths.status_file(line.name),
        "shroud-redial " + paths.REDIAL,
    ]
    return ("\n".join(rows) + "\n").encode()
