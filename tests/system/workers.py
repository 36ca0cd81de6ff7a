"""Visitors, clerks and the line to the centre, each in a process that may be killed: ``python workers.py``.

One order a line on standard input; every order is a fork of this process, because a fork starts in milliseconds and a
fresh interpreter does not. What a person saw, heard or held is appended to the file ``witness`` at once: it outlives
the process, as paper does.

``kill_at`` N: the process kills itself, with signal 9, right before the N-th thing it does to a database or tells a
person. ``commit`` N: right before the N-th commit of something written, or with ``after`` 1 right after it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import event
from sqlalchemy.engine import Engine

from kiosk.installation import Installation, load_settings, open_installation
from kiosk.model.appeal import AppealState, Outcome
from kiosk.model.staff import Actor
from kiosk.model.ticket import Ticket, TicketState
from kiosk.model.visit import Proof
from kiosk.printing.virtual import VirtualPrinter
from kiosk.services.appeals import AppealForm
from kiosk.services.serving import Served
from sync.client.engine import Tempo, connect
from sync.client.enrolment import load_enrolment
from tests.system.hall import CLERKS, PEOPLE

PATIENCE_S = 60.0


class Fuse:
    """Counts every statement, every commit and every word to a person, and ends the process at the place ordered."""

    def __init__(self, kill_at: int, commit: int, after: bool) -> None:
        self._kill_at, self._commit, self._after = kill_at, commit, after
        self._wrote = False
        self.count = self.commits = 0
        event.listen(Engine, "before_cursor_execute", self._before_statement)
        event.listen(Engine, "commit", self._before_commit)

    def burn(self) -> None:
        """Something is about to happen."""
        self.count += 1
        if self.count == self._kill_at or (self._after and self.commits == self._commit > 0):
            self._die()

    def _before_statement(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.burn()
        self._wrote |= statement.startswith(("INSERT", "UPDATE", "DELETE"))

    def _before_commit(self, _connection: object) -> None:
        self.burn()
        if self._wrote:
            self._wrote = False
            self.commits += 1
            if self.commits == self._commit and not self._after:
                self._die()

    def _die(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Place:
    """Where somebody works."""

    hall: Installation
    witness: Path
    fuse: Fuse
    turns: int
    window: str
    rest_ms: int

    @property
    def services(self):
        return self.hall.services

    def rest(self) -> None:
        """A moment between two people."""
        time.sleep(self.rest_ms / 1000)

    def tell(self, kind: str, **facts: str) -> None:
        """A person sees, hears or holds something now.

        A kill may cut a line where a page of the file ends; the line break before each keeps the next one whole.
        """
        self.fuse.burn()
        line = "\n" + json.dumps({"kind": kind, "window": self.window, **facts}, ensure_ascii=False) + "\n"
        descriptor = os.open(self.witness, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, line.encode())
        os.close(descriptor)


def visitor(place: Place) -> None:
    """Visitors who come one after the other, by staff number or without a name, each with a printed slip."""
    numbers = [*PEOPLE, None]
    printer = VirtualPrinter(ZoneInfo("Asia/Shanghai"), place.hall.profile / "slips")
    for turn in range(place.turns):
        place.rest()
        ticket = take_number(place, numbers[turn % len(numbers)])
        slip = place.services.tickets.slip(ticket.id)
        place.tell("shown", label=ticket.label, code=ticket.query_code)
        printer.print_slip(slip)
        place.tell("printed", label=ticket.label)
        place.services.tickets.mark_printed(ticket.id, True, None, place.services.staff.visitor())


def take_number(place: Place, staff_number: str | None) -> Ticket:
    """From the first touch to the number."""
    arrivals, actor = place.services.arrivals, place.services.staff.visitor()
    visit = arrivals.begin("zh_CN", actor)
    if staff_number is None:
        arrivals.stay_anonymous(visit.id, actor)
    else:
        proposal = arrivals.by_number(staff_number)
        assert proposal is not None
        arrivals.identify(visit.id, proposal, Proof.NUMBER, actor)
    return place.services.tickets.issue(visit.id, "303", False, actor)


def clerk(place: Place) -> None:
    """A clerk who takes up what was interrupted, then serves one number after the other."""
    actor = sit_down(place)
    for _ in range(place.turns):
        place.rest()
        ticket = place.services.calling.current(place.window) or next_number(place, actor)
        place.tell("called", label=ticket.label)
        resumed = ticket.state is TicketState.SERVING
        serving = place.services.serving
        served = serving.serving(place.window, actor) if resumed else serving.arrived(place.window, actor)
        assert served is not None
        if served.no_card == "identity_unchecked":
            served = serving.check_identity(place.window, actor)
        if served.card is not None:
            place.tell("card", label=ticket.label)
        if served.card is not None or not resumed:
            handle_appeal(place, actor, served)
        serving.finish(place.window, actor)
        place.tell("finished", label=ticket.label)


def caller(place: Place) -> None:
    """A clerk who presses 'next' as fast as it goes until nobody waits."""
    actor = sit_down(place)
    place.tell("ready")
    while not (place.hall.profile / "start").exists():
        time.sleep(0.001)
    while (ticket := place.services.calling.next(place.window, actor)) is not None:
        place.tell("called", label=ticket.label)
        place.services.serving.no_show(place.window, actor)


def sit_down(place: Place) -> Actor:
    with place.hall.store.read() as work:
        member = work.staff.by_login(CLERKS[place.window])
    assert member is not None
    actor = place.services.staff.actor(member)
    place.services.counters.open(place.window, actor)
    return actor


def next_number(place: Place, actor: Actor) -> Ticket:
    """Press 'next' until somebody comes."""
    end = time.monotonic() + PATIENCE_S
    while (ticket := place.services.calling.next(place.window, actor)) is None:
        assert time.monotonic() < end, "nobody came"
        time.sleep(0.02)
    return ticket


def handle_appeal(place: Place, actor: Actor, served: Served) -> None:
    """Write down the visitor's matter and answer it; what the card shows already is not written twice."""
    appeals, title = place.services.appeals, f"事项{served.ticket.label}"
    known = [line for line in served.card.appeals if line.title == title] if served.card else []
    if known:
        with place.hall.store.read() as work:
            appeal = work.appeals.by_number(known[0].number)
        assert appeal is not None
    else:
        appeal = appeals.register(AppealForm("303", title, f"内容{served.ticket.label}"), served.visit.id, actor)
        place.tell("registered", number=appeal.number, title=title)
    if appeal.state is AppealState.REGISTERED:
        appeals.answer_on_spot(appeal.id, Outcome.SOLVED, f"答复{served.ticket.label}", actor)
        place.tell("answered", number=appeal.number)


def line(place: Place) -> None:
    """The line to the centre, until killed."""
    enrolment = load_enrolment(place.hall.profile)
    assert enrolment is not None
    engine = connect(place.hall.store, place.hall.keys, enrolment, Tempo(retry_s=0.1))
    engine.start()
    place.tell("ready")
    while True:
        time.sleep(1)


WORK: dict[str, Callable[[Place], None]] = {"visitor": visitor, "clerk": clerk, "caller": caller, "line": line}


def work(order: dict[str, str | int]) -> Fuse:
    """Do what was ordered, in a process of its own; how many things that were."""
    fuse = Fuse(int(order.get("kill_at", 0)), int(order.get("commit", 0)), bool(order.get("after")))
    profile = Path(str(order["profile"]))
    hall = open_installation(profile, settings=load_settings(profile))
    witness = Path(str(order["witness"]))
    turns, rest_ms = int(order.get("turns", 1)), int(order.get("rest_ms", 0))
    WORK[str(order["role"])](Place(hall, witness, fuse, turns, str(order.get("window", "1")), rest_ms))
    hall.close()
    return fuse


def main() -> None:
    """Fork for every order and print the process number; the order ``wait`` gives the exit code."""
    for text in sys.stdin:
        order = json.loads(text)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        child = os.fork()
        if child == 0:
            fuse = work(order)
            counts = {"things": fuse.count, "commits": fuse.commits}
            Path(str(order["witness"]) + ".counts").write_text(json.dumps(counts), encoding="ascii")
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
