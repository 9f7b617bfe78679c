# SPDX-License-Identifier: GPL-2.0-or-later
"""Every path of the router that the agent knows.

They are all named as they are on the router. What opens files (files.py, host.lock) puts them
under the root, which is "" on a router and a scratch folder in tests; so settings and messages
always speak of the router's own paths.
"""

CONFIG = "/etc/config/"
SHROUD = "/etc/config/shroud"
NETWORK = "/etc/config/network"
FIREWALL = "/etc/config/firewall"
UNCOMMITTED = "/tmp/.uci/"  # noqa: S108  (libuci's, not ours)
OVERRIDES = "/var/run/uci/"  # (as well: since 2025, files here hide those of /etc/config)

STATE = "/etc/shroud"
LINES = "/etc/shroud/lines"
ORIGINALS = "/etc/shroud/originals.json"
CONFIRMED = "/etc/shroud/confirmed.json"
JOURNAL = "/etc/shroud/journal.json"
RESERVE = "/etc/shroud/reserve"
KNOWN_KEYS = "/etc/shroud/known_keys"
KNOWN_KEYS_LOCK = "/etc/shroud/known_keys.lock"

RUN = "/var/run/shroud"
LINES_STATUS = "/var/run/shroud/lines"
REDIAL = "/var/run/shroud/redial"
TRIAL = "/var/run/shroud/trial.json"
DECISION = "/var/run/shroud/decision.json"
LAST_TRIAL = "/var/run/shroud/last-trial.json"
WATCH = "/var/run/shroud/watch.json"
HISTORY = "/var/run/shroud/history.json"
LOCK = "/var/run/shroud/lock"
ORIGINALS_LOCK = "/var/run/shroud/originals.lock"
KEEPER_LOCK = "/var/run/shroud/keeper.lock"

PLUGINS = "/usr/lib/pppd"
PROGRAMS = "/usr/lib/pppshroud/shroud.bpf.o"  # the one or the other may be packed: PACKED behind
DECOY_PROGRAMS = "/usr/lib/pppshroud/decoy.bpf.o"
PACKED = ".gz"
NETWORK_DEVICES = "/sys/class/net"

METRICS_FOLDER = "/var/prometheus"
METRICS = "/var/prometheus/shroud.prom"

_root = [""]


def set_root(root: str) -> None:
    """Put all files under this folder; "" is the router's own root."""
    _root[0] = root.rstrip("/")


def real(path: str) -> str:
    """Where a path of the router is for the kernel."""
    return _root[0] + path


def options_file(line: str) -> str:
    """The pppd options of a line."""
    return LINES + "/" + line + ".options"


def status_file(line: str) -> str:
    """What the plugin writes of a line."""
    return LINES_STATUS + "/" + line + ".json"
