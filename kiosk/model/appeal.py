"""Appeals (诉求): what was asked, where it stands, who owes the next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from kiosk.model.service import PrivacyLevel, Urgency


class AppealState(StrEnum):
    """DOMAIN 4.1, completed by DECISIONS 17."""

    DRAFT = "draft"
    REGISTERED = "registered"
    NEED_INFO = "need_info"
    ACCEPTED = "accepted"
    OUT_OF_SCOPE = "out_of_scope"
    MERGED = "merged"
    DISPATCHED = "dispatched"
    RETURNED = "returned"
    PROCESSING = "processing"
    COUNCIL = "council"
    LEGAL_REVIEW = "legal_review"
    DEFERRED = "deferred"
    RESOLVED = "resolved"
    FED_BACK = "fed_back"
    RATED = "rated"
    REDO = "redo"
    DELIBERATION = "deliberation"
    REOPENED = "reopened"
    CLOSED = "closed"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """Result of handling; ``explained`` and ``deferred`` demand a reason (T14)."""

    SOLVED = "solved"
    PARTLY = "partly"
    EXPLAINED = "explained"
    DEFERRED = "deferred"


class Channel(StrEnum):
    """How the appeal came in (统一受理: one form for all)."""

    VISIT = "visit"
    KIOSK = "kiosk"
    PHONE = "phone"
    LETTER = "letter"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal. ``text`` is empty for readers who may not see it; sealed ones are readable by DI only."""

    id: UUID
    number: str
    query_code: str
    category: str
    title: str
    text: str
    privacy: PrivacyLevel
    urgency: Urgency
    channel: Channel
    state: AppealState
    employee_id: UUID | None
    visit_id: UUID | None
    office: str
    owner: str
    """Who owes the next step: an office or a post, never empty while open (T12)."""
    next_date: date | None
    due_date: date | None
    registered_at: datetime
    outcome: Outcome | None = None
    answer: str = ""
    rating: int | None = None
    returns: int = 0
    redone: bool = False
    extended: bool = False
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AppealLine:
    """What the card may show of one non-confidential appeal: title, state, due, last result."""

    number: str
    title: str
    state: AppealState
    office: str
    registered_on: date
    due_date: date | None
    outcome: Outcome | None
    rating: int | None


@dataclass(frozen=True, slots=True)
class StaffCard:
    """The four things the desk screen shows (姓名、年龄、工作单位、诉求记录), and nothing else (T3, T4)."""

    name: str
    age: int
    unit: str
    appeals: tuple[AppealLine, ...]
