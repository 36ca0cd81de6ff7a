"""kill -9 of the hall's process in the middle of pushing: the next start finishes, and nothing is doubled."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from sync.server.run import CentralServer
from tests.sync.conftest import Hall, stored

EVENTS = 400
PUSHER = """
import sys
from pathlib import Path
from kiosk.ports import SystemClock, SystemIds
from kiosk.store import open_store
from kiosk.store.keystore import FileKeyStore
from sync.client.engine import Tempo, connect
from sync.client.enrolment import load_enrolment

profile = Path(sys.argv[1])
keys = FileKeyStore(profile)
store = open_store(None, profile, keys, SystemClock(), SystemIds())
engine = connect(store, keys, load_enrolment(profile), Tempo(batch=20))
engine.sync_once()
"""


def test_killed_while_pushing(server: CentralServer, make_hall: Callable[[CentralServer], Hall]) -> None:
    hall = make_hall(server)
    for _ in range(EVENTS // 10):
        hall.record(10)
    interrupted = 0
    for reach in (1, EVENTS // 3, EVENTS * 2 // 3):
        child = subprocess.Popen([sys.executable, "-W", "error", "-c", PUSHER, str(hall.profile)])
        while child.poll() is None and len(stored(server, hall.store.origin_id)) < reach:
            time.sleep(0.005)
        child.kill()
        interrupted += child.wait() != 0
    assert interrupted >= 1
    hall.engine().sync_once()
    assert stored(server, hall.store.origin_id) == list(range(1, EVENTS + 1))
    assert hall.backlog() == (0, 0)
