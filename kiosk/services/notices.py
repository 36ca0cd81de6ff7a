"""Notices (通知) for the walls: writing one, taking one down."""

from __future__ import annotations

from kiosk.services.context import Context


class Notices:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context
