"""Single tries of the measure of liveness, run in processes of their own: portraits, detector, one try at a time.

Every second person of the London set is used (``HALF``): the limits in ``recognition/liveness/challenge.py`` were found
on the others.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from benchmarks import presentations
from benchmarks.presentations import ATTACKS, Portrait, Presentation, portrait
from recognition.engines.yunet import YuNet
from recognition.liveness import CardLiveness, Motion, Outcome, begin, observe
from recognition.liveness.solid import relief
from recognition.model_cards import (
    CardFile,
    Colour,
    Kind,
    Layout,
    LivenessNetwork,
    ModelCard,
    PictureInput,
    Scores,
)
from recognition.pose import eye_distance, turn_of
from recognition.sources.picture import read_picture
from recognition.track import Track, follow
from recognition.types import Ask, Face, Frame

HALF = 1
# As the pipeline begins a movement only when the visitor looks ahead (recognition/proving.py).
AHEAD = 0.12
NETWORK_FRAMES = 3
NETWORKS = ((2.7, "2.7_80x80_MiniFASNetV2.onnx"), (4.0, "4_0_0_80x80_MiniFASNetV1SE.onnx"))


@dataclass(frozen=True, slots=True)
class Try:
    """What to present: ``kind`` is a name of ``ATTACKS``, or one of genuine, replay, head_nearer, sheet_nearer."""

    kind: str
    seed: int
    yaw: float = 25.0
    frames: int = 10

    @property
    def ask(self) -> Ask:
        """Left and right in turn."""
        if self.kind.endswith("_nearer"):
            return Ask.NEARER
        return Ask.LEFT if self.seed % 2 else Ask.RIGHT


class Stand:
    """Where tries are made; one per process."""

    def __init__(self, faces: Path) -> None:
        cv2.setNumThreads(1)
        self.detector = YuNet()
        self._folders = sorted(folder for folder in (faces / "london").iterdir() if folder.is_dir())[HALF::2]
        self.portrait = cache(self._portrait)

    def _portrait(self, index: int) -> Portrait:
        frame = read_picture(self._folders[index] / "neutral.jpg")
        return portrait(frame, self.detector.detect(frame)[0])

    def presentation(self, one: Try) -> tuple[Presentation, np.random.Generator]:
        """The same for the same try, always."""
        rng = np.random.default_rng([zlib.crc32(one.kind.encode()), one.seed, HALF])
        person, side = self.portrait(one.seed % len(self._folders)), 1.0 if one.ask is Ask.LEFT else -1.0
        if one.kind == "genuine":
            return presentations.genuine(person, rng, side, one.yaw, one.frames), rng
        if one.kind == "replay":
            return presentations.replayed(person, rng, side), rng
        if one.ask is Ask.NEARER:
            make = presentations.living(person, rng) if one.kind == "head_nearer" else presentations.sheet(person)
            return presentations.approaching(make, rng), rng
        return ATTACKS[one.kind](person, rng, side), rng

    def seen(self, frames: Iterable[Frame]) -> Iterator[tuple[Frame, Face]]:
        """The followed face of each frame that shows it."""
        track: Track | None = None
        for frame in frames:
            track, face = follow(frame, self.detector.detect(frame), track)
            if face is not None:
                yield frame, face

    def passes(self, one: Try) -> bool:
        """Whether the asked turn is accepted."""
        made, rng = self.presentation(one)
        return last_motion(self.seen(made.frames(rng)), one.ask) is Outcome.PASSED

    def relief_nearer(self, one: Try) -> float:
        """Relief at the end of an approach."""
        made, rng = self.presentation(one)
        motion: Motion | None = None
        for frame, face in self.seen(made.frames(rng)):
            motion = begin(Ask.LEFT, frame, face) if motion is None else observe(motion, frame, face)
        if motion is None:
            return 0.0
        begun, unit = motion.begun, eye_distance(motion.begun) * motion.track.scale
        return relief(motion.track.start, motion.track.now, begun.points[1] - begun.points[0], unit)

    def network_score(self, one: Try, network: CardLiveness) -> float:
        """Mean score of the first frames, in the whole view."""
        made, rng = self.presentation(one)
        scores: list[float] = []
        for frame, face in self.seen(made.frames(rng, (640, 360))):
            scores.append(network.score(frame, face))
            if len(scores) == NETWORK_FRAMES:
                break
        return float(np.mean(scores)) if scores else 0.0


def last_motion(seen: Iterable[tuple[Frame, Face]], ask: Ask) -> Outcome:
    """How an asked movement ends over these frames."""
    motion: Motion | None = None
    for frame, face in seen:
        if motion is None:
            motion = begin(ask, frame, face) if abs(turn_of(face)) <= AHEAD else None
            continue
        motion = observe(motion, frame, face)
        if motion.outcome is not Outcome.WAITING:
            break
    return motion.outcome if motion is not None else Outcome.LOST


def networks(models: Path) -> CardLiveness | None:
    """MiniFASNet from ``models``; None when its files are not there."""
    if not all((models / name).is_file() for _, name in NETWORKS):
        return None
    files = tuple(
        CardFile(name, hashlib.sha256((models / name).read_bytes()).hexdigest(), crop) for crop, name in NETWORKS
    )
    card = ModelCard(
        "minifasnet", Kind.LIVENESS, "Apache-2.0", "minivision-ai", "unknown", "few pictures tried", files,
        input=PictureInput("input", 80, 80, Layout.NCHW, Colour.BGR, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
        liveness=LivenessNetwork("logits", 3, 1, Scores.LOGITS), path=models / "card.toml",
    )  # fmt: skip
    return CardLiveness(card)
