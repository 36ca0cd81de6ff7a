"""What a bad line does to a hall: nothing is lost, nothing doubled, nothing taken for success that was none."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from sync.client.engine import Tempo
from sync.client.enrolment import device
from sync.client.faults import Cure, SyncError
from sync.client.session import Session
from sync.client.transport import Transport
from sync.client.up import Pusher
from sync.server.run import CentralServer
from tests.sync.conftest import SYSTEM, Hall, stored
from tests.sync.fault_proxy import Answer, BlackHole, CutReply, CutRequest, Fault, FaultProxy, Replay

BUSY = Answer(503, headers=(("Content-Type", "text/plain"), ("Retry-After", "7")))


def push_until_done(hall: Hall, proxy: FaultProxy, tries: int = 60) -> int:
    """Push through the proxy, trying again after every fault; returns how many faults there were."""
    engine = hall.engine(proxy.url)
    for broken in range(tries):
        try:
            engine.sync_once()
            return broken
        except SyncError as error:
            assert error.cure is Cure.RETRY
    raise AssertionError("never finished")


def test_reply_cut_after_commit_many_times_brings_each_event_once(server: CentralServer, hall: Hall) -> None:
    hall.record(3)
    with FaultProxy(server, *[CutReply() for _ in range(12)]) as proxy:
        assert push_until_done(hall, proxy) == 12
        hall.record(4)
        proxy.faults.append(CutReply())
        assert push_until_done(hall, proxy) == 1
    assert stored(server, hall.store.origin_id) == list(range(1, 8))
    assert hall.backlog() == (0, 0)


@pytest.mark.parametrize("sixteenths", [0, 1, 5, 8, 11, 15])
def test_request_cut_applies_nothing_or_all(server: CentralServer, hall: Hall, sixteenths: int) -> None:
    hall.record(10)
    with FaultProxy(server, CutRequest(sixteenths / 16)) as proxy:
        engine = hall.engine(proxy.url)
        with pytest.raises(SyncError) as caught:
            engine.sync_once()
        assert caught.value.cure is Cure.RETRY
        assert stored(server, hall.store.origin_id) == []
        engine.sync_once()
    assert stored(server, hall.store.origin_id) == list(range(1, 11))


def test_replayed_batch_is_taken_once(server: CentralServer, hall: Hall) -> None:
    hall.record(5)
    with FaultProxy(server, Replay(3)) as proxy:
        assert push_until_done(hall, proxy) == 0
    assert stored(server, hall.store.origin_id) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("fault", "code", "retry_after"),
    [
        (Answer(200), "not_our_server", None),
        (Answer(200, b'{"acked_seq":99}', (("Content-Type", "application/json"),)), "not_our_server", None),
        (Answer(302, b"", (("Location", "https://login.example/"),)), "not_our_server", None),
        (Answer(407), "not_our_server", None),
        (Answer(403), "not_our_server", None),
        (BUSY, "server_busy", 7.0),
        (Answer(503, headers=(("Retry-After", "soon"),)), "server_busy", None),
        (Answer(429, headers=(("Retry-After", "999999"),)), "server_busy", 900.0),
    ],
)
def test_a_portal_is_no_success(
    server: CentralServer, hall: Hall, fault: Fault, code: str, retry_after: float | None
) -> None:
    hall.record(2)
    for only in ("/hello", "/token", "/events", "/changes"):
        fault = replace(fault, only=only)  # type: ignore[type-var]
        with FaultProxy(server, fault) as proxy:
            engine = hall.engine(proxy.url)
            with pytest.raises(SyncError) as caught:
                engine.sync_once()
        assert (caught.value.cure, caught.value.code) == (Cure.RETRY, code)
        assert caught.value.retry_after == retry_after
        if only != "/changes":
            assert hall.backlog() == (2, 0)
            assert stored(server, hall.store.origin_id) == []


def test_a_silent_line_is_given_up(server: CentralServer, hall: Hall) -> None:
    hall.record(1)
    _, key = device(hall.keys)
    with FaultProxy(server, BlackHole()) as proxy:
        enrolment = replace(hall.enrolment, url=proxy.url)
        transport = Transport(proxy.url, enrolment.certificate, timeout=(1.0, 0.2))
        session = Session(transport, enrolment, key)
        with pytest.raises(SyncError, match="timeout"):
            Pusher(hall.store, session, enrolment.wrap_key).step()
        transport.close()
    assert hall.backlog() == (1, 0)


def test_another_certificate_is_refused(hall: Hall, start_server: Callable[..., CentralServer]) -> None:
    other = start_server()
    with pytest.raises(SyncError, match="certificate_wrong"):
        hall.engine(other.url).sync_once()


def test_an_expired_token_is_renewed(server: CentralServer, hall: Hall) -> None:
    engine = hall.engine()
    engine.sync_once()
    session = engine._links[0]
    assert isinstance(session, Session)
    session._token = "stale"
    hall.record(1)
    engine.sync_once()
    assert hall.backlog() == (0, 0)


def test_a_revoked_device_keeps_everything_and_parks(server: CentralServer, hall: Hall, desk: object) -> None:
    from tests.sync.conftest import Desk

    assert isinstance(desk, Desk)
    engine = hall.engine()
    engine.sync_once()
    desk.call("DELETE", f"/devices/{hall.enrolment.device_id}")
    hall.record(2)
    with pytest.raises(SyncError) as caught:
        engine.sync_once()
    assert (caught.value.cure, caught.value.code) == (Cure.SIGN_IN, "device_revoked")
    assert hall.backlog() == (2, 0)


def test_poison_in_the_middle_is_set_aside_and_the_rest_applied(server: CentralServer, hall: Hall) -> None:
    hall.record(20)
    hall.record(1, state="no such state")
    hall.record(20)
    hall.record(1, entity="nosuch")
    hall.record(20)
    hall.engine().sync_once()
    assert stored(server, hall.store.origin_id) == list(range(1, 63))
    assert hall.backlog() == (0, 2)


def test_face_fields_never_travel(server: CentralServer, hall: Hall) -> None:
    """Canary bytes of a template, put where a careless service could put them, are in no request (PRIVACY A8)."""
    canary = "CANARY" + uuid4().hex
    hall.record(3)
    hall.record(1, face=canary)
    hall.record(1, state="arrived", template=[canary, canary])
    hall.record(2)
    with FaultProxy(server) as proxy:
        hall.engine(proxy.url).sync_once()
        sent = proxy.requests
    assert len([path for _, path, _ in sent if path.endswith("/events")]) == 2
    assert len([path for _, path, _ in sent if path.endswith("/deadletter")]) == 2
    for _, path, body in sent:
        clear = gzip.decompress(body) if body else b""
        assert canary.encode() not in clear + path.encode()
    assert hall.backlog() == (0, 2)


def test_personal_text_travels_only_as_ciphertext(server: CentralServer, hall: Hall) -> None:
    secret, person = "极秘密的诉求内容", uuid4()
    with hall.store.write() as work:
        work.journal.record(
            "appeal", uuid4(), "register", SYSTEM, {"state": "registered"}, subject=person, personal={"text": secret}
        )
    with FaultProxy(server) as proxy:
        hall.engine(proxy.url).sync_once()
        bodies = [gzip.decompress(body) for _, _, body in proxy.requests if body]
    key = hall.store.subject_keys.export([person])[person]
    for body in bodies:
        assert secret.encode() not in body
        assert key not in body and key.hex().encode() not in body


def test_new_events_do_not_shorten_the_wait_after_a_fault(hall: Hall) -> None:
    engine = hall.engine("https://localhost:1", tempo=Tempo(push_s=0.01, pull_s=3600, retry_s=1e6))
    attempts = []
    step = engine._pusher.step
    engine._pusher.step = lambda: attempts.append(1) or step()  # type: ignore[method-assign]
    engine.start()
    while not engine._up.last_error:
        time.sleep(0.01)
    for _ in range(20):
        hall.record()
        time.sleep(0.01)
    engine.stop()
    assert len(attempts) == 1
