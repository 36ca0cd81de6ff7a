"""Which page is on the wall: in turn, page 1 after any call, and no page for less than its time. Pure; no clock.

Seconds come from outside and only grow. A page that a call interrupted before its time is shown again afterwards, so
that on a busy day every page still gets its turn.
"""

from __future__ import annotations

from collections.abc import Sequence

from ui.wall.state import AFTER_CALL_S, STILL_S, Page


class Rotation:
    """``pages`` in their order; page 1 is always among them. ``seconds`` is how long each is shown."""

    def __init__(self, pages: Sequence[Page], seconds: int, began: float) -> None:
        first = (Page.QUEUE, Page.WAITING)
        self._order = [*first, *(page for page in pages if page not in first)]
        self._seconds = max(seconds, STILL_S)
        self._page, self._since = Page.QUEUE, began
        self._owed: Page | None = None
        self._called_until = began
        self._pinned: Page | None = None
        self._pinned_until = began
        self.turns = 0
        """Pages shown so far."""

    def call(self, at: float) -> None:
        """Somebody was called: page 1 now."""
        if self._page is not Page.QUEUE and at - self._since < STILL_S:
            self._owed = self._page
        self._called_until = at + max(AFTER_CALL_S, STILL_S)
        self._show(Page.QUEUE, at)

    def pin(self, page: Page | None, at: float, seconds: float) -> None:
        """Show ``page`` for ``seconds`` (the desk asked for it); None ends that. Calls still come first."""
        self._pinned, self._pinned_until = page, at + seconds

    def at(self, now: float, ready: Sequence[Page], seconds: float = 0) -> Page:
        """The page at ``now``. ``ready`` have something to show; ``seconds`` is how long the film lasts."""
        if now < self._called_until:
            self._show(Page.QUEUE, now)
        elif self._pinned in ready and now < self._pinned_until:
            self._show(self._pinned or Page.QUEUE, now)
        elif self._page not in ready or now - self._since >= self._time_of(self._page, seconds):
            self._show(self._next(ready), now, again=True)
        return self._page

    def _time_of(self, page: Page, film: float) -> float:
        return max(STILL_S, film) if page is Page.MEDIA and film else self._seconds

    def _next(self, ready: Sequence[Page]) -> Page:
        owed, self._owed = self._owed, None
        if owed in ready and owed is not None:
            return owed
        start = self._order.index(self._page) if self._page in self._order else -1
        turned = [*self._order[start + 1 :], *self._order[: start + 1]]
        return next((page for page in turned if page in ready), Page.QUEUE)

    def _show(self, page: Page, now: float, *, again: bool = False) -> None:
        if page is not self._page or again:
            self._page, self._since = page, now
            self.turns += 1
