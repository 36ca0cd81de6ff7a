"""Camera and recognition of this device, connected to vault, consent ledger and touch screen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kiosk.errors import ReceptionError, RuleError
from kiosk.installation import Installation, open_installation
from kiosk.services.templates import Templates
from kiosk.settings import Settings
from recognition.keepsake import Learn
from recognition.loading import Memory
from recognition.model_cards import FOLDER as MODELS
from recognition.pipeline import DEMO_TRIAL, Rules
from recognition.proving import TrialRules
from recognition.sources import create as create_source
from recognition.station import Station
from recognition.tuning import Tuner
from recognition.weights import model_cache
from recognition.worker import Listener, Purpose, Worker
from ui.assembly.calibration import fallback, lessons_of, not_activated, site_of, standing
from ui.touch.camera import CameraParts, FaceParts
from ui.touch.codes import read_code

if TYPE_CHECKING:
    from kiosk.model.people import Employee
    from kiosk.store.vault import Vault
    from recognition.enrol import LookAlikes
    from recognition.types import Source, Vector

LEARNED_AT_MOST = 2
"""Views from visits beside the three to five enrolled ones: these keep the majority."""

OpenSource = Callable[[], "Source"]

_log = logging.getLogger(__name__)


def open_station(installation: Installation, learn: Learn | None = None) -> tuple[Station, Vault]:
    """Engine, gallery and vault of this device. Raises WorldError ``face_not_activated``."""
    vault = installation.vault.open() if installation.vault.active() else None
    if vault is None:
        raise not_activated()
    tidy(installation)
    face = installation.settings.face
    memory = Memory(vault.load, vault.rows, vault.fetch, vault.rotation, vault.generation)
    rules = session_rules(installation.settings)
    station = Station(
        face.engine,
        model_cache(),
        fallback(installation),
        memory,
        installation.profile / MODELS,
        rules=rules,
        lessons=partial(lessons_of, installation),
        learn=learn,
    )
    return station, vault


def session_rules(settings: Settings) -> Rules:
    """Whether a visitor is asked to move, and how patiently; a demo only shows it (DECISIONS 2)."""
    trial = DEMO_TRIAL if settings.profile.demo else TrialRules()
    return Rules(challenge=settings.face.liveness == "challenge", trial=trial)


def tidy(installation: Installation) -> None:
    """Delete templates whose consent ended or whose time is over."""
    services = installation.services
    Templates(services.context).purge(services.staff.system())


class DeviceCamera:
    """The camera without face matching: it reads codes (DECISIONS 6). ``reload`` and ``stop`` wait; not for the GUI."""

    def __init__(self, installation: Installation, worker: Worker, faces: FaceParts | None = None) -> None:
        self._installation, self._worker, self._faces = installation, worker, faces
        self._looked_after, self._due = self._today(), False

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
        """Make this device equal to ledger and vault."""
        self._due = True
        self._follow()
        self._due = False

    def look_after(self) -> None:
        """``reload`` when a day began, on a terminal that nobody restarts, and until one that failed is through; asked
        every few seconds, cheap otherwise."""
        if self._due or self._today() != self._looked_after:
            self.reload()

    def _follow(self) -> None:
        """Delete what may no longer be kept: a lapsed activation stops matching, never deletion."""
        tidy(self._installation)
        self._looked_after = self._today()

    def fault(self) -> str:
        """The code of what is broken now; empty while the camera works."""
        return self._worker.health.report().fault or ""

    def stop(self) -> None:
        """Close the camera and wait for its threads."""
        self._worker.stop()

    def _today(self) -> date:
        return self._installation.services.context.clock.today()


class DeviceFace(DeviceCamera):
    """The camera with face matching."""

    def __init__(self, installation: Installation, listener: Listener, open_source: OpenSource) -> None:
        """Load the models. Raises WorldError ``face_off`` while not activated, ``model_missing``..."""
        learns = installation.settings.face.learn_views
        self._station, self._vault = open_station(installation, self._learn if learns else None)
        self._actor = installation.services.staff.system()
        self._floor = self._station.pipeline.engine.agreement
        policy = self._station.pipeline.policy
        self._tuner = Tuner(policy, site_of(installation, self._vault, self._station.pipeline.engine, self._actor))
        worker = self._station.worker(open_source, listener, allow_synthetic=installation.settings.profile.demo)
        self._station.pipeline.engine.load()
        keepsake = self._station.keepsake
        faces = FaceParts(
            self._station.models, self._station.look_alikes, self._two_looks, keepsake.confirmed, keepsake.forget
        )
        super().__init__(installation, worker, faces)
        self._generation = self._vault.generation()
        self._station.load_in_background()
        self._tuner.start()

    def _two_looks(self, sometimes: bool) -> None:
        self._station.guided.two_looks = sometimes

    def _follow(self) -> None:
        """Forget and learn what ledger and vault say now; everything, once the activation does not hold any more."""
        super()._follow()
        if not self._installation.vault.active():
            self._worker.forget_faces()
            self._station.stop()
            return
        self._station.reload()
        self._generation = self._vault.generation()
        self._tuner.refresh()

    def _learn(self, person_id: UUID, view: Vector) -> None:
        """A confirmed visit adds to a template, if the person agreed to just that (``recognition.keepsake``)."""
        services = self._installation.services
        try:
            services.consents.released_of(person_id)
        except RuleError:
            return
        if self._vault.learn(person_id, self._station.models, view, least=self._floor, most=LEARNED_AT_MOST):
            with self._installation.store.write() as work:
                work.audit.add(self._actor, "face.learned", person_id, "confirmed visit")
            self.reload()

    def look_after(self) -> None:
        """Also after the vault was re-keyed by a command, or could not be read."""
        super().look_after()
        if self._station.failed or self._vault.generation() != self._generation:
            self.reload()

    def stop(self) -> None:
        """Close the camera, overwrite the gallery."""
        super().stop()
        self._tuner.stop()
        self._station.stop()


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
        self.station.reload()
        thresholds = standing(installation, len(self.station.gallery), self.station.models)
        self.station.pipeline.policy.replace(thresholds)

    def note_search(self, pictures: int) -> None:
        """Audit the search before anything is printed."""
        with self._installation.store.write() as work:
            work.audit.add(self._actor, "face.searched", None, "operator", {"pictures": pictures})

    def consent_of(self, staff_number: str) -> UUID:
        """The released consent of an employee. Raises RuleError without one."""
        return self._installation.services.consents.released_of(self._employee(staff_number).id)

    def look_alikes(self, staff_number: str, views: NDArray[np.float32]) -> LookAlikes:
        """Who enrolled here resembles these views, other than the employee; audited with counts."""
        employee = self._employee(staff_number)
        alike = self.station.look_alikes(views, employee.id)
        with self._installation.store.write() as work:
            counts = {"look_alikes": len(alike.found), "doubles": alike.doubles}
            work.audit.add(self._actor, "face.compared", employee.id, "operator", counts)
        return alike

    def keep(self, consent_id: UUID, views: NDArray[np.float32], look_alikes: Sequence[UUID]) -> None:
        """Enrol: enrolment row, then vault."""
        consents = self._installation.services.consents
        consents.enrol(consent_id, self.station.models, list(views), self._actor, look_alikes)

    def _employee(self, staff_number: str) -> Employee:
        with self._installation.store.read() as work:
            employee = work.people.by_number(staff_number)
        if employee is None:
            raise RuleError("no_employee", "Nobody has this staff number.", "Check the digits.")
        return employee


@contextmanager
def operator_desk(profile: Path) -> Iterator[OperatorDesk]:
    """Open the installation for one operator's command."""
    installation = open_installation(profile)
    try:
        yield OperatorDesk(installation)
    finally:
        installation.close()
