"""Figures of the hall: waits, talks, passes, ratings, by queue, window and hour."""

from __future__ import annotations

from kiosk.services.context import Context


class Statistics:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context
