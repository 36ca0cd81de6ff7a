"""``statistics`` as an operator types it."""

from __future__ import annotations

import json
from pathlib import Path

import main


def command(*words: str) -> int:
    return main.main([*words])


def test_figures_for_people_programs_and_spreadsheets(tmp_path: Path, capsys):
    profile = ("--profile", str(tmp_path / "hall"))
    assert command("day", "open", *profile) == 0
    capsys.readouterr()
    assert command("statistics", *profile) == 0
    told = capsys.readouterr().out
    assert "0 business days" in told and "ratings: 0 of 0 talks" in told
    assert command("statistics", "--json", *profile) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["total"]["issued"] == figures["ratings"]["given"] == 0
    file = tmp_path / "figures.csv"
    assert command("statistics", "--csv", str(file), *profile) == 0
    assert file.read_text(encoding="utf-8-sig").startswith("part,key,issued")
    assert [path.name for path in tmp_path.glob("*.csv*")] == ["figures.csv"]


def test_a_wrong_span_or_file_is_explained_in_chinese_first(tmp_path: Path, capsys):
    profile = ("--profile", str(tmp_path / "hall"))
    assert command("statistics", "--from", "2026-03-02", "--to", "2026-03-01", *profile) == 2
    assert capsys.readouterr().err.startswith("统计起止日期不对")
    assert command("statistics", "--csv", str(tmp_path / "no" / "x.csv"), *profile) == 2
    assert "写不进去" in capsys.readouterr().err
