"""What a terminal says of itself to the hall."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from kiosk.model.terminal import TerminalStatus
from ui.heartbeat import Heartbeat

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


class Terminals:
    """The hall's side."""

    def __init__(self) -> None:
        self.reported: list[TerminalStatus] = []

    def report(self, status: TerminalStatus) -> float:
        self.reported.append(status)
        return 0.0

    def waiting(self) -> bool:
        return False


class NowTasks:
    """Runs everything at once."""

    def run(self, task, _scope) -> None:
        task.success(task.work())


@pytest.mark.parametrize(
    ("left", "lamps"),
    [
        (None, {"printer": ""}),
        (12, {"printer": "", "reserve": ""}),
        (0, {"printer": "", "reserve": "reserve_empty"}),
    ],
)
def test_a_kiosk_without_a_reserve_lights_a_lamp(left, lamps):
    hall = Terminals()
    services = SimpleNamespace(terminals=hall, cut_off=SimpleNamespace(left=lambda: left))
    status = TerminalStatus("K1", ("touch",), "1", NOW, {"printer": ""})
    Heartbeat(services, lambda: status, lambda _orders: None, NowTasks()).beat()
    assert [told.lamps for told in hall.reported] == [lamps]
