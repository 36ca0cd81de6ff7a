"""Consent acts, upward: an append-only ledger. A withdrawal stays one, whatever comes after (SYNC 2.1)."""

from __future__ import annotations

from uuid import UUID

from kiosk.model.consent import ConsentAct, ConsentScope
from sync.entities.up import Fields, State, UpEntity
from sync.wire import HexDigest, Label


class ConsentFields(Fields):
    """One act on one scope, bound to the notice that was shown. The person is in the encrypted part."""

    scope: ConsentScope | None = None
    act: ConsentAct | None = None
    notice_version: Label | None = None
    notice_sha256: HexDigest | None = None
    ends_id: UUID | None = None


def _fold(before: State, said: State) -> State:
    """The act of a ledger row never changes."""
    return {**said, **before}


CONSENT = UpEntity("consent", {1: ConsentFields}, _fold)
