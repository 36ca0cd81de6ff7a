"""Ratings of visits, upward, without who gave them."""

from __future__ import annotations

from datetime import date

from sync.entities.up import Fields, UpEntity
from sync.wire import Label


class RatingFields(Fields):
    """Answers by question, 1 to 5."""

    service_date: date | None = None
    overall: int | None = None
    worst_step: Label | None = None


RATING = UpEntity("rating", {1: RatingFields})
