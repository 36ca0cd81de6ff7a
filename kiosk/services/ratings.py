"""Ratings of visits (评价, DOMAIN 8): given at the pad without a name, read as figures."""

from __future__ import annotations

from kiosk.services.context import Context


class Ratings:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context
