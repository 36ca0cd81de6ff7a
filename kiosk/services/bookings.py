"""Bookings (预约): promising a time, checking in within its window, what was missed."""

from __future__ import annotations

from kiosk.services.context import Context


class Bookings:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context
