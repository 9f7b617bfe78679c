# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may call what, as rpcd decides: logins have read and write groups, groups are in acl.d."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any


class Acl:
    """The access groups of acl.d files (rpcd's session.c, rpc_login_setup_acls)."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._groups: dict[str, Any] = {}
        for file in files:
            self._groups |= json.loads(file.read_text())

    def allows(self, login: Login, scope: str, target: str, function: str) -> bool:
        """Whether a login may do `function` on `target`, as ("ubus", "shroud", "status")."""
        for name, group in self._groups.items():
            if scope == "access-group" and name == target:
                return bool(login.rights(name) & {function})
            for right in login.rights(name):
                if _grants(group.get(right, {}).get(scope), target, function, right):
                    return True
        return False


class Login:
    """A session of rpcd: the patterns of the groups that it may read and write."""

    def __init__(self, read: Iterable[str] = (), write: Iterable[str] = ()) -> None:
        self._read = tuple(read)
        self._write = tuple(write)

    def rights(self, group: str) -> set[str]:
        """Which of "read" and "write" the login has of a group. Who may write may read."""
        if any(fnmatchcase(group, pattern) for pattern in self._write):
            return {"read", "write"}
        if any(fnmatchcase(group, pattern) for pattern in self._read):
            return {"read"}
        return set()


def _grants(granted: object, target: str, function: str, right: str) -> bool:
    """A list grants the right itself on each of its names, a table the functions it lists."""
    if isinstance(granted, list):
        return function == right and any(fnmatchcase(target, name) for name in granted)
    if isinstance(granted, dict):
        return any(
            fnmatchcase(target, name) and any(fnmatchcase(function, each) for each in functions)
            for name, functions in granted.items()
        )
    return False


ADMIN = Login(write=["*"])
VIEWER = Login(read=["luci-app-shroud"])
STRANGER = Login(read=["luci-app-other"])
