"""One clerk's session: the state, the way to the store, sign-in, the idle lock. Owns wiping; knows no caller's rules.

Plain Python, GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from kiosk.errors import AccessError, ReceptionError, WorldError
from kiosk.model.staff import Actor, StaffMember
from kiosk.ports import Clock
from kiosk.settings import Settings
from ui.desk.state import DeskState, Device, Note, Page, Screen, SignIn
from ui.tasks import Command, Lane, Query, Scope, TaskRunner

if TYPE_CHECKING:
    from kiosk.services import Services

T = TypeVar("T")
NOTE_S = 8
TRIES_BEFORE_LOCK = 5
"""Wrong passwords after which the store locks the account for a while; from here on the page says so."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the front is handed. ``monotonic`` counts seconds."""

    tasks: TaskRunner
    clock: Clock
    monotonic: Callable[[], float]
    settings: Settings


def _nothing() -> None:
    """Nobody listens yet."""


class Session:
    """Holds the state and tells the view when it changed."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.zone = ZoneInfo(around.settings.centre.time_zone)
        self.state = DeskState(now=around.clock.now().astimezone(self.zone))
        self.changed: Callable[[], None] = _nothing
        self.entered: Callable[[], None] = _nothing
        self._services: Services | None = None
        self._scope = Scope()
        self._page = Scope()
        self._tries: dict[str, int] = {}
        self._touched = self._began = self._noted_at = self._locked_at = around.monotonic()
        self._noted: Note | None = None

    @property
    def keeps_window(self) -> bool:
        """True while a clerk works here, or locked the desk no longer ago than the lease: after that the rule of the
        dead desk frees the window for a colleague.
        """
        if self.state.screen is Screen.LOCKED:
            return self.around.monotonic() - self._locked_at < self.around.settings.desk.lease_minutes * 60
        return self.state.screen is Screen.DESK

    @property
    def actor(self) -> Actor:
        """The signed-in clerk at this terminal. Only while ``state.clerk`` is set."""
        clerk = self.state.clerk
        if clerk is None:
            raise AccessError("signed_out", "Nobody is signed in.", "Sign in first.")
        return Actor("staff", clerk.id, clerk.roles, self.around.settings.terminal.code)

    def put(self, **changes: Any) -> None:
        """Set some fields of the state and show it."""
        self.state = replace(self.state, **changes)
        self.changed()

    # --- the store -------------------------------------------------------------------------------------------

    def connect(self, services: Services) -> None:
        """The store is open: the sign-in page may be used."""
        self._services = services
        self.put(screen=Screen.SIGN_IN)
        self.load_windows()

    def stop(self) -> None:
        """Drop every answer still under way."""
        self._scope.close()
        self._page.close()

    def ask(
        self,
        work: Callable[[Services], T],
        success: Callable[[T], None],
        failure: Callable[[Exception], None] | None = None,
    ) -> None:
        """Read for the clerk who is signed in; dropped when the clerk has left."""
        services = self._services
        if services is None:
            return

        def failed(error: Exception) -> None:
            self._failed(error)
            if failure is not None:
                failure(error)

        self.around.tasks.run(Query(lambda: work(services), self._well(success), failed), self._scope)

    def write_file(self, write: Callable[[], None], success: Note, failure: Note) -> None:
        """Let a file be written beside the store's work; the note that fits is shown."""
        self.around.tasks.run(
            Command(write, lambda _none: self.put(note=success), lambda _error: self.put(note=failure), Lane.DEVICE),
            self._scope,
        )

    def do(self, work: Callable[[Services, Actor], T], success: Callable[[T], None]) -> None:
        """Write as the clerk. A second press while the first is under way does nothing."""
        services = self._services
        if services is None or self.state.busy:
            return
        actor = self.actor
        self.put(busy=True, note=None)
        self.around.tasks.run(
            Command(lambda: work(services, actor), self._well(success, wrote=True), self._not_done), self._scope
        )

    def _well(self, success: Callable[[T], None], *, wrote: bool = False) -> Callable[[T], None]:
        def succeeded(value: T) -> None:
            self.set_fault(Device.STORE, "")
            if wrote:
                self.put(busy=False)
            success(value)

        return succeeded

    def _failed(self, error: Exception) -> None:
        """A read failed: old data stays on the screen, the lamp says it."""
        if isinstance(error, WorldError):
            self.set_fault(Device.STORE, error.code)

    def _not_done(self, error: Exception) -> None:
        """A write failed: nothing was changed, and the clerk is told why."""
        self._failed(error)
        known = error if isinstance(error, ReceptionError) else None
        note = Note("warn", error=known) if known else Note("warn", "failed")
        self.put(busy=False, note=note)

    def set_fault(self, device: Device, code: str) -> None:
        """Light or put out a lamp; ``ok`` and the empty text put it out."""
        faults = {key: fault for key, fault in self.state.faults.items() if key is not device}
        if code and code != "ok":
            faults[device] = code
        if faults != self.state.faults:
            self.put(faults=faults)

    # --- signing in and out ----------------------------------------------------------------------------------

    def load_windows(self) -> None:
        """Which windows there are; the terminal's own is chosen first."""
        services = self._services
        if services is None:
            return
        own = self.state.sign_in.window or self.around.settings.terminal.counter
        self.around.tasks.run(
            Query(
                services.counters.all,
                lambda windows: self.put(sign_in=replace(self.state.sign_in, windows=windows, window=own)),
                self._failed,
            ),
            self._page,
        )

    def choose_window(self, code: str) -> None:
        """The window the clerk will sit at."""
        self.put(sign_in=replace(self.state.sign_in, window=code, fault=""))

    def sign_in(self, login: str, password: str) -> None:
        """Check the password and sit down at the chosen window. The password is kept nowhere."""
        services, window = self._services, self.state.sign_in.window
        if services is None or self.state.busy:
            return
        if not login.strip() or not password:
            self._refuse("empty")
            return
        locked_to = self.state.clerk if self.state.screen is Screen.LOCKED else None

        def enter() -> StaffMember:
            member = services.staff.sign_in(login.strip(), password)
            actor = services.staff.actor(member)
            same = locked_to is not None and member.id == locked_to.id
            if not (same and services.counters.keep_alive(window, actor)):
                services.counters.open(window, actor)
            return member

        self.put(busy=True, sign_in=replace(self.state.sign_in, fault=""))
        self.around.tasks.run(
            Command(enter, lambda member: self._enter(member, window), lambda error: self._stay_out(login, error)),
            self._page,
        )

    def _enter(self, member: StaffMember, window: str) -> None:
        self._tries.clear()
        self._touched = self._began = self.around.monotonic()
        if self.state.clerk is None or self.state.clerk.id != member.id:
            self._wipe()
        self.put(screen=Screen.DESK, clerk=member, window=window, busy=False, sign_in=self._empty_page())
        self.entered()

    def _stay_out(self, login: str, error: Exception) -> None:
        known = login.strip().lower()
        if isinstance(error, AccessError):
            self._tries[known] = self._tries.get(known, 0) + 1
            self._refuse("locked" if self._tries[known] >= TRIES_BEFORE_LOCK else "wrong")
        elif isinstance(error, ReceptionError) and error.code == "counter_taken":
            self._refuse("window_taken")
            self.load_windows()
        else:
            self._refuse("no_store")

    def _refuse(self, fault: str) -> None:
        self.put(busy=False, sign_in=replace(self.state.sign_in, fault=fault))

    def _empty_page(self) -> SignIn:
        return replace(self.state.sign_in, fault="")

    def sign_out(self) -> None:
        """Leave the window. Refused by the store while somebody is called or served."""
        window = self.state.window
        self.do(lambda services, actor: services.counters.close(window, actor), lambda _counter: self._out())

    def _out(self) -> None:
        self._wipe()
        self.put(screen=Screen.SIGN_IN)
        self.load_windows()

    def _wipe(self) -> None:
        """Nothing of the former clerk or visitor stays; answers under way are dropped."""
        self._scope.close()
        self._scope = Scope()
        self.state = DeskState(
            now=self.state.now,
            sign_in=self._empty_page(),
            faults=self.state.faults,
            unsent=self.state.unsent,
            screen=self.state.screen,
        )

    # --- time ------------------------------------------------------------------------------------------------

    def touched(self) -> None:
        """Somebody used keyboard or mouse."""
        self._touched = self.around.monotonic()

    def lock(self) -> None:
        """Cover everything; the called number and the form stay, the card does not."""
        if self.state.screen is Screen.DESK:
            self._locked_at = self.around.monotonic()
            self.put(
                screen=Screen.LOCKED, served=None, viewed_at=None, clears_in=None, asked=None, draft=None, picked=None,
                page=Page.RECEPTION, look=None, selected="", shows_keys=False,
            )  # fmt: skip

    def tick(self) -> None:
        """Once a second: the clock, the idle lock, the longest session."""
        settings, now = self.around.settings.desk, self.around.monotonic()
        self.put(now=self.around.clock.now().astimezone(self.zone).replace(microsecond=0))
        if self.state.screen is not Screen.DESK:
            return
        self._fade_note(now)
        idle, session = now - self._touched, now - self._began
        if (
            idle >= settings.idle_lock_minutes * 60
            or session >= timedelta(hours=settings.session_hours).total_seconds()
        ):
            self.lock()

    def _fade_note(self, now: float) -> None:
        """Good news goes by itself; a sentence that asks for something stays until it is read."""
        note = self.state.note
        if note is not self._noted:
            self._noted, self._noted_at = note, now
        elif note is not None and note.tone != "warn" and now - self._noted_at >= NOTE_S:
            self.put(note=None)
