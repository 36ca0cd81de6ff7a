"""Every page fits: no text cut, no button cut, nothing under the bar; in both languages and both letter sizes."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from kiosk.errors import WorldError
from kiosk.model.face import HintKind
from kiosk.model.hall import ASKED_KINDS, CareState, CareTask
from kiosk.model.ticket import TicketState
from kiosk.model.visit import Method
from kiosk.printing.faults import PrinterFault, fault_error
from kiosk.services.tickets import Standing
from recognition.liveness import CHALLENGES
from recognition.types import Ask, Gate, Stage, Verdict
from tests.ui.touch.conftest import Front
from tests.ui.touch.cut_off import cut, cut_group, cut_taken
from tests.ui.touch.fakes import NOON, SLIP, UNBOOKED
from tests.ui.touch.test_consent import agree, be_captured, to_notice
from tests.ui.touch.test_face import NOT_SEEN
from tests.ui.touch.test_ways import SURE, go, take
from ui.touch.state import EnrolStep, Page
from ui.widgets.button import Button, Pressable
from ui.widgets.text import Text


def _number(front: Front) -> None:
    front.tap("way_staff_number")
    front.type("9999")


def _confirm(front: Front) -> None:
    front.tap("way_staff_number")
    front.type("0001")


def _face(front: Front) -> None:
    front.tap("way_face")
    front.worker.picture()


def _asked(front: Front, ask: Ask, gate: Gate | None = None) -> None:
    front.tap("way_face")
    front.worker.see(Verdict(Stage.CHALLENGE, True, gate=gate, ask=ask, progress=0.4))


def _not_seen(front: Front) -> None:
    front.tap("way_face")
    front.worker.see(NOT_SEEN)


def _digits(front: Front) -> None:
    front.centre.face_kind = HintKind.ASK
    front.tap("way_face")
    front.worker.see(SURE)
    front.type("1111")


def _other_way(front: Front) -> None:
    front.tap("way_face")
    front.worker.unplug()


def _group(front: Front) -> None:
    go(front, Method.ANONYMOUS)
    front.tap("group_pay")


def _paperless(front: Front) -> None:
    front.printer(fault_error(PrinterFault.TIMEOUT))
    go(front, Method.STAFF_NUMBER)
    take(front)


def _enrol(front: Front, step: EnrolStep) -> None:
    to_notice(front)
    agree(front)
    if step is EnrolStep.FAILED:
        front.tap("glasses_same")
        front.worker.see(Verdict(Stage.GATHERING, True, gate=Gate.SEVERAL, ask=Ask.AHEAD))
        front.presenter.authorising._give_up()
    elif step is EnrolStep.CAPTURE:
        front.tap("glasses_same")
        front.clock.seconds += 1
        for _ in range(2):
            front.worker.see(Verdict(Stage.GATHERING, True, gate=Gate.SEVERAL, ask=Ask.GLASSES, progress=0.6, taken=3))
            front.clock.seconds += 1
    elif step is not EnrolStep.GLASSES:
        be_captured(front)
        front.centre.released = step is EnrolStep.DONE
        front.wait(3)
    assert front.state.enrol is step


def _mine(front: Front) -> None:
    to_notice(front)
    agree(front)
    front.presenter.back()


def _sure(front: Front) -> None:
    _mine(front)
    front.tap("withdraw")


def _receipt(front: Front) -> None:
    _sure(front)
    front.tap("withdraw_now")


def _asked_for_all(front: Front) -> None:
    """Every small service at another step, for a group whose seats have long names."""
    steps = (CareState.MOVING, CareState.ASSIGNED, CareState.FAILED, CareState.NEW)
    for kind, step in zip(ASKED_KINDS, steps, strict=True):
        ended = NOON if step is CareState.FAILED else None
        front.centre.tasks[kind] = CareTask(
            uuid4(), uuid4(), kind, NOON, "r1", ended, step, robot=step is CareState.MOVING
        )
    front.centre.seat = "Z2-01 Z2-02 Z2-03"
    go(front, Method.ANONYMOUS)
    take(front)
    front.wait(3)


def _waiting(front: Front) -> None:
    front.tap("way_qr")
    front.wedge(SLIP)
    front.wait(3)


def _standing(front: Front) -> None:
    front.centre.standing = Standing("A012", TicketState.PASSED, 0, None)
    front.centre.rechecks = 0
    front.tap("way_qr")
    front.wedge(SLIP)
    front.tap("report")


def _qr(front: Front) -> None:
    front.tap("way_qr")
    front.wedge(UNBOOKED)


def _disk_full(front: Front) -> None:
    front.centre.disk_full = True
    go(front, Method.ANONYMOUS)
    front.tap("unsure")


def _in_vain(front: Front, gate: Gate) -> None:
    front.tap("way_face")
    front.worker.see(Verdict(Stage.SEARCHING, True, gate=gate))
    front.wait(25)


def _progress(front: Front) -> None:
    front.tap("progress")
    front.type("0001287654321")


def _answer(front: Front) -> None:
    front.tap("progress")
    front.type("0001212345678")


def _closed(front: Front) -> None:
    front.centre.day_open = False
    front.wait(6)


def _stopped(front: Front) -> None:
    front.centre.stopped = "系统检修，预计半小时后恢复，请您稍候。"
    front.wait(6)


def _booking(front: Front) -> None:
    front.tap("booking")
    front.type("00000000")


def _several(front: Front) -> None:
    _group(front)
    for _ in range(3):
        front.tap("party")


def _warned(front: Front) -> None:
    front.tap("way_anonymous")
    front.wait(190 if front.state.large else 65)


SCENES: dict[str, Callable[[Front], None]] = {
    "attract": lambda front: None,
    "number": _number,
    "qr": _qr,
    "id_card": lambda front: front.tap("way_id_card"),
    "clerk": lambda front: front.tap("way_assisted"),
    "anonymous": lambda front: front.tap("way_anonymous"),
    "face": _face,
    **{f"face_{ask.value}": lambda front, ask=ask: _asked(front, ask) for ask in (Ask.AHEAD, *CHALLENGES)},  # type: ignore[misc]
    "face_back": lambda front: _asked(front, Ask.AHEAD, Gate.TOO_CLOSE),
    "other_way_not_seen": _not_seen,
    "digits": _digits,
    "confirm": _confirm,
    "other_way": _other_way,
    "other_way_nobody": lambda front: _in_vain(front, Gate.NO_FACE),
    "other_way_several": lambda front: _in_vain(front, Gate.SEVERAL),
    "not_issued": _disk_full,
    "cut_off": cut,
    "cut_off_group": cut_group,
    "spare": cut_taken,
    "standing": _standing,
    "standing_waiting": _waiting,
    "ticket_asked": _asked_for_all,
    "services": lambda front: go(front, Method.ANONYMOUS),
    "group": _group,
    "ticket": _paperless,
    "who": lambda front: front.tap("authorisations"),
    "consent": to_notice,
    **{f"enrol_{step.value}": lambda front, step=step: _enrol(front, step) for step in EnrolStep},  # type: ignore[misc]
    "authorisations": _mine,
    "authorisations_sure": _sure,
    "receipt": _receipt,
    "progress": _progress,
    "answer": _answer,
    "closed": _closed,
    "closed_stopped": _stopped,
    "booking": _booking,
    "group_of_four": _several,
    "unavailable": lambda front: front.presenter.store_failed(WorldError("store_locked", "x")),
    "help": lambda front: front.presenter.help_now(),
    "warned": _warned,
}


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("scene", list(SCENES))
def test_nothing_is_cut(front: Front, scene: str, language: str, large: bool) -> None:
    front.presenter.speak(language)
    if large:
        front.presenter.enlarge()
    SCENES[scene](front)
    front.view.resize(1080, 1920)
    front.view._fit()
    QApplication.processEvents()
    assert _cut(front) == []


def _cut(front: Front) -> list[str]:
    page = front.view.page
    assert page is not None
    cut = [text.text() for text in page.findChildren(Text) if text.isVisible() and _text_is_cut(text)]
    cut += [
        b.text() for b in page.findChildren(Button) if b.isVisible() and b.width() < b.minimumSizeHint().width() - 8
    ]
    floor = page.bar.y()
    for widget in [*page.findChildren(Text), *page.findChildren(Pressable)]:
        inside = page.bar.isAncestorOf(widget) or _scrolls(widget, page)
        if widget.isVisible() and not inside and widget.mapTo(page, QPoint(0, widget.height())).y() > floor:
            cut.append(f"under the bar: {widget.accessibleName()}")
    return cut


def _text_is_cut(text: Text) -> bool:
    if text.hasHeightForWidth():
        return text.height() < text.heightForWidth(text.width()) - 1
    return text.width() < text.sizeHint().width() - 1 or text.height() < text.sizeHint().height() - 1


def _scrolls(widget: QWidget, page: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None and parent is not page:
        if isinstance(parent, QScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def test_every_page_has_a_scene() -> None:
    shown = {name.partition("_")[0] if name.startswith("enrol") else name for name in SCENES}
    assert {page.value for page in Page} <= shown


@pytest.mark.parametrize("scene", list(SCENES))
def test_no_page_is_a_dead_end(front: Front, scene: str) -> None:
    SCENES[scene](front)
    page = front.view.page
    assert page is not None
    open_ways = {b.objectName() for b in page.findChildren(Pressable) if b.isVisible() and b.isEnabled()}
    assert open_ways - {"language", "large", ""} or front.page is Page.UNAVAILABLE
    assert page.bar.help.isEnabled()
