"""The recognition of this device, connected to vault, consent ledger and touch screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kiosk.errors import RuleError, WorldError
from kiosk.installation import Installation, open_installation
from recognition.sources import create as create_source
from recognition.station import Memory, Station
from recognition.vote import Thresholds
from recognition.weights import model_cache
from recognition.worker import Listener, Purpose, Worker

if TYPE_CHECKING:
    from kiosk.store.vault import Vault
    from recognition.types import Source
    from ui.touch.camera import CameraParts

OpenSource = Callable[[], "Source"]


def open_station(installation: Installation) -> tuple[Station, Vault]:
    """Engine, gallery and vault of this device. Raises WorldError ``face_off`` while not activated."""
    vault = installation.vault.open() if installation.vault.active() else None
    if vault is None:
        raise WorldError("face_off", "Face matching is not activated here.", "Use another way.")
    tidy(installation, vault)
    face = installation.settings.face
    thresholds = Thresholds(face.ask_threshold, face.sure_threshold, face.margin)
    station = Station(face.engine, model_cache(), thresholds, Memory(vault.load, vault.rotation))
    return station, vault


def tidy(installation: Installation, vault: Vault) -> None:
    """Delete templates whose consent ended or whose time is over."""
    vault.purge(installation.services.context.clock.now())
    vault.verify(installation.services.consents.live())


class DeviceFace:
    """What the terminal holds of recognition. ``reload`` and ``stop`` wait; not for the GUI thread."""

    def __init__(self, installation: Installation, listener: Listener, open_source: OpenSource | None) -> None:
        self._installation = installation
        self._station, self._vault = open_station(installation)
        source = open_source or (lambda: create_source(installation.settings.face.camera))
        demo = installation.settings.profile.demo
        self._worker: Worker = self._station.worker(source, listener, allow_synthetic=demo)
        self._station.pipeline.engine.load()

    @property
    def parts(self) -> CameraParts:
        """The verbs for the touch screen."""
        from ui.touch.camera import CameraParts
        from ui.touch.codes import read_code

        return CameraParts(
            start=lambda purpose: self._worker.start(Purpose(purpose)),
            request_stop=self._worker.request_stop,
            latest_frame=self._worker.latest_frame,
            read_code=read_code,
            views=lambda frames: list(self._station.views(frames)),
            engine=self._station.models,
        )

    def reload(self) -> None:
        """Forget and learn what ledger and vault say now."""
        tidy(self._installation, self._vault)
        self._station.reload()

    def stop(self) -> None:
        """Close the camera and wait for its threads."""
        self._worker.stop()


def device_face(
    installation: Installation, listener: Listener, open_source: OpenSource | None = None
) -> DeviceFace | None:
    """The face module of this device, or None while no activation holds (DECISIONS 3)."""
    if not installation.vault.active():
        if (vault := installation.vault.open()) is not None:
            tidy(installation, vault)  # a lapsed activation stops matching, never deletion
        return None
    return DeviceFace(installation, listener, open_source)


class OperatorDesk:
    """The hall as ``identify`` and ``enrol`` need it (``recognition.operator.FaceDesk``)."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._actor = installation.services.staff.system()
        self.station, _vault = open_station(installation)

    def note_search(self, pictures: int) -> None:
        """Audit the search before anything is printed."""
        with self._installation.store.write() as work:
            work.audit.add(self._actor, "face.searched", None, "operator", {"pictures": pictures})

    def consent_of(self, staff_number: str) -> UUID:
        """The released consent of an employee. Raises RuleError without one."""
        with self._installation.store.read() as work:
            employee = work.people.by_number(staff_number)
        if employee is None:
            raise RuleError("no_employee", "Nobody has this staff number.", "Check the digits.")
        return self._installation.services.consents.released_of(employee.id)

    def keep(self, consent_id: UUID, views: NDArray[np.float32]) -> None:
        """Enrol: enrolment row, then vault."""
        self._installation.services.consents.enrol(consent_id, self.station.models, list(views), self._actor)


@contextmanager
def operator_desk(profile: Path) -> Iterator[OperatorDesk]:
    """Open the installation for one operator's command."""
    installation = open_installation(profile)
    try:
        yield OperatorDesk(installation)
    finally:
        installation.close()
