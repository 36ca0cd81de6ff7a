"""One synthetic day of a hall on a simulated clock: who comes when, how long talks take, who is not there when called.

Owns the people, not the rule: whom to call is handed in, so that rules can be compared on the same people.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from kiosk.model.service_quality import Pace
from kiosk.model.ticket import CallClass, Ticket, TicketState
from kiosk.services.pace import AT_ONCE_MIN, fresh_pace, judge, mean_minutes, people_ahead, promised
from kiosk.services.policy import position_behind

DESKS: tuple[tuple[str, ...], ...] = (("A", "B"), ("A", "B"), ("A", "B", "C"), ("C",))
TALK_MINUTES = {"A": 7.0, "B": 4.0, "C": 14.0}
OPENS_H, OPEN_HOURS = 8.5, 8.0
NO_SHOW, COMES_BACK = 0.05, 0.6
CALL_LOST_MIN = 2.2
"""Three calls twenty seconds apart and ninety seconds of waiting for somebody who is not there."""
BACK_AFTER_MIN = 6.0
BACK_PLACES = 3

Rule = Callable[[Sequence[Ticket], Sequence[CallClass]], Ticket | None]
_ORDER = count()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who comes at ``minute`` after opening."""

    minute: float
    queue: str
    call_class: CallClass
    talk: float
    misses: bool
    returns: bool


@dataclass(slots=True)
class Served:
    """What became of one person."""

    person: Person
    ticket: Ticket
    called: float | None = None
    calls: int = 0


@dataclass(slots=True)
class Day:
    """The outcome. ``starved`` counts calls by which an ordinary visitor was passed over beyond the rule."""

    served: list[Served] = field(default_factory=list)
    starved: int = 0
    judged: list[bool] = field(default_factory=list)
    """Whether each promise was kept, of those who were told that they have to wait."""


def people_of(day: int, seed: int) -> list[Person]:
    """A quiet, a usual or a crowded day, with two peaks; the same for every rule."""
    dice = random.Random(seed * 10_007 + day)
    crowd = dice.choice((90, 130, 160, 190))
    people = []
    for _ in range(crowd):
        peak = dice.choice((0.18, 0.18, 0.66, None))
        at = dice.random() if peak is None else min(0.97, max(0.0, dice.gauss(peak, 0.09)))
        queue = dice.choices("ABC", (6, 2, 2))[0]
        call_class = dice.choices(list(CallClass), (1, 20, 79))[0]
        talk = dice.lognormvariate(0, 0.6) / 1.197 * TALK_MINUTES[queue]
        misses = dice.random() < NO_SHOW
        people.append(Person(at * OPEN_HOURS * 60, queue, call_class, talk, misses, dice.random() < COMES_BACK))
    return sorted(people, key=lambda person: person.minute)


def run_day(people: Sequence[Person], rule: Rule, run: int, paces: dict[str, Pace]) -> Day:
    """Play the day; ``paces`` learn on. Everybody who waits when the doors close is still called."""
    return _Play(people, rule, run, paces).play()


class _Play:
    def __init__(self, people: Sequence[Person], rule: Rule, run: int, paces: dict[str, Pace]) -> None:
        self._rule, self._run, self._paces = rule, run, paces
        self._day = Day()
        self._waiting: dict[UUID, Served] = {}
        self._called: dict[int, list[CallClass]] = {desk: [] for desk in range(len(DESKS))}
        self._all_calls: list[tuple[str, CallClass]] = []
        self._free = set(range(len(DESKS)))
        self._talks: dict[str, list[timedelta]] = {queue: [] for queue in TALK_MINUTES}
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._minute = 0.0
        for person in people:
            self._at(person.minute, lambda person=person: self._arrive(person))  # type: ignore[misc]

    def _at(self, minute: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._events, (minute, next(_ORDER), action))

    def play(self) -> Day:
        while self._events:
            self._minute, _, action = heapq.heappop(self._events)
            action()
            self._call_for_free_desks()
        return self._day

    def _arrive(self, person: Person) -> None:
        span = self._promise(person)
        ticket = Ticket(
            id=UUID(int=next(_ORDER)),
            visit_id=UUID(int=0),
            service_date=_at_time(0).date(),
            letter=person.queue,
            number=1,
            queue=person.queue,
            category=None,
            call_class=person.call_class,
            state=TicketState.WAITING,
            queued_at=_at_time(self._minute),
            issued_at=_at_time(self._minute),
            position=round(self._minute * 60_000),
            wait_low_min=span[0],
            wait_high_min=span[1],
        )
        served = Served(person, ticket)
        self._day.served.append(served)
        self._waiting[ticket.id] = served

    def _promise(self, person: Person) -> tuple[int, int]:
        waiting: dict[tuple[str, CallClass], int] = {}
        for other in self._waiting.values():
            key = (other.ticket.queue, other.ticket.call_class)
            waiting[key] = waiting.get(key, 0) + 1
        ahead = people_ahead(waiting, DESKS, person.queue, person.call_class, self._run)
        mine = [desk for desk, queues in enumerate(DESKS) if person.queue in queues]
        span = promised(self._pace(person.queue), ahead, len(mine), any(desk in self._free for desk in mine))
        return span.low, span.high

    def _pace(self, queue: str) -> Pace:
        return self._paces.setdefault(queue, fresh_pace(queue, _at_time(0)))

    def _call_for_free_desks(self) -> None:
        for desk in sorted(self._free):
            line = [served.ticket for served in self._waiting.values() if served.ticket.queue in DESKS[desk]]
            before = [kind for queue, kind in reversed(self._all_calls[-60:]) if queue in DESKS[desk]]
            chosen = self._rule(line, before)
            if chosen is not None:
                self._note_starving(line, before, chosen)
                self._call(desk, self._waiting.pop(chosen.id))

    def _note_starving(self, line: Sequence[Ticket], before: Sequence[CallClass], chosen: Ticket) -> None:
        """A priority call after ``run`` priority calls in a row while an ordinary visitor was waiting."""
        streak = 0
        for kind in before:
            if kind is CallClass.ORDINARY:
                break
            streak += kind is CallClass.PRIORITY
        waits = any(ticket.call_class is CallClass.ORDINARY for ticket in line)
        self._day.starved += chosen.call_class is CallClass.PRIORITY and waits and streak >= self._run

    def _call(self, desk: int, served: Served) -> None:
        person, queue = served.person, served.ticket.queue
        self._free.discard(desk)
        self._all_calls.append((queue, person.call_class))
        served.calls += 1
        if served.called is None:
            served.called = self._minute
            self._judge(served)
        if person.misses and served.calls == 1:
            self._at(self._minute + CALL_LOST_MIN, lambda: self._free.add(desk))
            if person.returns:
                self._at(self._minute + CALL_LOST_MIN + BACK_AFTER_MIN, lambda: self._come_back(served))
            return
        self._at(self._minute + 0.7 + person.talk, lambda: self._end(desk, queue, person.talk + 0.7))

    def _come_back(self, served: Served) -> None:
        line = [other.ticket for other in self._waiting.values() if other.ticket.queue == served.ticket.queue]
        position = position_behind(line, BACK_PLACES, round(self._minute * 60_000))
        served.ticket = replace(served.ticket, position=position)
        self._waiting[served.ticket.id] = served

    def _end(self, desk: int, queue: str, minutes: float) -> None:
        self._free.add(desk)
        talks = self._talks[queue]
        talks.insert(0, timedelta(minutes=minutes))
        self._paces[queue] = replace(self._pace(queue), minutes=mean_minutes(talks))

    def _judge(self, served: Served) -> None:
        if served.person.call_class is CallClass.URGENT:
            return
        ticket, waited = served.ticket, self._minute - served.person.minute
        if ticket.wait_high_min > AT_ONCE_MIN:
            self._day.judged.append(ticket.wait_low_min <= waited <= ticket.wait_high_min)
        pace = self._pace(ticket.queue)
        self._paces[ticket.queue] = judge(
            pace, ticket.wait_low_min, ticket.wait_high_min, timedelta(minutes=waited), _at_time(self._minute)
        )


def _at_time(minute: float) -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=minute)
