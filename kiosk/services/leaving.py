"""What a number leaves behind in the hall when it ends: its seats and the small services nobody has brought yet."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from kiosk.model.hall import CareState, CareTask, Seat, SeatState
from kiosk.model.staff import Actor
from kiosk.services.context import reason_code
from kiosk.store import Work


def leave_hall(work: Work, ticket_id: UUID, reason: str, actor: Actor) -> None:
    """The number is over: its seats are free, its open services cancelled. ``reason`` is the event that ended it."""
    free_seats_of(work, ticket_id)
    for task in work.care.open_of(ticket_id):
        close_task(work, task, CareState.CANCELLED, reason, actor)


def free_seats_of(work: Work, ticket_id: UUID) -> None:
    """Free what the ticket holds."""
    for seat in work.seats.of_ticket(ticket_id):
        free_seat(work, seat)


def free_seat(work: Work, seat: Seat) -> Seat:
    """Nobody sits there any more."""
    freed = replace(seat, state=SeatState.FREE, ticket_id=None, until=None)
    work.seats.put(freed)
    return freed


def close_task(work: Work, task: CareTask, state: CareState, reason: str, actor: Actor, owner: str = "") -> CareTask:
    """End an open service: done, failed or cancelled; the event is named after the state."""
    closed = replace(task, state=state, done_at=work.now, reason=reason, owner=owner or task.owner)
    return record_care(work, closed, state.value, actor)


def record_care(work: Work, task: CareTask, event: str, actor: Actor) -> CareTask:
    """Store the row and its event; of the visitor it says the number at most, and that only when it is asked."""
    work.care.put(task)
    reason = reason_code(task.reason)
    data = {"kind": task.kind.value, "state": task.state.value, "robot": task.robot, "reason": reason}
    work.journal.record("care", task.id, event, actor, data)
    return task
