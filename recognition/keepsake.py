"""One probe, held for a moment: the only way a visit can add a view to a template (setting ``face.learn_views``).

Owns the waiting probe and the rule which one may be kept; must not store anything itself. A probe is held only while
learning is on and its hint could qualify, at most one at a time, for a short time, and is overwritten when the session
is forgotten, when another takes its place and when its time is over.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

from kiosk.model.face import FaceHint, HintKind, Liveness
from recognition.types import Vector
from recognition.vote import Thresholds, higher

HELD_S = 120.0
"""How long a visitor may take to confirm; after that nothing is learned."""
LEARN_SHARE = 0.3
"""A view is learned only this share of the way from ``sure`` to the best score and above."""

Learn = Callable[[UUID, Vector], None]
"""Adds a view (unit float32, rotated like the templates) to a person's templates. May refuse by doing nothing."""


class Keepsake:
    """Any thread. ``hold`` belongs to the recogniser, ``confirmed`` and ``forget`` to the screen."""

    def __init__(self, thresholds: Callable[[], Thresholds], learn: Learn | None = None) -> None:
        """``learn`` None: nothing is ever held (the default of an installation)."""
        self._thresholds = thresholds
        self._learn = learn
        self._lock = threading.Lock()
        self._probe: Vector | None = None
        self._person: UUID | None = None
        self._timer: threading.Timer | None = None

    def hold(self, probe: Vector, hint: FaceHint) -> None:
        """Keep a copy of the probe that led to ``hint`` when it might be learned; whatever was held before goes."""
        self.forget()
        if self._learn is None or not self._worthy(hint):
            return
        with self._lock:
            self._probe, self._person = probe.copy(), hint.person_id
            self._timer = threading.Timer(HELD_S, self.forget)
            self._timer.daemon = True
            self._timer.start()

    def confirmed(self, person_id: UUID) -> None:
        """The visitor confirmed to be ``person_id`` ('that is me', and the digits where they were asked).

        Learns the held probe when it was taken for the same person, else only overwrites it. Writes to the vault: not
        for the GUI thread.
        """
        with self._lock:
            probe = self._probe.copy() if self._probe is not None and self._person == person_id else None
        self.forget()
        if probe is not None and self._learn is not None:
            try:
                self._learn(person_id, probe)
            finally:
                probe.fill(0.0)

    def forget(self) -> None:
        """Overwrite what is held: denied, left, too late, or replaced."""
        with self._lock:
            if self._probe is not None:
                self._probe.fill(0.0)
            if self._timer is not None:
                self._timer.cancel()
            self._probe = self._person = self._timer = None

    @property
    def holding(self) -> bool:
        """True while a probe waits."""
        return self._probe is not None

    def _worthy(self, hint: FaceHint) -> bool:
        """Alive, real, far above the bar of this site's own calibration, and clearly ahead of everybody else."""
        bar = self._thresholds()
        return (
            bar.calibrated
            and hint.kind is not HintKind.UNKNOWN
            and hint.liveness is Liveness.CHALLENGED
            and not hint.synthetic
            and hint.score >= higher(bar.sure, LEARN_SHARE, hint.best)
            and hint.margin >= bar.margin
        )
