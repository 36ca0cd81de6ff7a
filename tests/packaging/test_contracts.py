"""The import contracts hold something: each is broken once, in a copy of the house, and lint-imports must say so."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging import ROOT

PACKAGES = ("kiosk", "recognition", "robot", "sync", "ui")

# Contract -> a module that must not be, and what it imports. The modules are planted together; each breaks its own
# contract, and may break others.
VIOLATIONS = {
    "Fronts on top; recognition and sync apart; the domain below": ("sync/planted_faces.py", "recognition.types"),
    "Inside the domain: services, stores, flow, ports, model": ("kiosk/model/planted_store.py", "kiosk.store"),
    "Recognition knows faces, not people": ("recognition/planted_people.py", "kiosk.services"),
    "A robot knows tasks and seats, not people": ("robot/planted_people.py", "kiosk.store.people"),
    "paho only in the robot's line": ("robot/planted_mqtt.py", "paho.mqtt.client"),
    "Face data never reaches sync": ("sync/planted_services.py", "kiosk.services"),
    "Client and server never import each other": ("sync/client/planted_server.py", "sync.server"),
    "Fronts never import each other": ("ui/desk/planted_touch.py", "ui.touch"),
    "Qt lives in ui only": ("kiosk/planted_qt.py", "PySide6.QtCore"),
    "The domain knows no camera, no model, no HTTP": ("kiosk/services/planted_camera.py", "cv2"),
    "Pictures and networks are handled only where": ("recognition/planted_network.py", "onnxruntime"),
    "SQLAlchemy only in the stores": ("kiosk/services/planted_sql.py", "sqlalchemy"),
    "requests only in the client's transport": ("sync/client/planted_requests.py", "requests"),
    "FastAPI only in the server": ("sync/client/planted_fastapi.py", "fastapi"),
    "Screens are handed recognition, robots and synchronisation": ("ui/touch/planted_worker.py", "recognition.worker"),
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What lint-imports prints about a copy of the house with every violation planted in it."""
    house = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", house)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, house / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file, imported in VIOLATIONS.values():
        (house / file).write_text(f"import {imported}\n", encoding="utf-8")
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    result = subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)
    assert result.returncode == 1, result.stdout + result.stderr
    return result.stdout


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_violation_breaks_the_contract(report: str, contract: str) -> None:
    line = next(line for line in report.splitlines() if line.startswith(contract))
    assert "BROKEN" in line
    file = VIOLATIONS[contract][0]
    assert file.removesuffix(".py").replace("/", ".") in report


def test_every_contract_is_tried(report: str) -> None:
    verdicts = re.findall(r"^(.+) (?:KEPT|BROKEN)", report, re.MULTILINE)
    assert len(verdicts) == len(VIOLATIONS)
    assert all(any(verdict.startswith(contract) for contract in VIOLATIONS) for verdict in verdicts)


def test_a_room_without_a_place_in_the_plan_is_refused(report: str) -> None:
    assert "planted_qt" in report.rpartition("exhaustive")[2]
