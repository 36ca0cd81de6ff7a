"""The voice of the hall: decides what is said, in which order, and that each thing is said once. Knows no Qt.

Follows the board, whoever reads it. Queue and sound are ``ui/speech.py``, words ``ui/wording.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from kiosk.model.board import BoardState, Call, News, NewsKind, WindowRow
from kiosk.model.staff import Actor
from kiosk.model.ticket import CounterState, MarkKind
from kiosk.ports import Clock
from kiosk.settings.hall import Voice
from ui.tasks import Command, Scope, TaskRunner
from ui.voice import Announcement, Ended, always, unheard
from ui.wording import Saying, Sentences

LATE = timedelta(seconds=60)
"""What is older when we learn of it (the store was away) is not said: the window has moved on."""

FORGET = timedelta(minutes=30)

SENTENCE_OF = {
    NewsKind.PASSED: "passed",
    NewsKind.EXPIRED: "expired",
    NewsKind.TRANSFER: "transfer",
    NewsKind.SOON: "soon",
    NewsKind.PAUSE: "pause",
    NewsKind.CLOSING: "close",
}
LASTING = frozenset({NewsKind.SOON, NewsKind.PAUSE, NewsKind.CLOSING})
"""True for a while, and dated by when that began: what lasts already when we start was said before."""

MINOR = frozenset({NewsKind.SOON, NewsKind.PAUSE})
"""Give way like repeats when calls wait."""


class CallMarks(Protocol):
    """Where what was said is reported (``services.calling``)."""

    def mark(self, call: Call, kind: MarkKind, actor: Actor) -> None:
        """The loudspeaker said this call."""


class Queue(Protocol):
    """What is said one after the other (``ui.speech.Speech``)."""

    showing: Callable[[Announcement | None], None]
    sounding: Callable[[bool], None]

    def announce(self, item: Announcement) -> bool:
        """Queue it; True when a real device will play it."""


class Announcer:
    """GUI thread. ``caption_changed`` hears what is being said, also without a loudspeaker, and "" afterwards;
    ``speaking_changed`` whether the loudspeaker is in use (films are turned down meanwhile).
    """

    def __init__(
        self,
        settings: Voice,
        actor: Actor,
        tasks: TaskRunner,
        clock: Clock,
        sentences: Sentences,
        speech: Queue,
    ) -> None:
        self._settings, self._actor, self._tasks = settings, actor, tasks
        self._clock = clock
        self._sentences, self._speech = sentences, speech
        self._marks: CallMarks | None = None
        self._scope = Scope()
        self._started = clock.now()
        self._since: datetime | None = None
        self._said: dict[object, datetime] = {}
        self._windows: dict[str, WindowRow] = {}
        self.caption_changed: Callable[[str], None] = lambda _caption: None
        self.speaking_changed: Callable[[bool], None] = lambda _speaking: None
        speech.showing, speech.sounding = self._showing, self._sounding

    def connect(self, marks: CallMarks) -> None:
        """The store is open: what is spoken can be reported."""
        self._marks = marks

    def stop(self) -> None:
        """Drop every answer still under way."""
        self._scope.close()

    def board_read(self, board: BoardState) -> None:
        """The hall stands like this now: say what is new, oldest first."""
        first = self._since is None
        self._windows = {window.code: window for window in board.windows}
        if self._since is None:
            # By the clock of the store: another machine's may differ from ours.
            self._since = board.as_of - (self._clock.now() - self._started)
        fresh: list[Call | News] = [*self._new_calls(board), *self._new_news(board, first)]
        for item in sorted(fresh, key=lambda one: one.at):
            if isinstance(item, Call):
                self._call(item)
            else:
                self._tell(item)
        self._said = {key: at for key, at in self._said.items() if board.as_of - at < FORGET}

    def tell_here(self, name: str, ended: Ended = unheard) -> bool:
        """Say a sentence that concerns this place only (``calm``, ``emergency``); True when a device will play it."""
        return self._announce(Saying(name), chime=name != "calm", ended=ended)

    def check(self, ended: Ended) -> bool:
        """Sound check: chime and a test sentence; ``ended`` hears whether a real device played it."""
        return self._announce(Saying("check", "A012", "3"), ended=ended)

    def _new_calls(self, board: BoardState) -> Iterable[Call]:
        for call in reversed(board.calls):  # newest first, as the wall shows them
            if self._remember((call.ticket_id, call.fence, call.times), board.as_of):
                timely = self._since is not None and call.at >= self._since and board.as_of - call.at <= LATE
                if timely and self._in_zone(call.queue or call.label[:1]):
                    yield call

    def _new_news(self, board: BoardState, first: bool) -> Iterable[News]:
        for news in board.news:
            if self._remember((news.kind, news.label, news.counter, news.at), board.as_of):
                timely = self._since is not None and news.at >= self._since and board.as_of - news.at <= LATE
                if (not first if news.kind in LASTING else timely) and self._in_zone(news.queue or news.label[:1]):
                    yield news

    def _remember(self, key: object, as_of: datetime) -> bool:
        """True the first time; kept for as long as the board shows it, and half an hour more."""
        new = key not in self._said
        self._said[key] = as_of
        return new

    def _in_zone(self, letter: str) -> bool:
        """What concerns no queue concerns everybody."""
        return not letter or letter in self._settings.queues

    def _call(self, call: Call) -> None:
        saying = Saying("recall" if call.recall else "call", call.label, call.counter, call.place)
        ended, due = partial(self._call_ended, call), partial(self._still_called, call)
        self._announce(saying, repeat=call.recall, ended=ended, due=due)
        for _ in range(1, self._settings.repeats):
            self._announce(saying, repeat=True, chime=False, ended=ended, due=due)

    def _still_called(self, call: Call) -> bool:
        """In a rush a call waits for its turn; by then its visitor may be there, or gone, or the day over."""
        window = self._windows.get(call.counter)
        if window is None:
            return True
        present = window.call
        called = present is not None and (present.ticket_id, present.fence) == (call.ticket_id, call.fence)
        return called and window.state is not CounterState.SERVING

    def _tell(self, news: News) -> None:
        if news.kind is NewsKind.TRANSFER and not news.counter:
            return  # to a line, not to a window: there is nowhere to go yet
        if news.kind is NewsKind.PAUSE and news.place:
            return  # nobody waits in front of a place without a number; visitors are fetched there
        saying = Saying(SENTENCE_OF[news.kind], news.label, news.counter, news.place, news.ahead)
        self._announce(saying, repeat=news.kind in MINOR)

    def _announce(
        self,
        saying: Saying,
        *,
        repeat: bool = False,
        chime: bool = True,
        ended: Ended = unheard,
        due: Callable[[], bool] = always,
    ) -> bool:
        utterances, caption = self._sentences.utterances(saying), self._sentences.caption(saying)
        return self._speech.announce(Announcement(utterances, repeat, chime, caption, ended, due))

    def _call_ended(self, call: Call, spoken: bool) -> None:
        if spoken and self._marks is not None:
            work = partial(self._marks.mark, call, MarkKind.SPOKEN, self._actor)
            self._tasks.run(Command(work), self._scope)

    def _showing(self, item: Announcement | None) -> None:
        self.caption_changed("" if item is None else item.caption)

    def _sounding(self, sounding: bool) -> None:
        self.speaking_changed(sounding)


def volume_at(settings: Voice, local: datetime) -> int:
    """Per cent at this time of day."""
    return settings.quiet_volume if within_hours(f"{local:%H:%M}", settings.quiet_hours) else settings.volume


def within_hours(clock: str, hours: str) -> bool:
    """Is ``HH:MM`` within ``HH:MM-HH:MM``, the end left out; hours may span midnight, and empty is never."""
    begin, _, end = hours.partition("-")
    if begin <= end:
        return bool(hours) and begin <= clock < end
    return clock >= begin or clock < end
