"""A terminal that nobody restarts: what is over goes on its day, and a re-keyed vault is followed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from kiosk.activation import Lapse
from kiosk.errors import WorldError
from kiosk.installation import VaultDoor
from kiosk.services.templates import Templates
from kiosk.store.vault import templates
from recognition.worker import Worker
from tests.kiosk.services.conftest import Hall, open_hall
from tests.kiosk.services.test_templates import ENGINE, enrol
from ui.assembly.face import DeviceCamera, DeviceFace


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = open_hall(tmp_path / "profile")
    yield made
    made.installation.close()


def test_a_template_goes_on_the_day_its_time_is_over(hall: Hall) -> None:
    enrol(hall)
    camera = DeviceCamera(hall.installation, Worker({}, lambda: None, None))  # type: ignore[arg-type, return-value]
    vault = hall.services.context.vault()
    assert vault is not None
    days = 0
    while vault.count() and days < 300:
        hall.clock.advance(days=1)
        camera.look_after()
        days += 1
    assert 180 < days < 186  # six months unused
    camera.stop()


def test_looking_after_is_asked_often_and_works_once_a_day(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    camera, purges = DeviceCamera(hall.installation, Worker({}, lambda: None, None)), []  # type: ignore
    monkeypatch.setattr(Templates, "purge", lambda *_: purges.append(1))
    for _ in range(48):
        hall.clock.advance(hours=1)
        camera.look_after()
    assert len(purges) == 2
    camera.stop()


class Screen:
    """Nobody looks."""

    def on_verdict(self, session: int, verdict: object) -> None: ...

    def on_preview(self, session: int, picture: object) -> None: ...

    def on_fault(self, session: int, fault: object) -> None: ...


def test_the_face_of_a_running_terminal_follows_a_rekeyed_vault(hall: Hall) -> None:
    device = DeviceFace(hall.installation, Screen(), lambda: None)  # type: ignore[arg-type, return-value]
    gallery, vault = device._station.gallery, hall.services.context.vault()
    assert vault is not None
    device.reload()
    assert gallery.ready and len(gallery) == 0
    models = device._station.models
    consent = enrol(hall)
    views = np.eye(3, 128, dtype=np.float32)
    hall.services.consents.enrol(consent, models, views, hall.visitor)
    Templates(hall.services.context).rekey(hall.desk, lambda done, total: None)
    device.look_after()
    assert gallery.people == {hall.people[0].id}
    probe = np.mean(views, axis=0) @ vault.rotation(models, 128)
    assert gallery.search(np.asarray(probe / np.linalg.norm(probe), np.float32))[0].score > 0.999
    assert models != ENGINE
    device.stop()
    assert len(gallery) == 0


@pytest.fixture
def device(hall: Hall) -> Iterator[DeviceFace]:
    made = DeviceFace(hall.installation, Screen(), lambda: None)  # type: ignore[arg-type, return-value]
    models = made._station.models
    hall.services.consents.enrol(enrol(hall), models, np.eye(3, 128, dtype=np.float32), hall.visitor)
    made.reload()
    assert len(made._station.gallery) == 1
    yield made
    made.stop()


def test_nobody_is_matched_once_the_assessment_is_over(
    hall: Hall, device: DeviceFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(VaultDoor, "lapse", lambda _door: Lapse.ASSESSMENT_OVER)
    hall.clock.advance(days=1)
    device.look_after()
    assert len(device._station.gallery) == 0
    assert not device._worker.steps
    vault = hall.services.context.vault()
    assert vault is not None and vault.count() == 1  # deletion is decided by the consents


def test_a_reload_that_failed_is_made_up_for(hall: Hall, device: DeviceFace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody withdrew while the vault could not be read: their template is not left in memory until tomorrow."""
    hall.clock.advance(seconds=1)
    hall.services.consents.withdraw(hall.people[0].id, "zh_CN", hall.visitor)

    def broken(*_of: object) -> None:
        raise WorldError("store_unreachable", "The disk does not answer.", "Look at it.")

    with monkeypatch.context() as patch:
        patch.setattr(Templates, "purge", broken)
        for again in (device.reload, device.look_after):
            with pytest.raises(WorldError):
                again()
    assert len(device._station.gallery) == 1
    device.look_after()
    assert len(device._station.gallery) == 0


def test_a_first_load_that_failed_is_made_up_for_and_compares_nobody_meanwhile(
    hall: Hall, device: DeviceFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    device.stop()

    def broken(*_of: object) -> None:
        raise WorldError("store_unreachable", "The disk does not answer.", "Look at it.")

    with monkeypatch.context() as patch:
        patch.setattr(templates, "open_rows", broken)
        again = DeviceFace(hall.installation, Screen(), lambda: None)  # type: ignore[arg-type, return-value]
        again._station._loader._thread.join()  # type: ignore[union-attr]
    with pytest.raises(WorldError) as refused:
        again._station.look_alikes(np.eye(1, 128, dtype=np.float32), uuid4())
    assert refused.value.code == "gallery_loading"
    again.look_after()
    assert len(again._station.gallery) == 1
    again.stop()
