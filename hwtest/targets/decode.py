# SPDX-License-Identifier: GPL-2.0-or-later
"""Plain data, as YAML gives it, to dataclasses; errors name the field."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints


class DecodeError(Exception):
    """Data of the wrong form: says which field, what it is, what it must be."""


def decode(kind: Any, value: object, where: str) -> Any:
    """Return `value` as type `kind`: a dataclass, a StrEnum, a plain type, or tuple[X, ...],
    dict[str, X], X | None of these. Raises DecodeError."""
    origin = get_origin(kind)
    if is_dataclass(kind):
        return _decode_class(kind, value, where)
    if origin in {Union, types.UnionType}:
        (inner,) = [part for part in get_args(kind) if part is not types.NoneType]
        return None if value is None else decode(inner, value, where)
    if origin is tuple:
        items = _expect(list, value, where)
        return tuple(decode(get_args(kind)[0], x, f"{where}[{i}]") for i, x in enumerate(items))
    if origin is dict:
        return {
            key: decode(get_args(kind)[1], x, f"{where}.{key}")
            for key, x in _expect(Mapping, value, where).items()
        }
    return _decode_plain(kind, value, where)


def _decode_class(kind: Any, value: object, where: str) -> Any:
    given = _expect(Mapping, value, where)
    hints = get_type_hints(kind)
    known = {field.name: field for field in fields(kind)}
    unknown = [str(name) for name in given if name not in known]
    if unknown:
        raise DecodeError(f"{where}: unknown field {unknown[0]!r}; known are {', '.join(known)}")
    missing = [n for n, field in known.items() if n not in given and not _has_default(field)]
    if missing:
        raise DecodeError(f"{where}: field {missing[0]!r} is missing")
    return kind(**{n: decode(hints[n], given[n], f"{where}.{n}") for n in given})


def _decode_plain(kind: Any, value: object, where: str) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if value not in list(kind):
            raise DecodeError(f"{where} is {value!r}, must be one of {', '.join(kind)}")
        return kind(str(value))
    if kind is str and value is not None and not isinstance(value, str | list | Mapping):
        raise DecodeError(f"{where} is {value!r}, must be text: put it in quotes")
    return _expect(kind, value, where)


def _expect(kind: type, value: object, where: str) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        words = {Mapping: "a mapping", list: "a list", str: "text", bool: "true or false"}
        raise DecodeError(f"{where} is {value!r}, must be {words.get(kind, kind.__name__)}")
    return value


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING
