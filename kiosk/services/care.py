"""Small services for waiting visitors (饮水、老花镜、安静座位、引导): asked, taken by a person or a robot, brought.

Everybody is offered the same. After a long wait the program makes one task of its own, to go and ask whether anything
is needed; people with a declared need come first in it, and no screen says why (FEATURES 2.13).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from kiosk.catalog import PRIVATE_LETTER
from kiosk.errors import ConflictError, RuleError
from kiosk.flow.ticket_flow import OPEN
from kiosk.model.hall import CareKind, CareState, CareTask
from kiosk.model.staff import Actor
from kiosk.model.ticket import CallClass, Ticket
from kiosk.services.context import Context, one_transaction
from kiosk.services.leaving import close_task, free_seats_of, record_care
from kiosk.services.moves import load_ticket, record_ticket
from kiosk.services.seats import (
    find_seats,
    require_floor,
    reserve_seats,
    seat_codes,
    zones_for,
)
from kiosk.store import Work

HAND_BACK_EARLY = timedelta(seconds=5)
"""Housekeeping looks every two seconds and may be held up: the promise to the visitor is the setting itself."""


@dataclass(frozen=True, slots=True)
class CareRow:
    """An open task as the floor sees it: the number, where it sits (codes, or empty), and whether it is late."""

    task: CareTask
    label: str
    seat: str
    late: bool


@dataclass(frozen=True, slots=True)
class Comfort:
    """What a visitor may know: the codes of the seat held now, and the latest task of each kind that was asked for."""

    seat: str
    tasks: tuple[CareTask, ...]


def care_due(context: Context, work: Work) -> bool:
    """Whether ``look_after_care`` has anything to do."""
    return bool(work.care.silent(_heard_until(context, work)) or _to_be_offered(context, work))


def look_after_care(context: Context, work: Work, actor: Actor) -> int:
    """What the clock demands: tasks of silent robots go to the staff, and who waited long is asked what is needed.
    How many tasks moved.
    """
    silent = hand_back_silent(context, work, actor)
    offered = _to_be_offered(context, work)
    for ticket in offered:
        _new_task(context, work, ticket, CareKind.OFFER, actor)
    return silent + len(offered)


def hand_back_silent(context: Context, work: Work, actor: Actor) -> int:
    """Robots not heard of for the time allowed lose their tasks to the staff; how many."""
    silent = work.care.silent(_heard_until(context, work))
    for task in silent:
        hand_back(work, task, "robot_silent", actor)
    return len(silent)


def hand_back(work: Work, task: CareTask, reason: str, actor: Actor) -> CareTask:
    """A robot's task is the staff's now; whatever that robot says of it later is not heard."""
    back = replace(
        task, state=CareState.NEW, owner="", robot=False, taken_at=None, progress_at=None, reason=reason
    )  # fmt: skip
    return record_care(work, back, "handed_back", actor)


def _heard_until(context: Context, work: Work) -> datetime:
    limit = timedelta(seconds=context.settings.hall.robot_seconds)
    return work.now - limit + HAND_BACK_EARLY


def _to_be_offered(context: Context, work: Work) -> list[Ticket]:
    """Who is to be asked now: so many at once as the settings say."""
    hall, day = context.settings.hall, work.days.open_day()
    if day is None or not hall.care_offer_minutes:
        return []
    running = sum(task.kind is CareKind.OFFER for task in work.care.open())
    limit = hall.care_offers - running
    since = work.now - timedelta(minutes=hall.care_offer_minutes)
    return work.care.unasked(day.service_date, since, limit) if limit > 0 else []


def _new_task(context: Context, work: Work, ticket: Ticket, kind: CareKind, actor: Actor) -> CareTask:
    task = CareTask(context.ids.new(), ticket.id, kind, at=work.now)
    work.care.put(task)
    data = {"kind": kind.value, "label": ticket.label, "state": task.state.value}
    work.journal.record("care", task.id, "asked", actor, data)
    return task


class Care:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @one_transaction
    def ask(self, work: Work, ticket_id: UUID, kind: CareKind, actor: Actor) -> CareTask:
        """Ask for water, reading glasses, a quiet seat or an escort; once per kind and ticket while it is open.

        A quiet seat is given at once when one is free: the task is then done already, and the number sits there.
        Raises RuleError ``care_over`` for a number that has ended.
        """
        ticket = load_ticket(work, ticket_id)
        if ticket.state not in OPEN:
            raise RuleError("care_over", f"{ticket.label} is not in the hall any more.", "Take a new number.")
        for task in work.care.open_of(ticket_id):
            if task.kind is kind:
                return task
        task = _new_task(self._context, work, ticket, kind, actor)
        if kind is CareKind.QUIET_SEAT and self._seat_quietly(work, ticket, actor):
            return close_task(work, task, CareState.DONE, "seat_given", actor, owner=actor.terminal)
        return task

    def _seat_quietly(self, work: Work, ticket: Ticket, actor: Actor) -> bool:
        """Move the number into the zone of private talks, which is everybody's; whether it sits there now."""
        # By the rule for ordinary numbers: a priority number's own first zone is the first row, not the quiet one.
        quiet = zones_for(self._context.catalog, CallClass.ORDINARY, PRIVATE_LETTER)[:1]
        if any(seat.zone in quiet for seat in work.seats.of_ticket(ticket.id)):
            return True
        found = find_seats(work, self._context.catalog, quiet, ticket.party)
        if found:
            free_seats_of(work, ticket.id)
            reserve_seats(self._context, work, found, ticket.id)
            record_ticket(work, replace(ticket, seat=seat_codes(found)), "seated", actor)
        return bool(found)

    def open(self) -> tuple[CareRow, ...]:
        """Open tasks: what visitors asked for, oldest first, then whom to ask."""
        late = timedelta(minutes=self._context.settings.hall.care_late_minutes)
        with self._context.store.read() as work:
            labels = {ticket.id: ticket.label for ticket in work.care.holders()}
            tasks = sorted(work.care.open(), key=lambda task: task.kind is CareKind.OFFER)
            return tuple(
                CareRow(
                    task,
                    labels.get(task.ticket_id, ""),
                    seat_codes(work.seats.of_ticket(task.ticket_id)) or "",
                    work.now - task.at >= late,
                )
                for task in tasks
            )

    def comfort(self, ticket_id: UUID) -> Comfort:
        """Seat and services of one number, for its holder."""
        with self._context.store.read() as work:
            latest = {task.kind: task for task in work.care.of_ticket(ticket_id) if task.kind is not CareKind.OFFER}
            return Comfort(seat_codes(work.seats.of_ticket(ticket_id)) or "", tuple(latest.values()))

    @one_transaction
    def take(self, work: Work, task_id: UUID, actor: Actor) -> CareTask:
        """A person goes: the task is that window's or guide's; a robot on its way is called off by it.

        Raises ConflictError ``care_taken`` when a colleague has it, ``care_closed`` when it is over.
        """
        task = self._open_task(work, task_id, actor)
        if task.owner == actor.terminal and not task.robot:
            return task
        if task.state is not CareState.NEW and not task.robot:
            raise ConflictError("care_taken", f"{task.owner} has taken this.", "Take another one.", owner=task.owner)
        taken = replace(
            task, state=CareState.ASSIGNED, owner=actor.terminal, robot=False, taken_at=work.now, progress_at=None
        )  # fmt: skip
        return record_care(work, taken, "taken", actor)

    @one_transaction
    def done(self, work: Work, task_id: UUID, actor: Actor) -> CareTask:
        """Somebody brought it; said twice it stays done. Raises ConflictError ``care_closed`` if it ended otherwise."""
        require_floor(actor)
        task = work.care.need(task_id)
        if task.state is CareState.DONE:
            return task
        return close_task(work, self._still_open(task), CareState.DONE, "", actor, owner=actor.terminal)

    @one_transaction
    def fail(self, work: Work, task_id: UUID, reason: str, actor: Actor) -> CareTask:
        """It cannot be done; ``reason`` is kept: a few words about the thing, never about the visitor."""
        if not reason.strip():
            raise RuleError("reason_missing", "Giving up needs a reason.", "Say why.")
        return close_task(work, self._open_task(work, task_id, actor), CareState.FAILED, reason, actor)

    @one_transaction
    def cancel(self, work: Work, task_id: UUID, actor: Actor) -> CareTask:
        """It is not wanted any more: said by the visitor or by somebody of the floor."""
        task = work.care.need(task_id)
        if actor.kind != "visitor":
            require_floor(actor)
        if task.state is CareState.CANCELLED:
            return task
        return close_task(work, self._still_open(task), CareState.CANCELLED, "not_wanted", actor)

    def _open_task(self, work: Work, task_id: UUID, actor: Actor) -> CareTask:
        require_floor(actor)
        return self._still_open(work.care.need(task_id))

    def _still_open(self, task: CareTask) -> CareTask:
        if task.done_at is not None:
            raise ConflictError("care_closed", "This task is over.", "Reload the list.")
        return task
