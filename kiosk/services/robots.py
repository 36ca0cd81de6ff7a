"""What the dispatcher of a service robot does with small services: one dispatcher a hall, one robot a task.

A robot is an extra pair of hands: every task is on the staff's list from its first second, and comes back to them
whenever the robot, its line or its progress is missing. Who may speak of a task is decided here, under the row's lock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from kiosk.model.hall import CareKind, CareState, CareTask
from kiosk.model.staff import Actor
from kiosk.model.ticket import TicketState
from kiosk.services.care import hand_back, hand_back_silent
from kiosk.services.context import Context, one_transaction
from kiosk.services.leaving import close_task, record_care
from kiosk.store import Work

LEASE = timedelta(seconds=15)
LEASE_NAME = "robot.dispatcher"


@dataclass(frozen=True, slots=True)
class Errand:
    """All a robot is told: a task, what to do, a public number and where it sits. Never a person."""

    task_id: UUID
    kind: CareKind
    number: str
    seat: str
    zone: str


@dataclass(frozen=True, slots=True)
class Errands:
    """``open``: tasks a robot may have, first the one that is due first; ``given``: robots by the task they have."""

    open: tuple[Errand, ...]
    given: dict[UUID, str]


class Robots:
    """Verbs of the dispatcher. Call on a thread of its own or on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @one_transaction
    def lead(self, work: Work, holder: str) -> bool:
        """Whether ``holder`` is this hall's one dispatcher now; asking renews it for fifteen seconds."""
        return work.leases.take(LEASE_NAME, holder, work.now + LEASE)

    @one_transaction
    def resign(self, work: Work, holder: str) -> None:
        """``holder`` dispatches no more; another terminal may begin at once."""
        work.leases.end(LEASE_NAME, holder)

    def errands(self) -> Errands:
        """What is to be done and who does what."""
        with self._context.store.read() as work:
            tasks = sorted(work.care.open(), key=lambda task: task.kind is CareKind.OFFER)
            fresh = [task for task in tasks if task.state is CareState.NEW and not task.robot_tries]
            made = [errand for task in fresh if (errand := self._errand(work, task))]
            return Errands(tuple(made), {task.id: task.owner for task in tasks if task.robot})

    @one_transaction
    def assign(self, work: Work, task_id: UUID, robot: str, actor: Actor) -> Errand | None:
        """Give the task to ``robot``; None when a person or another robot was quicker, or it is over."""
        task = work.care.get(task_id)
        if task is None or task.done_at is not None or task.state is not CareState.NEW or task.robot_tries:
            return None
        errand = self._errand(work, task)
        if errand is not None:
            given = replace(
                task, state=CareState.ASSIGNED, owner=robot, robot=True, robot_tries=1, taken_at=work.now,
                progress_at=work.now,
            )  # fmt: skip
            record_care(work, given, "taken", actor)
        return errand

    @one_transaction
    def heard(self, work: Work, task_id: UUID, robot: str, state: CareState, reason: str, actor: Actor) -> bool:
        """``robot`` says how far it is; False when the task is not (or no longer) its own: nothing happened then.

        Said twice changes nothing, and no state goes back. What a robot fails or breaks off, a person does.
        """
        task = work.care.get(task_id)
        if task is None or task.done_at is not None or not task.robot or task.owner != robot:
            return False
        if state is CareState.DONE:
            close_task(work, task, state, "", actor)
        elif state in (CareState.FAILED, CareState.CANCELLED):
            hand_back(work, task, reason or f"robot_{state.value}", actor)
        elif state is CareState.MOVING and task.state is not CareState.MOVING:
            record_care(work, replace(task, state=state, progress_at=work.now), "moving", actor)
        else:
            work.care.put(replace(task, progress_at=work.now))
        return True

    @one_transaction
    def give_back(self, work: Work, task_id: UUID, robot: str, reason: str, actor: Actor) -> bool:
        """The task goes to the staff, if it is still this robot's; whether it was."""
        task = work.care.get(task_id)
        if task is None or task.done_at is not None or not task.robot or task.owner != robot:
            return False
        hand_back(work, task, reason, actor)
        return True

    @one_transaction
    def give_back_silent(self, work: Work, actor: Actor) -> int:
        """Tasks without progress go to the staff, as housekeeping does; how many."""
        return hand_back_silent(self._context, work, actor)

    def _errand(self, work: Work, task: CareTask) -> Errand | None:
        """Where a robot can go: to a seat of somebody who sits there. Others are looked for by a person."""
        ticket = work.tickets.get(task.ticket_id)
        seats = work.seats.of_ticket(task.ticket_id)
        if ticket is None or not seats or ticket.state is TicketState.SERVING:
            return None
        return Errand(task.id, task.kind, ticket.label, seats[0].code, seats[0].zone)
