"""Every entity is listed, has no place for a face, and takes every event that the services record."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock
from uuid import uuid4

import pytest

import sync.entities
from kiosk.model.appeal import Appeal, AppealState, Channel
from kiosk.model.service import PrivacyLevel, Urgency
from kiosk.model.staff import Actor
from kiosk.model.ticket import CallClass, Ticket, TicketState
from kiosk.model.visit import Proof, Visit, VisitState
from kiosk.services.moves import record_appeal, record_ticket, record_visit
from sync.entities.registry import UP, project
from sync.entities.up import ProjectionError
from sync.wire import Event
from tests.sync.test_wire import BIOMETRIC

FOLDER = Path(sync.entities.__file__).parent
SERVICES = FOLDER.parents[1] / "kiosk"
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
ACTOR = Actor("system", None, frozenset(), "T1")


def event(entity: str, payload: str, schema_ver: int = 1) -> Event:
    return Event(
        seq=1,
        event_id=uuid4(),
        origin_id=uuid4(),
        origin_epoch=1,
        tx_id=uuid4(),
        entity=entity,
        entity_id=uuid4(),
        entity_rev=1,
        type="changed",
        schema_ver=schema_ver,
        payload=payload,
        payload_sha256=bytes(32),
        occurred_at_utc=NOW,
        utc_offset_min=0,
        boot_id="",
        mono_ns=0,
        clock_quality="unknown",
        actor="system",
        terminal_id="T1",
        priority=0,
        blob_refs="[]",
        prev_hash=bytes(32),
        hash=bytes(32),
    )


def test_every_entity_file_is_listed() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "registry", "up"}
    assert files == set(UP)


def test_every_entity_the_house_records_is_listed() -> None:
    recorded: set[str] = set()
    for path in SERVICES.rglob("*.py"):
        recorded |= set(re.findall(r"journal\.record\(\s*\"(\w+)\"", path.read_text(encoding="utf-8")))
    assert recorded - set(UP) == set()
    assert {"ticket", "visit", "appeal", "consent"} <= recorded


@pytest.mark.parametrize("entity", UP.values(), ids=lambda entity: entity.name)
def test_no_entity_has_a_place_for_a_face(entity: Any) -> None:
    for model in entity.fields.values():
        assert [name for name in model.model_fields if BIOMETRIC.search(name)] == []


@pytest.mark.parametrize("entity", UP)
def test_an_unknown_field_is_refused(entity: str) -> None:
    with pytest.raises(ProjectionError, match="field_not_allowed"):
        project({}, event(entity, '{"face":"x"}'))


def test_unknown_entity_and_version_are_named() -> None:
    with pytest.raises(ProjectionError, match="unknown_entity"):
        project({}, event("nosuch", "{}"))
    with pytest.raises(ProjectionError, match="unknown_schema"):
        project({}, event("visit", "{}", schema_ver=99))


def test_what_the_services_record_is_allowed() -> None:
    work = MagicMock()
    visit = Visit(uuid4(), date(2026, 3, 2), VisitState.ARRIVED, None, Proof.NONE, None, "T1", NOW)
    ticket = Ticket(
        uuid4(), visit.id, date(2026, 3, 2), "A", 1, "A", None, CallClass.ORDINARY, TicketState.WAITING, NOW, NOW, 1
    )
    appeal = Appeal(
        id=uuid4(),
        number="1",
        query_code="2",
        category="101",
        title="t",
        text="x",
        privacy=PrivacyLevel.NAMED,
        urgency=Urgency.NORMAL,
        channel=Channel.VISIT,
        state=AppealState.REGISTERED,
        employee_id=uuid4(),
        visit_id=visit.id,
        office="HR",
        owner="HR",
        next_date=date(2026, 3, 3),
        due_date=date(2026, 3, 9),
        registered_at=NOW,
    )
    record_visit(work, visit, "arrived", ACTOR)
    record_ticket(work, ticket, "issued", ACTOR, low=1, high=5, ahead=0)
    record_ticket(work, ticket, "print_failed", ACTOR, fault="paper_out")
    record_appeal(work, appeal, "register", ACTOR, before="draft", reason="r")
    for call in work.journal.record.call_args_list:
        entity, _, _, _, data = call.args
        said = project({}, event(entity, json.dumps(data)))
        assert said["state"] == data["state"]


def test_events_fold_and_a_consent_act_never_changes() -> None:
    visit = project(
        project({}, event("visit", '{"state":"arrived","language":"zh_CN"}')), event("visit", '{"state":"left"}')
    )
    assert visit == {"state": "left", "language": "zh_CN"}
    consent = project({}, event("consent", '{"act":"withdraw","scope":"face_local"}'))
    assert project(consent, event("consent", '{"act":"grant"}'))["act"] == "withdraw"
