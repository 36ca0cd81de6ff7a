"""Taking back a window's last step, whatever it was, while nobody else has touched the number since.

The record says what happened; what was taken back before does not count any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kiosk.errors import RuleError
from kiosk.flow.ticket_flow import TicketEvent as E
from kiosk.flow.visit_flow import VisitEvent
from kiosk.model.hall import Event
from kiosk.model.ticket import Ticket, TicketState
from kiosk.services.counters import AT_DESK
from kiosk.store import Work

UNDO_WINDOW = timedelta(minutes=5)
CALLS = frozenset({E.CALL, E.RECALL, E.CALL_BACK})
UNDO_CALL_BACK = {TicketState.HELD: E.UNDO_CALL_HELD, TicketState.PASSED: E.UNDO_CALL_PASSED}
UNDO_STEP = {
    E.HOLD: E.UNDO_HOLD,
    E.ABSENT: E.UNDO_PASS,
    E.NO_SHOW: E.UNDO_PASS,
    E.EXPIRE: E.UNDO_EXPIRE,
    E.FINISH: E.UNDO_FINISH,
    E.LEAVE: E.UNDO_LEAVE,
    E.ABANDON: E.UNDO_ABANDON,
    E.TRANSFER: E.UNDO_TRANSFER,
}
"""Steps after which the number is no longer at the window."""
VISIT_BACK = {
    E.UNDO_ARRIVE: VisitEvent.UNDO_SERVE,
    E.UNDO_HOLD: VisitEvent.SERVE,
    E.UNDO_TRANSFER_TALK: VisitEvent.SERVE,
    E.UNDO_FINISH: VisitEvent.REOPEN,
    E.UNDO_LEAVE: VisitEvent.REOPEN,
    E.UNDO_ABANDON: VisitEvent.RETURN,
    E.UNDO_EXPIRE: VisitEvent.RETURN,
}
_UNDOS = frozenset(event for event in E if event.startswith("undo_"))


@dataclass(frozen=True, slots=True)
class Undo:
    """How a step is taken back: the edge of the ticket with its changes, and the edge of the visit if that moves."""

    ticket: Ticket
    event: E
    changes: dict[str, Any]

    @property
    def visit_event(self) -> VisitEvent | None:
        """What happens to the visit."""
        return VISIT_BACK.get(self.event)


def undo_of(work: Work, code: str) -> Undo:
    """How the last step of window ``code`` is taken back. Raises RuleError ``nothing_to_undo``, ``touched_since``.

    A number that is called again by it has its full time to come: without that the clock would pass it once more at
    once. What ended with its day stays ended.
    """
    day = work.days.open_day()
    if day is None:
        raise _nothing()
    present = next(iter(work.tickets.at_counter(code, AT_DESK)), None)
    if present is None:
        return _undo_departure(work, code, day.service_date)
    if work.now - (present.since or work.now) > UNDO_WINDOW:
        raise _nothing()
    if present.state is TicketState.SERVING:
        return Undo(present, E.UNDO_ARRIVE, {"called_at": work.now})
    return Undo(present, *undo_call(work, present))


def undo_call(work: Work, ticket: Ticket) -> tuple[E, dict[str, Any]]:
    """How a call is taken back. Who was called from the line stands there again; who was called back from apart is
    held or passed as before: by that window and since that instant, so that no time is won or lost by it.
    """
    moves = _moves(work, ticket.id)
    called = max(i for i, event in enumerate(moves) if event.type in (E.CALL, E.CALL_BACK))
    if moves[called].type == E.CALL:
        first = not any(event.type == E.CALL for event in moves[:called])
        back: dict[str, Any] = {"counter": None, "calls": 0, "called_at": None, "called_by": None, "line_fence": 0}
        back["since"] = moves[called - 1].at if called else ticket.issued_at
        return E.UNDO_CALL, back | ({"first_called_at": None} if first else {})
    apart = TicketState(str(moves[called].data["before"]))
    undone = UNDO_CALL_BACK.values()
    went = max(i for i in range(called) if moves[i].data["state"] == apart and moves[i].type not in undone)
    last_call = max((event.at for event in moves[:went] if event.type in CALLS), default=None)
    then = moves[went].data
    return UNDO_CALL_BACK[apart], {
        "counter": then["counter"], "called_by": then["counter"], "calls": then["calls"], "since": moves[went].at,
        "called_at": last_call,
    }  # fmt: skip


def _undo_departure(work: Work, code: str, today: date) -> Undo:
    """Nobody is at the window: the number that left it last comes back."""
    last: tuple[Event, Ticket, list[Event]] | None = None
    for ticket in work.tickets.called_from(code, work.now - UNDO_WINDOW):
        if ticket.service_date != today:
            continue
        moves = _standing(_moves(work, ticket.id))
        steps = [event for i, event in enumerate(moves) if _is_step(moves, i, code)]
        if steps and (last is None or steps[-1].seq > last[0].seq):
            last = steps[-1], ticket, moves
    if last is None or work.now - last[0].at > UNDO_WINDOW:
        raise _nothing()
    step, seen, moves = last
    if moves[-1] is not step:
        raise RuleError("touched_since", f"{seen.label} went on meanwhile.", "Look at where it stands now.")
    return _undo_step(work, work.tickets.need(seen.id), moves)


def _undo_step(work: Work, ticket: Ticket, moves: list[Event]) -> Undo:
    step = E(moves[-1].type)
    event = UNDO_STEP[step]
    changes: dict[str, Any] = {"ended_at": None}
    if step in (E.ABSENT, E.NO_SHOW, E.EXPIRE):
        changes |= {"passes": ticket.passes - 1}
    if step is E.TRANSFER:
        then = moves[-2].data
        changes |= {key: then[key] for key in ("queue", "counter", "calls", "position")} | {"wish": None}
        if moves[-1].data["before"] == TicketState.SERVING:
            event = E.UNDO_TRANSFER_TALK
    if event in (E.UNDO_PASS, E.UNDO_EXPIRE, E.UNDO_ABANDON, E.UNDO_TRANSFER):
        changes |= {"called_at": work.now}
    return Undo(ticket, event, changes)


def _moves(work: Work, ticket_id: UUID) -> list[Event]:
    """Every change of state of the number, in order."""
    return [event for event in work.journal.of("ticket", ticket_id, personal=False) if "before" in event.data]


def _standing(moves: list[Event]) -> list[Event]:
    """``moves`` without those that were taken back, and without their undoing."""
    standing: list[Event] = []
    for event in moves:
        if event.type not in _UNDOS:
            standing.append(event)
        elif standing:
            standing.pop()
    return standing


def _is_step(moves: list[Event], at: int, code: str) -> bool:
    """Did the number leave window ``code`` by this move? The third pass expires it in the same instant."""
    event, before = moves[at], moves[at - 1] if at else None
    if event.type not in UNDO_STEP or before is None:
        return False
    passed = before.type in (E.ABSENT, E.NO_SHOW) and before.at == event.at
    return before.data["counter"] == code and (event.type != E.EXPIRE or passed)


def _nothing() -> RuleError:
    return RuleError("nothing_to_undo", "There is nothing to take back.", "Steps older than five minutes stand.")
