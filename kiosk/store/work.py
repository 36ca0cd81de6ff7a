"""One unit of work: every repository on one transaction, and the record written last.

Owns what happens at the end of a transaction; ``Store`` owns when it begins and whether it is tried again.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from sqlalchemy import select

from kiosk.store.appeals import Appeals
from kiosk.store.audit import Audit
from kiosk.store.board import Board
from kiosk.store.bookings import Bookings, Paces, Ratings
from kiosk.store.consents import Consents, Enrolments, FaceBlocks, FaceStrikes
from kiosk.store.hall import CareTasks, Days, HelpCalls, Leases, Pairs, Seats
from kiosk.store.journal import Journal
from kiosk.store.outbox import Outbox, SyncStates
from kiosk.store.people import Categories, NarrowPeople, People, Staff
from kiosk.store.record_keys import DISCIPLINE_KEY, RecordKeys
from kiosk.store.replica import Replica
from kiosk.store.rows import Desk
from kiosk.store.schema_record import META, ORIGIN, SETTING
from kiosk.store.subject_keys import SubjectKeys
from kiosk.store.terminals import CallMarks, Notices, NumberBlocks, Orders, Terminals
from kiosk.store.tickets import Counters, Tickets, Visits


class Work:
    """Repositories of one transaction; each is made when first used. Belongs to one thread."""

    def __init__(self, desk: Desk, subject_keys: SubjectKeys) -> None:
        self.desk = desk
        self.subject_keys = subject_keys

    @property
    def now(self) -> datetime:
        """The instant of this unit of work."""
        return self.desk.now

    @cached_property
    def people(self) -> People:
        return (NarrowPeople if self.desk.login.narrow else People)(self.desk, self.subject_keys)

    @cached_property
    def staff(self) -> Staff:
        return Staff(self.desk)

    @cached_property
    def categories(self) -> Categories:
        return Categories(self.desk)

    @cached_property
    def days(self) -> Days:
        return Days(self.desk)

    @cached_property
    def visits(self) -> Visits:
        return Visits(self.desk)

    @cached_property
    def tickets(self) -> Tickets:
        return Tickets(self.desk)

    @cached_property
    def counters(self) -> Counters:
        return Counters(self.desk)

    @cached_property
    def appeals(self) -> Appeals:
        return Appeals(self.desk, self._keys)

    @cached_property
    def consents(self) -> Consents:
        return Consents(self.desk)

    @cached_property
    def enrolments(self) -> Enrolments:
        return Enrolments(self.desk)

    @cached_property
    def face_blocks(self) -> FaceBlocks:
        return FaceBlocks(self.desk)

    @cached_property
    def face_strikes(self) -> FaceStrikes:
        return FaceStrikes(self.desk)

    @cached_property
    def seats(self) -> Seats:
        return Seats(self.desk)

    @cached_property
    def help(self) -> HelpCalls:
        return HelpCalls(self.desk)

    @cached_property
    def care(self) -> CareTasks:
        return CareTasks(self.desk)

    @cached_property
    def leases(self) -> Leases:
        return Leases(self.desk)

    @cached_property
    def bookings(self) -> Bookings:
        return Bookings(self.desk)

    @cached_property
    def paces(self) -> Paces:
        return Paces(self.desk)

    @cached_property
    def ratings(self) -> Ratings:
        return Ratings(self.desk)

    @cached_property
    def terminals(self) -> Terminals:
        return Terminals(self.desk)

    @cached_property
    def orders(self) -> Orders:
        return Orders(self.desk)

    @cached_property
    def call_marks(self) -> CallMarks:
        return CallMarks(self.desk)

    @cached_property
    def notices(self) -> Notices:
        return Notices(self.desk)

    @cached_property
    def blocks(self) -> NumberBlocks:
        return NumberBlocks(self.desk)

    @cached_property
    def board(self) -> Board:
        return Board(self.desk)

    @cached_property
    def settings_rows(self) -> Pairs:
        return Pairs(self.desk, SETTING)

    @cached_property
    def meta(self) -> Pairs:
        return Pairs(self.desk, META)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.desk)

    @cached_property
    def journal(self) -> Journal:
        return Journal(self.desk, self._keys)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.desk)

    @cached_property
    def sync_state(self) -> SyncStates:
        return SyncStates(self.desk)

    @cached_property
    def replica(self) -> Replica:
        return Replica(self.desk, self.journal)

    @cached_property
    def _keys(self) -> RecordKeys:
        return RecordKeys(self.subject_keys, self.meta)

    def set_discipline_key(self, public: bytes) -> None:
        """Install the discipline office's X25519 public key (32 raw bytes); needed before anything can be sealed."""
        self.meta.put(DISCIPLINE_KEY, public.hex())

    def finish(self) -> int | None:
        """Write the queued audit rows and events; the new last sequence number, None when no event was recorded.

        The origin row is locked here, as the last lock of the transaction, and held until commit: that makes the
        sequence gapless and commit-ordered without serialising the work before it.
        """
        for action in self.desk.kept:
            action(self)
        if not self.audit.pending and not self.journal.pending:
            return None
        origin = self.desk.ask(_LOCK_ORIGIN).mappings().one()
        heads = self.audit.flush(origin) | self.journal.flush(origin)
        self.desk.change(_MOVE_ORIGIN, heads)
        return heads.get("last_seq")


_LOCK_ORIGIN = select(ORIGIN).with_for_update()
_MOVE_ORIGIN = ORIGIN.update()
