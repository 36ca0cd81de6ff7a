"""Wait promises: what the queues learnt of their own speed, and how good the promises were."""

from __future__ import annotations

from kiosk.services.context import Context


class Promises:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context
