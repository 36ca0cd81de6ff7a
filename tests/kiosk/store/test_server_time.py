"""A hall has one clock: no machine with a wrong one puts its visitors first, or silences its loudspeaker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.ports import SystemClock, SystemIds
from kiosk.store import open_store
from kiosk.store.keystore import FileKeyStore
from tests.fakes import FakeClock

SLOW = timedelta(minutes=-20)


class WrongClock(SystemClock):
    """Set by hand, badly."""

    def __init__(self, ahead: timedelta) -> None:
        super().__init__()
        self.ahead = ahead

    def now(self) -> datetime:
        return super().now() + self.ahead


def test_machines_with_wrong_clocks_agree_on_the_time_of_the_server(
    tmp_path: Path, pg_database: Callable[[str], str], pg_template: str
) -> None:
    url = pg_database(pg_template)
    clocks = [WrongClock(SLOW), WrongClock(timedelta(days=400))]
    seen = []
    for n, clock in enumerate(clocks):
        store = open_store(url, tmp_path / str(n), FileKeyStore(tmp_path / str(n)), clock, SystemIds())
        with store.read() as work:
            seen.append(work.now)
        clock.ahead = -clock.ahead  # somebody sets it while the program runs
        with store.write() as work:
            seen.append(work.now)
        store.close()
    assert seen == sorted(seen), "who came later stands later, whichever kiosk they came to"
    assert all(abs(instant - datetime.now(UTC)) < -SLOW / 2 for instant in seen)


def test_a_machine_alone_and_a_clock_that_plays_another_day_are_believed(
    tmp_path: Path, pg_database: Callable[[str], str], pg_template: str
) -> None:
    alone, played = WrongClock(SLOW), FakeClock()
    for url, clock in ((None, alone), (pg_database(pg_template), played)):
        folder = tmp_path / ("hall" if url else "alone")
        store = open_store(url, folder, FileKeyStore(folder), clock, SystemIds())
        with store.read() as work:
            assert abs(work.now - clock.now()) < -SLOW / 2
        store.close()
