"""What a kiosk can do while the hall store does not answer: give numbers of its reserve, without a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiosk.model.terminal import SpareNumber
from kiosk.model.ticket import TicketSlip
from kiosk.ports import Clock, Dice, Ids
from kiosk.services.slips import code_payload
from kiosk.settings import Settings
from kiosk.store.spare import SpareNumbers


@dataclass(frozen=True, slots=True)
class Spared:
    """A number that was given, its slip, and how many are left."""

    number: SpareNumber
    slip: TicketSlip
    left: int


class SpareDesk:
    """Needs no hall store. Off the GUI thread: it reads and writes a file of this terminal."""

    def __init__(self, numbers: SpareNumbers, settings: Settings, clock: Clock, ids: Ids, dice: Dice) -> None:
        self._numbers = numbers
        self._settings = settings
        self._clock, self._ids, self._dice = clock, ids, dice

    def left(self) -> int:
        """How many people can still get a number here today."""
        return self._numbers.left(self._today(), self._clock.now())

    def give(self, category: str | None, priority: bool, language: str, left_visit: UUID | None) -> Spared | None:
        """A number of the reserve; it is on the disk when this returns. None when the reserve is empty."""
        now = self._clock.now()
        wanted = SpareNumber(
            ticket_id=self._ids.new(),
            visit_id=self._ids.new(),
            block_id=UUID(int=0),
            service_date=self._today(),
            letter="",
            number=0,
            at=now,
            category=category,
            priority=priority,
            language=language,
            query_code=self._dice.digits(8),
            left_visit=left_visit,
        )
        number = self._numbers.give(wanted, now)
        return None if number is None else Spared(number, self._slip(number), self.left())

    def close(self) -> None:
        """Close the file."""
        self._numbers.close()

    def _today(self) -> date:
        """The business day of a reserve is the date it was opened on; past midnight the desk helps."""
        return self._clock.today()

    def _slip(self, number: SpareNumber) -> TicketSlip:
        return TicketSlip(
            centre=self._settings.centre.name(number.language),
            label=number.label,
            ahead=0,
            wait_low_min=0,
            wait_high_min=0,
            seat="",
            issued_at=number.at,
            query_url=code_payload(self._settings, number.ticket_id, number.query_code),
            language=number.language,
            cut_off=True,
        )
