"""Many machines at once on the real store: numbers without gap or twin, and a hall that stays in order."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from kiosk.errors import ReceptionError
from kiosk.installation import open_installation
from kiosk.model.ticket import CallClass, LinePlace, TicketState
from kiosk.services import Services
from tests.kiosk.services.conftest import Hall, open_hall
from tests.kiosk.services.hall_order import check, check_record, tickets_of_today
from tests.kiosk.services.test_queue_machine import COUNTERS, GENERAL, PRIVATE

WORKER = Path(__file__).with_name("rush_worker.py")
DESKS = [*GENERAL, *PRIVATE]
MACHINES = 4
Step = Callable[[Services], object]


@pytest.fixture(params=["sqlite", "postgres"])
def busy_hall(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Hall]:
    """A hall with sixteen windows, everybody at work."""
    if request.param == "postgres":
        made = request.getfixturevalue("pg_furnished")
        url = request.getfixturevalue("pg_database")("hall_furnished")
        hall = open_hall(tmp_path / "profile", url, made, counters=COUNTERS)
    else:
        hall = open_hall(tmp_path / "profile", counters=COUNTERS)
    for code in DESKS:
        hall.services.counters.open(code, hall.desk)
    yield hall
    hall.installation.close()


@contextmanager
def machines(hall: Hall) -> Iterator[list[Services]]:
    """The services of several machines, each with connections and locks of its own."""
    with ExitStack() as stack:
        made = []
        for number in range(MACHINES):
            profile, settings = hall.installation.profile, hall.installation.settings
            opened = open_installation(profile, terminal=f"M{number}", clock=hall.clock, settings=settings)
            stack.enter_context(closing(opened))
            made.append(opened.services)
        yield made


def at_once(hall: Hall, jobs: Sequence[Step]) -> list[object]:
    """Every job on a thread of its own, spread over the machines, all begun in the same instant."""
    start = threading.Barrier(len(jobs))

    def run(job: Step, services: Services) -> object:
        start.wait(30)
        return job(services)

    with machines(hall) as made, ThreadPoolExecutor(len(jobs)) as pool:
        running = [pool.submit(run, job, made[number % MACHINES]) for number, job in enumerate(jobs)]
        return [job.result() for job in running]


def test_sixteen_windows_empty_the_line_in_the_order_of_the_rules(busy_hall: Hall) -> None:
    line = []
    for number in range(36):
        busy_hall.clock.advance(seconds=1)
        line.append(busy_hall.ticket(priority=number % 3 != 0))

    def desk(code: str) -> Step:
        def work(services: Services) -> None:
            while services.calling.next(code, busy_hall.desk) is not None:
                services.serving.left(code, busy_hall.desk)

        return work

    at_once(busy_hall, [desk(code) for code in GENERAL])
    called = sorted(tickets_of_today(busy_hall), key=lambda ticket: ticket.fence)
    assert {t.state for t in called} == {TicketState.ABANDONED}
    assert len({t.fence for t in called}) == len(line), "a number was called twice"
    rest = {call_class: [t.id for t in line if t.call_class is call_class] for call_class in CallClass}
    streak = 0
    for ticket in called:
        ordinary, priority = rest[CallClass.ORDINARY], rest[CallClass.PRIORITY]
        turn = CallClass.PRIORITY if priority and (streak < 2 or not ordinary) else CallClass.ORDINARY
        assert ticket.id == rest[turn].pop(0)
        streak = streak + 1 if turn is CallClass.PRIORITY else 0
    check_record(busy_hall)


def test_sixteen_windows_and_eight_kiosks_do_what_they_like(busy_hall: Hall) -> None:
    issued: list[str] = []
    refused: list[str] = []
    calls: list[tuple[object, int]] = []

    def kiosk(number: int) -> Step:
        def work(services: Services) -> None:
            dice = random.Random(number)
            for _ in range(5):
                visit = services.arrivals.begin("zh_CN", busy_hall.visitor)
                services.arrivals.stay_anonymous(visit.id, busy_hall.visitor)
                wanted = dice.choice(["101", "701", "403"]), dice.random() < 0.4
                ticket = services.tickets.issue(visit.id, *wanted, busy_hall.visitor)
                issued.append(ticket.label)
                if dice.random() < 0.2:
                    attempt(partial(services.tickets.cancel, ticket.id, busy_hall.visitor))

        return work

    def attempt(step: Callable[[], object]) -> object:
        try:
            return step()
        except ReceptionError as error:
            refused.append(error.code)
            return None

    def desk(code: str, number: int) -> Step:
        def work(services: Services) -> None:
            dice = random.Random(100 + number)
            clerk, serving, calling = busy_hall.desk, services.serving, services.calling
            for _ in range(4):
                called = attempt(lambda: calling.next(code, clerk))
                if called is None:
                    waiting = [row.ticket_id for row in calling.queue(code)]
                    if waiting:
                        attempt(partial(calling.pick, code, dice.choice(waiting), "rush", clerk))
                else:
                    calls.append((called.id, called.fence))
                for step in dice.choices(
                    [
                        lambda: serving.arrived(code, clerk),
                        lambda: serving.finish(code, clerk),
                        lambda: serving.no_show(code, clerk),
                        lambda: serving.hold(code, "papers", clerk),
                        lambda: serving.undo(code, clerk),
                        lambda: calling.transfer(code, dice.choice("ABC"), dice.choice(list(LinePlace)), clerk),
                    ],
                    k=3,
                ):
                    attempt(step)

        return work

    at_once(busy_hall, [*map(kiosk, range(8)), *(desk(code, number) for number, code in enumerate(DESKS))])
    assert len({fence for _, fence in calls}) == len(calls)
    assert not {"store_busy", "store_conflict", "stale_claim"} & set(refused), "somebody was sent away by a lock"
    check(busy_hall, issued)
    check_record(busy_hall)


def issue_at_once(hall: Hall, processes: int, threads: int, each: int, killed: int) -> None:
    """Processes that all give numbers; ``killed`` of them lose their power in the middle."""
    store = hall.installation.settings.store
    command = [sys.executable, str(WORKER), store.url or "-", str(hall.installation.profile), str(threads), str(each)]
    pipe = subprocess.PIPE
    kiosks = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(processes)]
    try:
        for kiosk in kiosks:
            assert kiosk.stdout is not None
            assert kiosk.stdout.readline() == "ready\n"
        printed = []
        for kiosk in kiosks[killed:]:
            assert kiosk.stdin is not None
            kiosk.stdin.write("go\n")
            kiosk.stdin.flush()
        for kiosk in kiosks[:killed]:
            assert kiosk.stdin is not None and kiosk.stdout is not None
            kiosk.stdin.write("go\n")
            kiosk.stdin.flush()
            printed += [kiosk.stdout.readline().strip() for _ in range(each // 2)]
            kiosk.kill()
        for number, kiosk in enumerate(kiosks):
            output, _ = kiosk.communicate(timeout=600)
            printed += output.split()
            assert kiosk.returncode == 0 or number < killed
    finally:
        for kiosk in kiosks:
            kiosk.kill()
            kiosk.communicate()
    numbers = sorted(ticket.number for ticket in tickets_of_today(hall))
    assert numbers == list(range(1, len(numbers) + 1)), "a gap or a twin"
    assert len(set(printed)) == len(printed)
    assert set(printed) <= {f"A{number:03d}" for number in numbers}, "paper without a number behind it"
    assert len(numbers) >= (processes - killed) * threads * each
    check_record(hall)


def test_a_thousand_numbers_at_once_and_a_kiosk_that_dies(hall: Hall) -> None:
    issue_at_once(hall, processes=4, threads=4, each=63, killed=1)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_ten_thousand_numbers_at_once_from_sixteen_processes(hall: Hall) -> None:
    issue_at_once(hall, processes=16, threads=1, each=625, killed=0)
    assert len(tickets_of_today(hall)) == 10_000
