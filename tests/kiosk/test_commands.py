"""The commands import-employees and doctor as an operator meets them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.commands import add_commands
from kiosk.doctor import Check, Grade, Look, Verdict
from kiosk.installation import open_installation
from kiosk.settings import Settings, write
from kiosk.settings.spec import Sync

Run = Callable[..., int]
HEAD = "工号,姓名,出生日期,单位,电话,状态\n"
LIN = "0001,林演示,1988-03-05,北澜供电公司,,在职\n"
ZHAO = "0002,赵样例,1996-07-19,新设班组,13800000000,在职\n"
BAD = "0003,孙演示,1971-13-02,演示检修公司,,在职\n"


def outer(profile: Path) -> Sequence[Check]:
    return [Look("fonts", lambda: Verdict(Grade.OK, "fine"))]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(), outer)

    def call(*words: object) -> int:
        args = parser.parse_args([str(word) for word in words])
        args.profile = tmp_path / "profile"
        code = args.run(args)
        assert isinstance(code, int)
        return code

    return call


def people(tmp_path: Path) -> dict[str, tuple[str, str, str]]:
    installation = open_installation(tmp_path / "profile")
    with installation.store.read() as work:
        found = [work.people.by_number(f"DEMO-{n:04d}") for n in range(1, 4)]
    installation.close()
    return {e.staff_number: (e.name, e.unit_name, e.phone) for e in found if e}


def listed(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    return path


def report(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    made = json.loads(capsys.readouterr().out)
    assert isinstance(made, dict)
    return made


def test_a_good_list_is_imported_and_a_second_time_changes_nothing(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    path = listed(tmp_path, LIN, ZHAO)
    assert run("import-employees", path, "--json") == 0
    first = report(capsys)
    assert (first["written"], first["added"], first["new_units"]) == (True, 2, 1)
    assert run("import-employees", path, "--json") == 0
    second = report(capsys)
    assert (second["added"], second["changed"], second["unchanged"]) == (0, 0, 2)
    assert people(tmp_path)["DEMO-0002"] == ("赵样例", "新设班组", "13800000000")


def test_one_bad_line_stops_everything_unless_told_otherwise(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    path = listed(tmp_path, LIN, BAD)
    assert run("import-employees", path) == 1
    said = capsys.readouterr().out
    assert "line 3, 出生日期: is no date" in said
    assert "nothing written" in said
    assert people(tmp_path) == {}
    assert run("import-employees", path, "--skip-bad") == 0
    assert set(people(tmp_path)) == {"DEMO-0001"}


def test_a_dry_run_writes_nothing(tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import-employees", listed(tmp_path, LIN), "--dry-run", "--json") == 0
    made = report(capsys)
    assert (made["written"], made["added"]) == (False, 1)
    assert people(tmp_path) == {}


def test_columns_the_list_lacks_stay_as_they_are(tmp_path: Path, run: Run) -> None:
    run("import-employees", listed(tmp_path, ZHAO))
    path = tmp_path / "short.csv"
    path.write_text("工号,姓名,出生日期,单位\n0002,赵样例,1996-07-19,北澜供电公司\n", encoding="utf-8")
    assert run("import-employees", path) == 0
    assert people(tmp_path)["DEMO-0002"] == ("赵样例", "北澜供电公司", "13800000000")


def test_a_person_of_the_centre_is_left_alone(tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("import-employees", listed(tmp_path, LIN))
    installation = open_installation(tmp_path / "profile")
    with installation.store.write() as work:
        employee = work.people.by_number("DEMO-0001")
        assert employee is not None
        work.people.put(replace(employee, source="central"))
    installation.close()
    capsys.readouterr()
    assert run("import-employees", listed(tmp_path, LIN.replace("北澜", "海川"), ZHAO), "--skip-bad", "--json") == 0
    made = report(capsys)
    assert (made["added"], made["changed"]) == (1, 0)
    assert made["problems"] == [
        {"line": 2, "column": "工号", "what": "belongs to the centre", "remedy": "Change this person at the centre."}
    ]


def test_a_hall_that_belongs_to_a_centre_is_told_to_import_there(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "profile", replace(Settings(), sync=replace(Sync(), server_url="https://centre.example")))
    assert run("import-employees", listed(tmp_path, LIN), "--json") == 1
    assert report(capsys)["error"] == "employee_import_central"


def test_a_wrong_file_is_explained_on_standard_error(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import-employees", tmp_path / "absent.csv") == 1
    assert "absent.csv cannot be read" in capsys.readouterr().err


def test_no_output_ever_shows_a_person(tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    path = listed(tmp_path, LIN, ZHAO, BAD, LIN)
    for words in ((), ("--json",), ("--dry-run",), ("--skip-bad",)):
        run("import-employees", path, *words)
    shown = "".join(capsys.readouterr())
    for secret in ("演示", "样例", "DEMO", "1988-03", "1971", "13800000000"):
        assert secret not in shown


def test_the_doctor_looks_at_everything_and_makes_nothing(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("doctor", "--json") == 0
    names = [finding["name"] for finding in json.loads(capsys.readouterr().out)]
    assert names == ["python", "libraries", "sqlite", "disk", "content", "calendar", "settings", "fonts"]
    assert not (tmp_path / "profile").exists()


def test_the_doctor_of_a_living_installation_is_content(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run("import-employees", listed(tmp_path, LIN))
    capsys.readouterr()
    assert run("doctor") == 0
    said = capsys.readouterr().out
    assert "1 employees; journal and audit are whole" in said
    assert said.rstrip().endswith("0 fail")
    assert not (tmp_path / "profile" / "vault").exists()


def test_the_doctor_finds_a_setting_that_is_not_understood(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "settings.toml").write_text("version = 1\nfoo = 3\n", encoding="utf-8")
    assert run("doctor") == 1
    assert "settings.toml line 2: foo is not a setting" in capsys.readouterr().out
