"""The commands audit, backup and restore as an operator and an inspector meet them."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.errors import InputError, WorldError
from kiosk.installation import Installation, open_installation
from kiosk.model.people import Employee
from kiosk.model.staff import Actor
from kiosk.record_commands import add_commands
from kiosk.services.furnish import unit_id
from kiosk.settings import Settings, write
from kiosk.settings.spec import Store

Run = Callable[..., int]
NAME, LOOKED, PURPOSE = "林演示", "serving A001", "inspection 2026-3"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A hall in which somebody looked at the record of one of two employees, and that one refused the face match."""
    folder = tmp_path / "profile"
    with closing(open_installation(folder)) as installation:
        context, staff = installation.services.context, installation.services.staff
        unit = context.catalog.units[0]
        ids = [context.ids.new(), context.ids.new()]
        with installation.store.write() as work:
            for number, person in enumerate(ids, start=1):
                born = date(1988, 3, 5)
                work.people.put(Employee(person, f"DEMO-000{number}", NAME, born, unit_id(unit.code), unit.name))
            work.audit.add(staff.system(), "card.opened", ids[0], LOOKED)
            work.audit.add(staff.system(), "card.opened", ids[1], "serving A002")
        installation.services.consents.refuse(ids[0], "zh_CN", staff.visitor())
    return folder


@pytest.fixture
def run(profile: Path) -> Run:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())

    def call(*words: object) -> int:
        args = parser.parse_args([str(word) for word in words])
        args.profile = profile
        code = args.run(args)
        assert isinstance(code, int)
        return code

    return call


@pytest.fixture
def opened(profile: Path) -> Iterator[Callable[[], Installation]]:
    """Opens the hall again; closes it in the end."""
    made: list[Installation] = []

    def open_it() -> Installation:
        made.append(open_installation(profile))
        return made[-1]

    yield open_it
    for installation in made:
        installation.close()


def exported(run: Run, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, list[dict[str, str]]]:
    capsys.readouterr()
    assert run("audit", "export", "--purpose", PURPOSE, "--json", *more) == 0
    made = json.loads(capsys.readouterr().out)
    assert isinstance(made, dict)
    return made


def test_a_whole_record_is_said_to_be_whole(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("audit", "verify") == 0
    assert capsys.readouterr().out.splitlines() == ["journal: whole", "audit: whole"]
    assert run("audit", "verify", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "whole": True, "first_broken": {"journal": None, "audit": None}, "events": 1,
    }  # fmt: skip


def test_a_row_changed_behind_the_programs_back_is_named(
    run: Run, opened: Callable[[], Installation], capsys: pytest.CaptureFixture[str]
) -> None:
    installation = opened()
    with installation.store.database.writer.begin() as connection:
        for (name,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
        ).all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE audit SET reason = 'nothing' WHERE seq = 1")
    installation.close()
    assert run("audit", "verify") == 1
    assert "audit: changed or missing at number 1" in capsys.readouterr().out


def test_an_export_about_one_person_shows_who_looked_and_what_was_agreed_and_no_name(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    made = exported(run, capsys, "--about", "DEMO-0001")
    assert [(row["action"], row["reason"]) for row in made["audit"]] == [
        ("card.opened", LOOKED),
        ("record.exported", PURPOSE),
    ]
    assert [row["act"] for row in made["consents"]] == ["refuse"]
    everything = json.dumps(exported(run, capsys), ensure_ascii=False)
    assert "serving A002" in everything and NAME not in everything and "DEMO-0001" not in everything


def test_every_export_is_in_the_next_one_with_its_purpose(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    exported(run, capsys)
    rows = exported(run, capsys)["audit"]
    assert [row["reason"] for row in rows if row["action"] == "record.exported"] == [PURPOSE, PURPOSE]


def test_an_export_may_begin_at_a_day(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    made = exported(run, capsys, "--since", "2999-01-01")
    assert (made["audit"], made["consents"]) == ([], [])


def test_the_export_for_a_persons_eyes_is_one_line_a_row(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("audit", "export", "--purpose", PURPOSE) == 0
    lines = capsys.readouterr().out.splitlines()
    assert LOOKED in lines[0] and lines[-1] == "3 rows; the chain is whole"


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--purpose", " "), "reason_missing"), (("--purpose", "x", "--about", "DEMO-9999"), "no_employee")],
)
def test_an_export_without_purpose_or_person_is_refused(run: Run, words: tuple[str, ...], code: str) -> None:
    with pytest.raises(InputError) as caught:
        run("audit", "export", *words)
    assert caught.value.code == code


def test_a_backup_comes_back_as_a_new_epoch_and_says_so_in_the_record(
    run: Run, profile: Path, tmp_path: Path, opened: Callable[[], Installation], capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "monday.backup"
    assert run("backup", copy) == 0
    installation = opened()
    actor = Actor("system", None, frozenset(), "T1")
    with installation.store.write() as work:
        work.audit.add(actor, "after.backup", None, "gone tomorrow")
    installation.close()
    assert run("restore", copy) == 0
    assert "epoch 2" in capsys.readouterr().out
    restored = opened()
    with restored.store.read() as work:
        actions = [row.action for row in work.audit.since(0)]
        assert work.audit.verify() is None and work.journal.verify() is None
    assert restored.store.origin_epoch == 2
    assert actions[-2:] == ["store.backed_up", "store.restored"]
    assert len(list(profile.glob("hall.db.2*"))) == 1


def test_keys_of_persons_and_templates_are_not_in_a_backup(
    run: Run, profile: Path, tmp_path: Path, opened: Callable[[], Installation]
) -> None:
    """Taken to another machine with the hall's key alone, the backup opens and shows no personal payload."""
    copy, other = tmp_path / "monday.backup", tmp_path / "other"
    run("backup", copy)
    assert sorted(path.name for path in tmp_path.glob("monday*")) == ["monday.backup"]
    other.mkdir(mode=0o700)
    keys = json.loads((profile / "keys.json").read_text(encoding="utf-8"))
    (other / "keys.json").touch(mode=0o600)
    (other / "keys.json").write_text(json.dumps({"hall": keys["hall"]}), encoding="utf-8")
    shutil.copyfile(copy, other / "hall.db")
    with closing(open_installation(other)) as moved, moved.store.read() as work:
        assert [event.personal for event in work.journal.since(0)] == [{}]
    with opened().store.read() as work:
        assert [bool(event.personal) for event in work.journal.since(0)] == [True]


def test_a_hall_in_use_is_not_replaced(run: Run, tmp_path: Path, opened: Callable[[], Installation]) -> None:
    run("backup", tmp_path / "copy")
    with opened().store.read() as work:
        work.journal.last_seq()
        with pytest.raises(WorldError) as caught:
            run("restore", tmp_path / "copy")
    assert caught.value.code == "store_in_use"


def test_a_file_that_is_no_backup_is_refused_and_the_hall_stays(run: Run, tmp_path: Path) -> None:
    (tmp_path / "copy").write_bytes(b"not a backup" * 1000)
    with pytest.raises(WorldError):
        run("restore", tmp_path / "copy")
    assert run("audit", "verify") == 0


def test_a_backup_that_is_not_there_is_named_before_anything_is_touched(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        run("restore", tmp_path / "absent.backup")
    assert caught.value.code == "backup_missing" and "absent.backup" in caught.value.what


def test_a_hall_on_a_database_server_is_restored_there(run: Run, profile: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").write_bytes(b"a dump")
    write(profile, replace(Settings(), store=Store(url="postgresql+psycopg://hall@server.example/hall")))
    with pytest.raises(InputError) as caught:
        run("restore", tmp_path / "copy")
    assert caught.value.code == "backup_by_server"
