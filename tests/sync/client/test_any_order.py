"""Events written, pushes cut anywhere, servers restarted or set back, in any order: at the end all is there once.

Hypothesis drives the real store, the real pusher and a small model of the server over a line that breaks on command.
Checks I1 (everything arrived), I2 (exactly once, contiguous) and I3 (digests equal) of SYNC 3.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from kiosk.model.staff import Actor
from kiosk.ports import SystemClock, SystemIds
from kiosk.store import chain, open_store
from kiosk.store.keystore import FileKeyStore
from sync import wire
from sync.client.faults import Cure, SyncError
from sync.client.up import Pusher
from sync.entities.registry import project
from sync.entities.up import ProjectionError
from sync.envelope import event_of, is_authentic
from sync.wire import Batch, DeadLetter, Hello, Page, Receipt, Result, Verdict

SYSTEM = Actor("system", None, frozenset(), "T1")
GOOD, POISON, UNSENDABLE = {"state": "arrived"}, {"state": "nosuch"}, {"face": "x"}
CUTS = ("before", "after", "never")


@dataclass
class Central:
    """The rules of the server's ingest, in memory; independent of its code."""

    epoch: UUID = field(default_factory=uuid4)
    hashes: list[bytes] = field(default_factory=list)
    poisoned: set[int] = field(default_factory=set)
    applied: list[int] = field(default_factory=list)
    refuse: set[UUID] = field(default_factory=set)

    def take(self, batch: Batch) -> Receipt:
        if batch.base_seq > len(self.hashes) + 1:
            raise SyncError(Cure.REWIND, "gap", expected_seq=len(self.hashes) + 1)
        if any(event.event_id in self.refuse for event in batch.events):
            raise SyncError(Cure.BISECT, "envelope_invalid")
        verdicts = []
        for event in batch.events:
            assert is_authentic(event)
            if event.seq <= len(self.hashes):
                assert self.hashes[event.seq - 1] == event.hash
                old = Result.QUARANTINED if event.seq in self.poisoned else Result.DUPLICATE
                verdicts.append(Verdict(seq=event.seq, result=old))
                continue
            assert event.prev_hash == (self.hashes[-1] if self.hashes else chain.START)
            self.hashes.append(event.hash)
            try:
                project({}, event)
                self.applied.append(event.seq)
                verdicts.append(Verdict(seq=event.seq, result=Result.APPLIED))
            except ProjectionError as error:
                self.poisoned.add(event.seq)
                verdicts.append(Verdict(seq=event.seq, result=Result.QUARANTINED, code=error.code))
        return self._receipt(verdicts)

    def bury(self, letter: DeadLetter) -> Receipt:
        if letter.seq > len(self.hashes) + 1:
            raise SyncError(Cure.REWIND, "gap", expected_seq=len(self.hashes) + 1)
        if letter.seq == len(self.hashes) + 1:
            self.hashes.append(letter.hash)
            self.poisoned.add(letter.seq)
        return self._receipt([Verdict(seq=letter.seq, result=Result.QUARANTINED, code=letter.code)])

    def set_back(self, to: int) -> None:
        del self.hashes[to:]
        self.applied = [seq for seq in self.applied if seq <= to]
        self.poisoned = {seq for seq in self.poisoned if seq <= to}

    def _receipt(self, verdicts: list[Verdict]) -> Receipt:
        return Receipt(server_epoch=self.epoch, acked_seq=len(self.hashes), durable_seq=0, verdicts=tuple(verdicts))


class Line:
    """The link to ``Central``; each call uses up one planned cut."""

    def __init__(self, central: Central) -> None:
        self.central = central
        self.cuts: list[str] = []

    def hello(self, proof: str) -> Hello:
        self._cut("before")
        known = self.central.hashes
        return Hello(
            server_id=UUID(int=1),
            server_epoch=self.central.epoch,
            server_time=datetime.now(UTC),
            protocol_min=1,
            protocol_max=1,
            schemas={},
            limits=wire.Limits(),
            last_seq=len(known),
            last_hash=known[-1] if known else chain.START,
            durable_seq=0,
        )

    def push(self, batch: Batch) -> Receipt:
        cut = self._cut("before")
        receipt = self.central.take(Batch.model_validate_json(wire.pack(batch)))
        return self._answer(cut, receipt)

    def bury(self, letter: DeadLetter) -> Receipt:
        cut = self._cut("before")
        return self._answer(cut, self.central.bury(letter))

    def changes(self, cursor: str, limit: int, wait_s: float) -> Page:
        raise AssertionError("not used here")

    def centres(self) -> wire.Centres:
        raise AssertionError("not used here")

    def close(self) -> None:
        return

    def _cut(self, place: str) -> str:
        cut = self.cuts.pop(0) if self.cuts else "never"
        if cut == place:
            raise SyncError(Cure.RETRY, "unreachable")
        return cut

    def _answer(self, cut: str, receipt: Receipt) -> Receipt:
        if cut == "after":
            raise SyncError(Cure.RETRY, "unreachable")
        return receipt


class AnyOrder(RuleBasedStateMachine):
    """One hall, one server, everything that can happen between them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="any-order-"))
        self.store = open_store(None, self.folder, FileKeyStore(self.folder), SystemClock(), SystemIds())
        self.line = Line(Central())
        self.written = 0
        self.pusher = self._pusher()

    def _pusher(self) -> Pusher:
        key = X25519PrivateKey.generate().public_key().public_bytes_raw()
        return Pusher(self.store, self.line, key, most=4)

    @rule(kinds=st.lists(st.sampled_from([GOOD, GOOD, GOOD, POISON, UNSENDABLE]), min_size=1, max_size=6))
    def write(self, kinds: list[dict[str, object]]) -> None:
        with self.store.write() as work:
            for data in kinds:
                person = uuid4()
                work.journal.record(
                    "visit", uuid4(), "arrived", SYSTEM, data, subject=person, personal={"employee_id": str(person)}
                )
        self.written += len(kinds)

    @precondition(lambda self: self.written)
    @rule(data=st.data())
    def refuse_one(self, data: st.DataObject) -> None:
        """An event not yet sent that the server will call malformed."""
        with self.store.read() as work:
            waiting = work.outbox.ready(1000)
        fresh = [row.event_id for row in waiting if row.seq > len(self.line.central.hashes)]
        if fresh:
            self.line.central.refuse.add(data.draw(st.sampled_from(fresh)))

    @rule(cuts=st.lists(st.sampled_from(CUTS), max_size=8))
    def push(self, cuts: list[str]) -> None:
        self.line.cuts = list(cuts)
        try:
            while self.pusher.step():
                pass
        except SyncError as error:
            assert error.cure is Cure.RETRY
        self.line.cuts = []

    @rule()
    def restart_hall(self) -> None:
        self.store.close()
        self.store = open_store(None, self.folder, FileKeyStore(self.folder), SystemClock(), SystemIds())
        self.pusher = self._pusher()

    @precondition(lambda self: self.line.central.hashes)
    @rule(data=st.data(), noticed=st.booleans())
    def set_server_back(self, data: st.DataObject, noticed: bool) -> None:
        central = self.line.central
        central.set_back(data.draw(st.integers(0, len(central.hashes))))
        if noticed:
            central.epoch = uuid4()
        self.pusher.forget()

    def teardown(self) -> None:
        try:
            self._heal_and_check()
        finally:
            self.store.close()
            shutil.rmtree(self.folder)

    def _heal_and_check(self) -> None:
        while self.pusher.step():
            pass
        central = self.line.central
        with self.store.read() as work:
            backlog = work.outbox.backlog()
            rows = work.outbox.where()
        ours = {row.seq: event_of(row).hash for row in rows}
        assert backlog.count == 0
        assert len(central.hashes) == self.written
        assert len(central.applied) == len(set(central.applied))
        assert sorted({*central.applied, *central.poisoned}) == list(range(1, self.written + 1))
        assert backlog.quarantined == len(central.poisoned)
        theirs = dict(enumerate(central.hashes, 1))
        if ours:
            assert wire.digest_of(1, self.written, ours) == wire.digest_of(1, self.written, theirs)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=20, stateful_step_count=12, deadline=None)
