"""The questions of the desk in words: what is asked, the answers by digit, and which of them may be written freely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from kiosk.model.hall import SeatState
from kiosk.model.terminal import OrderVerb
from kiosk.model.ticket import CallClass
from ui.desk.looks import CareLook, DayLook
from ui.desk.state import Choice, DeskState

if TYPE_CHECKING:
    from ui.desk.parts import Desktop

REASONS: dict[Choice, tuple[str, ...]] = {
    Choice.HOLD: ("papers", "colleague", "rest", "other"),
    Choice.PAUSE: ("break", "meeting", "escort", "other"),
    Choice.PICK: ("urgent", "known", "same", "order"),
    Choice.RECLASS_WHY: ("unwell", "child", "distress", "mistake"),
    Choice.RELIEVE: ("left", "ill", "machine"),
    Choice.HELP_FIRST: ("distress", "unwell"),
    Choice.FAIL_CARE: ("none_left", "visitor_left", "nobody_free"),
    Choice.STOP_INTAKE: ("full", "power", "event", "early"),
}
WRITTEN = frozenset(REASONS) - {Choice.FAIL_CARE}
"""Questions that take a reason in words. Why a small service failed is a code only: it may be about the visitor."""
WALL_PAGES = ("auto", "queue", "waiting", "platform", "tips", "map", "notices", "media")
WALL_LAYOUTS = ("auto", "landscape", "portrait", "strip")
EXTENSIONS = (15, 30, 60)
MOST = 9
"""Answers have one digit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. ``grave`` ones cannot be taken back."""

    text: str
    act: Callable[[], None]
    grave: bool = False


def heading(desktop: Desktop, state: DeskState) -> str:
    """The question itself."""
    asked, tr = state.asked, desktop.tr
    if asked is None:
        return ""
    name = _label(state, asked.about) if asked.choice in _OF_TICKET else asked.about
    if asked.choice is Choice.CLOSE_DAY and isinstance(state.look, DayLook) and state.look.ending is not None:
        ending = state.look.ending
        apart, present = ending.held + ending.passed, ending.called + ending.serving
        return tr("ask.close_day", waiting=ending.waiting + apart, serving=present)
    return tr(f"ask.{asked.choice.value}", name=name)


_OF_TICKET = (Choice.PICK, Choice.RECLASS, Choice.RECLASS_WHY, Choice.PRINT_AT)


def answers(desktop: Desktop, state: DeskState) -> list[Answer]:
    """The answers of the open question in the order of their digit keys."""
    asked = state.asked
    if asked is None:
        return []
    if asked.choice in REASONS:
        give = reasoned(desktop, state)
        return [Answer(desktop.tr(f"why.{asked.choice.value}.{r}"), partial(give, r)) for r in REASONS[asked.choice]]
    return _LISTS[asked.choice](desktop, state)[:MOST]


def reasoned(desktop: Desktop, state: DeskState) -> Callable[[str], None]:
    """What a reason does, one of the list or a written one."""
    asked, calling, overseeing = state.asked, desktop.presenter.calling, desktop.presenter.overseeing
    about = asked.about if asked else ""
    acts: dict[Choice, Callable[[str], None]] = {
        Choice.HOLD: calling.hold,
        Choice.PAUSE: calling.pause,
        Choice.PICK: lambda reason: calling.pick(UUID(about), reason),
        Choice.RECLASS_WHY: lambda reason: calling.reclass(
            UUID(about), CallClass(asked.detail if asked else ""), reason
        ),
        Choice.HELP_FIRST: lambda reason: overseeing.help_first(UUID(about), reason),
        Choice.RELIEVE: lambda reason: overseeing.relieve(about, reason),
        Choice.FAIL_CARE: lambda reason: overseeing.care_failed(UUID(about), reason),
        Choice.STOP_INTAKE: lambda reason: overseeing.stop_intake(_told(desktop, reason)),
    }
    return acts[asked.choice] if asked and asked.choice in acts else _nothing


def _told(desktop: Desktop, reason: str) -> str:
    """Visitors read on the kiosk why no numbers are given: a sentence, not a code."""
    return desktop.tr(f"why.stop_intake.{reason}") if reason in REASONS[Choice.STOP_INTAKE] else reason


def _nothing(_reason: str) -> None:
    """The question was closed meanwhile."""


def _label(state: DeskState, ticket_id: str) -> str:
    found = [row.label for row in state.queue if str(row.ticket_id) == ticket_id]
    if not found and state.ticket is not None and str(state.ticket.id) == ticket_id:
        found = [state.ticket.label]
    return found[0] if found else ""


def _transfer(desktop: Desktop, state: DeskState) -> list[Answer]:
    here = state.ticket.queue if state.ticket else ""
    wish = state.asked.window if state.asked else ""
    served = next((counter.queues for counter in state.windows if counter.code == wish), None)
    return [
        Answer(
            f"{letter.code}  {letter.name(desktop.words.language)}",
            partial(desktop.presenter.calling.transfer, letter.code),
        )
        for letter in desktop.catalog.letters.values()
        if letter.kind == "queue" and (letter.code in served if served is not None else letter.code != here)
    ]


def _reclass(desktop: Desktop, state: DeskState) -> list[Answer]:
    about, ask = state.asked.about if state.asked else "", desktop.presenter.calling.ask
    return [
        Answer(desktop.tr(f"class.{kind.value}"), partial(ask, Choice.RECLASS_WHY, about, kind.value))
        for kind in CallClass
    ]


def _print_at(desktop: Desktop, state: DeskState) -> list[Answer]:
    about, order = state.asked.about if state.asked else "", desktop.presenter.overseeing.order
    return [
        Answer(status.code, partial(order, status.code, OrderVerb.PRINT, about))
        for status in state.terminals
        if "printer" in status.lamps
    ]


def _seat(desktop: Desktop, state: DeskState) -> list[Answer]:
    if not isinstance(state.look, CareLook) or state.asked is None:
        return []
    move, about = desktop.presenter.overseeing.move_seat, state.asked.about
    ticket = next((seat.ticket_id for seat in state.look.seats if seat.code == about), None)
    if ticket is None:
        return []
    free = [seat.code for seat in state.look.seats if seat.state is SeatState.FREE]
    near = sorted(free, key=lambda code: (code.partition("-")[0] != about.partition("-")[0], code))
    return [Answer(desktop.seat(code), partial(move, ticket, code)) for code in near]


def _of_terminal(verb: OrderVerb, arguments: tuple[str, ...]) -> Callable[[Desktop, DeskState], list[Answer]]:
    def listed(desktop: Desktop, state: DeskState) -> list[Answer]:
        about, order = state.asked.about if state.asked else "", desktop.presenter.overseeing.order
        return [Answer(desktop.tr(f"wall.{verb.value}.{arg}"), partial(order, about, verb, arg)) for arg in arguments]

    return listed


def _extend(desktop: Desktop, _state: DeskState) -> list[Answer]:
    extend = desktop.presenter.overseeing.extend
    return [Answer(desktop.tr("minutes", n=minutes), partial(extend, minutes)) for minutes in EXTENSIONS]


def _close_day(desktop: Desktop, _state: DeskState) -> list[Answer]:
    return [Answer(desktop.tr("act.close_day_now"), desktop.presenter.overseeing.close_day, grave=True)]


_LISTS: dict[Choice, Callable[[Desktop, DeskState], list[Answer]]] = {
    Choice.TRANSFER: _transfer,
    Choice.RECLASS: _reclass,
    Choice.PRINT_AT: _print_at,
    Choice.SEAT: _seat,
    Choice.SHOW_PAGE: _of_terminal(OrderVerb.SHOW, WALL_PAGES),
    Choice.LAYOUT: _of_terminal(OrderVerb.LAYOUT, WALL_LAYOUTS),
    Choice.EXTEND: _extend,
    Choice.CLOSE_DAY: _close_day,
}
