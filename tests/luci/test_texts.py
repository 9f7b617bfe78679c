# SPDX-License-Identifier: GPL-2.0-or-later
"""Translations: nothing is missing, nothing is left over, and nothing is lost in them."""

import re
from pathlib import Path

import pytest

from . import catalogue, texts
from .runtime import APP

LANGUAGES = sorted(path.parent.name for path in APP.glob("po/*/shroud.po"))
PLACE = re.compile(r"%[a-zA-Z]")


def test_the_template_holds_every_text() -> None:
    made = texts.template()
    assert texts.TEMPLATE.read_text(encoding="utf-8") == made, "run: python -m tests.luci.texts"


def test_german_and_one_of_another_script_are_there() -> None:
    assert {"de", "zh_Hans"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_is_complete(language: str) -> None:
    path = APP / f"po/{language}/shroud.po"
    known = catalogue.read(path)
    forms = 1 if language == "zh_Hans" else 2
    assert texts.untranslated(texts.collect(), known, forms) == []
    wanted = {key for one, many in texts.collect() for key in texts.keys(one, many, forms)}
    assert known.keys() - {""} == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_places_of_its_text(language: str) -> None:
    known = catalogue.read(APP / f"po/{language}/shroud.po")
    for one, many in texts.collect():
        if many is None:
            assert PLACE.findall(known[one]) == PLACE.findall(one), one
            continue
        for form in ("0", "1"):  # "once" may do without the number
            places = PLACE.findall(known.get(one + catalogue.PLURAL + form, ""))
            assert places in ([], PLACE.findall(many)), one


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_is_one(language: str) -> None:
    """Nothing was copied over but what is the same in every language."""
    known = catalogue.read(APP / f"po/{language}/shroud.po")
    same = {key for key, value in known.items() if key == value}
    assert same <= {"Alarm", "Diagnose", "0 (MTU %d)"}


def test_a_text_that_is_no_constant_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = tmp_path / "htdocs"
    scripts.mkdir()
    (scripts / "a.js").write_text("_('Good'); _(bad);")
    monkeypatch.setattr(texts, "APP", tmp_path)
    with pytest.raises(ValueError, match=r"htdocs/a\.js: a text that is translated"):
        texts.collect()


def test_a_po_file_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shroud.po"
    path.write_text('msgid "a"\nwhatever\n')
    with pytest.raises(catalogue.CatalogueError, match=r"not a line of a \.po file: whatever"):
        catalogue.read(path)
