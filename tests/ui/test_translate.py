"""Texts: both languages complete, filled the same way, switched in one step."""

from __future__ import annotations

import string
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from kiosk.errors import RuleError
from kiosk.phrases import LOCALE_ROOT, Phrases
from ui.translate import Translator

AREAS = sorted(path.stem for path in (LOCALE_ROOT / "zh_CN").glob("*.toml"))


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_say_the_same_things(area: str) -> None:
    chinese, english = (
        {key for key in Phrases(language, strict=True).known() if key.startswith(f"{area}.")}
        for language in ("zh_CN", "en")
    )
    assert {key for key in english if not key.endswith(".one")} == chinese


def test_both_languages_fill_the_same_places() -> None:
    chinese, english = Phrases("zh_CN"), Phrases("en")
    for key in sorted(chinese.known()):
        assert _fields(english._find(key, None)) == _fields(chinese._find(key, None)), key


@pytest.mark.parametrize("path", sorted(LOCALE_ROOT.glob("*/*.toml")), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_locale_file_parses(path: Path) -> None:
    assert tomllib.loads(path.read_text(encoding="utf-8"))


def test_one_person_is_not_people() -> None:
    english = Phrases("en", strict=True)
    assert english.text("common.people", n=1) == "1 person"
    assert english.text("common.people", n=2) == "2 people"
    assert Phrases("zh_CN", strict=True).text("common.people", n=1) == "1 人"


def test_a_missing_text_is_an_error_in_tests_and_falls_back_on_site(tmp_path: Path) -> None:
    for language, body in (("zh_CN", 'a = "甲"\nb = "乙"'), ("en", 'a = "A"')):
        (tmp_path / language).mkdir()
        (tmp_path / language / "x.toml").write_text(body, encoding="utf-8")
    with pytest.raises(KeyError):
        Phrases("en", strict=True, root=tmp_path).text("x.b")
    assert Phrases("en", root=tmp_path).text("x.b") == "乙"


def test_an_unknown_error_still_says_what_to_do() -> None:
    phrases = Phrases("zh_CN", strict=True)
    assert phrases.explain(RuleError("never_heard_of", "x")) == phrases.text("errors.general")


@given(st.integers(min_value=2, max_value=10**6))
def test_every_count_is_filled(n: int) -> None:
    assert str(n) in Phrases("en", strict=True).text("common.people", n=n)


def test_switching_the_language_tells_the_views_once(qtbot: QtBot) -> None:
    translator = Translator(strict=True)
    with qtbot.waitSignal(translator.changed):
        translator.speak("en")
    assert translator.tr("common.done") == "Done"
    with qtbot.assertNotEmitted(translator.changed):
        translator.speak("en")
