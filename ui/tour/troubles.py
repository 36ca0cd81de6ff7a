"""Scenes of a bad day before the camera: what breaks, what the visitor is told, and how the visit goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.touch.state import Page
from ui.tour.hand import TourError

if TYPE_CHECKING:
    from ui.tour.day import Day

LOOKED_FOR_S = 2.0
"""How long two people stand there: a lone visitor is recognised in half of it."""


def camera_unplugged(day: Day) -> None:
    """The camera is unplugged in the middle of a face visit: said at once, and the visit goes on by number."""
    hand, camera = day.hand, day.world.camera
    hand.press("touch", "way_face")
    hand.until("the open camera", lambda: hint(day))
    camera.unplug()
    hand.sees("touch", "相机现在用不了")
    hand.shoot("camera-unplugged", "touch")
    hand.press("touch", "way_face")
    hand.sees("touch", "相机现在用不了")
    day.by_number("0005")
    hand.press("touch", "yes")
    hand.until("the services", lambda: hand.find("touch", "group_living"))
    day.choose("living", "301")
    day.done()
    camera.plug()
    hand.press("touch", "way_face")
    hand.until("the camera's picture again", lambda: hint(day))
    hand.press("touch", "start_over")


def two_people(day: Day) -> None:
    """Two people before the camera: nobody is compared while both are there; alone again the visitor is recognised."""
    hand, known, stranger = day.hand, day.world.known(), day.world.stranger()
    if known is None or stranger is None:
        return
    day.world.feed.stand(*known)
    day.world.camera.join(*stranger)
    hand.press("touch", "way_face")
    hand.sees("touch", "请一位一位来")
    hand.turn(LOOKED_FOR_S)
    if page(day) is not Page.FACE:
        raise TourError("somebody was compared while two people were there")
    hand.shoot("two-people", "touch")
    day.world.camera.leave()
    hand.sees("touch", "后四位")
    hand.press("touch", "start_over")


def page(day: Day) -> Page | None:
    """The page on the touch screen."""
    front = day.hand.terminal.fronts.touch
    return front.presenter.state.page if front is not None else None


def hint(day: Day) -> bool:
    """True once the engine said something about what the camera sees."""
    front = day.hand.terminal.fronts.touch
    camera = front.presenter.state.camera if front is not None else None
    return camera is not None and camera.synthetic
