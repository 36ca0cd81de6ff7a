"""The words exchanged with a robot, version 1 (docs/robot.md): topics and JSON, read strictly and written sparsely.

Fields that a reader does not know are passed over, so that both sides may grow; another version is not read at all.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from kiosk.model.hall import CareKind, CareState

VERSION = 1
LONGEST = 2048
"""Bytes of a message; a longer one is not read."""
REPORTED = (CareState.ASSIGNED, CareState.MOVING, CareState.DONE, CareState.FAILED, CareState.CANCELLED)
FINAL = (CareState.DONE, CareState.FAILED, CareState.CANCELLED)
_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
_REASON = re.compile(r"[a-z][a-z0-9_]{0,39}")


class RobotState(StrEnum):
    """What a robot says of itself; the broker says ``offline`` in its place when it falls silent (last will)."""

    READY = "ready"
    BUSY = "busy"
    CHARGING = "charging"
    FAULT = "fault"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a robot is with a task. ``step`` grows while it advances within a state; ``reason`` is a code."""

    task: UUID
    state: CareState
    step: int = 0
    reason: str = ""

    @property
    def order(self) -> tuple[int, int]:
        """Grows with everything new; what is not greater than before was said already."""
        return min(REPORTED.index(self.state), REPORTED.index(CareState.DONE)), self.step


@dataclass(frozen=True, slots=True)
class Status:
    """A heartbeat: state, what the robot can do, and its last task with it, should the progress have been lost."""

    state: RobotState
    kinds: frozenset[CareKind] = frozenset()
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A task for a robot: all it is told."""

    task: UUID
    kind: CareKind
    number: str
    seat: str
    zone: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """A person does it, or it is not wanted any more."""

    task: UUID


class Topics:
    """Where is said what, below the prefix of the settings."""

    def __init__(self, prefix: str) -> None:
        self._root = f"{prefix}/v{VERSION}/robot"

    def status(self, robot: str) -> str:
        """Retained; written by the robot, and by the broker as its last will."""
        return f"{self._root}/{robot}/status"

    def task(self, robot: str) -> str:
        """Offers and cancellations, from the dispatcher."""
        return f"{self._root}/{robot}/task"

    def progress(self, robot: str) -> str:
        """From the robot, at every change."""
        return f"{self._root}/{robot}/progress"

    def robot_of(self, topic: str) -> tuple[str, str]:
        """(robot, last word) of a topic of ours; empty strings for any other."""
        robot, _, last = topic.removeprefix(f"{self._root}/").partition("/")
        ours = topic.startswith(f"{self._root}/") and _NAME.fullmatch(robot)
        return (robot, last) if ours else ("", "")


def write(message: Status | Progress | Offer | Cancel) -> bytes:
    """The message as JSON."""
    return json.dumps({"v": VERSION, **_said(message)}, ensure_ascii=False).encode()


def _said(message: Status | Progress | Offer | Cancel) -> dict[str, object]:
    match message:
        case Status(state, kinds, progress):
            said: dict[str, object] = {"state": state.value, "kinds": sorted(kinds)}
            return said | ({"progress": _said(progress)} if progress else {})
        case Progress(task, state, step, reason):
            return {"task": str(task), "state": state.value, "step": step, "reason": reason}
        case Offer(task, kind, number, seat, zone):
            return {"do": "bring", "task": str(task), "kind": kind.value, "number": number, "seat": seat, "zone": zone}
        case Cancel(task):
            return {"do": "cancel", "task": str(task)}


def read_status(payload: bytes) -> Status | None:
    """A heartbeat, or None for what is none."""
    said = _fields(payload)
    try:
        kinds = frozenset(CareKind(kind) for kind in said.get("kinds", ()) if kind in set(CareKind))
        progress = _progress(said["progress"]) if "progress" in said else None
        return Status(RobotState(said["state"]), kinds, progress)
    except (KeyError, TypeError, ValueError):
        return None


def read_progress(payload: bytes) -> Progress | None:
    """How far a robot is, or None for what says nothing of it."""
    try:
        return _progress(_fields(payload))
    except (KeyError, TypeError, ValueError):
        return None


def read_task(payload: bytes) -> Offer | Cancel | None:
    """What a robot is asked, or None for what asks nothing."""
    said = _fields(payload)
    try:
        task = UUID(said["task"])
        if said["do"] == "cancel":
            return Cancel(task)
        texts = [str(said[name]) for name in ("number", "seat", "zone")]
        return Offer(task, CareKind(said["kind"]), *texts) if said["do"] == "bring" else None
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _progress(said: Any) -> Progress:
    state, step, reason = CareState(said["state"]), said.get("step", 0), said.get("reason", "")
    if state not in REPORTED or not isinstance(step, int) or not isinstance(said["task"], str):
        raise ValueError("not a progress")
    return Progress(UUID(said["task"]), state, step, reason if _REASON.fullmatch(str(reason)) else "")


def _fields(payload: bytes) -> dict[str, Any]:
    """The fields of a message of this version; empty for anything else."""
    try:
        said = json.loads(payload) if len(payload) <= LONGEST else None
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) and said.get("v") == VERSION else {}
