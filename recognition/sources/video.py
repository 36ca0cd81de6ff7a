"""A recorded video as a source: synthetic, for tests, demonstrations and benches."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from kiosk.errors import InputError
from recognition.sources.files import check_file, refusal
from recognition.sources.pace import Pace
from recognition.types import Frame, Pixels

SLOWEST, USUAL, FASTEST = 1.0, 25.0, 120.0
MAX_PIXELS = 7680 * 4320


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
        """Open the file. Raises InputError: what ``check_file`` refuses, ``video_unreadable``."""
        check_file(self._path)
        capture = _opened(self._path)
        if not capture.isOpened() or _pixels(capture) > MAX_PIXELS:
            capture.release()
            raise self._unreadable("is not a video we can play")
        self._pace = Pace(_rate(capture) if self._paced else 0)
        self._capture, self._number = capture, 0

    def read(self) -> Frame | None:
        """The next frame; None at the end unless looping. Raises InputError when there is not even a first one."""
        if self._capture is None:
            return None
        pixels = _grab(self._capture)
        if pixels is None and self._loop and self._number:
            self._capture.release()
            self._capture = _opened(self._path)
            pixels = _grab(self._capture)
        if pixels is None and not self._number:
            raise self._unreadable("holds no picture that can be decoded")
        if pixels is None:
            return None
        frame = Frame(pixels, self._pace.wait(), self._number, self.synthetic)
        self._number += 1
        return frame

    def close(self) -> None:
        """Let go of the file."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _unreadable(self, what: str) -> InputError:
        return refusal("video_unreadable", self._path, what, "Use an MP4, AVI, MKV, WebM or GIF that plays elsewhere.")


def _opened(path: Path) -> cv2.VideoCapture:
    """By the decoder of films only: the one for rows of pictures would take a single huge one."""
    return cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)


def _pixels(capture: cv2.VideoCapture) -> float:
    return capture.get(cv2.CAP_PROP_FRAME_WIDTH) * capture.get(cv2.CAP_PROP_FRAME_HEIGHT)


def _grab(capture: cv2.VideoCapture) -> Pixels | None:
    """One picture, three colours; None at the end, and where damaged data makes the decoder give up."""
    try:
        got, pixels = capture.read()
    except cv2.error:
        return None
    return np.asarray(pixels, dtype=np.uint8) if got else None


def _rate(capture: cv2.VideoCapture) -> float:
    """Frames a second as the file says, where that can be meant; files say 0, a million, or nothing."""
    said = capture.get(cv2.CAP_PROP_FPS)
    return said if SLOWEST <= said <= FASTEST else USUAL
