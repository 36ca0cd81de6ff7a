"""The operator's commands ``identify IMAGE...`` and ``enrol``. Own arguments and output; ids and scores only.

What needs the hall (audit, consent, vault) is handed in as a ``FaceDesk`` by the composition root; every use is
audited before anything is printed (DECISIONS 27).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kiosk.errors import InputError
from kiosk.phrases import Phrases
from recognition.enrol import LookAlikes
from recognition.gallery import Candidate
from recognition.identify import PictureResult, identify_pictures
from recognition.sources.files import shown_name
from recognition.sources.picture import read_picture
from recognition.station import Station
from recognition.types import Frame
from recognition.vectors import wipe


class FaceDesk(Protocol):
    """The hall, as far as these commands need it."""

    @property
    def station(self) -> Station:
        """Engine and gallery of this device. Raises WorldError ``face_not_activated`` while not activated."""

    def note_search(self, pictures: int) -> None:
        """Audit that an operator searches so many pictures."""

    def consent_of(self, staff_number: str) -> UUID:
        """The released consent of an employee. Raises RuleError without one."""

    def look_alikes(self, staff_number: str, views: NDArray[np.float32]) -> LookAlikes:
        """Who enrolled here resembles these views, other than the employee; audited before it is told."""

    def keep(self, consent_id: UUID, views: NDArray[np.float32], look_alikes: Sequence[UUID]) -> None:
        """Enrol: enrolment row, then vault."""


OpenDesk = Callable[[Path], AbstractContextManager[FaceDesk]]


def add_commands(commands: argparse._SubParsersAction[Any], open_desk: OpenDesk) -> None:
    """Register ``identify`` and ``enrol``."""
    identify = commands.add_parser("identify", help="search pictures in this device's gallery (audited)")
    identify.add_argument("image", type=Path, nargs="+", metavar="IMAGE", help="picture file")
    identify.add_argument("--json", action="store_true", help="result as JSON")
    identify.set_defaults(run=partial(run_identify, open_desk=open_desk))
    enrol = commands.add_parser("enrol", help="enrol an employee who consented, from pictures")
    enrol.add_argument("staff_number", metavar="NUMBER", help="staff number of the employee")
    enrol.add_argument("image", type=Path, nargs="+", metavar="IMAGE", help="pictures of this one person")
    checked = "the identity card was checked: enrol although somebody enrolled looks the same"
    enrol.add_argument("--checked", action="store_true", help=checked)
    enrol.add_argument("--json", action="store_true", help="result as JSON")
    enrol.set_defaults(run=partial(run_enrol, open_desk=open_desk))


def run_identify(args: argparse.Namespace, open_desk: OpenDesk) -> int:
    """Print the best ids and scores for each picture; 0 when every picture was readable, else 1."""
    rows: list[dict[str, Any]] = []
    with open_desk(args.profile) as desk:
        desk.note_search(len(args.image))
        pipeline = desk.station.pipeline
        for picture in args.image:
            try:
                found = identify_pictures([picture], pipeline.engine, desk.station.gallery, pipeline.policy.thresholds)
                rows += [_row(result) for result in found]
            except InputError as error:
                rows.append(_refused(error, picture))
    _print(args.json, rows)
    return int(any("error" in row for row in rows))


def run_enrol(args: argparse.Namespace, open_desk: OpenDesk) -> int:
    """Enrol from pictures; the pictures are not kept. Prints which were not used, and who looks alike.

    0 when stored; 1, and nothing stored, when a picture cannot be read, none can be used, or somebody enrolled looks
    the same and ``--checked`` is not given."""
    with open_desk(args.profile) as desk:
        consent_id = desk.consent_of(args.staff_number)
        frames, rows = _read(args.image)
        if not rows:
            try:
                rows += _enrolled(desk, args.staff_number, consent_id, frames, checked=args.checked)
            except InputError as error:
                rows.append(_refused(error))
    _print(args.json, rows)
    return int(any("error" in row for row in rows))


def _enrolled(
    desk: FaceDesk, staff_number: str, consent_id: UUID, frames: Sequence[Frame], *, checked: bool
) -> list[dict[str, Any]]:
    """Views are overwritten before this returns. Raises InputError when they cannot be used."""
    taken = desk.station.views(frames)
    views = taken.vectors
    try:
        alike = desk.look_alikes(staff_number, views)
        stored = checked or not alike.doubles
        if stored:
            desk.keep(consent_id, views, alike.people)
    finally:
        wipe([views])
    row = {
        "consent": str(consent_id),
        "views": len(views),
        "unused": [{"picture": index + 1, "problem": gate.name.lower()} for index, gate in taken.refused],
        "stored": stored,
        "look_alikes": _candidates(alike.found),
    }
    return [row] if stored else [row, _refused(_DOUBLE)]


_DOUBLE = InputError(
    "look_alike_unconfirmed",
    "Somebody enrolled looks the same as this person; nothing was stored.",
    "Check the identity card in person, then repeat with --checked.",
)


def _candidates(found: Sequence[Candidate]) -> list[dict[str, Any]]:
    return [{"id": str(candidate.person_id), "score": round(candidate.score, 4)} for candidate in found]


def _read(pictures: Sequence[Path]) -> tuple[list[Frame], list[dict[str, Any]]]:
    """The pictures, and a row for each that cannot be read."""
    frames, refused = [], []
    for picture in pictures:
        try:
            frames.append(read_picture(picture))
        except InputError as error:
            refused.append(_refused(error, picture))
    return frames, refused


def _refused(error: InputError, picture: Path | None = None) -> dict[str, Any]:
    """Why one picture, or all together, cannot be used."""
    file = {"file": shown_name(picture)} if picture else {}
    return {**file, "error": error.code, "what": error.what, "remedy": error.remedy}


def _sentence(row: dict[str, Any]) -> str:
    """A refusal for people: Chinese first, then English."""
    error = InputError(row["error"], row["what"], row["remedy"], file=row.get("file", ""))
    return f"{Phrases('zh_CN').explain(error)} {error}"


def _row(result: PictureResult) -> dict[str, Any]:
    hint = result.hint
    return {
        "file": result.file,
        "faces": result.faces,
        "problem": result.gate.name.lower() if result.gate else None,
        "verdict": hint.kind.value if hint else None,
        "candidates": _candidates(result.ranking),
    }


def _print(as_json: bool, rows: Sequence[dict[str, Any]]) -> None:
    if as_json:
        print(json.dumps(list(rows), ensure_ascii=False, indent=2))
        return
    for row in rows:
        if "error" in row:
            print(_sentence(row), file=sys.stderr)
        else:
            print("\n".join(_lines(row)))


def _lines(row: dict[str, Any]) -> list[str]:
    """A row for people: what was found, and below it one line for each id or picture that belongs to it."""
    plain = {name: value for name, value in row.items() if value is not None and not isinstance(value, list)}
    lines = ["  ".join(f"{name.replace('_', ' ')}: {_word(value)}" for name, value in plain.items())]
    for name in (name for name, value in row.items() if isinstance(value, list)):
        title = name.replace("_", " ").removesuffix("s")
        lines += [f"    {title}: " + "  ".join(map(str, each.values())) for each in row[name]]
    return lines


def _word(value: object) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)
