"""Orders to terminals, upward: the fleet of a centre can be looked after from the province."""

from __future__ import annotations

from sync.entities.up import Fields, UpEntity
from sync.wire import Label


class TerminalFields(Fields):
    """Which terminal was asked for what, and what became of it."""

    terminal: Label | None = None
    verb: Label | None = None
    outcome: Label | None = None


TERMINAL = UpEntity("terminal", {1: TerminalFields})
