"""A kiosk process of a rush: ``python rush_worker.py URL|- PROFILE THREADS EACH``. Started by tests.

It makes its visitors, says ``ready``, waits for a line on its input, gives every visitor a number, and says each label
only after it was committed, as a printer would.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from kiosk.installation import Installation, open_installation
from kiosk.model.staff import Actor
from kiosk.model.visit import Proof, Visit, VisitState
from kiosk.settings import demo_settings
from kiosk.settings.spec import Store
from tests.fakes import FakeClock

VISITOR = Actor("visitor", None, frozenset(), "K1")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def visitors(hall: Installation, count: int) -> list[UUID]:
    """Visitors who are about to take a number, made in one go: only the numbers matter here."""
    with hall.store.write() as work:
        day = work.days.open_day()
        assert day is not None
        made = []
        for _ in range(count):
            visit = Visit(
                id=work.desk.new_id(),
                service_date=day.service_date,
                state=VisitState.IDENTIFIED,
                method=None,
                proof=Proof.NONE,
                employee_id=None,
                terminal="K1",
                started_at=work.now,
            )
            work.visits.put(visit)
            made.append(visit.id)
        return made


def main() -> None:
    url, profile, threads, each = sys.argv[1:]
    settings = replace(demo_settings(), store=Store(url="" if url == "-" else url))
    hall = open_installation(Path(profile), clock=FakeClock(), settings=settings)
    waiting = visitors(hall, int(threads) * int(each))
    say("ready")
    sys.stdin.readline()

    def take(visit: UUID) -> None:
        say(hall.services.tickets.issue(visit, "101", False, VISITOR).label)

    with ThreadPoolExecutor(int(threads)) as pool:
        for taken in [pool.submit(take, visit) for visit in waiting]:
            taken.result()
    hall.close()


if __name__ == "__main__":
    main()
