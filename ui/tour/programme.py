"""Which scenes are played, in which order. To add one: a function in one of the scene files, and a line here."""

from __future__ import annotations

from collections.abc import Callable

from ui.tour.day import (
    Day,
    help_now,
    network_cut,
    no_show,
    number_visit,
    opening,
    paper_out,
    platform,
    refusal,
    wrong_person,
)
from ui.tour.faces import face_visit, stranger
from ui.tour.troubles import camera_unplugged, two_people

Scene = Callable[[Day], None]

SHORT: tuple[Scene, ...] = (opening, number_visit, stranger, network_cut)
FULL: tuple[Scene, ...] = (
    opening,
    number_visit,
    face_visit,
    stranger,
    wrong_person,
    two_people,
    refusal,
    no_show,
    paper_out,
    camera_unplugged,
    help_now,
    network_cut,
    platform,
)
