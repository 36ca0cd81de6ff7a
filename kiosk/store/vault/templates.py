"""The vault as the services see it: templates by person and engine. Thread-safe, and safe between processes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
from sqlalchemy import delete, false, func, insert, select

from kiosk.ports import Clock, KeyStore
from kiosk.store import faults
from kiosk.store.faults import told_plainly
from kiosk.store.vault import deletion, generations
from kiosk.store.vault.deletion import Dead
from kiosk.store.vault.generations import Room
from kiosk.store.vault.receipts import Reason, Receipt, Signer, Standing
from kiosk.store.vault.rekey import Progress, Rekeyed, rekey
from kiosk.store.vault.rotation import Vectors, lengths, rotate, rotation
from kiosk.store.vault.rows import Opened, Stored, ask, open_rows, pages, person_key
from kiosk.store.vault.tables import PERSON_KEY, RECEIPT, TEMPLATE


@dataclass(frozen=True, slots=True)
class Check:
    """What ``verify`` found. ``removed``: receipts of what it deleted because it must not or cannot be kept."""

    readable: int
    orphans: int
    keyless: int
    changed: int
    idle_keys: int
    receipts: int
    doubtful_receipts: tuple[str, ...]
    removed: tuple[Receipt, ...]

    @property
    def sound(self) -> bool:
        """Nothing was wrong."""
        return not (self.orphans or self.keyless or self.changed or self.idle_keys or self.doubtful_receipts)


@dataclass(frozen=True, slots=True)
class Status:
    """Counts and times; nobody's."""

    generation: int
    people: int
    rows: int
    engines: tuple[str, ...]
    next_expiry: datetime | None
    receipts: int


class Vault:
    """Templates of one installation. Every method takes the vault for itself for a moment; ``fetch`` page by page."""

    def __init__(self, profile: Path, keys: KeyStore, clock: Clock) -> None:
        """Open or create. WorldError: as ``open_store``."""
        self._profile = profile
        self._keys = keys
        self._clock = clock
        self._signer = Signer(keys)
        self._rotations: dict[tuple[int, str, int], Vectors] = {}
        self._lock = threading.Lock()
        with generations.alone(profile):
            self._present = Room(profile, keys, generations.current(profile))
        self._sweep()

    def generation(self) -> int:
        """Grows when the vault was re-keyed, here or by another process: rotation and templates are then others."""
        return generations.current(self._profile)

    def rotation(self, engine: str, dim: int) -> Vectors:
        """Secret orthogonal matrix, float32 (dim, dim), of this installation and engine: rotate rows by ``v @ r``."""
        with self._room() as room:
            return self._rotation(room, engine, dim)

    def put(self, person_id: UUID, consent_id: UUID, engine: str, vectors: Vectors, expires_at: datetime) -> None:
        """Store a person's templates for ``engine``, replacing earlier ones. ``vectors``: float32 (n, dim), unit rows;
        they stay the caller's, to be wiped.

        ValueError for another shape or length. The consent and enrolment rows must exist before (DECISIONS 4).
        """
        if vectors.ndim != 2 or not len(vectors) or not np.allclose(lengths(vectors), 1, atol=1e-3):
            raise ValueError("templates must be unit rows of shape (n, dim)")
        dim = vectors.shape[1]
        with self._room() as room:
            key_id, key = person_key(room, person_id)
            turned = rotate(vectors, self._rotation(room, engine, dim))
            row = Stored(uuid4(), key_id, consent_id, engine, dim, expires_at).sealed(key, turned)
            turned.fill(0)
            with told_plainly(room.templates.place), room.templates.writer.begin() as connection:
                connection.execute(delete(TEMPLATE).where(TEMPLATE.c.key_id == key_id, TEMPLATE.c.engine == engine))
                connection.execute(insert(TEMPLATE), row)

    def learn(self, person_id: UUID, engine: str, view: Vectors, *, least: float, most: int) -> bool:
        """Add a view of a confirmed visit to a person's template: rotated, float32 (dim,), unit; the caller's, to be
        wiped. At most ``most`` learned views are kept, the oldest goes first; enrolled ones stay, and so do consent and
        expiry. False, and nothing changed, without an unexpired template or when the view has a cosine below ``least``
        with an enrolled one.
        """
        with self._room() as room:
            owner = next(iter(ask(room.persons, select(PERSON_KEY).where(PERSON_KEY.c.person_id == person_id))), None)
            mine = (TEMPLATE.c.key_id == owner.id) & (TEMPLATE.c.engine == engine) if owner else false()
            opened = next(open_rows(room, mine & (TEMPLATE.c.expires_at > self._clock.now())), None)
            if owner is None or opened is None:
                return False
            row, views = opened.row, opened.vectors
            try:
                enrolled = views[: len(views) - row.learned]
                if float(np.einsum("ij,j->i", enrolled, view).min()) < least:
                    return False
                kept = views[max(len(enrolled), len(views) - most + 1) :]
                grown = np.concatenate([enrolled, kept, view[None]])
                fresh = replace(row, id=uuid4(), learned=len(kept) + 1).sealed(owner.key, grown)
                grown.fill(0)
            finally:
                _wipe([opened])
            with told_plainly(room.templates.place), room.templates.writer.begin() as connection:
                connection.execute(delete(TEMPLATE).where(mine))
                connection.execute(insert(TEMPLATE), fresh)
            return True

    def load(self, engine: str) -> list[tuple[UUID, Vectors]]:
        """(person, rotated templates float32 (n, dim)) of everybody with an unexpired template for ``engine``.

        The arrays are the caller's, to be wiped. A row that does not open (changed, or its key is gone) matches nobody;
        ``verify`` removes it.
        """
        found: list[tuple[UUID, Vectors]] = []
        try:
            found.extend(self.fetch(engine, self.rows(engine)))
        except BaseException:
            for _, vectors in found:
                vectors.fill(0)
            raise
        return found

    def rows(self, engine: str) -> dict[UUID, UUID]:
        """The person of each unexpired row for ``engine``; decrypts nothing. A new enrolment is a new row."""
        valid = (TEMPLATE.c.engine == engine) & (TEMPLATE.c.expires_at > self._clock.now())
        with self._room() as room:
            persons = dict(ask(room.persons, select(PERSON_KEY.c.id, PERSON_KEY.c.person_id)))
            rows = ask(room.templates, select(TEMPLATE.c.id, TEMPLATE.c.key_id).where(valid))
        return {row_id: persons[key_id] for row_id, key_id in rows if key_id in persons}

    def fetch(self, engine: str, rows: Collection[UUID]) -> Iterator[tuple[UUID, Vectors]]:
        """As ``load``, of these rows only and page by page; what is taken by nobody is overwritten."""
        for page in pages(rows):
            valid = TEMPLATE.c.id.in_(page) & (TEMPLATE.c.engine == engine)
            with self._room() as room:
                opened = list(open_rows(room, valid & (TEMPLATE.c.expires_at > self._clock.now())))
            try:
                while opened:
                    one = opened.pop()
                    yield one.person_id, one.vectors
            finally:
                _wipe(opened)

    def drop(self, person_id: UUID, reason: Reason = Reason.WITHDRAWN) -> Receipt | None:
        """Delete a person's templates and key so that no byte of them stays in the files; None when there was nothing.

        The key goes first: an interruption leaves what nobody can open.
        """
        with self._room() as room:
            mine = deletion.forget_person(room, person_id)
            rows = ask(room.templates, select(TEMPLATE.c.id, TEMPLATE.c.key_id).where(TEMPLATE.c.key_id.in_(mine)))
            receipts = self._bury(room, [Dead(row_id, key_id, reason) for row_id, key_id in rows])
        self._sweep()
        return receipts[0] if receipts else None

    def purge(self, live: Callable[[], Collection[UUID]], why: Callable[[UUID], Reason]) -> tuple[Receipt, ...]:
        """Delete every row that expired or whose consent is not ``live()``; ``why(consent)`` names the reason.

        Both are asked while nobody enrols: whoever is in the vault by then is in the ledger too.

        Also ends keys without templates, and generations left behind by an interrupted re-keying.
        """
        now = self._clock.now()
        with self._room() as room:
            columns = (TEMPLATE.c.id, TEMPLATE.c.key_id, TEMPLATE.c.consent_id, TEMPLATE.c.expires_at)
            rows, alive = ask(room.templates, select(*columns)), live()
            over = [row for row in rows if row[2] not in alive or row[3] <= now]
            dead = [Dead(row[0], row[1], Reason.EXPIRED if row[3] <= now else why(row[2])) for row in over]
            receipts = self._bury(room, dead)
            deletion.drop_idle_keys(room)
        self._sweep()
        return receipts

    def verify(self, live: Callable[[], Collection[UUID]]) -> Check:
        """Open every row and check every receipt; delete rows whose consent is not ``live()``, whose key is gone or
        whose content or columns were changed, and keys without rows."""
        dead: list[Dead] = []
        with self._room() as room:
            readable = _readable(room)
            keyed = {row.id for row in ask(room.persons, select(PERSON_KEY.c.id))}
            rows, alive = ask(room.templates, select(TEMPLATE.c.id, TEMPLATE.c.key_id, TEMPLATE.c.consent_id)), live()
            for row in rows:
                if row[2] not in alive:
                    dead.append(Dead(row[0], row[1], Reason.NO_CONSENT))
                elif row[0] not in readable:
                    dead.append(Dead(row[0], row[1], Reason.UNREADABLE))
            idle = deletion.idle_keys(room)
            kept = self._receipts(room)
            doubtful = tuple(r.number for r in kept if self._signer.standing(r) is Standing.CHANGED)
            removed = self._bury(room, dead)
            deletion.drop_idle_keys(room)
        self._sweep()
        gone = [one for one in dead if one.reason is Reason.UNREADABLE]
        return Check(
            readable=len(readable - {one.row_id for one in dead}),
            orphans=len(dead) - len(gone),
            keyless=sum(one.key_id not in keyed for one in gone),
            changed=sum(one.key_id in keyed for one in gone),
            idle_keys=len(idle),
            receipts=len(kept),
            doubtful_receipts=doubtful,
            removed=removed,
        )

    def rekey(self, progress: Progress = lambda done, total: None) -> Rekeyed:
        """New file keys, new person keys, new rotation; the old ones become useless. Killed at any point it leaves the
        old vault or the new one, whole. Others may use the vault meanwhile, but for the last moment.

        ConflictError ``vault_busy`` while another re-keying runs. ``progress(done, total)`` counts rows.
        """
        result = rekey(self._profile, self._keys, self._room, progress)
        with self._room():
            return result

    def count(self) -> int:
        """Number of people with templates."""
        with self._room() as room:
            return int(ask(room.templates, select(func.count(func.distinct(TEMPLATE.c.key_id))))[0][0])

    def status(self) -> Status:
        """Counts and times."""
        with self._room() as room:
            people, rows, expiry = ask(
                room.templates,
                select(func.count(func.distinct(TEMPLATE.c.key_id)), func.count(), func.min(TEMPLATE.c.expires_at)),
            )[0]
            engines = ask(room.templates, select(TEMPLATE.c.engine).distinct().order_by(TEMPLATE.c.engine))
            receipts = ask(room.templates, select(func.count()).select_from(RECEIPT))[0][0]
            return Status(room.generation, people, rows, tuple(name for (name,) in engines), expiry, receipts)

    def receipt(self, number: str) -> tuple[Receipt, Standing] | None:
        """A stored receipt and whether it is as it was signed; None for an unknown number."""
        with self._room() as room:
            found = [receipt for receipt in self._receipts(room) if receipt.number == number.strip().upper()]
        return (found[0], self._signer.standing(found[0])) if found else None

    def close(self) -> None:
        """Close both files."""
        self._present.close()

    @contextmanager
    def _room(self) -> Iterator[Room]:
        """The generation in use, opened anew when somebody re-keyed it, and nobody else in it."""
        with self._lock, generations.alone(self._profile):
            if self._present.generation != (now := generations.current(self._profile)):
                self._present.close()
                self._present = Room(self._profile, self._keys, now)
            if not generations.exists(self._profile):  # what is written to a file without a name is lost
                raise faults.damaged("vault.db")
            yield self._present

    def _rotation(self, room: Room, engine: str, dim: int) -> Vectors:
        name = (room.generation, engine, dim)
        if name not in self._rotations:
            self._rotations[name] = rotation(room.secret, engine, dim)
        return self._rotations[name]

    def _bury(self, room: Room, dead: list[Dead]) -> tuple[Receipt, ...]:
        return deletion.bury(room, dead, self._signer, self._clock.now())

    def _receipts(self, room: Room) -> list[Receipt]:
        rows = ask(room.templates, select(RECEIPT))
        return [Receipt(**{**row._mapping, "reason": Reason(row.reason)}) for row in rows]

    def _sweep(self) -> None:
        """Remove generations that an interrupted re-keying left behind, unless one is being made now."""
        if generations.others(self._profile):
            with generations.building(self._profile) as free:
                for number in generations.others(self._profile) if free else ():
                    generations.destroy(self._profile, self._keys, number)


def _readable(room: Room) -> set[UUID]:
    """Ids of the rows that fit and can be decrypted."""
    found: set[UUID] = set()
    for page in pages(row.id for row in ask(room.templates, select(TEMPLATE.c.id))):
        opened = list(open_rows(room, TEMPLATE.c.id.in_(page)))
        found.update(one.row.id for one in opened)
        _wipe(opened)
    return found


def _wipe(opened: list[Opened]) -> None:
    for one in opened:
        one.vectors.fill(0)
