"""The camera of a device whose face module is off, as it is shipped: codes are read, nothing of a face is opened."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno
from pytestqt.qtbot import QtBot

from kiosk.catalog import load_catalog
from kiosk.errors import WorldError
from kiosk.identify.qr import check_character
from kiosk.installation import ACTIVATION_KEY
from kiosk.settings import demo_settings
from recognition.sources.folder import PictureFolder
from tests.kiosk.services.conftest import Hall, open_hall
from ui.assembly import face
from ui.assembly.face import DeviceCamera, device_camera
from ui.bridge import Bridge
from ui.tasks import Tasks
from ui.touch.front import TouchFront
from ui.touch.session import Surroundings
from ui.touch.state import Page
from ui.widgets.button import Pressable

PATIENCE_MS = 20_000


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """A hall where nobody ever activated the face module."""
    made = open_hall(tmp_path / "profile")
    with made.installation.store.write() as work:
        work.meta.put(ACTIVATION_KEY, "")
    yield made
    made.installation.close()


@pytest.fixture
def codes(tmp_path: Path) -> Path:
    """A folder with one picture: an employee's code held before the camera."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    rows = [
        bytes(row)
        for row in segno.make(f"R1:staff:DEMO-0001:{check_character('DEMO-0001')}", micro=False).matrix_iter(
            scale=8, border=6
        )
    ]
    dark = np.array([list(row) for row in rows], np.uint8)
    cv2.imwrite(str(folder / "code.png"), np.where(dark > 0, 0, 255).astype(np.uint8))
    return folder


@pytest.fixture
def front(hall: Hall, qtbot: QtBot) -> Iterator[TouchFront]:
    bridge = Bridge()
    tasks = Tasks(bridge.post)
    around = Surroundings(tasks, hall.clock, time.monotonic, demo_settings(), load_catalog(), lambda text, lang: None)
    made = TouchFront(around, bridge.post)
    qtbot.addWidget(made.view)
    made.view.show()
    made.connect(hall.services, None)
    yield made
    made.stop()
    tasks.stop()
    bridge.close()


def tap(front: TouchFront, name: str) -> None:
    button = front.view.findChild(Pressable, name)
    assert button is not None, name
    button.click()


def test_a_code_is_read_while_the_face_module_is_off(
    front: TouchFront, hall: Hall, codes: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face, "Station", _never)
    camera = device_camera(hall.installation, front.camera, lambda: PictureFolder(codes, loop=True, fps=20))
    front.camera_ready(camera.parts)
    assert front.view.findChild(Pressable, "way_face") is None
    tap(front, "way_qr")
    tap(front, "open_camera")
    qtbot.waitUntil(lambda: front.presenter.state.page is Page.CONFIRM, timeout=PATIENCE_MS)
    proposal = front.presenter.state.proposal
    assert proposal is not None
    assert proposal.employee_id == hall.people[0].id
    camera.reload()
    camera.stop()
    assert hall.installation.vault.open() is None
    assert not (hall.installation.profile / "vault").exists()


def test_a_face_module_that_cannot_start_spares_the_codes(
    tmp_path: Path, front: TouchFront, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(*_: object, **_more: object) -> None:
        raise WorldError("model_missing", "A model file is missing.", "Install it.")

    monkeypatch.setattr(face, "Station", missing)
    active = open_hall(tmp_path / "active").installation
    camera = device_camera(active, front.camera)
    active.close()
    assert type(camera) is DeviceCamera
    assert camera.parts.faces is None
    assert "face matching did not start: model_missing" in caplog.text


def _never(*_: object) -> None:
    raise AssertionError("a face model was loaded")
