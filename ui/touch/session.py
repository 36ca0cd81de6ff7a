"""One screen's session: the state, the way to the store, the clock of idleness. Owns wiping; knows no page's rules.

Plain Python, GUI thread only. Work that needs the store before it is there waits in a queue, so that a tap on
the first painted page is never lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

from kiosk.catalog import Catalog
from kiosk.errors import ReceptionError, WorldError
from kiosk.model.staff import Actor, Role
from kiosk.model.visit import VisitState
from kiosk.ports import Clock
from kiosk.settings import Settings
from ui.tasks import Command, Lane, Query, Scope, TaskRunner
from ui.touch.state import Page, TouchState

if TYPE_CHECKING:
    from kiosk.model.ticket import TicketSlip
    from kiosk.services import Services

T = TypeVar("T")
Failure = Callable[[Exception], None]

PATIENT_PAGES = frozenset({Page.ENROL, Page.CONSENT})
"""Pages where reading or waiting is the task: idleness counts as in large-letter mode."""


RESTING = frozenset({Page.ATTRACT, Page.CLOSED, Page.UNAVAILABLE, Page.CUT_OFF})
"""Pages on which nobody's visit has begun."""
STARTING = "touch.starting.wait"
"""Said while something waits for the store to be opened."""


class Spool(Protocol):
    """The way to the paper (``kiosk.printing.spool``); its reports go to ``Ticketing``."""

    def submit(self, ticket_id: UUID, slip: TicketSlip) -> None:
        """Print soon; returns at once."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the front is handed. ``monotonic`` counts seconds; ``say`` reads a text aloud in a language."""

    tasks: TaskRunner
    clock: Clock
    monotonic: Callable[[], float]
    settings: Settings
    catalog: Catalog
    say: Callable[[str, str], object]


class Stay(Scope):
    """One visitor's time at the screen. ``visit`` belongs to the store thread."""

    def __init__(self) -> None:
        super().__init__()
        self.visit: UUID | None = None


class Session:
    """Holds the state and tells the view when it changed."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.actor = Actor("visitor", None, frozenset({Role.EMPLOYEE}), around.settings.terminal.code)
        self.state = TouchState(language=around.settings.ui.languages[0], now=around.clock.now())
        self.spool: Spool | None = None
        self.changed: Callable[[TouchState], None] = _unseen
        self.leaving: Callable[[], None] = _nothing
        self.forgetting: Callable[[], None] = _nothing
        self._services: Services | None = None
        self.losing: Callable[[Exception], bool] = _not_lost
        """Says whether an error means that the hall store is gone and the screen goes on without it."""
        self.interrupted = False
        """A step failed because the store was lost: the page that says so comes at once."""
        self.instead: Page | None = None
        """What takes the place of the first page while the store is gone."""
        self.no_store: ReceptionError | None = None
        self._waiting: list[Callable[[Services], None]] = []
        self._stay = Stay()
        self._hall = Scope()
        self._touched = around.monotonic()

    def connect(self, services: Services, spool: Spool | None) -> None:
        """The store is there: run what was tapped meanwhile, and open the screen if it said that there is none."""
        self._services, self.spool, self.no_store, self.instead = services, spool, None, None
        if self.state.page in (Page.UNAVAILABLE, Page.CUT_OFF):
            self.show(Page.ATTRACT)
        waiting, self._waiting = self._waiting, []
        if self.state.notice_key == STARTING:
            self.change(notice_key="")
        for start in waiting:
            start(services)

    def store_failed(self, fault: ReceptionError) -> None:
        """The store could not be opened: until it is, the page that says so takes the place of the first page."""
        self.no_store = fault
        self.instead = self.instead or Page.UNAVAILABLE
        self.wipe()

    @property
    def connected(self) -> bool:
        """True once the store is there."""
        return self._services is not None

    def change(self, **changes: object) -> None:
        """Set some fields of the state and show it."""
        self.state = self.state.with_(**changes)
        self.changed(self.state)

    def show(self, page: Page, **changes: object) -> None:
        """Go to a page; messages and waits of the page before are over."""
        if page is not self.state.page:
            self.leaving()
        defaults: dict[str, object] = {"busy": False, "fault": None, "notice_key": "", "digits": "", "camera": None}
        self.change(**{**defaults, **changes, "page": page})

    def ask(self, work: Callable[[Services], T], success: Callable[[T], None], failure: Failure | None = None) -> None:
        """Read from the store for this visit."""
        stay = self._stay
        self._say_if_starting()
        self._when_connected(
            lambda services: self.around.tasks.run(Query(lambda: work(services), success, failure or self.failed), stay)
        )

    def do(
        self, work: Callable[[Services, Stay], T], success: Callable[[T], None], failure: Failure | None = None
    ) -> None:
        """Write to the store for this visit; the page shows that it is busy until the answer is there."""
        stay = self._stay
        self.change(busy=True, fault=None)
        self._say_if_starting()
        self._when_connected(
            lambda services: self.around.tasks.run(
                Command(lambda: work(services, stay), success, failure or self.failed), stay
            )
        )

    def note(self, work: Callable[[Services, Stay], object]) -> None:
        """Write something whose result is not shown, even when the visitor has left by then."""
        stay = self._stay
        self._when_connected(lambda services: self.around.tasks.run(Command(lambda: work(services, stay)), self._hall))

    def watch(self, work: Callable[[Services], T], success: Callable[[T], None], failure: Failure) -> None:
        """Read about the hall, whoever stands here."""
        if self._services is not None:
            services = self._services
            self.around.tasks.run(Query(lambda: work(services), success, failure), self._hall)

    def use(self, device: Callable[[], T], success: Callable[[T], None], failure: Failure) -> None:
        """Work with a device for this visit, away from the store's thread."""
        self.around.tasks.run(Command(device, success, failure, Lane.DEVICE), self._stay)

    @property
    def visit(self) -> UUID | None:
        """The visit of this stay, as far as the hall store answered."""
        return self._stay.visit

    def begin(self, services: Services, stay: Stay) -> UUID:
        """The visit of this stay; begun by the first step that must be remembered. Store thread."""
        if stay.visit is None:
            stay.visit = services.arrivals.begin(self.state.language, self.actor).id
        return stay.visit

    def begin_unnamed(self, services: Services, stay: Stay) -> UUID:
        """A visit that is nobody's yet: what was chosen before a step back is given up. Store thread."""
        if stay.visit is not None:
            visit = services.arrivals.choose_again(stay.visit, self.actor)
            if visit.state is not VisitState.ARRIVED:
                services.arrivals.reset(visit.id, self.actor)
                stay.visit = None
        return self.begin(services, stay)

    def failed(self, error: Exception) -> None:
        """Say plainly what happened; a closed day is a page of its own."""
        known = error if isinstance(error, ReceptionError) else WorldError("general", "A step failed.")
        if known.code in ("day_closed", "intake_stopped", "intake_over"):
            self.wipe(Page.CLOSED)
            return
        self.interrupted = True
        if not self.losing(known):
            self.interrupted = False
            self.change(busy=False, fault=known, camera=None)

    def touched(self) -> None:
        """Somebody is here."""
        self._touched = self.around.monotonic()
        if self.state.seconds_left is not None:
            self.change(seconds_left=None)

    def tick(self) -> None:
        """Once a second: warn, then wipe (DECISIONS 25)."""
        if self.state.page in RESTING and self.state == self._rested():
            return
        slow = self.state.large or self.state.page in PATIENT_PAGES
        times = self.around.settings.ui.elder_factor if slow else 1
        idle = self.around.monotonic() - self._touched
        left = self.around.settings.ui.idle_wipe_seconds * times - idle
        if left <= 0:
            self.wipe()
        elif idle >= self.around.settings.ui.idle_warn_seconds * times and self.state.seconds_left != int(left):
            self.change(seconds_left=int(left))

    def wipe(self, page: Page = Page.ATTRACT) -> None:
        """End this visitor's session: nothing personal stays in the state, and no late answer arrives."""
        self.note(self._give_up)
        self._stay.close()
        self._stay = Stay()
        self.leaving()
        self.forgetting()
        self._touched = self.around.monotonic()
        self.state = self._rested().with_(page=self.instead or page)
        self.changed(self.state)

    def _give_up(self, services: Services, stay: Stay) -> None:
        """Reset the visit that was begun, if any; it runs after everything this visitor started. Store thread."""
        if stay.visit is not None:
            services.arrivals.reset(stay.visit, self.actor)

    def _rested(self) -> TouchState:
        """The state nobody has touched."""
        fresh = self.state.fresh(self.around.settings.ui.languages[0])
        return fresh.with_(page=self.state.page, fault=self.no_store)

    def _say_if_starting(self) -> None:
        if self._services is None:
            self.change(notice_key=STARTING)

    def _when_connected(self, start: Callable[[Services], None]) -> None:
        if self._services is None:
            self._waiting.append(start)
        else:
            start(self._services)


def _unseen(_state: TouchState) -> None:
    """View before there is one."""


def _not_lost(_error: Exception) -> bool:
    """Without a reserve nothing goes on."""
    return False


def _nothing() -> None:
    """What leaving means before the presenter says so."""
