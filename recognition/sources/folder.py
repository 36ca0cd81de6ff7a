"""Folders of pictures: as a source, and as people (``person/image`` or flat) for enrolment, evaluation and the demo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kiosk.errors import InputError
from recognition.sources.pace import Pace
from recognition.sources.picture import SUFFIXES, read_picture
from recognition.types import Frame


def pictures_in(folder: Path) -> list[Path]:
    """Picture files of ``folder`` and one level below, sorted. Raises InputError when there is none."""
    found = [path for pattern in ("*", "*/*") for path in folder.glob(pattern) if _is_picture(path)]
    if not found:
        raise InputError(
            "folder_empty",
            f"The folder {folder} holds no pictures.",
            "Give a folder of pictures, or of one folder per person with pictures in it.",
        )
    return sorted(found)


def people_in(folder: Path) -> dict[str, list[Path]]:
    """Pictures by person: one folder per person, or in a flat folder one person per picture (named by its stem).

    Raises InputError when there is no picture.
    """
    people: dict[str, list[Path]] = {}
    for path in pictures_in(folder):
        people.setdefault(path.stem if path.parent == folder else path.parent.name, []).append(path)
    return dict(sorted(people.items()))


class PictureFolder:
    """Shows each picture of a folder, ``fps`` a second; ``loop`` starts again. Synthetic."""

    synthetic = True

    def __init__(self, folder: Path, *, loop: bool = False, fps: float = 2.0) -> None:
        self._folder = folder
        self._loop = loop
        self._pace = Pace(fps)
        self._pictures: Sequence[Path] = ()
        self._number = 0

    @property
    def name(self) -> str:
        """``folder``; folder names may say who is in it."""
        return "folder"

    def open(self) -> None:
        """List the pictures. Raises InputError ``folder_empty``."""
        self._pictures = pictures_in(self._folder)
        self._number = 0
        self._pace.reset()

    def read(self) -> Frame | None:
        """The next picture; None at the end unless looping. Raises InputError for an unreadable file."""
        if not self._pictures or (self._number >= len(self._pictures) and not self._loop):
            return None
        still = read_picture(self._pictures[self._number % len(self._pictures)])
        frame = replace(still, at=self._pace.wait(), number=self._number)
        self._number += 1
        return frame

    def close(self) -> None:
        """Forget the list."""
        self._pictures = ()


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()
