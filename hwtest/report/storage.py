# SPDX-License-Identifier: GPL-2.0-or-later
"""report.json: a Report to and from a file."""

from __future__ import annotations

import json
import types
from dataclasses import asdict, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from hwtest.report.results import SCHEMA, Report

NAME = "report.json"
DERIVED = ("schema", "outcome")  # written for readers of the file, not fields of Report


class ReportError(Exception):
    """A file that is no report of this schema: says which file, which field, and what is wrong."""


def save(report: Report, folder: Path) -> Path:
    """Write report.json into `folder`, whole or not at all. Return its path."""
    document = {"schema": SCHEMA, "outcome": report.outcome, **asdict(report)}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    new = path.with_suffix(".json.new")
    new.write_text(json.dumps(document, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    new.replace(path)
    return path


def load(path: Path) -> Report:
    """Read a report. `path` is report.json or its folder. Raises ReportError."""
    file = path / NAME if path.is_dir() else path
    try:
        return parse(json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise ReportError(f"{file}: cannot be read: {error.strerror}") from error
    except (ValueError, ReportError) as error:
        raise ReportError(f"{file}: {error}") from error


def parse(document: object) -> Report:
    """Return the report of a decoded report.json. Raises ReportError."""
    if not isinstance(document, dict) or "schema" not in document:
        raise ReportError("this is no report of the rig: it has no field 'schema'")
    if document["schema"] != SCHEMA:
        raise ReportError(f"schema is {document['schema']!r}, this program reads {SCHEMA}")
    report = _decode(Report, {k: v for k, v in document.items() if k not in DERIVED}, "report")
    if not isinstance(report, Report):
        raise TypeError
    if document.get("outcome") != report.outcome:
        raise ReportError(f"outcome is {document.get('outcome')!r}, its steps say {report.outcome}")
    return report


def _decode(kind: Any, value: object, where: str) -> object:
    """Return `value` as type `kind`; the error names the field."""
    origin = get_origin(kind)
    if is_dataclass(kind):
        return _decode_class(kind, value, where)
    if origin in {Union, types.UnionType}:
        (inner,) = [part for part in get_args(kind) if part is not types.NoneType]
        return None if value is None else _decode(inner, value, where)
    if origin is list:
        items = _expect(list, value, where)
        return [_decode(get_args(kind)[0], x, f"{where}[{i}]") for i, x in enumerate(items)]
    if origin is dict:
        pairs = _expect(dict, value, where)
        return {key: _decode(get_args(kind)[1], x, f"{where}.{key}") for key, x in pairs.items()}
    return _decode_plain(kind, value, where)


def _decode_class(kind: Any, value: object, where: str) -> object:
    given = _expect(dict, value, where)
    types_of = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    unknown = sorted(set(given) - set(names))
    missing = [name for name in names if name not in given]
    if unknown or missing:
        what = f"unknown field {unknown[0]!r}" if unknown else f"field {missing[0]!r} is missing"
        raise ReportError(f"{where}: {what}")
    values = {n: _decode(types_of[n], given[n], f"{where}.{n}") for n in names}
    try:
        return kind(**values)
    except ValueError as error:
        raise ReportError(f"{where}: {error}") from error


def _decode_plain(kind: Any, value: object, where: str) -> object:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        try:
            return kind(_expect(str, value, where))
        except ValueError:
            known = ", ".join(kind)
            raise ReportError(f"{where} is {value!r}, must be one of {known}") from None
    return _expect(kind, value, where)


def _expect(kind: type, value: object, where: str) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ReportError(f"{where} is {value!r}, must be {kind.__name__}")
    return value
