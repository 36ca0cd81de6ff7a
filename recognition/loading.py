"""Keeps the gallery in memory equal to the vault: who is new is fetched, who is gone is overwritten at once.

Owns the order: forget first (ids only, nothing is decrypted), then fetch in portions. While somebody is still missing
the gallery finds nobody. The vault is handed in as callables; nothing here knows who a person id belongs to.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kiosk.errors import ReceptionError
from recognition.gallery import Gallery
from recognition.rotated import RotatedEngine
from recognition.vectors import wipe

PORTION = 1024

Templates = Iterable[tuple[UUID, NDArray[np.float32]]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Memory:
    """The vault as seen from here. Arrays it gives are writable and the receiver's to wipe.

    ``load(models)``: (person, rotated views float32 (n, dim)) of everybody. ``rows(models)``: the person of each stored
    row, nothing decrypted. ``fetch(models, rows)``: as ``load``, of these rows only. ``rotation(models, dim)``: the
    secret matrix. ``generation()`` grows when the vault was re-keyed: matrix and templates are then others.
    """

    load: Callable[[str], Templates]
    rows: Callable[[str], Mapping[UUID, UUID]]
    fetch: Callable[[str, Collection[UUID]], Templates]
    rotation: Callable[[str, int], NDArray[np.float32]]
    generation: Callable[[], int]


class Loader:
    """Loads one gallery from one vault. Methods may be called from any thread but the GUI's."""

    def __init__(self, memory: Memory, models: str, gallery: Gallery, engine: RotatedEngine) -> None:
        """The gallery finds nobody until the first ``reload`` is through."""
        self._memory = memory
        self._models = models
        self._gallery = gallery
        self._engine = engine
        self._held: dict[UUID, UUID] = {}
        self._generation: int | None = None
        self._loading = threading.Lock()
        self._stopping = threading.Event()
        self.failed = False
        """True from a load that broke off until one that is through: somebody may be missing from the gallery."""
        self._thread: threading.Thread | None = None
        gallery.suspend()

    def start(self) -> None:
        """Load on a thread of its own: a kiosk must not wait for a large vault."""
        self._thread = threading.Thread(target=self._load_first, name="gallery")
        self._thread.start()

    def stop(self) -> None:
        """End loading and wait for it; forget everybody."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        with self._loading:
            self._forget()

    def reload(self) -> None:
        """Make memory equal to the vault; returns when it is. Raises WorldError when the vault cannot be read."""
        with self._loading:
            try:
                while not self._stopping.is_set() and not self._follow():
                    continue
            except BaseException:
                self.failed = True
                self._know_nobody()
                raise
            self.failed = False
            if not self._stopping.is_set():
                self._gallery.resume()

    def _follow(self) -> bool:
        """One pass; False when the vault was re-keyed meanwhile and another is needed."""
        generation = self._memory.generation()
        if generation != self._generation:
            self._forget()
            self._engine.turn(self._memory.rotation(self._models, self._engine.dim))
            self._generation = generation
        rows = dict(self._memory.rows(self._models))
        self._gallery.remove(self._gallery.people - set(rows.values()))
        self._fetch([row for row in rows if row not in self._held])
        self._held = rows
        return self._memory.generation() == generation

    def _fetch(self, rows: list[UUID]) -> None:
        portion: dict[UUID, NDArray[np.float32]] = {}
        try:
            for person_id, views in self._memory.fetch(self._models, rows):
                portion[person_id] = views
                if self._stopping.is_set():
                    return
                if len(portion) == PORTION:
                    self._put(portion)
            self._put(portion)
        finally:
            wipe(portion.values())

    def _put(self, portion: dict[UUID, NDArray[np.float32]]) -> None:
        self._gallery.put_all(portion)
        wipe(portion.values())
        portion.clear()

    def _forget(self) -> None:
        self._gallery.suspend()
        self._gallery.clear()
        self._held = {}

    def _know_nobody(self) -> None:
        """A vault that cannot be read makes nobody known, and keeps no visitor waiting; the next reload tries again."""
        if not self._gallery.ready and not self._stopping.is_set():
            self._forget()
            self._gallery.resume()

    def _load_first(self) -> None:
        try:
            self.reload()
        except ReceptionError as error:
            _log.warning("the face templates were not loaded: %s", error.code)
