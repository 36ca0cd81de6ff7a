"""Where frames come from. Owns opening, pacing and reading; knows nothing of faces.

To add a source: a file here with a class that fulfils ``recognition.types.Source`` (``synthetic`` declared
truthfully), a line in ``KINDS``, and a case in ``tests/recognition/sources``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk.errors import InputError
from recognition.types import Source


def _camera(place: str) -> Source:
    from recognition.sources.camera import Camera

    return Camera(int(place) if place.isdecimal() else place)


def _video(place: str) -> Source:
    from recognition.sources.video import VideoFile

    return VideoFile(Path(place), loop=True)


def _folder(place: str) -> Source:
    from recognition.sources.folder import PictureFolder

    return PictureFolder(Path(place), loop=True)


def _drawn(_place: str) -> Source:
    from recognition.sources.drawn import DrawnFeed

    return DrawnFeed()


KINDS: dict[str, Callable[[str], Source]] = {"device": _camera, "video": _video, "folder": _folder, "drawn": _drawn}


def create(address: str) -> Source:
    """The source named by a setting: ``device:0``, ``device:/dev/video2``, ``video:FILE``, ``folder:DIR``, ``drawn``.

    Opens nothing; the demo feed is not here, it needs a script. Raises InputError for an unknown kind.
    """
    kind, _, place = address.partition(":")
    if kind not in KINDS or (kind != "drawn" and not place):
        raise InputError(
            "source_unknown",
            f"{address!r} names no picture source.",
            "Use device:0, device:/dev/video2, video:FILE, folder:DIR or drawn.",
        )
    return KINDS[kind](place)
