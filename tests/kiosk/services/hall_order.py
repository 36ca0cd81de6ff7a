"""What must be true of a hall at every moment, whoever did what in it."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence

from kiosk.flow.ticket_flow import ENDED
from kiosk.model.ticket import Counter, CounterState, Ticket, TicketState
from kiosk.model.visit import VisitState
from kiosk.services.counters import AT_DESK
from kiosk.store import Work
from tests.kiosk.services.conftest import Hall

APART = (TicketState.WAITING, TicketState.HELD, TicketState.PASSED)
STANDING = {TicketState.CALLED: CounterState.CALLING, TicketState.SERVING: CounterState.SERVING}


def tickets_of_today(hall: Hall) -> list[Ticket]:
    """Every number of the day."""
    with hall.installation.store.read() as work:
        return work.tickets.in_states(hall.clock.today(), tuple(TicketState))


def check(hall: Hall, issued: Sequence[str]) -> None:
    """No number twice or lost, nobody at two windows, everybody somewhere, every place agreeing with every other."""
    with hall.installation.store.read() as work:
        tickets = work.tickets.in_states(hall.clock.today(), tuple(TicketState))
        windows = {counter.code: counter for counter in work.counters.all()}
        assert sorted(t.label for t in tickets) == sorted(issued)
        _check_numbers(tickets)
        _check_windows(tickets, windows)
        _check_people(work, tickets)
        seats = [seat.code for seat in work.seats.all() if seat.ticket_id]
        assert max(Tally(seats).values(), default=1) == 1
    _check_reach(hall, tickets, windows)


def check_record(hall: Hall) -> None:
    """Nothing was written past the record, and nothing in it was changed."""
    with hall.installation.store.read() as work:
        assert work.journal.verify() is None
        assert work.audit.verify() is None
        for ticket in work.tickets.in_states(hall.clock.today(), tuple(TicketState)):
            assert work.journal.of("ticket", ticket.id)[-1].data["state"] == ticket.state


def _check_numbers(tickets: Sequence[Ticket]) -> None:
    series: dict[str, list[int]] = {}
    for ticket in tickets:
        series.setdefault(ticket.letter, []).append(ticket.number)
    for letter, numbers in series.items():
        assert sorted(numbers) == list(range(min(numbers), min(numbers) + len(numbers))), f"a gap or a twin in {letter}"
    fences = Tally(t.fence for t in tickets if t.fence)
    assert max(fences.values(), default=1) == 1, "two claims with one fence"


def _check_windows(tickets: Sequence[Ticket], windows: dict[str, Counter]) -> None:
    at_window: dict[str | None, list[Ticket]] = {}
    for ticket in tickets:
        if ticket.state in AT_DESK:
            at_window.setdefault(ticket.counter, []).append(ticket)
    assert set(at_window) <= set(windows), "a number is at no window"
    for code, window in windows.items():
        held = at_window.get(code, [])
        assert len(held) <= 1, "a window holds two people"
        if held:
            assert window.state in (STANDING[held[0].state], CounterState.PAUSED)
        else:
            assert window.state not in STANDING.values()


def _check_people(work: Work, tickets: Sequence[Ticket]) -> None:
    assert max(Tally(t.visit_id for t in tickets).values(), default=1) == 1, "a person has two numbers"
    for ticket in tickets:
        visit = work.visits.need(ticket.visit_id)
        assert (visit.state is VisitState.SERVED) == (ticket.state is TicketState.SERVING)
        if ticket.state in ENDED:
            assert visit.state in (VisitState.CLOSED, VisitState.LEFT)
        elif ticket.state is not TicketState.SERVING:
            assert visit.state is VisitState.TICKETED, "somebody who waits was forgotten"


def _check_reach(hall: Hall, tickets: Sequence[Ticket], windows: dict[str, Counter]) -> None:
    """Whoever waits, is held or was passed stands in the list of every window that may call them."""
    calling = hall.services.calling
    for queues in {window.queues for window in windows.values()}:
        window = next(code for code, window in windows.items() if window.queues == queues)
        listed = {row.ticket_id for row in calling.queue(window)}
        missing = {t.id for t in tickets if t.state in APART and t.queue in queues} - listed
        assert not missing, "somebody is in no list"
