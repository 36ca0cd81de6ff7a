"""Notices on the walls, upward."""

from __future__ import annotations

from sync.entities.up import Fields, UpEntity
from sync.wire import Label


class NoticeFields(Fields):
    """How long a notice is shown."""

    starts_at: Label | None = None
    ends_at: Label | None = None


NOTICE = UpEntity("notice", {1: NoticeFields})
