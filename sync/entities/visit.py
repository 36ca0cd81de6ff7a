"""Visits, upward. Who came is in the encrypted part; the method and the strength of proof are not."""

from __future__ import annotations

from datetime import date

from kiosk.model.visit import Method, Proof, VisitState
from sync.entities.up import Fields, UpEntity
from sync.wire import Label


class VisitFields(Fields):
    """A visit without its visitor."""

    state: VisitState | None = None
    method: Method | None = None
    proof: Proof | None = None
    service_date: date | None = None
    language: Label | None = None


VISIT = UpEntity("visit", {1: VisitFields})
