"""Pulls employees and units: a page and its cursor in one transaction. Owns no thread, no waiting."""

from __future__ import annotations

import time
from dataclasses import replace

from kiosk.model.record import SyncState
from kiosk.store import Store
from sync import wire
from sync.client.faults import Cure, SyncError
from sync.client.session import Link
from sync.entities.registry import apply_page

STREAM = "down"
CENTRES_S = 120.0
"""How often the server is asked how many centres are online."""


class Puller:
    """One step reads one page. Not thread-safe; used by one loop. Steps raise SyncError."""

    def __init__(self, store: Store, link: Link, limit: int = wire.MAX_PAGE_ROWS, wait_s: float = 0.0) -> None:
        self._store = store
        self._link = link
        self._limit = limit
        self._wait_s = wait_s
        self._asked_at = -CENTRES_S
        self.centres: wire.Centres | None = None

    def step(self) -> bool:
        """Apply the next page; True when more waits."""
        more = self._next_page()
        if time.monotonic() - self._asked_at >= CENTRES_S:
            self._ask_for_centres()
        return more

    def _ask_for_centres(self) -> None:
        """A figure for the walls; a server that does not know the question takes nothing from the rest."""
        self._asked_at = time.monotonic()
        try:
            self.centres = self._link.centres()
        except SyncError:
            self.centres = None

    def _next_page(self) -> bool:
        state = self._state()
        try:
            page = self._link.changes(state.cursor, self._limit, self._wait_s)
        except SyncError as error:
            if error.cure is not Cure.RELOAD or not state.cursor:
                raise
            self._save(replace(state, cursor=""))
            return True
        if page.cursor != state.cursor:
            with self._store.write() as work:
                apply_page(work, page)
                moved = replace(state, cursor=page.cursor, server_epoch=str(page.server_epoch))
                work.sync_state.put(replace(moved, last_ok_at=work.now, last_progress_at=work.now))
        return page.more

    def _state(self) -> SyncState:
        with self._store.read() as work:
            return work.sync_state.get(STREAM) or SyncState(STREAM)

    def _save(self, state: SyncState) -> None:
        with self._store.write() as work:
            work.sync_state.put(state)
