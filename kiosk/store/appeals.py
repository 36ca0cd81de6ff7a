"""Appeals. The words of a sealed appeal are stored so that only the discipline office can read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from kiosk.flow.appeal_flow import APPEAL_FLOW
from kiosk.model.appeal import Appeal, AppealState
from kiosk.model.service import PrivacyLevel
from kiosk.store.numbering import next_value
from kiosk.store.record_keys import RecordKeys
from kiosk.store.rows import Desk, Rows
from kiosk.store.schema import APPEAL, APPEAL_SEALED

C = APPEAL.c
_SEALED_FIELDS = ("title", "text", "answer")
_SETTLED = (AppealState.CLOSED, AppealState.ARCHIVED, AppealState.WITHDRAWN, AppealState.MERGED, AppealState.DRAFT)
OWED = tuple(state for state in AppealState if state in APPEAL_FLOW.open_states() and state not in _SETTLED)
"""States in which somebody owes the next step (T12)."""


class Appeals(Rows[Appeal]):
    """Appeals (诉求)."""

    table = APPEAL
    kind = Appeal

    def __init__(self, desk: Desk, keys: RecordKeys) -> None:
        super().__init__(desk)
        self._keys = keys

    def put(self, value: Appeal) -> None:
        """Insert or replace. Of a sealed appeal title, text and answer are encrypted to the discipline office and
        read back empty; an empty one leaves the box that is there. WorldError ``seal_key_missing`` without its key.
        """
        if value.privacy is not PrivacyLevel.SEALED:
            super().put(value)
            return
        super().put(replace(value, title="", text="", answer=""))
        for field in _SEALED_FIELDS:
            words = getattr(value, field)
            if words:
                box = self._keys.seal(words.encode(), _bound_to(value.id, field))
                row = {"appeal_id": value.id, "field": field, "box": box}
                self.desk.change(self.desk.upsert(APPEAL_SEALED, ["appeal_id", "field"], list(row)), row)

    def sealed(self, appeal_id: UUID) -> dict[str, tuple[bytes, bytes]]:
        """For the discipline office: field -> (box, what it is bound to); open with ``sealing.unseal``."""
        query = select(APPEAL_SEALED.c.field, APPEAL_SEALED.c.box).where(APPEAL_SEALED.c.appeal_id == appeal_id)
        return {row.field: (row.box, _bound_to(appeal_id, row.field)) for row in self.desk.ask(query)}

    def by_number(self, number: str) -> Appeal | None:
        """The appeal with this number."""
        return self.one(self.locked(self.query().where(C.number == number)))

    def public_part(self, number: str, query_code: str) -> Any:
        """What number and code together open: number, state, office, registered_at, due_date, outcome, answer; or None.

        Nothing else of the row is read: a kiosk's login may not.
        """
        public = (C.number, C.state, C.office, C.registered_at, C.due_date, C.outcome, C.answer)
        query = select(*public).where(C.number == number, C.query_code == query_code)
        return self.desk.ask(query).first()

    def of_employee(self, employee_id: UUID) -> list[Appeal]:
        """Appeals of a person, newest first."""
        return self.where(C.employee_id == employee_id, order=C.registered_at.desc())

    def open(self) -> list[Appeal]:
        """Appeals in which somebody owes the next step, oldest first."""
        return self.where(C.state.in_(OWED), order=C.registered_at)

    def unrated(self, today: date) -> list[Appeal]:
        """Told to the person, who let the time for a rating (until yesterday or before) go by."""
        return self.where(C.state == AppealState.FED_BACK, C.next_date < today)

    def counts(self) -> dict[AppealState, int]:
        """Number of appeals in each state that has any."""
        query = select(C.state, func.count()).group_by(C.state)
        return {state: int(count) for state, count in self.desk.ask(query)}

    def next_number(self, year: int) -> int:
        """The next appeal number of a year."""
        return next_value(self.desk, f"appeal/{year}")


def _bound_to(appeal_id: UUID, field: str) -> bytes:
    return appeal_id.bytes + field.encode()
