"""A recorded video as a source: synthetic, for tests, demonstrations and benches."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from kiosk.errors import InputError
from recognition.sources.pace import Pace
from recognition.types import Frame


class VideoFile:
    """Plays ``path`` at its own speed, or as fast as it decodes when not ``paced``; ``loop`` starts it again."""

    synthetic = True

    def __init__(self, path: Path, *, loop: bool = False, paced: bool = True) -> None:
        self._path = path
        self._loop = loop
        self._paced = paced
        self._pace = Pace(0)
        self._capture: cv2.VideoCapture | None = None
        self._number = 0

    @property
    def name(self) -> str:
        """``video``; the file name may say who is in it."""
        return "video"

    def open(self) -> None:
        """Open the file. Raises InputError ``video_unreadable``."""
        capture = cv2.VideoCapture(str(self._path)) if self._path.is_file() else None
        if capture is None or not capture.isOpened():
            raise InputError(
                "video_unreadable",
                f"The file {self._path.name} is missing or is not a video.",
                "Use an MP4, AVI, MKV, WebM or GIF that plays elsewhere.",
                file=self._path.name,
            )
        self._pace = Pace(capture.get(cv2.CAP_PROP_FPS) if self._paced else 0)
        self._capture, self._number = capture, 0

    def read(self) -> Frame | None:
        """The next frame; None at the end unless looping."""
        if self._capture is None:
            return None
        got, pixels = self._capture.read()
        if not got and self._loop and self._number:
            self._capture.release()
            self._capture = cv2.VideoCapture(str(self._path))
            got, pixels = self._capture.read()
        if not got:
            return None
        frame = Frame(np.asarray(pixels, dtype=np.uint8), self._pace.wait(), self._number, self.synthetic)
        self._number += 1
        return frame

    def close(self) -> None:
        """Let go of the file."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None
