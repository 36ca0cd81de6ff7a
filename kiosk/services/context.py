"""What every service works with. Owns no rules."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar
from zoneinfo import ZoneInfo

from kiosk.calendar import ChinaCalendar
from kiosk.catalog import Catalog
from kiosk.errors import RuleError
from kiosk.model.hall import BusinessDay
from kiosk.ports import Clock, Dice, Ids
from kiosk.settings import Settings
from kiosk.store import Store, Work

if TYPE_CHECKING:
    from kiosk.store.spare import SpareNumbers
    from kiosk.store.vault import Vault

P = ParamSpec("P")
T = TypeVar("T")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Context:
    """The store, the ports and the settings of this terminal. Immutable; shared by all services."""

    store: Store
    clock: Clock
    ids: Ids
    dice: Dice
    calendar: ChinaCalendar
    catalog: Catalog
    settings: Settings
    terminal: str
    vault: Callable[[], Vault | None]
    """The vault of this device, or None while the face module is off (DECISIONS 3)."""
    spare: SpareNumbers | None = None
    """The reserve of numbers of a kiosk in a hall of several machines."""

    def day_of(self, at: datetime) -> date:
        """The date people at the centre write for the instant ``at``."""
        return at.astimezone(ZoneInfo(self.settings.centre.time_zone)).date()


def reason_code(reason: str) -> str:
    """What an event, which everybody in the hall and the centre may read, says of a reason: a code of the program as it
    is. What somebody wrote in their own words may be about a person, and stays where it was written.
    """
    return reason if not reason or _CODE.fullmatch(reason) else "other"


def open_day(work: Work) -> BusinessDay:
    """The business day in progress. Raises RuleError while the centre is closed (DECISIONS 20)."""
    day = work.days.open_day()
    if day is None:
        raise RuleError("day_closed", "No business day is open.", "Ask the desk to open the day.")
    return day


class Service(Protocol):
    """A group of verbs."""

    _context: Context


S = TypeVar("S", bound=Service)


def one_transaction(verb: Callable[Concatenate[S, Work, P], T]) -> Callable[Concatenate[S, P], T]:
    """Make a verb of what works on a given unit of work: one transaction, repeated as a whole when it crossed another
    (PostgreSQL ends one of two that wait for each other). ``verb`` must do nothing outside the store.
    """

    @wraps(verb)
    def run(service: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return service._context.store.run(lambda work: verb(service, work, *args, **kwargs))

    return run
