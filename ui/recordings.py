"""Recordings of people, piece by piece: ``<profile>/voice/<language>/<piece>.wav`` takes the place of the synthesiser.

Owns reading, checking and writing such folders. A file that cannot be used is left out and lights a lamp; the hall
hears the synthesised piece instead. A file that changes is heard from the next call on.
"""

from __future__ import annotations

import logging
import wave
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import WorldError
from ui.voice import Synthesiser
from ui.wording import Piece

_log = logging.getLogger(__name__)

LARGEST = 4_000_000
"""Bytes; twenty seconds at 48 kHz in stereo. No piece is as long."""

LIST_FILE = "pieces.tsv"
FORMAT = "Save it as WAV, PCM, 16 bit, mono or stereo, any rate."


@dataclass(frozen=True, slots=True)
class _Read:
    """One file as it was when it was read."""

    stamp: tuple[int, int]
    clip: bytes | None


class Recordings:
    """The recordings under ``root``. One thread at a time; ``faults`` may be read by any."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._read: dict[Path, _Read] = {}
        self.faults: dict[str, str] = {}
        """What is wrong, by language and file name."""

    @property
    def fault(self) -> str:
        """``clip_unreadable`` while a recording cannot be used."""
        return "clip_unreadable" if self.faults else ""

    def clip(self, language: str, key: str) -> bytes | None:
        """The recording of one piece (mono, our rate), or None where there is none that can be used."""
        path = self._root / language / f"{key}.wav"
        try:
            status = path.stat()
        except OSError:
            self._forget(path)
            return None
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._read.get(path)
        if known is None or known.stamp != stamp:
            known = self._read[path] = _Read(stamp, self._load(path))
        return known.clip

    def blend(self, clips: Sequence[bytes]) -> bytes:
        """One clip of several, equally loud and without clicks."""
        from ui import sound

        return sound.encode(sound.blend([sound.decode(clip) for clip in clips]))

    def _load(self, path: Path) -> bytes | None:
        name = f"{path.parent.name}/{path.name}"
        try:
            clip = read_clip(path)
        except WorldError as error:
            self.faults[name] = error.what
            _log.warning("%s", error)
            return None
        self.faults.pop(name, None)
        return clip

    def _forget(self, path: Path) -> None:
        if self._read.pop(path, None) is not None:
            self.faults.pop(f"{path.parent.name}/{path.name}", None)


def read_clip(path: Path) -> bytes:
    """A recording as a WAV at our rate. Raises WorldError ``clip_unreadable`` with what is wrong."""
    from ui import sound

    name = path.name
    try:
        if path.stat().st_size > LARGEST:
            raise _unreadable(name, "is longer than any piece of a sentence")
        samples = sound.decode(path.read_bytes())
    except (OSError, wave.Error, EOFError) as error:
        raise _unreadable(name, f"is no WAV file that can be read ({error})") from error
    except ValueError as error:
        raise _unreadable(name, f"has {error} samples") from error
    if not len(sound.trimmed(samples)):
        raise _unreadable(name, "is silent")
    return sound.encode(samples)


def _unreadable(name: str, why: str) -> WorldError:
    return WorldError("clip_unreadable", f"The recording {name} {why}.", FORMAT, file=name)


def export(pieces: Iterable[tuple[str, Piece]], folder: Path, synthesiser: Synthesiser, recorded: Recordings) -> int:
    """Write every piece as it sounds now, and a list of what each file says; how many.

    Raises WorldError when the folder cannot be written or no voice can be had.
    """
    lines = ["file\tsays"]
    try:
        for language, piece in pieces:
            place = folder / language / f"{piece.key}.wav"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(recorded.clip(language, piece.key) or synthesiser.speak(piece.text.strip(), language))
            lines.append(f"{language}/{place.name}\t{piece.text.strip(' ,，。')}")
        (folder / LIST_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise WorldError(
            "clips_unwritten", f"{folder} cannot be written.", "Choose another folder.", file=folder
        ) from error
    return len(lines) - 1


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a folder of recordings holds. ``missing`` are pieces that will be synthesised."""

    usable: int
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    faults: Mapping[str, str]


def inspect(root: Path, pieces: Iterable[tuple[str, Piece]]) -> Inspection:
    """Read every recording and compare with what the hall says."""
    wanted = {f"{language}/{piece.key}.wav" for language, piece in pieces}
    found = dict(_files(root))
    recordings = Recordings(root)
    usable = sum(recordings.clip(path.parent.name, path.stem) is not None for path in found.values())
    return Inspection(
        usable, tuple(sorted(wanted - set(found))), tuple(sorted(set(found) - wanted)), dict(recordings.faults)
    )


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(root.glob("*/*.wav")):
        yield f"{path.parent.name}/{path.name}", path
