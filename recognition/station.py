"""The recognition of one device, put together: engines, gallery, pipeline and worker. Owns no decision of its own.

The vault and the consent ledger are handed in as callables; nothing here knows who a person id belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kiosk.errors import WorldError
from recognition.engines import create as create_engine
from recognition.engines.glance import Glance
from recognition.engines.looks import SESSION, Looks
from recognition.enrol import EnrolmentViews, LookAlikes, look_alikes, views_of
from recognition.gallery import Gallery
from recognition.guided import GuidedEnrolment
from recognition.keepsake import Keepsake, Learn
from recognition.liveness import networks_of
from recognition.loading import Loader, Memory
from recognition.pipeline import Pipeline, Rules
from recognition.rotated import RotatedEngine
from recognition.types import Engine, Frame, Source, Steps
from recognition.vectors import wipe
from recognition.vote import Lessons, Policy, Thresholds, no_lessons
from recognition.worker import Listener, Purpose, Worker


class Station:
    """Built once when the face module is active. Methods may be called from any thread but the GUI's."""

    def __init__(
        self,
        engine: str,
        cache_dir: Path,
        thresholds: Thresholds,
        memory: Memory,
        models_dir: Path | None = None,
        *,
        rules: Rules | None = None,
        lessons: Callable[[], Lessons] = no_lessons,
        learn: Learn | None = None,
    ) -> None:
        """``models_dir``: where added models lie; those of kind liveness judge where nobody is asked to move.

        Raises InputError ``engine_unknown`` and WorldError ``model_changed``."""
        self._enrolling: Engine = Looks(create_engine(engine, cache_dir, models_dir))
        self._memory = memory
        matching = Looks(create_engine(engine, cache_dir, models_dir), SESSION, settle=False)
        self._rotated = rotated = RotatedEngine(Glance(matching), memory.rotation(self.models, matching.dim))
        self.gallery = Gallery(matching.dim)
        policy = Policy(thresholds, lessons)
        self.keepsake = Keepsake(lambda: policy.thresholds, learn)
        rules = rules or Rules()
        network = None if rules.challenge else networks_of(models_dir)
        self.pipeline = Pipeline(rotated, self.gallery, policy, rules, keepsake=self.keepsake, network=network)
        self._loader = Loader(memory, self.models, self.gallery, rotated)
        self.guided = GuidedEnrolment(self._enrolling)

    @property
    def models(self) -> str:
        """Which model files made the templates: vectors of others are never compared."""
        return "+".join(self._enrolling.models)

    def load_in_background(self) -> None:
        """Begin to load the gallery; until it is there, a visitor's session waits and nobody is matched."""
        self._loader.start()

    @property
    def failed(self) -> bool:
        """True while the gallery may lack somebody because the vault could not be read; ``reload`` tries again."""
        return self._loader.failed

    def reload(self) -> None:
        """Make memory equal to the vault and wait for it: who withdrew is forgotten here too."""
        self._loader.reload()

    def stop(self) -> None:
        """End loading and overwrite the gallery."""
        self.keepsake.forget()
        self._loader.stop()

    def worker(self, open_source: Callable[[], Source], listener: Listener, allow_synthetic: bool) -> Worker:
        """The camera worker; it opens the source only when a visitor presses."""
        steps: dict[Purpose, Steps] = {Purpose.FACE: self.pipeline, Purpose.ENROL: self.guided}
        health = self.pipeline.health
        return Worker(steps, open_source, listener, health=health, allow_synthetic=allow_synthetic)

    def look_alikes(self, views: NDArray[np.float32], person_id: UUID) -> LookAlikes:
        """Who of the gallery resembles these views (count, dim; not rotated), other than ``person_id``.

        Raises WorldError ``gallery_loading`` while templates are still being loaded, or could not be: nobody could be
        told from nobody.
        """
        if not self.gallery.ready or self.failed:
            raise WorldError("gallery_loading", "The templates are still being loaded.", "Try again in a moment.")
        rotated = self._rotated.rotated(views)
        try:
            return look_alikes(rotated, self.gallery, self.pipeline.policy.thresholds, person_id)
        finally:
            wipe([rotated])

    def views(self, frames: Sequence[Frame]) -> EnrolmentViews:
        """The views of an enrolment, not rotated: the vault does that. Raises InputError."""
        return views_of(frames, self._enrolling)
