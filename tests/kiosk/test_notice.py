"""The face notice: complete, bound to the settings, and never shown with a field missing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.errors import InputError
from kiosk.notice import MANDATORY, NOTICE_ROOT, load_notice
from kiosk.settings import Settings
from kiosk.settings.spec import Face

LANGUAGES = ("zh_CN", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_notice_states_every_fact(language: str) -> None:
    settings = Settings()
    notice = load_notice(language, settings)
    words = "\n".join(notice.paragraphs)
    for fact in (settings.centre.name(language), settings.centre.hotline, settings.centre.officer, "12", "6"):
        assert fact in words
    assert len(notice.sections) == len(MANDATORY)
    assert "{" not in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_months_of_the_purge_are_the_months_of_the_text(language: str) -> None:
    settings = replace(Settings(), face=replace(Face(), consent_months=9, unused_months=3))
    notice = load_notice(language, settings)
    retention = notice.sections[MANDATORY.index("retention")].text
    assert "9" in retention
    assert "3" in retention
    assert "12" not in retention
    assert notice.sha256 != load_notice(language, Settings()).sha256


@pytest.mark.parametrize("language", LANGUAGES)
def test_learning_views_is_said_exactly_while_it_is_done(language: str) -> None:
    plain = load_notice(language, Settings())
    learning = load_notice(language, replace(Settings(), face=replace(Face(), learn_views=True)))
    assert len(learning.sections) == len(plain.sections) + 1
    (added,) = set(learning.sections) - set(plain.sections)
    assert added.text
    assert learning.sha256 != plain.sha256
    assert learning.version == plain.version


def test_both_languages_have_the_same_version_and_their_own_hash() -> None:
    chinese, english = (load_notice(language, Settings()) for language in LANGUAGES)
    assert chinese.version == english.version
    assert chinese.sha256 != english.sha256
    assert chinese.sha256 == load_notice("zh_CN", Settings()).sha256


def test_nobody_under_age_and_no_guardian_is_offered() -> None:
    words = "".join(load_notice("zh_CN", Settings()).paragraphs)
    assert "18 周岁" in words
    assert "监护人" not in words


@pytest.fixture
def english(tmp_path: Path) -> Path:
    shutil.copy(NOTICE_ROOT / "face_consent_en.toml", tmp_path)
    return tmp_path / "face_consent_en.toml"


@pytest.mark.parametrize("key", MANDATORY)
def test_an_empty_mandatory_field_refuses_the_notice(english: Path, key: str) -> None:
    text = english.read_text(encoding="utf-8")
    start = text.index("text = ", text.index(f"[{key}]"))
    english.write_text(text[:start] + 'text = " "' + text[text.index("\n", start) :], encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_notice("en", Settings(), english.parent)
    assert f"[{key}]" in caught.value.what


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[rights]", "[right]", "right"),
        ('version = "2026-1"', 'version = ""', "version"),
        ("{unused_months} months", "6 months", "unused_months"),
        ("hotline {hotline}", "hotline {phone}", "phone"),
        ("hotline {hotline}", "hotline {hotline", "contact"),
        ('heading = "Your rights"\n', "", "heading"),
    ],
)
def test_a_wrong_file_is_refused_by_name(english: Path, old: str, new: str, said: str) -> None:
    english.write_text(english.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_notice("en", Settings(), english.parent)
    assert english.name in caught.value.what
    assert said in caught.value.what


def test_a_language_without_notice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is missing"):
        load_notice("fr", Settings(), tmp_path)
