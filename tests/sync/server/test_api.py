"""Who may do what at the server, what it answers, and what it writes down about it."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update

from kiosk.errors import WorldError
from kiosk.store.keystore import FileKeyStore
from sync import wire
from sync.bundle import Bundle
from sync.client.enrolment import device, enrol, load_enrolment
from sync.server import audit as audit_chain
from sync.server.run import CentralServer
from sync.server.schema import audit, enrol_code
from tests.sync.conftest import SYSTEM, Desk, Hall


def ask(server: CentralServer, method: str, path: str, body: bytes = b"", **headers: str) -> requests.Response:
    return requests.request(
        method,
        server.url + path,
        data=body,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        verify=str(server.certificate.cert),
        timeout=10,
    )


@pytest.mark.parametrize("token", ["", "wrong"])
@pytest.mark.parametrize("path", ["/visits", "/appeals", "/employees", "/centres", "/quarantine"])
def test_staff_pages_need_the_admin_token(desk: Desk, path: str, token: str) -> None:
    assert desk.call("GET", path, token=token).status_code == 401


def test_a_visit_and_an_appeal_of_the_hall_are_visible(server: CentralServer, hall: Hall, desk: Desk) -> None:
    person, appeal = uuid4(), uuid4()
    hall.record(1, state="arrived", method="staff_number")
    with hall.store.write() as work:
        work.journal.record(
            "appeal", appeal, "register", SYSTEM, {"state": "registered"}, subject=person, personal={"title": "工资"}
        )
    hall.engine().sync_once()
    mine = str(hall.store.origin_id)
    visits = [row for row in desk.call("GET", "/visits").json() if row["origin_id"] == mine]
    assert [(row["state"], row["method"], row["centre"]) for row in visits] == [("arrived", "staff_number", "一号中心")]
    assert "工资" not in desk.call("GET", "/appeals").text
    assert desk.call("GET", f"/origins/{mine}/appeal/{appeal}").json()["personal"] == {"title": "工资"}
    assert desk.call("GET", f"/origins/{mine}/appeal/{uuid4()}").status_code == 404
    centre = next(row for row in desk.call("GET", "/centres").json() if row["id"] == mine)
    assert (centre["last_seq"], centre["backlog"], centre["quarantined"]) == (2, 0, 0)


def test_every_reading_is_written_down_in_an_unbroken_chain(server: CentralServer, desk: Desk) -> None:
    desk.call("GET", "/appeals")
    desk.add("A-1")
    with server.core.engine.begin() as connection:
        actions = connection.execute(select(audit.c.action)).scalars().all()
        assert {"appeal.listed", "employee.put"} <= set(actions)
        assert audit_chain.is_intact(connection)
        connection.execute(update(audit).where(audit.c.id == 1).values(action="nothing"))
        assert not audit_chain.is_intact(connection)
        connection.rollback()


def test_the_overview_page_shows_counts_and_no_person(server: CentralServer, desk: Desk) -> None:
    desk.add("B-77", name="欧阳某某")
    page = ask(server, "GET", "/")
    assert page.status_code == 200
    assert "省中心" in page.content.decode()
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    figures = ask(server, "GET", "/v1/overview")
    assert figures.json()["counts"]["employee"] >= 1
    assert "欧阳" not in figures.text and "B-77" not in figures.text


def test_another_protocol_is_refused_by_name(server: CentralServer) -> None:
    answer = ask(server, "GET", "/v1/hello", Reception_Protocol="99")
    assert (answer.status_code, answer.json()["code"]) == (426, "protocol_unknown")
    assert answer.headers["content-type"] == wire.PROBLEM_TYPE


def test_damaged_bombed_and_unknown_bodies_are_refused(server: CentralServer) -> None:
    packed = gzip.compress(bytes(4 << 20))
    assert ask(server, "POST", "/v1/enrol", packed, Content_Encoding="gzip").json()["code"] == "too_large"
    assert ask(server, "POST", "/v1/enrol", b"xyz", Content_Encoding="gzip").json()["code"] == "not_gzip"
    wrong = ask(server, "POST", "/v1/enrol", b"{}", Content_Digest="sha-256=:AAAA:")
    assert wrong.json()["code"] == "digest_wrong"
    answer = ask(server, "POST", "/v1/enrol", b'{"face":"secret"}')
    assert (answer.status_code, answer.json()["code"]) == (422, "envelope_invalid")
    assert "secret" not in answer.text
    assert ask(server, "GET", "/v1/nosuch").json()["code"] == "no_such_page"


def test_a_hall_speaks_for_itself_only(server: CentralServer, hall: Hall) -> None:
    engine = hall.engine()
    engine.sync_once()
    token = engine._links[0]._token  # type: ignore[attr-defined]
    bearer = f"Bearer {token}"
    answer = ask(server, "GET", f"/v1/origins/{uuid4()}/digest?first=1&last=2", Authorization=bearer)
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_origin")
    mine = ask(server, "GET", f"/v1/origins/{hall.store.origin_id}/digest?first=1&last=2", Authorization=bearer)
    assert mine.json()["count"] == 0
    assert ask(server, "GET", "/v1/changes", Authorization="Bearer forged").json()["code"] == "token_invalid"


def test_a_changed_waiting_pull_is_answered(server: CentralServer, hall: Hall, desk: Desk) -> None:
    link = hall.engine()._links[1]
    cursor = link.changes("", 1000, 0).cursor
    assert link.changes(cursor, 1000, 0.6).employees == ()
    desk.add("LONG-1")
    assert [row.staff_number for row in link.changes(cursor, 1000, 20).employees] == ["LONG-1"]


def test_a_code_works_once_and_for_a_repeated_call(server: CentralServer, hall: Hall) -> None:
    bundle = server.bundle("二号中心")
    first = enrol(hall.profile, hall.keys, hall.store.origin_id, bundle)
    assert enrol(hall.profile, hall.keys, hall.store.origin_id, bundle) == first == load_enrolment(hall.profile)
    stranger = FileKeyStore(hall.profile / "other")
    with pytest.raises(WorldError) as caught:
        enrol(hall.profile / "other", stranger, uuid4(), bundle)
    assert (caught.value.code, caught.value.detail["reason"]) == ("enrol_refused", "code_invalid")


def test_an_old_code_is_refused(server: CentralServer, hall: Hall) -> None:
    bundle = server.bundle("三号中心")
    with server.core.engine.begin() as connection:
        connection.execute(update(enrol_code).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    with pytest.raises(WorldError, match="code_invalid"):
        enrol(hall.profile, hall.keys, hall.store.origin_id, bundle)


def test_another_fingerprint_stops_the_enrolment(server: CentralServer, hall: Hall) -> None:
    bundle = server.bundle("四号中心")
    with pytest.raises(WorldError) as caught:
        enrol(hall.profile, hall.keys, hall.store.origin_id, Bundle(bundle.url, "0" * 64, bundle.code))
    assert caught.value.code == "certificate_other"


def test_a_server_that_is_not_there_is_named(hall: Hall) -> None:
    with pytest.raises(WorldError) as caught:
        enrol(hall.profile, hall.keys, hall.store.origin_id, Bundle("https://127.0.0.1:1", "0" * 64, "0" * 12))
    assert caught.value.code == "server_unreachable"


def test_a_challenge_cannot_be_signed_with_another_key(server: CentralServer, hall: Hall) -> None:
    device_id, _ = device(hall.keys)
    challenge = ask(server, "GET", f"/v1/token?device={device_id}").json()["challenge"]
    forged = Ed25519PrivateKey.generate().sign(wire.token_proof(challenge, device_id))
    request = wire.TokenRequest(device_id=device_id, challenge=challenge, signature=forged)
    answer = ask(server, "POST", "/v1/token", wire.pack(request))
    assert (answer.status_code, answer.json()["code"]) == (401, "proof_invalid")
    bad = request.model_copy(update={"challenge": "AAAA"})
    assert ask(server, "POST", "/v1/token", wire.pack(bad)).json()["code"] == "challenge_invalid"
