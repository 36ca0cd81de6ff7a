"""A terminal with a robot in its settings dispatches; one without has staff bring everything."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.model.hall import CareKind
from tests.kiosk.services.conftest import open_hall
from ui.assembly.errands import hall_dispatcher


def with_broker(installation, broker):
    settings = installation.settings
    return replace(installation, settings=replace(settings, hall=replace(settings.hall, robot_broker=broker)))


def test_without_a_broker_nothing_runs(tmp_path: Path) -> None:
    hall = open_hall(tmp_path / "profile")
    assert hall_dispatcher(with_broker(hall.installation, "")) is None
    hall.installation.close()


@pytest.mark.parametrize("broker", ["simulated", "mqtt://127.0.0.1:9"])
def test_a_task_is_the_robots_where_one_is_there_and_ends_cleanly(tmp_path: Path, broker: str) -> None:
    hall = open_hall(tmp_path / "profile")
    running = hall_dispatcher(with_broker(hall.installation, broker))
    assert running is not None
    try:
        hall.services.care.ask(hall.ticket().id, CareKind.WATER, hall.visitor)
        for _ in range(60 if broker == "simulated" else 20):
            (row,) = hall.services.care.open()
            if row.task.robot:
                break
            time.sleep(0.1)
        assert row.task.robot is (broker == "simulated"), "no broker answers on that port: the staff have it"
    finally:
        running.stop()
        hall.installation.close()
