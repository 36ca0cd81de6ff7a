"""``main.py`` as an operator types it: help, profiles, faults in one sentence, lists, faces, measures, the demo."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from PIL import Image

from kiosk.installation import load_settings, open_installation
from kiosk.settings import FILE_NAME, demo_settings
from main import COMMANDS, build_parser, main
from tests.packaging import ROOT
from tests.system.hall import PEOPLE, furnish_hall

HEAD = ["工号", "姓名", "出生日期", "单位"]
LIN = ["0101", "林样例", "1988-03-05", "北澜供电公司"]
ZHAO = ["0102", "赵演示", "1996-07-19", "北澜供电公司"]
OPENS_THE_STORE = [["import-employees", "list.csv"], ["sync", "status"], ["identify", "a.jpg"], ["day", "status"]]
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Type a command; exit code, output, errors. Whatever happens, nobody sees a traceback."""

    def run(*words: object) -> tuple[int, str, str]:
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = int(end.code or 0)
        output, errors = capsys.readouterr()
        assert "Traceback" not in output + errors
        return code, output, errors

    return run


@pytest.fixture(scope="module")
def hall_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo installation whose face module is activated."""
    profile = tmp_path_factory.mktemp("main") / "profile"
    furnish_hall(profile, demo_settings(), face=True)
    return profile


@pytest.fixture
def hall(hall_template: Path, tmp_path: Path) -> Path:
    """An installation of this test's own."""
    return Path(shutil.copytree(hall_template, tmp_path / "hall"))


def write_list(path: Path, *rows: list[str]) -> Path:
    path.write_text("\n".join(",".join(row) for row in (HEAD, *rows)) + "\n", encoding="utf-8")
    return path


def numbers(profile: Path, *staff_numbers: str) -> list[str]:
    """Those of the staff numbers that the store knows."""
    with closing(open_installation(profile)) as installation, installation.store.read() as work:
        return [number for number in staff_numbers if work.people.by_number(number)]


# --- help and profile -----------------------------------------------------------------------------------------------


def helps() -> list[list[str]]:
    """Every command and every action of it."""
    found: list[list[str]] = []

    def collect(parser: Any, words: list[str]) -> None:
        found.append(words)
        for action in parser._actions:
            for name, inner in (action.choices or {}).items() if hasattr(action, "add_parser") else ():
                collect(inner, [*words, name])

    collect(build_parser(None), [])
    return found


@pytest.mark.parametrize("words", helps(), ids=" ".join)
def test_everything_has_help(words: list[str], say: Say) -> None:
    code, output, _ = say(*words, "--help")
    assert code == 0
    assert output.startswith(f"usage: main.py {' '.join(words)}".rstrip())
    assert words != [] or all(name in output for name in COMMANDS)


def test_every_command_of_the_list_was_asked_for_help() -> None:
    assert {words[0] for words in helps() if words} == set(COMMANDS)
    assert ["server", "enrol-code"] in helps()


def test_main_is_a_program_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "main.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "import-employees" in done.stdout


def test_the_profile_stands_before_or_behind_the_command(say: Say, hall: Path) -> None:
    before = say("--profile", hall, "day", "status")
    assert before == say("day", "--profile", hall, "status") == say("day", "status", "--profile", hall)
    assert before[0] == 0


def test_a_profile_may_be_called_like_a_command(
    say: Say, hall: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    hall.rename("server")
    assert say("--profile", "server", "day", "status")[0] == 0
    assert say("--profile=server", "day", "status")[0] == 0


@pytest.mark.parametrize("words", [*OPENS_THE_STORE, ["touch"], ["demo"], ["tour"], ["server", "run"]], ids=" ".join)
def test_a_profile_that_cannot_be_made_is_named(words: list[str], say: Say, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    more = ["--shots", tmp_path / "shots"] if words[0] in ("demo", "tour") else []
    code, output, errors = say(*words, *more, "--profile", tmp_path / "file" / "profile")
    assert (code, output) == (2, "")
    assert str(tmp_path / "file" / "profile") in errors


# --- faults ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [*OPENS_THE_STORE, ["touch"], ["terminal"]], ids=" ".join)
def test_a_wrong_setting_is_named_with_file_and_line(words: list[str], say: Say, hall: Path) -> None:
    (hall / FILE_NAME).write_text("version = 1\n[ui]\nlanguges = ['en']\n", encoding="utf-8")
    code, output, errors = say(*words, "--profile", hall)
    assert (code, output) == (2, "")
    assert f"{FILE_NAME} line 3: ui.languges is not a setting" in errors


@pytest.mark.parametrize("words", [*OPENS_THE_STORE, ["touch"]], ids=" ".join)
def test_settings_that_cannot_be_read_are_named(words: list[str], say: Say, hall: Path) -> None:
    (hall / FILE_NAME).unlink()
    (hall / FILE_NAME).mkdir()
    code, output, errors = say(*words, "--profile", hall)
    assert (code, output) == (2, "")
    assert str(hall / FILE_NAME) in errors and "--profile" in errors


@pytest.mark.parametrize("words", OPENS_THE_STORE, ids=" ".join)
def test_a_key_of_another_installation_opens_nothing(words: list[str], say: Say, hall: Path, tmp_path: Path) -> None:
    furnish_hall(tmp_path / "other", demo_settings())
    shutil.copy(tmp_path / "other" / "keys.json", hall / "keys.json")
    before = (hall / "hall.db").read_bytes()
    code, output, errors = say(*words, "--profile", hall)
    assert (code, output) == (2, "")
    assert "does not open hall.db" in errors and "key backup" in errors
    assert (hall / "hall.db").read_bytes() == before


@pytest.mark.parametrize("words", OPENS_THE_STORE, ids=" ".join)
def test_a_newer_store_is_left_alone(words: list[str], say: Say, hall: Path) -> None:
    with (
        closing(open_installation(hall, settings=load_settings(hall))) as installation,
        installation.store.database.writer.begin() as connection,
    ):
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    code, output, errors = say(*words, "--profile", hall)
    assert (code, output) == (2, "")
    assert "newer version" in errors and "Update the program" in errors


def test_the_doctor_of_a_fresh_profile_gives_json(say: Say, tmp_path: Path) -> None:
    code, output, _ = say("doctor", "--json", "--profile", tmp_path / "fresh")
    findings = json.loads(output)
    assert code == int(any(finding["grade"] == "fail" for finding in findings))
    assert {"python", "sqlite", "fonts", "pyside6", "models"} <= {finding["name"] for finding in findings}
    assert all(finding["remedy"] or finding["grade"] == "ok" for finding in findings)
    assert not (tmp_path / "fresh").exists()


# --- lists of employees ---------------------------------------------------------------------------------------------


def test_a_good_list_comes_in(say: Say, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    code, output, _ = say("import-employees", write_list(tmp_path / "a.csv", LIN, ZHAO), "--json", "--profile", profile)
    assert (code, json.loads(output)["added"]) == (0, 2)
    assert numbers(profile, "DEMO-0101", "DEMO-0102") == ["DEMO-0101", "DEMO-0102"]


def test_a_spreadsheet_comes_in(say: Say, tmp_path: Path) -> None:
    book = Workbook()
    for row in (HEAD, LIN):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert say("import-employees", tmp_path / "a.xlsx", "--profile", tmp_path / "profile")[0] == 0
    assert numbers(tmp_path / "profile", "DEMO-0101") == ["DEMO-0101"]


def test_of_a_wrong_list_nothing_comes_in(say: Say, tmp_path: Path) -> None:
    wrong = write_list(tmp_path / "a.csv", LIN, [*ZHAO[:2], "1996-13-19", ZHAO[3]])
    code, output, _ = say("import-employees", wrong, "--profile", tmp_path / "profile")
    assert code == 1
    assert "line 3" in output and "nothing written" in output
    assert numbers(tmp_path / "profile", "DEMO-0101", "DEMO-0102") == []


# --- faces ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def prepared_models(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Prepared models in a place of the tests, not of this user."""
    place = tmp_path_factory.getbasetemp() / "models"
    monkeypatch.setattr("ui.assembly.face.model_cache", lambda: place)
    return place


def test_who_consented_is_enrolled_and_found_by_another_picture(
    say: Say, hall: Path, faces_dir: Path, prepared_models: Path
) -> None:
    person = faces_dir / "london" / "001"
    refused = say("enrol", "DEMO-0001", person / "neutral.jpg", "--profile", hall)
    assert refused[0] == 2 and "no valid consent" in refused[2]
    consented = consent(hall, "DEMO-0001", "DEMO-0002")
    for number, folder in (("DEMO-0001", "001"), ("DEMO-0002", "002")):
        picture = faces_dir / "london" / folder / "neutral.jpg"
        assert say("enrol", number, picture, "--profile", hall)[0] == 0
    pictures = [faces_dir / "london" / folder / "smiling.jpg" for folder in ("001", "002", "003")]
    code, output, errors = say("identify", *pictures, "--json", "--profile", hall)
    found = json.loads(output)
    assert code == 0
    assert [row["candidates"][0]["id"] for row in found[:2]] == consented
    scores = [row["candidates"][0]["score"] for row in found]
    assert min(scores[:2]) > scores[2] + 0.2
    assert found[2]["verdict"] == "unknown"
    assert not any(secret in output + errors for secret in (*PEOPLE, *PEOPLE.values()))


def test_one_face_under_two_numbers_needs_a_second_look(
    say: Say, hall: Path, faces_dir: Path, prepared_models: Path, tmp_path: Path
) -> None:
    first, _ = consent(hall, "DEMO-0001", "DEMO-0002")
    picture = faces_dir / "london" / "001" / "neutral.jpg"
    assert say("enrol", "DEMO-0001", picture, "--profile", hall)[0] == 0
    again = say("enrol", "DEMO-0001", picture, "--json", "--profile", hall)
    assert again[0] == 0, "one's own older enrolment is no look-alike"
    assert json.loads(again[1])[0]["look_alikes"] == []
    code, output, _ = say("enrol", "DEMO-0002", picture, "--json", "--profile", hall)
    told, refused = json.loads(output)
    assert (code, told["stored"], refused["error"]) == (1, False, "look_alike_unconfirmed")
    assert [alike["id"] for alike in told["look_alikes"]] == [first]
    nobody = tmp_path / "wall.png"
    Image.new("RGB", (320, 240), "grey").save(nobody)
    code, output, _ = say("enrol", "DEMO-0002", picture, nobody, "--checked", "--json", "--profile", hall)
    told = json.loads(output)[0]
    assert (code, told["stored"], told["unused"]) == (0, True, [{"picture": 2, "problem": "no_face"}])
    with closing(open_installation(hall, settings=load_settings(hall))) as opened, opened.store.read() as work:
        compared = [row for row in work.audit.since(0) if row.action == "face.compared"]
        pairs = work.face_blocks.all()
    assert [row.detail["doubles"] for row in compared] == [0, 0, 1, 1]
    assert len(pairs) == 1, "neither is surely taken for the other from now on"


def consent(profile: Path, *staff_numbers: str) -> list[str]:
    """People agree at the kiosk and a clerk releases it; their ids."""
    ids = []
    with closing(open_installation(profile, settings=load_settings(profile))) as installation:
        services = installation.services
        with installation.store.read() as work:
            member = work.staff.by_login("han")
            people = [work.people.by_number(number) for number in staff_numbers]
        assert member is not None
        for person in people:
            assert person is not None
            granted = services.consents.grant(person.id, "zh_CN", services.staff.visitor())
            services.consents.release(granted.id, services.staff.actor(member))
            ids.append(str(person.id))
    return ids


@pytest.mark.parametrize("words", [["identify"], ["enrol", "DEMO-0001"]], ids=" ".join)
def test_without_activation_no_face_is_looked_at(words: list[str], say: Say, tmp_path: Path) -> None:
    furnish_hall(tmp_path / "hall", demo_settings())
    code, output, errors = say(*words, tmp_path / "a.jpg", "--profile", tmp_path / "hall")
    assert (code, output) == (2, "")
    assert "not activated" in errors
    assert not (tmp_path / "hall" / "vault.db").exists()


def test_evaluate_gives_the_figures_of_the_protocol(say: Say, faces_dir: Path, prepared_models: Path) -> None:
    words = ["evaluate", faces_dir / "london", "--limit", "4", "--gallery", "3", "--model-cache", prepared_models]
    code, output, _ = say(*words, "--json")
    figures = json.loads(output)
    assert code == 0
    assert {"engine", "n", "mated", "nonmated", "rank1", "failure_to_enrol", "at_fpir", "ms"} <= figures.keys()
    keys = {"fpir", "threshold", "fnir", "misidentification", "fnir_ci95"}
    assert all(keys <= row.keys() for row in figures["at_fpir"])
    assert (figures["engine"], figures["n"], figures["rank1"]) == ("sface", 3, 1.0)
    assert [row["fpir"] for row in figures["at_fpir"]] == [0.01, 0.003, 0.001]


# --- measures and demo ----------------------------------------------------------------------------------------------


def test_an_unknown_measure_is_refused(say: Say) -> None:
    code, output, errors = say("bench", "nothing")
    assert (code, output) == (2, "")
    assert "issue" in errors


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_measure_is_reported_in_the_format(say: Say) -> None:
    _, output, _ = say("bench", "issue", "--json")
    report = json.loads(output)
    assert report.keys() == {"machine", "date", "results"}
    assert [row["metric"] for row in report["results"]] == ["issue.sqlite_fsync_ratio", "issue.sqlite_tail_ms"]
    keys = {"metric", "value", "unit", "baseline", "ratio", "target", "ok", "note"}
    assert all(row.keys() == keys and row["value"] > 0 for row in report["results"])


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
@pytest.mark.parametrize("outcome", [0, 1])
def test_the_demo_without_display_plays_the_tour_and_says_how_to_see_more(
    outcome: int, say: Say, no_display: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played: list[dict[str, object]] = []

    def play(profile: Path | None, shots: Path, **more: object) -> int:
        played.append({"profile": profile, "shots": shots, **more})
        return outcome

    monkeypatch.setattr("ui.tour.play.play_tour", play)
    code, output, _ = say("demo", "--shots", tmp_path / "shots")
    assert code == outcome
    assert played == [{"profile": None, "shots": tmp_path / "shots", "short": False, "faces": None, "as_json": False}]
    assert "There is no display" in output
    assert str(tmp_path / "shots") in output
    assert all(word in output for word in ("Xvfb", "x11vnc", "DISPLAY=:7 make demo"))


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
def test_a_window_without_display_is_refused_plainly(say: Say, no_display: None, tmp_path: Path) -> None:
    code, output, errors = say("wall", "--profile", tmp_path / "profile")
    assert (code, output) == (2, "")
    assert "no display" in errors and "QT_QPA_PLATFORM=offscreen" in errors


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_whole_demo_without_display(tmp_path: Path, no_display: None) -> None:
    done = subprocess.run(
        [sys.executable, "main.py", "demo", "--shots", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    assert "There is no display" in done.stdout and "Xvfb" in done.stdout
    report = json.loads((tmp_path / "tour.json").read_text(encoding="utf-8"))
    assert report["ok"] and len(list(tmp_path.glob("*.png"))) == len(report["pictures"])


def test_ctrl_c_while_a_command_is_still_loading_leaves_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_command: str | None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("main.build_parser", interrupted)
    assert main(["doctor"]) == 130
    assert capsys.readouterr().err == ""
