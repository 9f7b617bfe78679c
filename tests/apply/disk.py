# SPDX-License-Identifier: GPL-2.0-or-later
"""What a power cut can leave on the flash, after each operation on a file.

Strict as POSIX lets a file system be: what was not synced may be lost. A file's bytes count from
its fsync on, a name (made, renamed, removed) from the fsync of its folder; of a folder's names
that were changed since, any first part may be there. Real file systems keep more than that.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any

from shroud import files, paths

Tree = dict[str, bytes]
"""Contents by path below the root; a folder is a path that ends with a slash."""
States = dict[frozenset[tuple[str, bytes]], str]
"""Trees that a cut can leave, and after which operation."""
TRACKED = "/etc"


class Node:
    """A file, or a folder if `names` is not None."""

    def __init__(self, data: bytes | None) -> None:
        self.data = data or b""
        self.synced = self.data
        self.names: dict[str, Node] | None = {} if data is None else None
        self.pending: list[tuple[str, str, Node | None]] = []

    def apply(self, count: int) -> dict[str, Node]:
        """The folder's names when this many of the pending changes have reached the flash."""
        assert self.names is not None
        names = dict(self.names)
        for old, new, node in self.pending[:count]:
            if node is None:
                moved = names.pop(old, None)
                if new and moved is not None:
                    names[new] = moved
            else:
                names[new] = node
        return names


class Disk:
    """Records what the agent does below /etc while it is entered, and every state of a cut.

    It stands between files.py and the C library: each call is carried out, and taken down.
    """

    def __init__(self) -> None:
        self.states: States = {}
        self.operations: list[str] = []
        self.top = Node(None)
        self._open: dict[int, str] = {}
        self._real: dict[str, Any] = {}

    def __enter__(self) -> Disk:
        self._take_stock(Path(paths.real(TRACKED)), self.top)
        names = ("_mkstemp", "_write", "_fsync", "_close", "_open", "_mkdir", "os")
        self._real = {name: getattr(files, name) for name in names}
        files._mkstemp = self._mkstemp
        files._write = self._write
        files._fsync = self._fsync
        files._close = self._close
        files._open = self._open_folder
        files._mkdir = self._mkdir
        calls = {"listdir": os.listdir, "stat": os.stat}
        own = SimpleNamespace(rename=self._rename, remove=self._remove, **calls)
        setattr(files, "os", own)  # noqa: B010  (mypy knows of no such name)
        self._cut("before")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        for name, real in self._real.items():
            setattr(files, name, real)

    def _take_stock(self, folder: Path, node: Node) -> None:
        assert node.names is not None
        for path in folder.iterdir():
            child = Node(None if path.is_dir() else path.read_bytes())
            node.names[path.name] = child
            if path.is_dir():
                self._take_stock(path, child)

    def _find(self, path: str) -> tuple[Node, str] | None:
        """The folder that a real path is in, as it is now, and its name; None if not tracked."""
        root = paths.real(TRACKED) + "/"
        if not path.startswith(root):
            return None
        node = self.top
        *above, name = path[len(root) :].split("/")
        for part in above:
            node = node.apply(len(node.pending))[part]
        return node, name

    def _node(self, path: str) -> Node | None:
        if path == paths.real(TRACKED):
            return self.top
        found = self._find(path)
        return found[0].apply(len(found[0].pending))[found[1]] if found else None

    def _change(self, path: str, old: str, new: str, node: Node | None) -> None:
        found = self._find(path)
        if found:
            found[0].pending.append((old, new, node))

    def _mkstemp(self, template: bytearray) -> int:
        descriptor: int = self._real["_mkstemp"](template)
        path = template[:-1].decode()
        self._open[descriptor] = path
        self._change(path, "", path.rpartition("/")[2], Node(b""))
        self._cut(f"create {path}")
        return descriptor

    def _write(self, descriptor: int, data: bytes, length: int) -> int:
        node = self._node(self._open[descriptor])
        if node:
            node.data += data[:length]
        done: int = self._real["_write"](descriptor, data, length)
        self._cut(f"write {self._open[descriptor]}")
        return done

    def _fsync(self, descriptor: int) -> int:
        node = self._node(self._open[descriptor])
        if node and node.names is not None:
            node.names = node.apply(len(node.pending))
            node.pending = []
        elif node:
            node.synced = node.data
        self._cut(f"sync {self._open[descriptor]}")
        return 0  # the flash is this object

    def _close(self, descriptor: int) -> int:
        del self._open[descriptor]
        closed: int = self._real["_close"](descriptor)
        return closed

    def _open_folder(self, path: bytes, flags: int) -> int:
        descriptor: int = self._real["_open"](path, flags)
        self._open[descriptor] = path[:-1].decode()
        return descriptor

    def _mkdir(self, path: str, mode: int) -> int:
        made: int = self._real["_mkdir"](path, mode)
        if not made:
            self._change(path, "", path.rpartition("/")[2], Node(None))
            self._cut(f"mkdir {path}")
        return made

    def _rename(self, old: str, new: str) -> None:
        os.rename(old, new)  # noqa: PTH104
        assert old.rpartition("/")[0] == new.rpartition("/")[0]
        self._change(old, old.rpartition("/")[2], new.rpartition("/")[2], None)
        self._cut(f"rename {old} {new}")

    def _remove(self, path: str) -> None:
        os.remove(path)  # noqa: PTH107
        self._change(path, path.rpartition("/")[2], "", None)
        self._cut(f"remove {path}")

    def _cut(self, operation: str) -> None:
        """Take down every state that a cut can leave now."""
        self.operations.append(operation)
        for tree in _trees(self.top, TRACKED[1:] + "/"):
            state = frozenset((_plain(path), data) for path, data in tree.items())
            self.states.setdefault(state, f"{len(self.operations)}: {operation}")


def _plain(path: str) -> str:
    """A temporary file's name without what is random in it, so that equal states are equal."""
    name, mark, random = path.partition(files.MARK)
    return name + mark + "X" * len(random)


def _trees(folder: Node, name: str) -> Iterator[Tree]:
    """Every tree that can be on the flash below a folder."""
    for count in range(len(folder.pending) + 1):
        parts: list[list[Tree]] = [[{name: b""}]]
        for child, node in folder.apply(count).items():
            if node.names is not None:
                parts.append(list(_trees(node, f"{name}{child}/")))
            else:
                contents = {node.synced, node.data, node.data[: len(node.data) // 2]}
                keep = contents if node.synced != node.data else {node.data}
                parts.append([{name + child: content} for content in keep])
        for chosen in itertools.product(*parts):
            yield {path: data for tree in chosen for path, data in tree.items()}


def lay(tree: Tree, root: Path) -> None:
    """Make a root's /etc what a cut left."""
    for path in sorted(tree, key=len):
        if path.endswith("/"):
            (root / path).mkdir(parents=True)
        else:
            (root / path).write_bytes(tree[path])
