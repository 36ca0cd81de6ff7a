"""The spool: one report per slip, late paper told as the truth, faults logged once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Event
from threading import enumerate as all_threads
from uuid import UUID

import pytest

from kiosk.errors import WorldError
from kiosk.model.ticket import TicketSlip
from kiosk.printing.spool import PrintSpool
from kiosk.printing.virtual import Trouble, VirtualPrinter
from tests.kiosk.printing.test_layout import SLIP, ZONE

FIRST, SECOND = UUID(int=1), UUID(int=2)
PATIENCE = 20.0


class Reports:
    """Collects what the spool reports: (ticket, code or empty when printed)."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[tuple[UUID, str]] = SimpleQueue()

    def printed(self, ticket_id: UUID) -> None:
        self.queue.put((ticket_id, ""))

    def failed(self, ticket_id: UUID, error: WorldError) -> None:
        self.queue.put((ticket_id, error.code))

    def next(self) -> tuple[UUID, str]:
        return self.queue.get(timeout=PATIENCE)


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    made = VirtualPrinter(ZONE)
    yield made
    made.recover()


def test_slips_are_printed_in_order(printer: VirtualPrinter) -> None:
    reports = Reports()
    spool = PrintSpool(printer, reports.printed, reports.failed)
    spool.submit(FIRST, SLIP)
    spool.submit(SECOND, SLIP)
    assert [reports.next(), reports.next()] == [(FIRST, ""), (SECOND, "")]
    spool.stop()
    assert not [thread for thread in all_threads() if thread.name == "print-spool"]


def test_a_fault_is_reported_and_the_next_slip_prints(printer: VirtualPrinter) -> None:
    reports = Reports()
    spool = PrintSpool(printer, reports.printed, reports.failed)
    printer.suffer(Trouble.PAPER_OUT)
    spool.submit(FIRST, SLIP)
    assert reports.next() == (FIRST, "printer_paper_out")
    printer.recover()
    spool.submit(SECOND, SLIP)
    assert reports.next() == (SECOND, "")
    spool.stop()


def test_a_slow_printer_is_given_up_and_late_paper_is_told(printer: VirtualPrinter) -> None:
    reports = Reports()
    spool = PrintSpool(printer, reports.printed, reports.failed, timeout_seconds=0.05)
    printer.suffer(Trouble.SLOW)
    spool.submit(FIRST, SLIP)
    assert reports.next() == (FIRST, "printer_timeout")
    spool.submit(SECOND, SLIP)
    assert reports.next() == (SECOND, "printer_timeout")
    printer.recover()
    assert reports.next() == (FIRST, "")
    spool.stop()
    assert len(printer.slips) == 1, "the visitor of the second slip is gone; it is not printed any more"


def test_a_fault_is_logged_when_it_comes_and_when_it_is_over(
    printer: VirtualPrinter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "kiosk.printing.spool")
    reports = Reports()
    spool = PrintSpool(printer, reports.printed, reports.failed)
    printer.suffer(Trouble.COVER_OPEN)
    for _ in range(3):
        spool.submit(FIRST, SLIP)
        reports.next()
    printer.recover()
    for _ in range(2):
        spool.submit(FIRST, SLIP)
        reports.next()
    spool.stop()
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "printer_cover_open" in caplog.text


class BuggyPrinter:
    name = "buggy"

    def print_slip(self, slip: TicketSlip) -> None:
        raise KeyError("bug")

    def health(self) -> str:
        return "ok"


def test_our_own_bug_does_not_stop_the_spool(caplog: pytest.LogCaptureFixture) -> None:
    reports = Reports()
    spool = PrintSpool(BuggyPrinter(), reports.printed, reports.failed)
    for ticket in (FIRST, SECOND):
        spool.submit(ticket, SLIP)
        assert reports.next() == (ticket, "printer_broken")
    spool.stop()
    assert "raised what it should not" in caplog.text


def test_stop_drops_what_waits_and_does_not_hang_on_a_slow_printer(printer: VirtualPrinter) -> None:
    reports = Reports()
    spool = PrintSpool(printer, reports.printed, reports.failed)
    printer.suffer(Trouble.SLOW)
    spool.submit(FIRST, SLIP)
    spool.submit(SECOND, SLIP)
    spool.stop(wait_seconds=0.05)
    assert reports.queue.empty()


def test_the_printer_is_asked_how_it_is_while_nothing_is_printed(
    printer: VirtualPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.printing.spool.IDLE_S", 0.01)
    reports = Reports()
    spool = PrintSpool(printer, reports.printed, reports.failed)
    for trouble in (Trouble.PAPER_OUT, None):
        printer.suffer(trouble) if trouble else printer.recover()
        wanted = trouble.value if trouble else "ok"
        tries = 0
        while spool.health != wanted and tries < 2000:
            tries += 1
            Event().wait(0.01)
        assert spool.health == wanted
    spool.stop()


def test_a_hung_printer_never_makes_the_asker_wait(printer: VirtualPrinter) -> None:
    reports = Reports()
    spool = PrintSpool(printer, reports.printed, reports.failed, timeout_seconds=0.05)
    printer.suffer(Trouble.SLOW)
    spool.submit(FIRST, SLIP)
    reports.next()
    assert spool.health == "printer_timeout"
    printer.recover()
    reports.next()
    spool.stop()
    assert spool.health == "ok"
