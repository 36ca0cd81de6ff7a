"""From the hall's stored outbox row to the wire and back to its hash. The hash itself is ``kiosk.store.chain``'s.

Used on both sides: the client makes events, the server checks that each one fits its own hash.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC

from kiosk.store import chain
from kiosk.store.journal import payload_digest
from kiosk.store.outbox import OutboxRow
from sync.wire import Event

_FIELDS = tuple(field.name for field in fields(OutboxRow))


def event_of(row: OutboxRow) -> Event:
    """The row as it travels. Raises pydantic.ValidationError when a field breaks the envelope's limits."""
    return Event(**{name: getattr(row, name) for name in _FIELDS})


def is_authentic(event: Event) -> bool:
    """True when content and hash fit: nothing was changed on disk or on the way."""
    values = event.model_dump(exclude={"v"})
    values["occurred_at_utc"] = event.occurred_at_utc.astimezone(UTC)
    fits = event.payload_sha256 == payload_digest(event.payload, event.personal)
    return fits and chain.link(values) == event.hash
