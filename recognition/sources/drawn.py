"""The feed when there are neither a camera nor portraits: a drawn silhouette without a face.

The engine finds nobody in it, and the touch screen says that recognition is not shown. Always synthetic; also what
every published picture shows in place of a preview (DECISIONS 1).
"""

from __future__ import annotations

import cv2

from recognition.sources.stage import HEIGHT, WIDTH, StageFeed
from recognition.types import Pixels

INK = (150, 138, 128)


class DrawnFeed(StageFeed):
    """A head-and-shoulders outline, or an empty room when nobody stands there."""

    name = "drawn"
    shows_faces = False

    def _paint(self, room: Pixels, standing: tuple[str, int], drift: tuple[int, int]) -> None:
        """Two filled ellipses and a neck, in one quiet colour; nothing a detector could take for eyes."""
        x, y = WIDTH // 2 + drift[0], HEIGHT // 2 + drift[1]
        cv2.ellipse(room, (x, y - 45), (62, 80), 0, 0, 360, INK, cv2.FILLED, cv2.LINE_AA)
        cv2.rectangle(room, (x - 26, y + 10), (x + 26, y + 80), INK, cv2.FILLED)
        cv2.ellipse(room, (x, y + 190), (170, 125), 0, 180, 360, INK, cv2.FILLED, cv2.LINE_AA)
