"""The scenes before the face camera: enrolled with a witness, recognised by another picture, and not recognised."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ui.touch.state import EnrolStep
from ui.tour.day import NAMES, Day


def face_visit(day: Day) -> None:
    """By face: agree, be enrolled with a clerk as witness, be recognised by another picture, confirm by four digits."""
    hand, known = day.hand, day.world.known()
    if known is None:
        return
    name, last = known
    enrolment(day, name, last)
    hand.press("touch", "start_over")
    day.world.feed.stand(name, last)
    hand.press("touch", "way_face")
    hand.shoot("face", "touch")
    hand.until("the question for four digits", lambda: hand.find("touch", "way_face") is None and asks_digits(day), 20)
    hand.shoot("face-ask", "touch")
    hand.keypad("0008")
    hand.until("the services", lambda: hand.find("touch", "group_living"))
    label = day.choose("living", "302")
    day.done()
    day.call_next(label)
    hand.press("desk", "arrived")
    hand.sees("desk", "陈样例")
    hand.shoot("face-card", "desk")
    hand.press("desk", "finish")
    hand.key("desk", Qt.Key.Key_C)


def enrolment(day: Day, name: str, last: int) -> None:
    """Read, agree, show the face, wait for the clerk; ``last`` is the picture kept for the recognition."""
    hand = day.hand
    hand.press("touch", "authorisations")
    day.by_number("0008")
    hand.press("touch", "yes")
    hand.press("touch", "read_notice")
    hand.until("the notice", lambda: hand.find("touch", "agree_box"))
    hand.shoot("consent", "touch")
    day.world.feed.stand(name, 0)
    hand.press("touch", "agree_box")
    hand.press("touch", "agree")
    hand.press("touch", "glasses_same")
    hand.until("a first view", lambda: views_taken(day) > 0, 30)
    hand.shoot("enrol", "touch")
    day.world.feed.stand(name, min(1, last - 1))  # a portrait cannot turn: another one of the same person
    hand.until("the views taken", lambda: waits_for_witness(day), 30)
    hand.until("the request for a witness at the desk", lambda: hand.find("desk", "acknowledge"), 30)
    hand.shoot("witness", "touch", "desk")
    hand.press("desk", "acknowledge")
    hand.until("the end of the enrolment", lambda: enrolled(day), 30)
    hand.shoot("enrolled", "touch")


def enrol_step(day: Day) -> EnrolStep | None:
    """Where the enrolment on the touch screen stands."""
    front = day.hand.terminal.fronts.touch
    return front.presenter.state.enrol if front is not None else None


def views_taken(day: Day) -> int:
    """How many views of the enrolment are kept so far; also counted once they are all taken."""
    front = day.hand.terminal.fronts.touch
    camera = front.presenter.state.camera if front is not None else None
    return camera.taken if camera is not None else int(waits_for_witness(day))


def waits_for_witness(day: Day) -> bool:
    """The pictures are taken; a clerk must release them."""
    return enrol_step(day) is EnrolStep.WAITING


def enrolled(day: Day) -> bool:
    """The templates are kept."""
    return enrol_step(day) is EnrolStep.DONE


def asks_digits(day: Day) -> bool:
    """True while the touch screen asks for the last digits."""
    front = day.hand.terminal.fronts.touch
    return front is not None and front.presenter.state.page.value == "digits"


def stranger(day: Day) -> None:
    """A face nobody enrolled: kindly another way; anonymous; no card at the desk, ever."""
    hand, unknown = day.hand, day.world.stranger()
    if unknown is not None:
        day.world.feed.stand(*unknown)
        hand.press("touch", "way_face")
        hand.until("another way", lambda: hand.find("touch", "way_anonymous") and "换一种" in hand.reads("touch"), 25)
        hand.shoot("another-way", "touch")
    hand.press("touch", "way_anonymous")
    hand.press("touch", "go")
    hand.until("the services", lambda: hand.find("touch", "unsure"))
    hand.press("touch", "unsure")
    label = day.number()
    day.done()
    day.call_next(label)
    hand.press("desk", "arrived")
    hand.lacks("desk", *NAMES)
    hand.shoot("anonymous", "desk")
    hand.press("desk", "finish")
    hand.key("desk", Qt.Key.Key_C)
