"""Reads one QR or bar code out of a frame. No face model is loaded for it (DECISIONS 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recognition.types import Frame


def read_code(frame: Frame) -> str | None:
    """The text of the first code in the frame, or None. About 10 ms for 720p; not for the GUI thread.

    Anybody may show anything: a code that cannot be decoded as text counts as none.
    """
    import zxingcpp  # loaded with the first scan, not with the first frame

    for found in zxingcpp.read_barcodes(frame.pixels):
        if found.valid and found.text:
            return str(found.text)
    return None
