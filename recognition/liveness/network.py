"""The slot for networks that score one picture as live or not (MiniFASNet and its like), and such networks by card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from recognition.engines.network import CardNetwork
from recognition.model_cards import Kind, ModelCard, Scores, content_of, installed_cards
from recognition.types import Box, Face, Frame, Pixels


class LivenessModel(Protocol):
    """Scores single pictures. Never the only control: such networks have called telephone screens live."""

    def score(self, frame: Frame, face: Face) -> float:
        """Share of confidence, 0 to 1, that a living face stands there. Not thread-safe."""


class CardLiveness:
    """The networks of a card of kind ``liveness``; the score is the mean of their shares. One thread at a time."""

    def __init__(self, card: ModelCard) -> None:
        """Load every file of ``card``. Raises WorldError for a missing or changed file, InputError
        ``model_unusable``."""
        self._input, self._description = card.live
        count, output = self._description.classes, self._description.output
        self._networks = [
            (file.crop, CardNetwork(content_of(card, file), card.name, self._input, output, count))
            for file in card.files
        ]

    def score(self, frame: Frame, face: Face) -> float:
        """Mean share of the live class."""
        return float(np.mean([self._share(network, frame, face, crop) for crop, network in self._networks]))

    def _share(self, network: CardNetwork, frame: Frame, face: Face, crop: float) -> float:
        seen = surroundings(frame, face.box, crop)
        picture = cv2.resize(seen, (self._input.width, self._input.height), interpolation=cv2.INTER_LINEAR)
        values = network.run(np.asarray(picture, dtype=np.uint8))
        shares = _softmax(values) if self._description.scores is Scores.LOGITS else values
        return float(shares[self._description.live_class])


class Strictest:
    """Several cards at once: the lowest score counts."""

    def __init__(self, models: Sequence[LivenessModel]) -> None:
        self._models = models

    def score(self, frame: Frame, face: Face) -> float:
        """What the most doubtful of them says."""
        return min(model.score(frame, face) for model in self._models)


def networks_of(models_dir: Path | None) -> LivenessModel | None:
    """Every added model of kind ``liveness``, loaded; None without any. Raises as ``CardLiveness``."""
    cards = installed_cards(models_dir) if models_dir is not None else ()
    models = [CardLiveness(card) for card in cards if card.kind is Kind.LIVENESS]
    return Strictest(models) if models else None


def surroundings(frame: Frame, box: Box, crop: float) -> Pixels:
    """``crop`` times the face box around its centre, made smaller and pushed inside where the frame ends, as
    MiniFASNet was trained."""
    grow = min(crop, frame.width / box.width, frame.height / box.height)
    width, height = box.width * grow, box.height * grow
    x = float(np.clip(box.centre[0] - width / 2, 0, frame.width - width))
    y = float(np.clip(box.centre[1] - height / 2, 0, frame.height - height))
    return frame.pixels[int(y) : max(int(y) + 1, round(y + height)), int(x) : max(int(x) + 1, round(x + width))]


def _softmax(values: NDArray[np.float32]) -> NDArray[np.float32]:
    raised = np.exp(values - values.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)
