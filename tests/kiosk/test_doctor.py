"""The doctor's own checks, each in the state it is there for."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk import doctor
from kiosk.doctor import Finding, Grade, Look, Verdict, inner_checks, report_text, run_checks
from kiosk.errors import WorldError
from kiosk.installation import open_installation
from kiosk.settings import Settings, write
from kiosk.settings.hall import Printing
from kiosk.settings.spec import Face, Sync
from kiosk.store.keystore import FileKeyStore
from kiosk.store.vault import Vault
from tests.fakes import FakeClock
from tests.kiosk.printing.paper import PaperServer


def found(profile: Path, name: str) -> Finding:
    return run_checks([check for check in inner_checks(profile) if check.name == name])[0]


def test_a_check_that_raises_is_a_finding() -> None:
    def world() -> Verdict:
        raise WorldError("disk_full", "The disk is full.", "Free space.")

    def bug() -> Verdict:
        raise KeyError("x")

    first, second = run_checks([Look("a", world), Look("b", bug)])
    assert (first.grade, first.what, first.remedy) == (Grade.FAIL, "The disk is full.", "Free space.")
    assert second.grade is Grade.FAIL
    assert "KeyError" in second.what


def test_the_report_names_grade_check_and_remedy() -> None:
    text = report_text([Finding("disk", Grade.WARN, "little", "Free it."), Finding("keys", Grade.OK, "fine", "")])
    assert text.splitlines() == [
        "warn disk          little",
        "                   -> Free it.",
        "ok   keys          fine",
        "1 ok, 1 warn, 0 fail",
    ]


@pytest.mark.parametrize(("free", "grade"), [(3 * 1024**3, "ok"), (1024**3, "warn"), (1024**2, "fail")])
def test_disk_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, grade: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=free))
    assert found(tmp_path, "disk").grade == grade


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LIBRARIES", ("json", "no_such_library"))
    assert "no_such_library" in found(tmp_path, "libraries").what


def test_a_clock_that_went_back_is_found(tmp_path: Path) -> None:
    path = write(tmp_path, Settings())
    assert found(tmp_path, "clock").grade is Grade.OK
    os.utime(path, (4e9, 4e9))
    assert found(tmp_path, "clock").grade is Grade.FAIL


@pytest.mark.parametrize(
    ("camera", "grade"),
    [
        ("device:99", Grade.WARN),
        ("video:absent.mp4", Grade.WARN),
        ("folder:absent", Grade.WARN),
        ("folder:.", Grade.OK),
    ],
)
def test_the_camera_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, camera: str, grade: Grade) -> None:
    write(tmp_path, replace(Settings(), face=replace(Face(), camera=camera)))
    monkeypatch.setattr("sys.platform", "linux")
    assert found(tmp_path, "camera").grade is grade


def test_a_printer_that_is_there_and_one_that_is_not(tmp_path: Path) -> None:
    server = PaperServer()
    write(tmp_path, with_printer(f"network:127.0.0.1:{server.port}"))
    assert found(tmp_path, "printer").grade is Grade.OK
    server.unplug()
    gone = found(tmp_path, "printer")
    assert gone.grade is Grade.WARN
    assert "shown on the screen" in gone.remedy


def with_printer(device: str) -> Settings:
    return replace(Settings(), printing=replace(Printing(), kind="escpos", device=device))


def test_a_server_that_is_there_and_one_that_is_not(tmp_path: Path) -> None:
    server = PaperServer()
    write(tmp_path, replace(Settings(), sync=replace(Sync(), server_url=f"http://127.0.0.1:{server.port}")))
    assert found(tmp_path, "server").grade is Grade.OK
    server.unplug()
    assert found(tmp_path, "server").grade is Grade.WARN


def test_no_database_yet_a_whole_one_and_one_with_a_wrong_key(tmp_path: Path) -> None:
    write(tmp_path, Settings())
    assert found(tmp_path, "database").grade is Grade.WARN
    open_installation(tmp_path).close()
    assert found(tmp_path, "database").grade is Grade.OK
    (tmp_path / "keys.json").write_text("{}", encoding="utf-8")
    (tmp_path / "keys.json").chmod(0o600)
    assert found(tmp_path, "database").grade is Grade.FAIL


def test_an_existing_vault_is_opened_and_counted(tmp_path: Path) -> None:
    write(tmp_path, Settings())
    assert "never activated" in found(tmp_path, "vault").what
    with closing(Vault(tmp_path, FileKeyStore(tmp_path), FakeClock())):
        pass
    assert found(tmp_path, "vault").what == "0 people enrolled on this device"
