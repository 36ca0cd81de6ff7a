"""Numbers for the time a kiosk is cut off from the hall store: keeping a block, merging what was given out."""

from __future__ import annotations

from kiosk.services.context import Context


class CutOff:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context
