"""Small services for waiting visitors (饮水、老花镜、引导): asked, taken by a person or a robot, done."""

from __future__ import annotations

from kiosk.services.context import Context


class Care:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context
