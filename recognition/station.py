"""The recognition of one device, put together: engines, gallery, pipeline and worker. Owns no decision of its own.

The vault and the consent ledger are handed in as callables; nothing here knows who a person id belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from recognition.engines import create as create_engine
from recognition.engines.glance import Glance
from recognition.enrol import views_of
from recognition.gallery import Gallery
from recognition.pipeline import Pipeline
from recognition.rotated import RotatedEngine
from recognition.types import Engine, Frame, Source
from recognition.vote import Policy, Thresholds
from recognition.worker import Listener, Purpose, Worker

Templates = list[tuple[UUID, NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Memory:
    """The vault as seen from here: ``load(models)`` gives rotated templates, ``rotation(models, dim)`` the matrix."""

    load: Callable[[str], Templates]
    rotation: Callable[[str, int], NDArray[np.float32]]


class Station:
    """Built once when the face module is active. Methods may be called from any thread but the GUI's."""

    def __init__(self, engine: str, cache_dir: Path, thresholds: Thresholds, memory: Memory) -> None:
        self._enrolling: Engine = create_engine(engine, cache_dir)
        self._memory = memory
        matching = create_engine(engine, cache_dir)
        rotated = RotatedEngine(Glance(matching), memory.rotation(self.models, matching.dim))
        self.gallery = Gallery(matching.dim)
        self.pipeline = Pipeline(rotated, self.gallery, Policy(thresholds))
        self.reload()

    @property
    def models(self) -> str:
        """Which model files made the templates: vectors of others are never compared."""
        return "+".join(self._enrolling.models)

    def reload(self) -> None:
        """Make memory equal to the vault: who withdrew is forgotten here too."""
        wanted = dict(self._memory.load(self.models))
        self.gallery.remove(set(self.gallery.snapshot.people) - set(wanted))
        if wanted:
            self.gallery.put_all(wanted)

    def worker(self, open_source: Callable[[], Source], listener: Listener, allow_synthetic: bool) -> Worker:
        """The camera worker; it opens the source only when a visitor presses."""
        steps = {Purpose.FACE: self.pipeline}
        health = self.pipeline.health
        return Worker(steps, open_source, listener, health=health, allow_synthetic=allow_synthetic)

    def views(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """Unit vectors (count, dim) of an enrolment, not rotated: the vault does that. Raises InputError."""
        return views_of(frames, self._enrolling).vectors
