# SPDX-License-Identifier: GPL-2.0-or-later
"""The settings that were confirmed last, line by line: what a trial goes back to."""

from shroud import paths, record
from shroud.errors import AgentError
from shroud.settings import Settings

MEMBERS: dict[str, tuple[type, ...]] = {"lines": (dict,)}


def load() -> "dict[str, Settings]":
    """All of them by line. DamagedError if the file cannot be understood."""
    found = record.load(paths.CONFIRMED, MEMBERS)
    if found is None:
        return {}
    try:
        lines = [Settings.from_json(value) for value in found["lines"].values()]
    except AgentError as error:
        raise record.DamagedError(paths.CONFIRMED, error.message)
    return {settings.name: settings for settings in lines}


def put(settings: Settings) -> None:
    """These are confirmed now."""
    try:
        lines = load()
    except record.DamagedError:
        record.set_aside(paths.CONFIRMED)
        lines = {}
    lines[settings.name] = settings
    save(lines)


def save(lines: "dict[str, Settings]") -> None:
    """These are confirmed, and no others."""
    values = {name: settings.to_json() for name, settings in lines.items()}
    record.save(paths.CONFIRMED, {"lines": values})
