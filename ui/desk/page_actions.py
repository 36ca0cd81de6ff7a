"""The lines of a page that can be selected, and what may be done with them: numbered, so that each has its key.

Plain Python, GUI thread only; the texts are the view's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.model.booking import BookingState
from kiosk.model.hall import CareState, SeatState
from kiosk.model.staff import Role
from kiosk.model.terminal import OrderVerb
from kiosk.model.ticket import CounterState
from ui.desk.looks import CareLook, DayLook, DevicesLook, FiguresLook, HallLook, Span
from ui.desk.state import Choice, DeskState, Page

if TYPE_CHECKING:
    from ui.desk.presenter import DeskPresenter


@dataclass(frozen=True, slots=True)
class PageAction:
    """One action; ``name`` is its text below ``desk.act``. It is shown faded while it is not possible."""

    name: str
    act: Callable[[], None]
    possible: bool = True


def queue_items(state: DeskState) -> tuple[str, ...]:
    """The lines of the queue, as they stand from top to bottom."""
    return tuple(f"ticket:{row.ticket_id}" for row in state.queue)


def items(state: DeskState) -> tuple[str, ...]:
    """The lines the arrow keys walk through: those of the page, at the reception those of the queue."""
    look = state.look
    if isinstance(look, HallLook):
        return (
            *(f"help:{call.id}" for call in look.help),
            *(f"window:{window.code}" for window in look.windows),
            *(f"booking:{booking.id}" for booking in look.bookings),
        )
    if isinstance(look, CareLook):
        return (*(f"care:{row.task.id}" for row in look.tasks), *(f"seat:{seat.code}" for seat in look.seats))
    if isinstance(look, DevicesLook):
        return (*(f"terminal:{t.code}" for t in look.terminals), *(f"notice:{n.id}" for n in look.notices))
    return queue_items(state) if state.page is Page.RECEPTION else ()


def chosen(state: DeskState, kind: str) -> str:
    """What is selected, if it is a line of ``kind``; else empty."""
    of, _, key = state.selected.partition(":")
    return key if of == kind else ""


def page_actions(presenter: DeskPresenter) -> tuple[PageAction, ...]:
    """What can be done on the open page, in the order of the digit keys."""
    look = presenter.state.look
    if isinstance(look, HallLook):
        return _hall(presenter, look)
    if isinstance(look, CareLook):
        return _care(presenter, look)
    if isinstance(look, DevicesLook):
        return _devices(presenter, look)
    if isinstance(look, FiguresLook):
        return _figures(presenter)
    return _day(presenter, look) if isinstance(look, DayLook) else ()


def _hall(presenter: DeskPresenter, look: HallLook) -> tuple[PageAction, ...]:
    state, overseeing, ask = presenter.state, presenter.overseeing, presenter.calling.ask
    call = chosen(state, "help") or (str(look.help[0].id) if look.help else "")
    code, booking = chosen(state, "window"), chosen(state, "booking")
    held = any(w.code == code and w.state is not CounterState.OFFLINE for w in look.windows)
    awaited = any(str(b.id) == booking and b.state is BookingState.BOOKED for b in look.bookings)
    head = state.clerk is not None and Role.HEAD in state.clerk.roles
    return (
        PageAction("acknowledge", lambda: overseeing.answer_help(UUID(call)), bool(call)),
        PageAction("help_first", partial(ask, Choice.HELP_FIRST, call), bool(call)),
        PageAction("relieve", partial(ask, Choice.RELIEVE, code), held and head and code != state.window),
        PageAction("cancel_booking", lambda: overseeing.cancel_booking(UUID(booking)), awaited),
    )


def _care(presenter: DeskPresenter, look: CareLook) -> tuple[PageAction, ...]:
    state, overseeing, ask = presenter.state, presenter.overseeing, presenter.calling.ask
    key, code = chosen(state, "care"), chosen(state, "seat")
    task = next((row.task for row in look.tasks if str(row.task.id) == key), None)
    seat = next((seat for seat in look.seats if seat.code == code), None)

    def act(do: Callable[[UUID], None]) -> Callable[[], None]:
        return lambda: do(UUID(key))

    seats = [
        PageAction(
            f"seat_{to.value}", partial(overseeing.set_seat, code, to), seat is not None and seat.state is not to
        )
        for to in (SeatState.CLEANING, SeatState.OUT_OF_USE, SeatState.FREE)
    ]
    return (
        PageAction("take_care", act(overseeing.take_care), task is not None and task.state is CareState.NEW),
        PageAction("brought", act(overseeing.care_done), task is not None),
        PageAction("fail_care", partial(ask, Choice.FAIL_CARE, key), task is not None),
        *seats,
        PageAction("move_seat", partial(ask, Choice.SEAT, code), seat is not None and seat.ticket_id is not None),
    )


def _devices(presenter: DeskPresenter, look: DevicesLook) -> tuple[PageAction, ...]:
    state, overseeing, ask = presenter.state, presenter.overseeing, presenter.calling.ask
    code, notice = chosen(state, "terminal"), chosen(state, "notice")
    status = next((t for t in look.terminals if t.code == code), None)
    wall = status is not None and "wall" in status.fronts

    def order(verb: OrderVerb) -> PageAction:
        return PageAction(f"order_{verb.value}", partial(overseeing.order, code, verb), bool(code))

    return (
        PageAction("order_show", partial(ask, Choice.SHOW_PAGE, code), wall),
        PageAction("order_layout", partial(ask, Choice.LAYOUT, code), wall),
        *(order(verb) for verb in ORDERS),
        PageAction("write_notice", overseeing.begin_notice),
        PageAction("take_down", lambda: overseeing.take_down(UUID(notice)), bool(notice)),
    )


ORDERS = (OrderVerb.IDENTIFY, OrderVerb.SOUND_CHECK, OrderVerb.RESTART, OrderVerb.STOP, OrderVerb.START)


def _figures(presenter: DeskPresenter) -> tuple[PageAction, ...]:
    overseeing = presenter.overseeing
    spans = [PageAction(f"span_{span.value}", partial(overseeing.show_span, span)) for span in Span]
    return (*spans, PageAction("export", overseeing.begin_export))


def _day(presenter: DeskPresenter, look: DayLook) -> tuple[PageAction, ...]:
    overseeing, ask, open_ = presenter.overseeing, presenter.calling.ask, look.day is not None
    stopped = look.day is not None and look.day.intake_stopped_at is not None
    intake = (
        PageAction("resume_intake", overseeing.resume_intake, open_)
        if stopped
        else PageAction("stop_intake", partial(ask, Choice.STOP_INTAKE), open_)
    )
    return (
        PageAction("open_day", overseeing.open_day, not open_ and not look.over),
        intake,
        PageAction("extend", partial(ask, Choice.EXTEND), open_),
        PageAction("close_day", partial(ask, Choice.CLOSE_DAY), open_),
    )
