"""Calls for help at a terminal, upward."""

from __future__ import annotations

from sync.entities.up import Fields, UpEntity
from sync.wire import Label


class HelpFields(Fields):
    """Where help was asked, and whether it was urgent."""

    terminal: Label | None = None
    urgent: bool | None = None


HELP = UpEntity("help", {1: HelpFields})
