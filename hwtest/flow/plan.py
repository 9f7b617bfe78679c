# SPDX-License-Identifier: GPL-2.0-or-later
"""How long and how hard a board is driven: `flow` among a target's options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

MODES = ("off", "head", "wireguard")


class PlanError(ValueError):
    """The target's `flow` says something that cannot be done."""


@dataclass(frozen=True)
class Plan:
    """Times in seconds unless the name says otherwise; rates in megabits a second."""

    modes: tuple[str, ...] = MODES
    traffic_seconds: float = 10.0  # of each kind of traffic
    sample_seconds: float = 1.0  # between two looks at the board
    udp_megabits: float = 1000.0  # offered, for each size of packet
    flows: int = 32  # "many"
    soak_minutes: float = 10.0
    soak_megabits: float = 5.0  # each way; all of it is recorded and checked
    rekey_interval: int = 60
    count_packets: int = 5000  # forwarded to count instructions by (virtual boards)
    keep_config: bool = False  # save the configuration that is found, put it back at the end
    rig_wan: str = ""  # the rig host's network devices, towards the board (real boards)
    rig_lan: str = ""

    @classmethod
    def read(cls, flow: Mapping[str, Any]) -> Plan:
        """Take what the target says; the rest as above. PlanError names what is wrong."""
        known = {field.name: field for field in fields(cls)}
        values: dict[str, Any] = {}
        for name, value in flow.items():
            if name not in known:
                raise PlanError(f"flow: unknown key {name!r}; there are {', '.join(known)}")
            values[name] = _modes(value) if name == "modes" else _plain(name, value)
        return cls(**values)


def _modes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not set(value) <= set(MODES):
        raise PlanError(f"flow: modes must be a list of {', '.join(MODES)}, not {value!r}")
    return tuple(mode for mode in MODES if mode in value)


def _plain(name: str, value: object) -> object:
    """A value of the type that the default has; numbers must be above zero."""
    default = getattr(Plan, name)
    if isinstance(default, str):
        if isinstance(value, str) and value:
            return value
        raise PlanError(f"flow: {name} must be the name of a network device, not {value!r}")
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
        raise PlanError(f"flow: {name} must be true or false, not {value!r}")
    whole = isinstance(default, int)
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise PlanError(f"flow: {name} must be a {'whole ' if whole else ''}number, not {value!r}")
    if value <= 0:
        raise PlanError(f"flow: {name} must be above 0, not {value!r}")
    return value
