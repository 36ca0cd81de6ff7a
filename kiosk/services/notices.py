"""Notices (通知) for the walls: writing one, taking one down, what stands there now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from kiosk.errors import InputError
from kiosk.model.staff import Actor
from kiosk.model.terminal import Notice
from kiosk.services.context import Context, one_transaction
from kiosk.store import Work

ZH_MAX, EN_MAX = 120, 280
"""Characters: what a wall can show at a size that is read across a hall, in both languages."""


class Notices:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @one_transaction
    def write(
        self,
        work: Work,
        zh: str,
        en: str,
        starts_at: datetime | None,
        ends_at: datetime | None,
        walls: Sequence[str],
        actor: Actor,
    ) -> Notice:
        """Show a text from ``starts_at`` (None: now) until ``ends_at`` (None: until taken down) on ``walls`` (none:
        all). Without English the Chinese stands there alone. Raises InputError for a text that is empty or too long,
        for an end before the beginning, and for one that is over already.
        """
        notice = Notice(
            self._context.ids.new(),
            _one_line(zh, ZH_MAX, needed=True),
            _one_line(en, EN_MAX, needed=False),
            starts_at or work.now,
            ends_at,
            actor.label,
            tuple(walls),
        )
        _refuse_past(notice, work.now)
        work.notices.put(notice)
        self._record(work, notice, "written", actor)
        return notice

    @one_transaction
    def take_down(self, work: Work, notice_id: UUID, actor: Actor) -> None:
        """End a notice now; one that is over stays as it was. Raises ConflictError ``gone`` for an unknown one."""
        notice = work.notices.need(notice_id)
        if notice.ends_at is not None and notice.ends_at <= work.now:
            return
        ended = replace(notice, starts_at=min(notice.starts_at, work.now), ends_at=work.now)
        work.notices.put(ended)
        self._record(work, ended, "taken_down", actor)

    def current(self) -> tuple[Notice, ...]:
        """What the walls may show now, newest first."""
        with self._context.store.read() as work:
            return tuple(work.notices.current())

    def all(self) -> tuple[Notice, ...]:
        """Every notice, also those to come and those over, by beginning."""
        with self._context.store.read() as work:
            return tuple(sorted(work.notices.where(), key=lambda notice: (notice.starts_at, notice.id)))

    def _record(self, work: Work, notice: Notice, act: str, actor: Actor) -> None:
        """The text stays out of the journal: somebody may have written a name into it."""
        times = {
            "starts_at": notice.starts_at.isoformat(),
            "ends_at": notice.ends_at.isoformat() if notice.ends_at else "",
        }
        work.audit.add(actor, f"notice.{act}", None, "", {"notice": str(notice.id), "walls": list(notice.walls)})
        work.journal.record("notice", notice.id, act, actor, times)


def _one_line(text: str, longest: int, *, needed: bool) -> str:
    line = " ".join(text.split())
    if needed and not line:
        raise InputError("notice_empty", "A notice needs a Chinese text.", "Write it.")
    if len(line) > longest:
        remedy = f"Shorten it to {longest} characters; a wall must be readable from afar."
        raise InputError("notice_too_long", f"The text has {len(line)} characters.", remedy, most=longest)
    return line


def _refuse_past(notice: Notice, now: datetime) -> None:
    if notice.ends_at is not None and notice.ends_at <= max(notice.starts_at, now):
        raise InputError("notice_over", "The notice would end before anybody could read it.", "Choose a later end.")
