"""What the server may tell the bearer of a slip: where the number stands, and later how far the visit's appeals are.

Read from projected records only: no personal field, no category, no words. Whoever asks proves the slip by its code,
of which only a digest is here (``kiosk.model.ticket.slip_digest``). The hall's own wall is always the one that decides.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Connection, cast, func, select

from kiosk.model.appeal import AppealState as S
from kiosk.model.service import PrivacyLevel
from kiosk.model.ticket import TicketState, slip_digest
from sync.server.schema import origin, record

KEPT = timedelta(days=400)
"""So long after the day of the visit a slip still opens something."""
SILENT = timedelta(seconds=150)
"""A hall says hello every minute; after two missed ones what is shown may be old."""
_NO_SLIP = "0" * 64
_STATE = record.c.state


class Stage(StrEnum):
    """How far an appeal is, so coarse that it does not tell what it is about."""

    REGISTERED = "registered"
    WAITS_FOR_YOU = "waits_for_you"
    ACCEPTED = "accepted"
    WITH_OFFICE = "with_office"
    ANSWERED = "answered"
    CLOSED = "closed"


_STAGES = {
    Stage.REGISTERED: (S.DRAFT, S.REGISTERED),
    Stage.WAITS_FOR_YOU: (S.NEED_INFO,),
    Stage.ACCEPTED: (S.ACCEPTED,),
    Stage.WITH_OFFICE: (
        S.DISPATCHED, S.RETURNED, S.PROCESSING, S.COUNCIL, S.LEGAL_REVIEW, S.DEFERRED, S.RESOLVED, S.REDO,
        S.DELIBERATION, S.REOPENED,
    ),
    Stage.ANSWERED: (S.OUT_OF_SCOPE, S.FED_BACK, S.RATED),
    Stage.CLOSED: (S.MERGED, S.CLOSED, S.ARCHIVED, S.WITHDRAWN),
}  # fmt: skip
STAGE_OF = {state.value: stage for stage, states in _STAGES.items() for state in states}
OPEN_PRIVACY = (PrivacyLevel.NAMED.value, PrivacyLevel.WITHHELD.value)
"""Of all others nobody learns more on the internet than that they are registered."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the page says. ``age``: how long ago the hall was heard of, None: never; ``behind``: it is catching up."""

    centre: str
    label: str
    state: TicketState
    ahead: int
    window: str
    age: timedelta | None
    silent: bool
    behind: bool
    appeals: tuple[Stage, ...]


def known(connection: Connection, ticket_id: UUID, code: str, now: datetime) -> Known | None:
    """What may be told, or None when number and code do not belong together: for whatever reason, at equal cost."""
    query = (
        select(record.c.origin_id, _STATE, origin.c.centre, origin.c.last_seen_at, origin.c.backlog)
        .join(origin, origin.c.id == record.c.origin_id)
        .where(record.c.entity == "ticket", record.c.entity_id == ticket_id)
    )
    row = connection.execute(query).first()
    kept = row.state if row is not None else {}
    proven = hmac.compare_digest(slip_digest(ticket_id, code), kept.get("slip") or _NO_SLIP)
    if row is None or not proven or date.fromisoformat(kept["service_date"]) < (now - KEPT).date():
        return None
    state = TicketState(kept["state"])
    age = None if row.last_seen_at is None else now - row.last_seen_at
    return Known(
        centre=row.centre,
        label=kept["label"],
        state=state,
        ahead=_ahead(connection, row.origin_id, kept) if state is TicketState.WAITING else 0,
        window=_window(kept) if state in (TicketState.CALLED, TicketState.SERVING) else "",
        age=age,
        silent=age is None or age > SILENT,
        behind=row.backlog > 0,
        appeals=_appeals(connection, row.origin_id, kept) if state is TicketState.DONE else (),
    )


def _ahead(connection: Connection, origin_id: UUID, mine: dict[str, Any]) -> int:
    """People in the same line who stand before this one, as far as the hall has told."""
    line = (
        select(func.count())
        .where(record.c.origin_id == origin_id, record.c.entity == "ticket")
        .where(_STATE["state"].astext == TicketState.WAITING.value)
        .where(_STATE["queue"].astext == mine["queue"], _STATE["service_date"].astext == mine["service_date"])
        .where(cast(_STATE["position"].astext, BigInteger) < mine["position"])
    )
    return int(connection.execute(line).scalar_one())


def _window(kept: dict[str, Any]) -> str:
    """The numbered window; empty in the quiet line, whose visitors are met somewhere else."""
    return "" if kept["queue"] == "C" else kept["counter"] or ""


def _appeals(connection: Connection, origin_id: UUID, mine: dict[str, Any]) -> tuple[Stage, ...]:
    """Stages of what was registered at this visit, oldest first. A sealed one names no visit, so it is not there."""
    query = (
        select(_STATE)
        .where(record.c.origin_id == origin_id, record.c.entity == "appeal")
        .where(_STATE["visit_id"].astext == mine["visit_id"])
        .order_by(record.c.entity_id)
    )
    return tuple(_stage(kept) for kept in connection.execute(query).scalars())


def _stage(kept: dict[str, Any]) -> Stage:
    return STAGE_OF[kept["state"]] if kept["privacy"] in OPEN_PRIVACY else Stage.REGISTERED
