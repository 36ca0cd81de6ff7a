"""A physical camera. Owns the device between ``open`` and ``close``; notices when it is unplugged."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from kiosk.errors import InputError, WorldError
from recognition.types import Frame

# Cameras drop single frames; three in a row mean that the device is gone.
FAILURES_ALLOWED = 3
DEVICES = Path("/sys/class/video4linux")


class Camera:
    """``device`` is the number of a camera or its device path. Asks for 1280x720 and takes what it gets."""

    def __init__(
        self, device: int | str, size: tuple[int, int] = (1280, 720), now: Callable[[], float] = time.monotonic
    ) -> None:
        if isinstance(device, str) and Path(device).is_file():
            raise InputError(
                "source_unknown", f"{Path(device).name} is a file, not a camera.", "Use video:FILE for recordings."
            )
        self._device = device
        self._size = size
        self._now = now
        self._capture: cv2.VideoCapture | None = None
        self._number = 0

    @property
    def name(self) -> str:
        """``device:0`` or ``device:/dev/video2``, as in the settings."""
        return f"device:{self._device}"

    @property
    def synthetic(self) -> bool:
        """True for a software camera: Linux keeps those under ``/sys/devices/virtual`` (DECISIONS 2)."""
        node = f"video{self._device}" if isinstance(self._device, int) else Path(self._device).resolve().name
        return "virtual" in (DEVICES / node).resolve().parts

    def open(self) -> None:
        """Take the device. Raises WorldError ``camera_missing``."""
        capture = cv2.VideoCapture(self._device)
        if not capture.isOpened():
            capture.release()
            raise WorldError(
                "camera_missing",
                f"No picture from the camera {self.name}: it is not connected, or another program uses it.",
                "Check the plug and close other programs; check-in by number or card goes on.",
                source=self.name,
            )
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        self._capture, self._number = capture, 0

    def read(self) -> Frame | None:
        """The next frame. Raises WorldError ``camera_lost`` after three empty reads."""
        if self._capture is None:
            return None
        for _ in range(FAILURES_ALLOWED):
            got, pixels = self._grab(self._capture)
            if got:
                frame = Frame(np.asarray(pixels, dtype=np.uint8), self._now(), self._number, self.synthetic)
                self._number += 1
                return frame
        raise WorldError(
            "camera_lost",
            f"The camera {self.name} stopped delivering pictures.",
            "Check its plug; check-in by number or card goes on.",
            source=self.name,
        )

    def close(self) -> None:
        """Let go of the device (its light goes out)."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    @staticmethod
    def _grab(capture: cv2.VideoCapture) -> tuple[bool, object]:
        """One read; a driver that raises counts as an empty one."""
        try:
            return capture.read()
        except cv2.error:
            return False, None
