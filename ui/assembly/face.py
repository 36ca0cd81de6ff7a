"""Camera and recognition of this device, connected to vault, consent ledger and touch screen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kiosk.errors import ReceptionError, RuleError, WorldError
from kiosk.installation import Installation, open_installation
from recognition.sources import create as create_source
from recognition.station import Memory, Station
from recognition.vote import Thresholds
from recognition.weights import model_cache
from recognition.worker import Listener, Purpose, Worker
from ui.touch.camera import CameraParts, FaceParts
from ui.touch.codes import read_code

if TYPE_CHECKING:
    from kiosk.store.vault import Vault
    from recognition.types import Source

OpenSource = Callable[[], "Source"]

_log = logging.getLogger(__name__)


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


class DeviceCamera:
    """The camera without face matching: it reads codes (DECISIONS 6). ``reload`` and ``stop`` wait; not for the GUI."""

    def __init__(self, installation: Installation, worker: Worker, faces: FaceParts | None = None) -> None:
        self._installation, self._worker, self._faces = installation, worker, faces

    @property
    def parts(self) -> CameraParts:
        """The verbs for the touch screen."""
        return CameraParts(
            start=lambda purpose: self._worker.start(Purpose(purpose)),
            request_stop=self._worker.request_stop,
            latest_frame=self._worker.latest_frame,
            read_code=read_code,
            faces=self._faces,
        )

    def reload(self) -> None:
        """Delete what may no longer be kept: a lapsed activation stops matching, never deletion."""
        if (vault := self._installation.vault.open()) is not None:
            tidy(self._installation, vault)

    def stop(self) -> None:
        """Close the camera and wait for its threads."""
        self._worker.stop()


class DeviceFace(DeviceCamera):
    """The camera with face matching."""

    def __init__(self, installation: Installation, listener: Listener, open_source: OpenSource) -> None:
        """Load the models. Raises WorldError ``face_off`` while not activated, ``model_missing``..."""
        self._station, _vault = open_station(installation)
        worker = self._station.worker(open_source, listener, allow_synthetic=installation.settings.profile.demo)
        self._station.pipeline.engine.load()
        faces = FaceParts(lambda frames: list(self._station.views(frames)), self._station.models)
        super().__init__(installation, worker, faces)

    def reload(self) -> None:
        """Forget and learn what ledger and vault say now."""
        super().reload()
        self._station.reload()


def device_camera(
    installation: Installation, listener: Listener, open_source: OpenSource | None = None
) -> DeviceCamera:
    """The camera of this device, with faces while an activation holds (DECISIONS 3); what breaks them spares codes."""
    source = open_source or (lambda: create_source(installation.settings.face.camera))
    camera = DeviceCamera(
        installation, Worker({}, source, listener, allow_synthetic=installation.settings.profile.demo)
    )
    try:
        if installation.vault.active():
            return DeviceFace(installation, listener, source)
        camera.reload()
    except ReceptionError as error:
        _log.warning("face matching did not start: %s", error.code)
    return camera


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
