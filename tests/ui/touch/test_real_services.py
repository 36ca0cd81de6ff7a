"""The touch front on the real services, the real store, the real threads: from the first touch to the number."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pytestqt.qtbot import QtBot

from kiosk.catalog import load_catalog
from kiosk.model.visit import VisitState
from kiosk.printing.virtual import Trouble, VirtualPrinter
from kiosk.settings import demo_settings
from tests.kiosk.services.conftest import Hall, open_hall
from ui.bridge import Bridge
from ui.tasks import Tasks
from ui.touch.front import TouchFront
from ui.touch.session import Surroundings
from ui.touch.state import Page, Printed
from ui.widgets.button import Pressable
from ui.widgets.keypad import KeyPad


class Visitor:
    """Taps on real buttons and waits for real answers."""

    def __init__(self, front: TouchFront, qtbot: QtBot) -> None:
        self.front, self._qtbot = front, qtbot

    def tap(self, name: str) -> None:
        button = self.front.view.findChild(Pressable, name)
        assert button is not None, name
        button.click()

    def type(self, digits: str) -> None:
        for digit in digits:
            pad = self.front.view.findChild(KeyPad)
            assert pad is not None
            pad.key(digit).click()

    def sees(self, page: Page) -> None:
        def shown() -> bool:
            return self.front.presenter.state.page is page and not self.front.presenter.state.busy

        self._qtbot.waitUntil(shown, timeout=10_000)


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return open_hall(tmp_path / "profile")


@pytest.fixture
def visitor(hall: Hall, qtbot: QtBot) -> Iterator[Visitor]:
    bridge = Bridge()
    tasks = Tasks(bridge.post)
    settings = replace(demo_settings(), printing=replace(demo_settings().printing, timeout_seconds=1))
    around = Surroundings(tasks, hall.clock, time.monotonic, settings, load_catalog(), lambda text, lang: None)
    front = TouchFront(around, bridge.post)
    qtbot.addWidget(front.view)
    front.view.resize(540, 960)
    front.view.show()
    front.start()
    yield Visitor(front, qtbot)
    front.stop()
    tasks.stop()
    bridge.close()
    hall.installation.close()


def test_from_the_first_touch_to_the_number(visitor: Visitor, hall: Hall) -> None:
    visitor.tap("way_staff_number")
    visitor.type("0001")
    visitor.front.presenter.connect(hall.services, None)
    visitor.sees(Page.CONFIRM)
    visitor.tap("yes")
    visitor.sees(Page.SERVICES)
    visitor.tap("group_pay")
    visitor.tap("service_101")
    visitor.sees(Page.TICKET)
    issued = visitor.front.presenter.state.issued
    assert issued is not None
    assert issued.slip.label == issued.ticket.label
    visitor.tap("care_water")
    visitor.tap("done")
    visitor.sees(Page.ATTRACT)


def test_consent_is_given_refused_and_withdrawn(visitor: Visitor, hall: Hall) -> None:
    front = visitor.front
    front.presenter.connect(hall.services, None)
    front.presenter.session.change(face_on=True)
    visitor.tap("authorisations")
    visitor.tap("way_staff_number")
    visitor.type("0002")
    visitor.sees(Page.CONFIRM)
    visitor.tap("yes")
    visitor.sees(Page.AUTHORISATIONS)
    visitor.tap("read_notice")
    visitor.sees(Page.CONSENT)
    visitor.tap("agree_box")
    visitor.tap("agree")
    visitor.sees(Page.ENROL)
    assert [pending.terminal for pending in hall.services.consents.pending()] == ["K1"]
    visitor.tap("leave")
    visitor.sees(Page.AUTHORISATIONS)
    visitor.tap("withdraw")
    visitor.sees(Page.RECEIPT)
    assert hall.services.consents.pending() == ()


def test_a_visitor_who_walks_away_leaves_no_open_visit(visitor: Visitor, hall: Hall) -> None:
    visitor.front.presenter.connect(hall.services, None)
    visitor.tap("way_anonymous")
    visitor.tap("go")
    visitor.sees(Page.SERVICES)
    visitor.tap("start_over")
    visitor.sees(Page.ATTRACT)
    visitor.tap("progress")
    visitor.type("0000100000000")
    visitor.sees(Page.PROGRESS)
    with hall.installation.store.read() as work:
        states = [row.state for row in work.visits.of_day(hall.clock.today())]
    assert states == [VisitState.RESET]


def test_a_hung_printer_keeps_nobody_waiting_and_late_paper_is_told(visitor: Visitor, hall: Hall, qtbot: QtBot) -> None:
    printer, front = VirtualPrinter(ZoneInfo("Asia/Shanghai")), visitor.front
    printer.suffer(Trouble.SLOW)
    front.connect(hall.services, printer)

    def becomes(printed: Printed) -> None:
        qtbot.waitUntil(lambda: paper(front) is printed, timeout=10_000)

    visitor.tap("way_anonymous")
    visitor.tap("go")
    visitor.sees(Page.SERVICES)
    visitor.tap("unsure")
    visitor.sees(Page.TICKET)
    issued = front.presenter.state.issued
    assert issued is not None
    becomes(Printed.LATE)
    visitor.tap("care_water")
    printer.recover()
    becomes(Printed.YES)
    assert [slip.label for slip in printer.slips] == [issued.slip.label]
    qtbot.waitUntil(lambda: stored_as_printed(hall, issued.ticket.id), timeout=10_000)


def paper(front: TouchFront) -> Printed | None:
    """What the ticket page says about the paper."""
    issued = front.presenter.state.issued
    return issued.printed if issued is not None else None


def stored_as_printed(hall: Hall, ticket: UUID) -> bool:
    with hall.installation.store.read() as work:
        found = work.tickets.get(ticket)
    return found is not None and found.printed
