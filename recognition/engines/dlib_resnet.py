"""The second engine: dlib's ResNet, its CC0 weights read by path from an installed package.

Only the five-point predictor and the network are ever loaded; the 68-point file beside them was trained on a set that
excludes commercial use. dlib places the points and cuts the chip (1 ms a face, holding the interpreter lock); the
network runs as ONNX and lets other threads go on. Descriptors equal those of ``face_recognition.face_encodings``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from kiosk.errors import WorldError
from recognition.engines.dlib_graph import INPUT, converted
from recognition.engines.network import one_thread_session, unusable
from recognition.engines.yunet import MODEL as YUNET
from recognition.engines.yunet import YuNet
from recognition.model_cards import ModelCard, content_of
from recognition.types import Face, Frame, Pixels, Vector
from recognition.vectors import taken
from recognition.weights import ledger, locate

NETWORK = ledger()["dlib_resnet"]
POINTS = ledger()["dlib_five_points"]
DIM = 128
CHIP = 150
"""Side of the aligned face in pixels; dlib's default padding of a quarter lies inside."""
PADDING = 0.25
# dlib's predictor expects the square of dlib's own detector. Relative to the line from the middle of the eyes to the
# middle of the mouth its side and centre are (means over portraits where both detectors agree):
SIDE = 2.24
CENTRE = 0.53


@dataclass(frozen=True, slots=True)
class Training:
    """One training of the network: its id, the content of its ``.dat``, and what its vectors agree by."""

    name: str
    id: str
    content: Callable[[], bytes]
    agreement: float


PUBLISHED = Training("dlib", NETWORK.id, lambda: locate(NETWORK).read_bytes(), 0.9)
"""Davis King's of 2017, which ``face_recognition`` uses."""


def training_of(card: ModelCard) -> Training:
    """The training a card of kind ``dlib`` describes."""
    assert card.dlib is not None
    return Training(card.name, card.id, lambda: content_of(card, card.files[0]), card.dlib.agreement)


class DlibEngine:
    """Engine of 128-dimensional unit vectors."""

    dim = DIM
    crowd = 0
    holds_interpreter_lock = False

    def __init__(self, cache_dir: Path, training: Training = PUBLISHED) -> None:
        self._cache_dir = cache_dir
        self._training = training
        self._detector = YuNet()
        self._dlib: Any = None
        self._points: Any = None
        self._session: ort.InferenceSession | None = None

    @property
    def name(self) -> str:
        """The name of the training."""
        return self._training.name

    @property
    def agreement(self) -> float:
        """Lowest cosine of two views of one person."""
        return self._training.agreement

    @property
    def models(self) -> tuple[str, ...]:
        """Ids of detector, predictor and network; all three shape the vector."""
        return YUNET.id, POINTS.id, self._training.id

    def load(self) -> None:
        """Load the models (0.2 s, the first time ever 1 s). Raises WorldError when dlib or a file is missing or changed
        and InputError ``model_unusable`` for a file that is no such network."""
        if self._session is not None:
            return
        try:
            import dlib
        except ImportError as fault:
            raise WorldError(
                "engine_missing",
                "The face engine dlib is not installed.",
                "Install the package dlib-bin, or use the default engine sface.",
                engine=self.name,
            ) from fault
        self._detector.load()
        self._dlib = dlib
        self._points = dlib.shape_predictor(str(locate(POINTS)))
        self._session = self._network()

    def _network(self) -> ort.InferenceSession:
        training = self._training
        session = one_thread_session(converted(training.content(), training.id, self._cache_dir))
        shapes = session.get_inputs()[0].shape, session.get_outputs()[0].shape
        if shapes != ([1, CHIP, CHIP, 3], [1, DIM]):
            unusable(training.name, f"its input and output are {shapes[0]} and {shapes[1]}")
        return session

    def detect(self, frame: Frame) -> list[Face]:
        """All faces, largest first."""
        return self._detector.detect(frame)

    def embed(self, frame: Frame, face: Face) -> Vector:
        """Unit float32 (128,); dlib itself leaves the norm between 1.3 and 1.6."""
        self.load()
        rgb = np.ascontiguousarray(frame.pixels[:, :, ::-1])
        return taken(self.descriptor(rgb, self.square(face)))

    def descriptor(self, rgb: Pixels, square: Any) -> NDArray[np.float32]:
        """What ``face_recognition.face_encodings`` gives for the same picture and rectangle: float32 (128,), not
        normalised. ``rgb``: uint8 (rows, columns, 3); ``square``: a ``dlib.rectangle`` as of dlib's own detector."""
        return self.of_shape(rgb, self.shape(rgb, square))

    def shape(self, rgb: Pixels, square: Any) -> Any:
        """dlib's five points inside ``square``, a ``dlib.full_object_detection``."""
        self.load()
        return self._points(rgb, square)

    def of_shape(self, rgb: Pixels, shape: Any) -> NDArray[np.float32]:
        """Chip and network: what dlib's own ``compute_face_descriptor(rgb, shape)`` gives, float32 (128,)."""
        self.load()
        assert self._session is not None
        chip = self._dlib.get_face_chip(rgb, shape, CHIP, PADDING)
        (raw,) = self._session.run(None, {INPUT: chip[None]})
        descriptor: NDArray[np.float32] = np.asarray(raw, dtype=np.float32)[0]
        return descriptor

    def square(self, face: Face) -> Any:
        """The rectangle dlib's own detector would have given, from the five points: a ``dlib.rectangle``."""
        self.load()
        eyes, mouth = face.points[:2].mean(axis=0), face.points[3:].mean(axis=0)
        down = mouth - eyes
        x, y = eyes + CENTRE * down
        half = SIDE * float(np.linalg.norm(down)) / 2
        return self._dlib.rectangle(int(x - half), int(y - half), int(x + half), int(y + half))
