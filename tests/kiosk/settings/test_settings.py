"""Settings: what the file may say, and how a wrong file is refused."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import InputError, WorldError
from kiosk.settings import FILE_NAME, Settings, demo_settings, load, write, write_default
from kiosk.settings.read import _Source
from kiosk.settings.rule import rule_of
from kiosk.settings.spec import Ui
from kiosk.settings.upgrade import VERSION


def refused(folder: Path, text: str) -> InputError:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(folder)
    return caught.value


def test_the_default_file_gives_the_defaults(tmp_path: Path) -> None:
    write_default(tmp_path)
    assert load(tmp_path) == Settings()


def test_the_demo_file_comes_back_as_written(tmp_path: Path) -> None:
    write(tmp_path, demo_settings())
    assert load(tmp_path) == demo_settings()


def test_an_existing_file_is_never_overwritten_by_the_default(tmp_path: Path) -> None:
    changed = replace(Settings(), ui=replace(Ui(), idle_warn_seconds=90, idle_wipe_seconds=120))
    write(tmp_path, changed)
    write_default(tmp_path)
    assert load(tmp_path) == changed


def test_a_key_left_out_has_its_default(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("version = 1\n[calling]\nrecall_max = 4\n", encoding="utf-8")
    settings = load(tmp_path)
    assert settings.calling.recall_max == 4
    assert settings.calling.recall_seconds == 20


def test_every_setting_has_both_texts() -> None:
    for group in fields(Settings):
        value = getattr(Settings(), group.name)
        record = value[0] if isinstance(value, tuple) else value
        assert is_dataclass(record)
        for entry in fields(record):
            rule = rule_of(entry.metadata)
            assert rule.zh
            assert rule.en


def test_an_unknown_key_names_line_key_and_what_is_known(tmp_path: Path) -> None:
    error = refused(tmp_path, "version = 1\n\n[calling]\nrecall_max = 5\nrecals = 2\n")
    assert error.code == "settings_unknown"
    assert error.detail["line"] == 5
    assert error.detail["key"] == "calling.recals"
    assert "recall_auto" in str(error.detail["allowed"])


def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, "version = 1\n[callings]\nrecall_max = 5\n")
    assert (error.code, error.detail["line"], error.detail["key"]) == ("settings_unknown", 2, "callings")


@pytest.mark.parametrize(
    ("body", "code", "line", "key"),
    [
        ('[calling]\nrecall_max = "5"', "settings_type", 3, "calling.recall_max"),
        ("[calling]\nrecall_max = true", "settings_type", 3, "calling.recall_max"),
        ("[calling]\nrecall_max = 5.0", "settings_type", 3, "calling.recall_max"),
        ("[calling]\nrecall_max = 10", "settings_range", 3, "calling.recall_max"),
        ("[face]\nfpir = nan", "settings_range", 3, "face.fpir"),
        ('[face]\nengine = "other"', "settings_range", 3, "face.engine"),
        ('[ui]\nlanguages = "en"', "settings_type", 3, "ui.languages"),
        ("[ui]\nlanguages = []", "settings_type", 3, "ui.languages"),
        ('[ui]\nlanguages = ["en", "en"]', "settings_range", 3, "ui.languages"),
        ('[ui]\nlanguages = ["fr"]', "settings_range", 3, "ui.languages"),
        ("calling = 5", "settings_type", 2, "calling"),
        ('[[counters]]\ncode = "1"\n[[counters]]\ncode = "2"\nroom = "9"', "settings_unknown", 6, "counters.2.room"),
        ('[[counters]]\ncode = "1"\n[[counters]]\ncode = "1"', "settings_range", 5, "counters.2.code"),
        ('[centre]\ntime_zone = "Asia/Nowhere"', "settings_range", 3, "centre.time_zone"),
        ("[ui]\nidle_wipe_seconds = 70", "settings_range", 3, "ui.idle_wipe_seconds"),
        ("[calling]\nrecall_max = 2", "settings_range", 3, "calling.recall_max"),
        ('[printing]\nkind = "escpos"', "settings_range", 2, "printing.device"),
        ('[face]\ncamera = "demo"', "settings_range", 3, "face.camera"),
        ("[face]\nsure_threshold = 0.1", "settings_range", 3, "face.sure_threshold"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(tmp_path: Path, body: str, code: str, line: int, key: str) -> None:
    error = refused(tmp_path, f"version = 1\n{body}\n")
    assert (error.code, error.detail["line"], error.detail["key"]) == (code, line, key)
    assert error.detail["allowed"]


def test_a_whole_number_is_a_number(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("version = 1\n[face]\nsure_threshold = 1\n", encoding="utf-8")
    assert load(tmp_path).face.sure_threshold == 1.0


def test_broken_syntax_names_the_line(tmp_path: Path) -> None:
    error = refused(tmp_path, "version = 1\n[calling\n")
    assert error.code == "settings_syntax"
    assert "line 2" in error.what


def test_a_missing_file_and_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        load(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError) as caught:
        load(tmp_path)
    assert caught.value.code == "settings_syntax"


@pytest.mark.parametrize("head", ["", "version = 0", f"version = {VERSION + 1}", "version = true", 'version = "1"'])
def test_a_version_this_program_does_not_know_is_refused(tmp_path: Path, head: str) -> None:
    assert refused(tmp_path, head).code == "settings_version"


def test_an_older_file_goes_through_the_steps(tmp_path: Path) -> None:
    def rename(tables: dict[str, object]) -> dict[str, object]:
        return {("calling" if key == "call" else key): value for key, value in tables.items()}

    (tmp_path / FILE_NAME).write_text("version = 1\n[call]\nrecall_max = 4\n", encoding="utf-8")
    assert load(tmp_path, steps=(rename,)).calling.recall_max == 4
    (tmp_path / FILE_NAME).write_text("version = 2\n[calling]\nrecall_max = 4\n", encoding="utf-8")
    assert load(tmp_path, steps=(rename,)).calling.recall_max == 4


def test_a_file_on_site_with_a_setting_that_is_gone_still_works(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("version = 1\n[face]\nmargin = 0.08\nfpir = 0.002\n", encoding="utf-8")
    assert load(tmp_path).face.fpir == 0.002
    error = refused(tmp_path, "version = 2\n[face]\nmargin = 0.08\n")
    assert error.code == "settings_unknown"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(WorldError) as caught:
        write_default(tmp_path / "file" / "profile")
    assert caught.value.code == "settings_write"


@given(st.integers())
def test_any_whole_number_is_either_accepted_or_refused_kindly(
    tmp_path_factory: pytest.TempPathFactory, n: int
) -> None:
    folder = tmp_path_factory.mktemp("settings")
    (folder / FILE_NAME).write_text(f"version = 1\n[calling]\nhold_minutes = {n}\n", encoding="utf-8")
    if 5 <= n <= 240:
        assert load(folder).calling.hold_minutes == n
    else:
        assert refused(folder, f"version = 1\n[calling]\nhold_minutes = {n}\n").code == "settings_range"


def test_quoted_keys_and_tables_are_found_in_the_text() -> None:
    source = _Source("f", '"version" = 1\n["calling"]\n"hold_minutes" = 3\n')
    assert source.line("calling.hold_minutes") == 3
    assert source.line("calling") == 2
