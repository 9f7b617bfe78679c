# SPDX-License-Identifier: GPL-2.0-or-later
"""The pppd options that shroud a line: the file that the network configuration refers to."""

from shroud import paths
from shroud.settings import Settings

# What is offered, the best first; head hides more than decoy, so it may take its place. By
# itself the plugin offers head.
MODES = {"head": "head", "decoy": "decoy,head"}
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
    if line.mode in MODES:
        rows.append("shroud-mode " + MODES[line.mode])
    if line.framing != "native":
        rows.append("shroud-framing lcp,native")
    rows += ["shroud-peer-key " + key for key in line.peer_keys]
    if line.rekey_interval is not None:
        rows.append(f"shroud-rekey {line.rekey_interval}")
    rows += [
        "shroud-known-keys " + paths.KNOWN_KEYS,
        "shroud-status " + paths.status_file(line.name),
        "shroud-redial " + paths.REDIAL,
    ]
    return ("\n".join(rows) + "\n").encode()
