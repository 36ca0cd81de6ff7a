"""Every page of the desk fits at 1920x1080: no text cut, nothing under the edge, hit areas large enough; zh and en."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from kiosk.model.hall import CareKind
from kiosk.model.terminal import OrderVerb, TerminalStatus
from kiosk.model.visit import Proof
from tests.ui.desk.conftest import Hall
from ui.desk.front import DeskFront
from ui.desk.keys_view import KeyLine
from ui.desk.parts import Action
from ui.desk.queue_rows import Row
from ui.desk.state import Choice, Page
from ui.desk.strips import Strip
from ui.widgets.button import Pressable
from ui.widgets.text import Text

LEAST_HIT = 40
LEAST_LETTERS = 0.8
"""A long word in a button may be set a little smaller, never much."""


def _busy(hall: Hall) -> None:
    """A hall in which everything happens: each mark, each kind of alert, each state of a terminal."""
    services, visitor = hall.services, hall.visitor
    hall.serve("孙演示")
    hall.presenter.calling.hold("papers")
    hall.visit()
    hall.presenter.calling.call_next()
    hall.presenter.calling.no_show()
    for extra in ({"party": 4}, {"urgent": True}, {"wish": "2"}, {}):
        visit = services.arrivals.begin("zh_CN", visitor)
        services.arrivals.stay_anonymous(visit.id, visitor)
        services.tickets.issue(visit.id, "101", not extra, visitor, **extra)  # type: ignore[arg-type]
    ticket = hall.visit("林演示", Proof.NUMBER)
    for kind in (CareKind.WATER, CareKind.GLASSES):
        services.care.ask(ticket.id, kind, visitor)
    services.arrivals.call_help(None, True, visitor)
    now = hall.clock.now()
    for code, front, lamps in (("kiosk-1", "touch", {"printer": "paper_out"}), ("wall-1", "wall", {"wall": ""})):
        services.terminals.report(
            TerminalStatus(code, (front,), "1", now, lamps, {"page": "queue", "layout": "landscape", "age_s": "12"})
        )
    services.terminals.order("wall-1", OrderVerb.SOUND_CHECK, "", hall.actor)
    services.notices.write(
        "今天下午两点，二楼会议室有讲座", "Talk at two", None, now + timedelta(hours=3), (), hall.actor
    )
    services.bookings.book(now + timedelta(minutes=90), "101", None, hall.actor)
    hall.presenter.sync_status(12, "offline")
    hall.presenter.journal_grew()


def _page(page: Page) -> Callable[[Hall], None]:
    def opened(hall: Hall) -> None:
        _busy(hall)
        hall.presenter.overseeing.show(page)
        hall.presenter.step(1)

    return opened


def _asked(choice: Choice, page: Page = Page.RECEPTION) -> Callable[[Hall], None]:
    def asked(hall: Hall) -> None:
        _busy(hall)
        if page is not Page.RECEPTION:
            hall.presenter.overseeing.show(page)
        elif choice in (Choice.TRANSFER, Choice.HOLD):
            hall.presenter.calling.call_next()
        hall.presenter.calling.ask(choice, str(hall.presenter.state.queue[0].ticket_id), "urgent")

    return asked


def _empty_page(page: Page) -> Callable[[Hall], None]:
    return lambda hall: hall.presenter.overseeing.show(page)


def _serving(hall: Hall) -> None:
    _busy(hall)
    hall.presenter.calling.call_next()
    hall.presenter.calling.arrived()


def _called(hall: Hall) -> None:
    _busy(hall)
    hall.presenter.calling.call_next()


def _notice(hall: Hall) -> None:
    _page(Page.DEVICES)(hall)
    hall.presenter.overseeing.begin_notice()


def _offline(hall: Hall) -> None:
    _page(Page.HALL)(hall)
    hall.tasks.down = True
    hall.presenter.calling.refresh()


def _keys(hall: Hall) -> None:
    hall.presenter.show_keys()


SCENES: dict[str, Callable[[Hall], None]] = {
    "empty": lambda hall: None,
    "busy": _busy,
    "selected": lambda hall: (_busy(hall), hall.presenter.step(1))[0],
    "called": _called,
    "serving": _serving,
    "offline": _offline,
    "keys": _keys,
    "notice": _notice,
    **{f"page_{page.value}": _page(page) for page in list(Page)[1:]},
    **{f"empty_{page.value}": _empty_page(page) for page in (Page.HALL, Page.DEVICES, Page.FIGURES)},
    **{f"ask_{c.value}": _asked(c) for c in (Choice.TRANSFER, Choice.PICK, Choice.RECLASS, Choice.RECLASS_WHY)},
    "ask_close_day": _asked(Choice.CLOSE_DAY, Page.DAY),
    "ask_stop_intake": _asked(Choice.STOP_INTAKE, Page.DAY),
    "ask_show_page": _asked(Choice.SHOW_PAGE, Page.DEVICES),
}


@pytest.mark.parametrize("scene", list(SCENES))
def test_nothing_is_cut(hall: Hall, front: DeskFront, scene: str) -> None:
    front.window.resize(1920, 1080)
    front.window._fit()
    SCENES[scene](hall)
    for language in ("zh_CN", "en"):
        front._words.speak(language)
        QApplication.processEvents()
        page = front.page()
        assert page is not None
        assert _cut(page) == [], language
        assert _small(page) == [], language


def _cut(page: QWidget) -> list[str]:
    found = [text.text() for text in page.findChildren(Text) if text.isVisible() and _text_is_cut(text)]
    found += [cell for strip in page.findChildren(Strip) if strip.isVisible() for cell in strip.overflow()]
    for line in page.findChildren(KeyLine):
        if line.isVisible() and line.width() < line.sizeHint().width():
            found.append(line.accessibleName())
    for button in page.findChildren(Action):
        if button.isVisible() and button.shrink() < LEAST_LETTERS:
            found.append(f"small letters: {button.text()}")
    for widget in [*page.findChildren(Text), *page.findChildren(Pressable)]:
        low = widget.mapTo(page, QPoint(widget.width(), widget.height()))
        outside = low.y() > page.height() + 1 or low.x() > page.width() + 1
        if widget.isVisible() and outside and not _scrolls(widget, page):
            found.append(f"outside: {widget.accessibleName()}")
    return found


def _small(page: QWidget) -> list[str]:
    return [
        button.accessibleName()
        for button in page.findChildren(Pressable)
        if button.isVisible() and min(button.width(), button.height()) < LEAST_HIT and not isinstance(button, Row)
    ]


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
    assert {f"page_{page.value}" for page in list(Page)[1:]} <= set(SCENES)
