"""A kiosk whose hall store can be taken away, with a real reserve of numbers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from kiosk.errors import WorldError
from kiosk.model.terminal import NumberBlock, SpareNumber
from kiosk.model.ticket import TicketSlip
from kiosk.ports import SystemDice, SystemIds
from kiosk.services.spare import Spared, SpareDesk
from kiosk.store.spare import SpareNumbers
from tests.ui.touch.conftest import Front
from tests.ui.touch.fakes import NOON


class KeysInMemory:
    """A key store for a file that is thrown away."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self._keys.get(name)

    def put(self, name: str, key: bytes) -> None:
        self._keys[name] = key

    def delete(self, name: str) -> None:
        self._keys.pop(name, None)


class Gone:
    """Every verb finds nobody at the other end."""

    def __getattr__(self, _name: str) -> Any:
        def lost(*_args: object, **_more: object) -> None:
            raise WorldError("store_unreachable", "The hall store cannot be reached.")

        return lost


class Line:
    """The line to the hall store: cut, and mended."""

    def __init__(self, front: Front, numbers: SpareNumbers, count: int = 50) -> None:
        self.front, self.numbers, self.looked = front, numbers, 0
        if count:
            block = NumberBlock(uuid4(), NOON.date(), "X", 1, count, "T1", NOON)
            numbers.keep(block, None)
        self.desk = SpareDesk(numbers, front.centre.settings, front.clock, SystemIds(), SystemDice())
        front.presenter.spare_ready(self.desk)

    def cut(self) -> None:
        """From now on the hall store does not answer; the screen has not noticed."""
        gone = Gone()
        names = ("arrivals", "tickets", "consents", "access", "appeals", "cut_off", "care", "bookings", "days", "seats")
        self.front.presenter.session._services = SimpleNamespace(**dict.fromkeys(names, gone))

    def mend(self) -> None:
        """The store answers again."""
        services = self.front.centre.services()
        services.cut_off = SimpleNamespace(look_after=self._look_after)
        self.front.presenter.session._services = services
        self.front.presenter.store_changed()

    def _look_after(self, _actor: object) -> int:
        self.looked += 1
        return 0


class PaperDesk:
    """A reserve without a file, for what the pages look like."""

    def left(self) -> int:
        return 49

    def give(self, category: str | None, priority: bool, language: str, left_visit: UUID | None) -> Spared:
        number = SpareNumber(
            uuid4(), uuid4(), uuid4(), NOON.date(), "X", 12, NOON, category, priority, language, "40718265", left_visit
        )
        url = f"R1:ticket:LN001:{number.ticket_id.hex}:{number.query_code}"
        return Spared(number, TicketSlip("", number.label, 0, 0, 0, "", NOON, url, language, cut_off=True), 49)


def cut(front: Front) -> None:
    """The line breaks while nobody stands here."""
    front.presenter.cut_off.attach(PaperDesk())  # type: ignore[arg-type]
    front.presenter.cut_off.lost(WorldError("store_unreachable", "The hall store cannot be reached."))


def cut_group(front: Front) -> None:
    """A group of services, chosen while cut off."""
    cut(front)
    front.tap(f"group_{front.centre.catalog.categories[0].group}")


def cut_taken(front: Front) -> None:
    """A number of the reserve, without paper."""
    cut(front)
    front.tap("unsure")
