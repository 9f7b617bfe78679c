# SPDX-License-Identifier: GPL-2.0-or-later
"""Collect every text that the page shows, and bring the package's translations up to date.

`python -m tests.luci.texts` writes po/templates/shroud.pot anew and the texts of every
po/LANGUAGE/shroud.po; translations stay, what is not translated yet is left empty and told.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import catalogue
from .runtime import APP, ROOT

AGENT = ROOT / "src/agent/shroud"
TEMPLATE = APP / "po/templates/shroud.pot"
AGENT_TABLES = (
    ("sentences.py", ("SENTENCES",)),
    ("stories.py", ("KINDS", "UNKNOWN")),
    ("offload.py", ("SENTENCES",)),
)
"""Where the agent's own texts are, which the page looks up in the catalogue as they come."""

Text = tuple[str, str | None]  # singular, plural
_STRING = r"'((?:[^'\\]|\\.)*)'"
_CALL = re.compile(rf"(?<![\w.])_\({_STRING}\)|(?<![\w.])N_\([^,]+, {_STRING}, {_STRING}\)")
_ANY_CALL = re.compile(r"(?<![\w.])N?_\(")
_DYNAMIC = "_(text)"
"""The one place where what is looked up is no constant: words.translated()."""


def collect() -> dict[Text, list[str]]:
    """All texts in the order of their files, each with the files that it is in."""
    found: dict[Text, list[str]] = {}
    for place, text in (*_of_scripts(), *_of_descriptions(), *_of_agent()):
        places = found.setdefault(text, [])
        if place not in places:
            places.append(place)
    return found


def _of_scripts() -> Iterator[tuple[str, Text]]:
    for path in sorted(APP.glob("htdocs/**/*.js")):
        source = path.read_text(encoding="utf-8")
        place = str(path.relative_to(APP))
        calls = list(_CALL.finditer(source))
        others = source.count(_DYNAMIC)
        if len(calls) + others != len(_ANY_CALL.findall(source)):
            raise ValueError(f"{place}: a text that is translated must be one constant in ''")
        for call in calls:
            one = call[1] if call[1] is not None else call[2]
            yield place, (_plain(one), _plain(call[3]) if call[3] is not None else None)


def _plain(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted)


def _of_descriptions() -> Iterator[tuple[str, Text]]:
    """Titles of the menu and descriptions of access groups, which LuCI translates itself."""
    for path in sorted(APP.glob("root/usr/share/**/*.json")):
        for entry in json.loads(path.read_text()).values():
            for key in ("title", "description"):
                if key in entry:
                    yield str(path.relative_to(APP)), (entry[key], None)


def _of_agent() -> Iterator[tuple[str, Text]]:
    for name, tables in AGENT_TABLES:
        for table in tables:
            for text in _leaves(constants(AGENT / name, table)):
                yield f"src/agent/shroud/{name}", (text, None)


def constants(path: Path, table: str) -> Any:
    """The value of a constant of a Python file."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == table:
            return ast.literal_eval(node.value)
    raise ValueError(f"{path}: there is no table {table}")


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _leaves(each)
    elif isinstance(value, str) and value:
        yield value


def template() -> str:
    """What po/templates/shroud.pot must say."""
    return _file("", collect(), {}, 2)


def update() -> list[str]:
    """Write the template and all translations; return what is not translated."""
    texts = collect()
    TEMPLATE.write_text(template(), encoding="utf-8")
    missing = []
    for path in sorted(APP.glob("po/*/shroud.po")):
        known = catalogue.read(path)
        header = path.read_text(encoding="utf-8").split("\n\n")[0]
        forms = int(re.search(r"nplurals=(\d)", header)[1])  # type: ignore[index]
        path.write_text(_file(header, texts, known, forms), encoding="utf-8")
        missing += [f"{path.parent.name}: {key}" for key in untranslated(texts, known, forms)]
    return missing


def untranslated(texts: dict[Text, list[str]], known: dict[str, str], forms: int) -> list[str]:
    """The keys of texts for which a catalogue has nothing."""
    wanted = [key for one, many in texts for key in keys(one, many, forms)]
    return [key for key in wanted if not known.get(key)]


def keys(one: str, many: str | None, forms: int) -> list[str]:
    """What a catalogue finds the translations of a text by."""
    if many is None:
        return [one]
    return [one + catalogue.PLURAL + str(form) for form in range(forms)]


def _file(header: str, texts: dict[Text, list[str]], known: dict[str, str], forms: int) -> str:
    header = header or 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"'
    blocks = [header]
    for (one, many), places in texts.items():
        lines = [*(f"#: {place}" for place in places), f"msgid {_quoted(one)}"]
        if many is None:
            lines.append(f"msgstr {_quoted(known.get(one, ''))}")
        else:
            lines.append(f"msgid_plural {_quoted(many)}")
            for form, key in enumerate(keys(one, many, forms)):
                lines.append(f"msgstr[{form}] {_quoted(known.get(key, ''))}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


if __name__ == "__main__":
    print("\n".join(update()))
    sys.exit(0)
