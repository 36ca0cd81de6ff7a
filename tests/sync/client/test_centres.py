"""How many centres are online, as the walls show it: asking is the sign of life; not knowing is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sync.client.faults import Cure, SyncError
from sync.client.session import Session
from sync.server import reports
from sync.server.run import CentralServer
from tests.sync.conftest import Hall


def test_a_centre_counts_from_its_first_question(
    start_server: Callable[..., CentralServer], make_hall: Callable[[CentralServer], Hall]
) -> None:
    server = start_server()
    first, second = make_hall(server), make_hall(server)
    assert first.engine().sync_once().centres == (1, 2)
    assert second.engine().sync_once().centres == (2, 2)
    later = server.core.now() + reports.ONLINE_WITHIN + timedelta(minutes=1)
    with server.core.engine.begin() as connection:
        assert reports.centres_online(connection, first.enrolment.origin_id, later) == (1, 2)


def test_a_server_that_does_not_know_the_question_stops_nothing(server: CentralServer, hall: Hall, monkeypatch) -> None:
    def refused(_session: Session) -> None:
        raise SyncError(Cure.RETRY, "http_404")

    monkeypatch.setattr(Session, "centres", refused)
    hall.record()
    status = hall.engine().sync_once()
    assert status.centres is None and status.backlog == 0 and status.last_error == ""
