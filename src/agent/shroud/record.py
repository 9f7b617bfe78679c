# SPDX-License-Identifier: GPL-2.0-or-later
"""Small JSON files that the agent writes for itself, and must not trust when it reads them."""

import json

from shroud import files, jsontext
from shroud.errors import AgentError

LIMIT = 1 << 18  # bytes
SCHEMA = 1


class DamagedError(AgentError):
    """A file of ours that no longer holds what we wrote; `path` names it."""

    def __init__(self, path: str, what: str) -> None:
        """Say what is wrong with it."""
        super().__init__("storage", path + " is damaged: " + what)
        self.path = path


def load(path: str, members: "dict[str, tuple[type, ...]]") -> "dict | None":  # type: ignore[type-arg]
    """Return the object in a file, None if there is no file.

    members: names that it must have, with the types allowed. DamagedError if it is not such an
    object; FileError if it cannot be read.
    """
    data = files.read(path, LIMIT)
    if not data and not files.exists(path):
        return None
    try:
        value = jsontext.parse(data)
    except ValueError:
        raise DamagedError(path, "not JSON")
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        raise DamagedError(path, f"not an object of schema {SCHEMA}")
    for name in members:
        if name not in value or not isinstance(value[name], members[name]):
            raise DamagedError(path, f'no "{name}" of the right type')
    return value


def save(path: str, value: "dict[str, object]") -> None:
    """Write an object durably; unchanged, it is not written again, which spares the flash."""
    value = dict(value)
    value["schema"] = SCHEMA
    try:
        if load(path, {}) == value:
            return
    except DamagedError:
        set_aside(path)
    files.replace(path, (json.dumps(value) + "\n").encode())


def set_aside(path: str) -> str:
    """Give a damaged file another name, for whoever wants to look at it; return that name."""
    name = path[path.rfind("/") + 1 :] + ".damaged"
    files.move(path, name)
    return name
