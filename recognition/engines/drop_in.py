"""The third engine: any ONNX embedder an operator adds, described by a model card (docs/models.md).

Detection is YuNet's as for the others; the card says where the five points go and how the picture enters the network.
"""

from __future__ import annotations

import cv2
import numpy as np

from recognition.engines import align
from recognition.engines.network import CardNetwork
from recognition.engines.yunet import MODEL as YUNET
from recognition.engines.yunet import YuNet
from recognition.model_cards import ModelCard, content_of
from recognition.types import Face, Frame, Vector
from recognition.vectors import taken


class DropInEngine:
    """Engine of unit vectors of the length the card states. Releases the interpreter lock."""

    holds_interpreter_lock = False

    def __init__(self, card: ModelCard) -> None:
        """``card`` of kind ``embedder``; nothing is loaded yet."""
        assert card.input is not None and card.embedder is not None
        self._card = card
        self._picture = card.input
        self._embedder = card.embedder
        self._template = np.asarray(card.embedder.template, dtype=np.float64)
        self._detector = YuNet()
        self._network: CardNetwork | None = None

    @property
    def name(self) -> str:
        """The name on the card."""
        return self._card.name

    @property
    def dim(self) -> int:
        """Length of the vectors."""
        return self._embedder.dim

    @property
    def crowd(self) -> int:
        """How many people make the crowd."""
        return self._embedder.crowd

    @property
    def agreement(self) -> float:
        """Lowest cosine of two views of one person, as the card states it."""
        return self._embedder.agreement

    @property
    def models(self) -> tuple[str, ...]:
        """Ids of detector and network; the second covers alignment and normalisation too."""
        return YUNET.id, self._card.id

    def load(self) -> None:
        """Load both models and try the network out. Raises WorldError ``model_missing`` or ``model_changed`` and
        InputError ``model_unusable``."""
        if self._network is None:
            self._detector.load()
            content = content_of(self._card, self._card.files[0])
            self._network = CardNetwork(content, self.name, self._picture, self._embedder.output, self._embedder.dim)

    def detect(self, frame: Frame) -> list[Face]:
        """All faces, largest first."""
        return self._detector.detect(frame)

    def embed(self, frame: Frame, face: Face) -> Vector:
        """Unit float32 (dim,): aligned chip, network, L2 norm. Raises InputError ``model_unusable`` for an output that
        is not finite."""
        self.load()
        assert self._network is not None
        size = self._picture.width, self._picture.height
        chip = cv2.warpAffine(frame.pixels, align.similarity(face.points, self._template), size)
        return taken(self._network.run(np.asarray(chip, dtype=np.uint8)))
