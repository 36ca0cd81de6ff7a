"""Appeals, upward. The server only projects; status belongs to the registering centre (DECISIONS 15)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from kiosk.model.appeal import AppealState, Channel, Outcome
from kiosk.model.service import PrivacyLevel, Urgency
from sync.entities.up import Fields, UpEntity
from sync.wire import Label


class AppealFields(Fields):
    """An appeal without its words and its person."""

    number: Label | None = None
    category: Label | None = None
    state: AppealState | None = None
    privacy: PrivacyLevel | None = None
    urgency: Urgency | None = None
    channel: Channel | None = None
    office: Label | None = None
    owner: Label | None = None
    due_date: date | None = None
    next_date: date | None = None
    outcome: Outcome | None = None
    rating: int | None = None
    registered_at: datetime | None = None
    closed_at: datetime | None = None
    visit_id: UUID | None = None


APPEAL = UpEntity("appeal", {1: AppealFields})
