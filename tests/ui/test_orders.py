"""A real terminal on a real store: it says how it is, obeys the desk, and answers every order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk import VERSION
from kiosk.model.terminal import OrderVerb
from kiosk.printing.virtual import Trouble, VirtualPrinter
from kiosk.settings import demo_settings
from tests.kiosk.services.conftest import Hall, open_hall
from tests.ui.test_terminal import FakeLine
from ui.kept import CRASHES, EXIT_RESTART, EXIT_STOP, KEPT
from ui.terminal import Outside, Terminal
from ui.widgets.nameplate import Nameplate

PATIENCE_MS = 20_000


class Machine:
    """A running terminal and the desk that orders it."""

    def __init__(self, app: QApplication, hall: Hall, names: tuple[str, ...], qtbot: QtBot) -> None:
        line = FakeLine()
        line.may_start.set()
        self._qtbot, self.hall = qtbot, hall
        outside = Outside(lambda: hall.installation, lambda _hall, _camera: None, line.start)
        self.terminal = Terminal(app, hall.installation.profile, demo_settings(), names, outside)
        self.left: list[int] = []
        self.terminal._app = _App(app, self.left)
        ready: list[bool] = []
        self.terminal.ready = lambda: ready.append(True)
        self.terminal.start()
        self.waits(lambda: bool(ready))

    @property
    def terminals(self) -> Any:
        return self.hall.services.terminals

    def waits(self, condition: Any) -> None:
        self._qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def order(self, verb: OrderVerb, argument: str = "") -> str:
        """What became of an order."""
        order = self.terminals.order(self.hall.services.context.terminal, verb, argument, self.hall.desk)
        self.waits(lambda: self.outcome(order.id) != "")
        return self.outcome(order.id)

    def outcome(self, order: UUID) -> str:
        return next(one.outcome for one in self.terminals.recent() if one.id == order)


class _App:
    """The application, but for its end."""

    def __init__(self, app: QApplication, left: list[int]) -> None:
        self._app, self.exit = app, left.append

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app, name)


@pytest.fixture
def make(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Any]:
    machines: list[Machine] = []

    def start(*names: str) -> Machine:
        machines.append(Machine(qapp, open_hall(tmp_path / "profile"), names, qtbot))
        return machines[-1]

    yield start
    for machine in machines:
        machine.terminal.stop()


def test_it_says_how_it_is_without_an_event_and_anybody_in_the_hall_sees_its_printer(make: Any) -> None:
    one = make("touch", "wall")
    one.waits(lambda: bool(one.terminals.all()))
    (status,) = one.terminals.all()
    assert (status.code, status.fronts, status.version) == (
        one.hall.services.context.terminal,
        ("touch", "wall"),
        VERSION,
    )
    assert status.lamps["printer"] == "" and status.lamps["clock"] == "" and "sound" in status.lamps
    assert status.facts["page"] == "queue"
    before = one.hall.installation.store.last_seq()
    assert isinstance(one.terminal.printer, VirtualPrinter)
    one.terminal.printer.suffer(Trouble.COVER_OPEN)
    spool = one.terminal.fronts.touch.spool
    one.waits(lambda: spool.health == "printer_cover_open")

    def told() -> bool:
        one.terminal._heartbeat.beat()  # each time: a beat that is still on its way swallows the next
        return any(lamp.fault == "printer_cover_open" for lamp in one.terminals.lamps())

    one.waits(told)
    assert one.hall.installation.store.last_seq() == before


def test_a_copy_ordered_from_the_desk_comes_out_here_and_is_answered_when_it_is_out(make: Any) -> None:
    one = make("touch")
    ticket = one.hall.ticket()
    assert one.order(OrderVerb.PRINT, str(ticket.id)) == "ok"
    (slip,) = one.terminal.printer.slips
    assert (slip.label, slip.copy) == (ticket.label, 1)


def test_a_copy_that_cannot_be_printed_is_answered_with_the_fault(make: Any) -> None:
    one = make("touch")
    ticket = one.hall.ticket()
    one.terminal.printer.suffer(Trouble.PAPER_OUT)
    assert one.order(OrderVerb.PRINT, str(ticket.id)) == "printer_paper_out"
    assert one.order(OrderVerb.PRINT, str(uuid4())) == "no_ticket"
    assert one.order(OrderVerb.PRINT, "A012") == "order_bad"
    one.hall.services.tickets.cancel(ticket.id, one.hall.visitor)
    assert one.order(OrderVerb.PRINT, str(ticket.id)) == "ticket_over"


def test_the_wall_shows_what_was_ordered(make: Any) -> None:
    one = make("wall")
    assert one.order(OrderVerb.SHOW, "queue") == "ok"
    assert one.order(OrderVerb.IDENTIFY) == "ok"
    assert one.terminal.fronts.wall.presenter.state.identify == one.hall.services.context.terminal
    assert one.order(OrderVerb.SHOW, "nonsense") == "order_bad"
    assert one.order(OrderVerb.PRINT, str(uuid4())) == "order_not_here"
    assert one.order(OrderVerb.START) == "ok"


def test_a_terminal_without_a_wall_shows_its_code_over_its_screens(make: Any) -> None:
    one = make("touch")
    assert one.order(OrderVerb.SHOW, "queue") == "order_not_here"
    assert one.order(OrderVerb.SOUND_CHECK) == "order_not_here"
    assert one.order(OrderVerb.IDENTIFY) == "ok"
    plate = one.terminal.fronts.touch.window.findChild(Nameplate)
    assert plate is not None and plate.code == one.hall.services.context.terminal


def test_without_a_loudspeaker_the_sound_check_says_so(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.speech.READING_S", 0.1)
    one = make("wall")
    assert one.order(OrderVerb.SOUND_CHECK) in ("sound_missing", "ok")


def test_what_breaks_an_order_is_its_outcome(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    one = make("wall")
    monkeypatch.setattr(one.terminal.fronts.wall.presenter, "order", lambda verb, argument: 1 / 0)
    assert one.order(OrderVerb.SHOW, "queue") == "order_failed"
    assert one.order(OrderVerb.START) == "ok", "and the terminal goes on"


def test_nobody_is_stopped_who_would_not_come_back(make: Any) -> None:
    one = make("wall")
    assert one.order(OrderVerb.RESTART) == "order_no_keeper"
    assert one.order(OrderVerb.STOP) == "order_no_keeper"
    assert one.left == []


@pytest.mark.parametrize(("verb", "code"), [(OrderVerb.RESTART, EXIT_RESTART), (OrderVerb.STOP, EXIT_STOP)])
def test_a_kept_terminal_answers_and_leaves_with_the_code(
    make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: OrderVerb, code: int
) -> None:
    pulse = tmp_path / "pulse"
    pulse.touch()
    monkeypatch.setenv(KEPT, str(pulse))
    monkeypatch.setenv(CRASHES, "3")
    one = make("wall")
    one.waits(lambda: bool(one.terminals.all()))
    assert one.terminals.all()[0].lamps["terminal"] == "terminal_crashing"
    assert one.order(verb) == "ok"
    one.waits(lambda: one.left == [code])
    assert pulse.stat().st_mtime > 0


def test_orders_that_come_while_others_are_looked_for_are_not_forgotten(make: Any) -> None:
    one = make("wall")
    mine = one.hall.services.context.terminal
    orders = [one.terminals.order(mine, OrderVerb.START, "", one.hall.desk) for _ in range(5)]
    one.waits(lambda: [one.outcome(order.id) for order in orders] == ["ok"] * 5)
