"""identify.*: speed of the face match, and what the screen and an idle kiosk notice of it."""

from __future__ import annotations

from benchmarks import identify_screen, identify_speed
from benchmarks.identify_scene import make_scene
from benchmarks.result import Result, cannot_run
from kiosk.errors import ReceptionError


def measure() -> list[Result]:
    """Every measure of the group; about three minutes."""
    try:
        scene = make_scene()
    except ReceptionError as fault:
        return [cannot_run("identify.*", "", "", str(fault))]
    speed = [*identify_speed.frame_rate(scene), *identify_speed.verdict_time(scene)]
    return [*speed, *identify_screen.measure(), *_not_here()]


def _not_here() -> list[Result]:
    """What a visitor waits for besides, and no bench can take (DECISIONS 12)."""
    opening = "a bench opens no camera: from the press to its first frame is the camera's own time"
    moving = "the asked movement takes as long as a person needs for it"
    return [
        cannot_run("identify.camera_ms", "ms", "", opening),
        cannot_run("identify.challenge_ms", "ms", "", moving),
    ]
