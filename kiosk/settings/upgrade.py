"""Brings an older settings file to the present version. Owns the version number and the steps.

To add a step: append a function to ``UPGRADES`` that takes the tables of version n and returns those of n + 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.errors import InputError

Tables = dict[str, object]
Step = Callable[[Tables], Tables]


def _without_margin(tables: Tables) -> Tables:
    """``face.margin`` is gone: the distance between first and second belongs to the measured thresholds."""
    face = tables.get("face")
    return {**tables, "face": {key: face[key] for key in face if key != "margin"}} if isinstance(face, dict) else tables


def _without_history_hours(tables: Tables) -> Tables:
    """``calling.wait_history_hours`` is gone: how long a wait lasts is learnt from every talk (docs/adr/0023)."""
    calling = tables.get("calling")
    if not isinstance(calling, dict):
        return tables
    return {**tables, "calling": {key: calling[key] for key in calling if key != "wait_history_hours"}}


UPGRADES: tuple[Step, ...] = (_without_margin, _without_history_hours)
"""Step i turns version i + 1 into version i + 2."""

VERSION = len(UPGRADES) + 1


def upgrade(tables: Tables, file: str, steps: Sequence[Step] = UPGRADES) -> Tables:
    """The tables at the present version, without their ``version`` entry.

    Raises InputError when the version is missing, not a whole number, or newer than this program.
    """
    newest = len(steps) + 1
    version = tables.get("version")
    if type(version) is not int or not 1 <= version <= newest:
        raise InputError(
            "settings_version",
            f"{file}: version is {version!r}, this program knows 1 to {newest}.",
            "Start the program version that wrote the file, or write a new default file.",
            file=file,
            newest=newest,
        )
    rest = {key: value for key, value in tables.items() if key != "version"}
    for step in steps[version - 1 :]:
        rest = step(rest)
    return rest
