"""The touch front on the real services, the real store, the real threads: from the first touch to the number."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Timer
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pytestqt.qtbot import QtBot

from kiosk.catalog import load_catalog
from kiosk.errors import WorldError
from kiosk.model.ticket import TicketState
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

        self.waits(shown)

    def waits(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=10_000)


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
    visitor.tap("withdraw_now")
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


def test_a_hung_printer_keeps_nobody_waiting_and_late_paper_is_told(visitor: Visitor, hall: Hall) -> None:
    printer, front = VirtualPrinter(ZoneInfo("Asia/Shanghai")), visitor.front
    printer.suffer(Trouble.SLOW)
    front.connect(hall.services, printer)

    visitor.tap("way_anonymous")
    visitor.tap("go")
    visitor.sees(Page.SERVICES)
    visitor.tap("unsure")
    visitor.sees(Page.TICKET)
    issued = front.presenter.state.issued
    assert issued is not None
    visitor.waits(lambda: paper(front) is Printed.LATE)
    visitor.tap("care_water")
    printer.recover()
    visitor.waits(lambda: paper(front) is Printed.YES)
    assert [slip.label for slip in printer.slips] == [issued.slip.label]
    visitor.waits(lambda: stored_as_printed(hall, issued.ticket.id))


def paper(front: TouchFront) -> Printed | None:
    """What the ticket page says about the paper."""
    issued = front.presenter.state.issued
    return issued.printed if issued is not None else None


def stored_as_printed(hall: Hall, ticket: UUID) -> bool:
    with hall.installation.store.read() as work:
        found = work.tickets.get(ticket)
    return found is not None and found.printed


def test_a_full_disk_gives_no_number_no_paper_and_the_next_try_works(
    visitor: Visitor, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise WorldError("disk_full", "The disk is full.", "Free some space.")

    printer = VirtualPrinter(ZoneInfo("Asia/Shanghai"))
    visitor.front.connect(hall.services, printer)
    visitor.tap("way_anonymous")
    visitor.tap("go")
    visitor.sees(Page.SERVICES)
    with monkeypatch.context() as broken:
        broken.setattr("kiosk.services.tickets.issue_ticket", refuse)
        visitor.tap("unsure")
        visitor.sees(Page.NOT_ISSUED)
    assert printer.slips == ()
    with hall.installation.store.read() as work:
        states = [row.state for row in work.visits.of_day(hall.clock.today())]
    assert states == [VisitState.ANONYMOUS]
    visitor.tap("retry")
    visitor.sees(Page.SERVICES)
    visitor.tap("unsure")
    visitor.sees(Page.TICKET)
    issued = visitor.front.presenter.state.issued
    assert issued is not None
    assert issued.ticket.number == 1, "the refused try has used no number"


def test_a_printer_without_paper_leaves_the_number(visitor: Visitor, hall: Hall) -> None:
    printer = VirtualPrinter(ZoneInfo("Asia/Shanghai"))
    printer.suffer(Trouble.PAPER_OUT)
    visitor.front.connect(hall.services, printer)
    visitor.tap("way_anonymous")
    visitor.tap("go")
    visitor.sees(Page.SERVICES)
    visitor.tap("unsure")
    visitor.sees(Page.TICKET)
    visitor.waits(lambda: paper(visitor.front) is Printed.FAILED)
    spool = visitor.front.spool
    assert spool is not None
    assert spool.health == "printer_paper_out"


def test_a_slip_scanned_again_reports_its_number_after_a_missed_call(visitor: Visitor, hall: Hall) -> None:
    ticket = hall.ticket()
    hall.services.calling.next("1", hall.desk)
    hall.services.serving.no_show("1", hall.desk)
    visitor.front.presenter.connect(hall.services, None)
    visitor.tap("way_qr")
    visitor.front.presenter.arriving.typed(hall.services.tickets.slip(ticket.id).query_url)
    visitor.front.presenter.arriving.entered()
    visitor.sees(Page.STANDING)
    visitor.tap("report")

    def waits_again() -> bool:
        shown = visitor.front.presenter.state.shown
        return shown is not None and shown.standing.state is TicketState.WAITING

    visitor.waits(waits_again)


def test_paper_that_comes_out_while_the_terminal_ends_is_remembered(visitor: Visitor, hall: Hall) -> None:
    printer, front = VirtualPrinter(ZoneInfo("Asia/Shanghai")), visitor.front
    printer.suffer(Trouble.SLOW)
    front.connect(hall.services, printer)
    visitor.tap("way_anonymous")
    visitor.tap("go")
    visitor.sees(Page.SERVICES)
    visitor.tap("unsure")
    visitor.sees(Page.TICKET)
    issued = front.presenter.state.issued
    assert issued is not None
    Timer(0.2, printer.recover).start()
    front.stop()
    visitor.waits(lambda: stored_as_printed(hall, issued.ticket.id))
