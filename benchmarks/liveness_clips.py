"""Real heads that turn, from the clips: windows in which the nose goes as far as a visitor is asked to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import cv2
import numpy as np

from benchmarks.liveness_tries import AHEAD, last_motion
from kiosk.errors import InputError
from recognition.engines.yunet import YuNet
from recognition.liveness import Outcome
from recognition.pose import turn_of
from recognition.sources.video import VideoFile
from recognition.track import overlap
from recognition.types import Ask, Face, Frame, Pixels

CLIPS = ("head-pose-face-detection-female.gif", "head-pose-face-detection-female-and-male.gif",
         "face-demographics-walking-and-pause.gif")  # fmt: skip
WINDOW, SMALLEST = 16, 56.0
# A window counts as a turn when the nose really went this far: nobody is missed who hardly moved.
REAL_TURN = 0.2
Seen = list[tuple[Frame, Face]]


def real_turns(folder: Path) -> dict[str, tuple[int, int]]:
    """For each person of the clips: windows with a turn that were not accepted, and windows with a turn."""
    detector, missed, windows = YuNet(), Counter[str](), Counter[str]()
    for clip in CLIPS:
        for variant, pixels in enumerate(_variants(_pictures(folder / clip))):
            frames = [Frame(picture, number / 15, number, synthetic=True) for number, picture in enumerate(pixels)]
            for person in _people([(frame, detector.detect(frame)) for frame in frames]):
                # mirrored, somebody on the left stands on the right
                name = f"{clip}{(person[0][1].box.centre[0] < 320) != bool(variant % 2)}"
                for ask, seen in _turns(person):
                    windows[name] += 1
                    missed[name] += last_motion(seen, ask) is not Outcome.PASSED
    return {name: (missed[name], count) for name, count in windows.items()}


def _pictures(clip: Path) -> list[Pixels]:
    source, pictures = VideoFile(clip, paced=False), []
    try:
        source.open()
    except InputError:
        return []
    while (frame := source.read()) is not None:
        pictures.append(np.asarray(cv2.resize(frame.pixels, (640, 360), interpolation=cv2.INTER_CUBIC), np.uint8))
    source.close()
    return pictures


def _variants(pictures: list[Pixels]) -> list[list[Pixels]]:
    """As filmed, mirrored, and both backwards."""
    mirrored = [np.ascontiguousarray(picture[:, ::-1]) for picture in pictures]
    return [pictures, mirrored, pictures[::-1], mirrored[::-1]]


def _people(detected: list[tuple[Frame, list[Face]]]) -> list[Seen]:
    """The faces large enough, joined to people as long as they are seen."""
    people: list[Seen] = []
    for frame, faces in detected:
        for face in (face for face in faces if face.box.width >= SMALLEST):
            same = (p for p in people if p[-1][0].number >= frame.number - 2 and overlap(p[-1][1].box, face.box) > 0.3)
            person = next(same, None)
            if person is None:
                people.append([(frame, face)])
            else:
                person.append((frame, face))
    return people


def _turns(person: Seen) -> list[tuple[Ask, Seen]]:
    """Windows that begin ahead and hold a real turn."""
    found: list[tuple[Ask, Seen]] = []
    smooth = _smoothed([turn_of(face) for _, face in person])
    for start, (_, face) in enumerate(person):
        window = person[start : start + WINDOW]
        turns = [turn - smooth[start] for turn in smooth[start : start + WINDOW]]
        if max(abs(turn_of(face)), abs(smooth[start])) > AHEAD:
            continue
        found += [(ask, window) for ask, side in ((Ask.LEFT, 1), (Ask.RIGHT, -1))
                  if max(side * turn for turn in turns) >= REAL_TURN
                  and min(side * turn for turn in turns) > -AHEAD]  # fmt: skip
    return found


def _smoothed(turns: list[float]) -> list[float]:
    """Medians of three: the detector's jumps between two opinions of a still face are no turns."""
    padded = [turns[0], *turns, turns[-1]]
    return [sorted(padded[n : n + 3])[1] for n in range(len(turns))]
