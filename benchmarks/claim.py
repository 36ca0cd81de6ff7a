"""claim.*: sixteen desks pressing "next" at once on PostgreSQL, against a line that is locked plainly.

Three kinds of claims take turns in the same run, each by the same sixteen processes from a line of the same length:
``ours`` is the desk's verb; ``plain`` writes the same record, but finds its ticket with ``SELECT ... FOR UPDATE`` of
the first row; ``bare`` is that SELECT and one UPDATE through the driver, with no record at all (SYNC 1.3).
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID

from benchmarks.hall import SYSTEM, clerk, throwaway_hall
from benchmarks.result import Result, median, percentile
from kiosk.flow.ticket_flow import TicketEvent
from kiosk.installation import Installation, open_installation
from kiosk.model.staff import Actor
from kiosk.model.ticket import CallClass, CounterState, Ticket, TicketState
from kiosk.model.visit import Visit
from kiosk.services.counters import set_counter
from kiosk.services.moves import move_ticket
from kiosk.store import Work
from kiosk.store.schema import COUNTER, TICKET
from kiosk.store.tickets import Tickets

DESKS = 16
EACH = 10
ROUNDS = 5
KINDS = ("ours", "plain", "bare")

_FIRST = (
    "SELECT id FROM ticket WHERE service_date = %s AND state = 'waiting' AND queue IN ('A', 'B') "
    "ORDER BY position, issued_at, id LIMIT 1 FOR UPDATE"
)
_TAKE = "UPDATE ticket SET state = 'called', counter = %s, fence = fence + 1 WHERE id = %s"

Line = tuple[Connection, multiprocessing.process.BaseProcess]


@dataclass(frozen=True, slots=True)
class Round:
    """Claims per second, and how long each took in milliseconds."""

    per_second: float
    times: list[float]


def measure() -> list[Result]:
    """Claims per second and the slowest one in a hundred, ours against plain locking."""
    with throwaway_hall(postgres=True, windows=DESKS) as hall:
        desk = clerk(hall)
        for number in range(DESKS):
            hall.services.counters.open(str(number + 1), desk)
        lines = [_start(hall.profile, str(number + 1), desk) for number in range(DESKS)]
        try:
            rounds = [{kind: _round(hall, lines, kind) for kind in KINDS} for _ in range(1 + ROUNDS)]
        finally:
            for line, process in lines:
                line.send("")
                process.join(timeout=20)
    return _results(rounds[1:])  # the first compiles statements and fills caches


def _results(rounds: list[dict[str, Round]]) -> list[Result]:
    rate = {kind: median([one[kind].per_second for one in rounds]) for kind in KINDS}
    slow = {kind: percentile([ms for one in rounds for ms in one[kind].times], 0.99) for kind in KINDS}
    note = (
        f"{DESKS} processes, {ROUNDS} rounds of {DESKS * EACH}, same record; without any record plain locking "
        f"makes {rate['bare']:.0f}/s, p99 {slow['bare']:.0f} ms"
    )
    ratio, tail = rate["ours"] / rate["plain"], slow["ours"] / slow["plain"]
    return [
        Result(
            "claim.pg_ratio", round(rate["ours"]), "claims/s", round(rate["plain"]), ratio, ">= 2", ratio >= 2, note
        ),
        Result("claim.pg_p99", round(slow["ours"], 1), "ms", round(slow["plain"], 1), tail, "<= 0.2", tail <= 0.2),
    ]


def _round(hall: Installation, lines: list[Line], kind: str) -> Round:
    """One round of all desks."""
    _fill(hall)
    for line, _ in lines:
        line.send(kind)
    answers = [line.recv() for line, _ in lines]
    began, ended = min(answer[0] for answer in answers), max(answer[1] for answer in answers)
    return Round(DESKS * EACH / (ended - began), [ms for answer in answers for ms in answer[2]])


def _fill(hall: Installation) -> None:
    """A line of so many that nobody finds it empty; every third has priority."""
    visit = hall.services.arrivals.begin("zh_CN", SYSTEM)
    with hall.store.write() as work:
        work.desk.change(TICKET.update().values(state=TicketState.CANCELLED, counter=None))
        tickets = [_ticket(work, visit, number) for number in range(DESKS * (EACH + 2))]
        work.desk.change(TICKET.insert(), [{name: getattr(t, name) for name in Tickets.names()} for t in tickets])
        work.desk.change(COUNTER.update().values(state=CounterState.FREE))


def _ticket(work: Work, visit: Visit, number: int) -> Ticket:
    call_class = CallClass.ORDINARY if number % 3 else CallClass.PRIORITY
    return Ticket(
        id=work.desk.new_id(),
        visit_id=visit.id,
        service_date=visit.service_date,
        letter="A",
        number=work.tickets.next_number(visit.service_date, "A"),
        queue="A",
        category="101",
        call_class=call_class,
        state=TicketState.WAITING,
        queued_at=work.now,
        issued_at=work.now,
        position=number,
        since=work.now,
    )


def _start(profile: Path, code: str, desk: Actor) -> Line:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_desk, args=(str(profile), code, desk, theirs), daemon=True)
    process.start()
    return ours, process


def _desk(profile: str, code: str, desk: Actor, line: Connection) -> None:
    """One desk in a process of its own: claims as many as it is told, the way it is told."""
    hall = open_installation(Path(profile), terminal=f"D{code}")
    claims: dict[str, Callable[[], object]] = {
        "ours": lambda: hall.services.calling.next(code, desk),
        "plain": lambda: hall.store.run(lambda work: _claim_plainly(hall, work, code, desk)),
        "bare": lambda: _claim_barely(hall, code),
    }
    try:
        while kind := line.recv():
            times = []
            began = time.time()
            for _ in range(EACH):
                start = time.perf_counter()
                claimed = claims[kind]()
                times.append((time.perf_counter() - start) * 1000)
                assert claimed is not None
                _end(hall, code)
            line.send((began, time.time(), times))
    finally:
        hall.close()


def _claim_plainly(hall: Installation, work: Work, code: str, desk: Actor) -> Ticket:
    """The first in line, its row locked while the same record is written as by the verb."""
    day = work.days.open_day()
    assert day is not None
    first = work.desk.connection.exec_driver_sql(_FIRST, (day.service_date,)).scalar_one()
    ticket = work.tickets.need(first)
    moved = move_ticket(
        work, ticket, TicketEvent.CALL, desk, counter=code, fence=ticket.fence + 1, calls=1, called_at=work.now
    )
    set_counter(hall.services.context, work, code, CounterState.CALLING, desk)
    return moved


def _claim_barely(hall: Installation, code: str) -> UUID:
    with hall.store.database.writer.begin() as connection:
        day = hall.services.context.clock.today()
        first: UUID = connection.exec_driver_sql(_FIRST, (day,)).scalar_one()
        connection.exec_driver_sql(_TAKE, (code, first))
        return first


def _end(hall: Installation, code: str) -> None:
    """The desk is free again; not part of the claim, the same for all kinds."""
    with hall.store.database.writer.begin() as connection:
        mine = (TICKET.c.counter == code) & (TICKET.c.state == TicketState.CALLED)
        connection.execute(TICKET.update().where(mine).values(state=TicketState.DONE))
        connection.execute(COUNTER.update().where(COUNTER.c.code == code).values(state=CounterState.FREE))
