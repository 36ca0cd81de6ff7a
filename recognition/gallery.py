"""The templates of one device in memory: one normalised mean vector per enrolled person, searched exactly.

Owns nothing on disk (the vault does) and no names. How writers and readers share the memory:

- Rows lie in blocks of ``BLOCK_ROWS`` rows that are allocated once and never moved or copied: growing adds a block, so
  no old copy of a template is left behind and nobody waits for a large copy. A person's row never changes its place.
- One lock. A search takes it for one block at a time (64 MB at 128 numbers: some milliseconds), a writer for at most
  ``WRITE_ROWS`` rows. So nobody sees half a row, and nobody waits for a whole search or a whole load.
- Removal overwrites the row with zeros under the lock, then its place is free for the next person. There are no
  snapshots: when ``remove`` has returned, no byte of the template is left here, and a search that was under way drops
  the person before it answers.
- A search that overlaps several changes may see some of them and not others, each person either before or after.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from recognition.types import Vector
from recognition.vectors import fused, wipe

BLOCK_ROWS = 131_072
WRITE_ROWS = 256
SPLIT_ROWS = 32_768

Views = Sequence[Vector] | NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An enrolled person and the cosine with the probe, in [-1, 1]."""

    person_id: UUID
    score: float


class _Block:
    """``rows``: float32 (BLOCK_ROWS, dim), zero where nobody is. ``absent``: added to scores, 0 or minus infinity."""

    __slots__ = ("absent", "rows")

    def __init__(self, dim: int) -> None:
        self.rows = np.zeros((BLOCK_ROWS, dim), dtype=np.float32)
        self.absent = np.full(BLOCK_ROWS, -np.inf, dtype=np.float32)


class Gallery:
    """Every method may be called from any thread. A new gallery is empty and ready."""

    def __init__(self, dim: int) -> None:
        self._dim = dim
        self._lock = threading.Lock()
        self._blocks: list[_Block] = []
        self._people: list[UUID | None] = []
        self._places: dict[UUID, int] = {}
        self._free: list[int] = []
        self._ready = True

    def __len__(self) -> int:
        return len(self._places)

    @property
    def ready(self) -> bool:
        """False while the templates are still being loaded: then ``search`` finds nobody."""
        return self._ready

    @property
    def people(self) -> frozenset[UUID]:
        """Everybody who is enrolled here now."""
        with self._lock:
            return frozenset(self._places)

    def suspend(self) -> None:
        """Find nobody until ``resume``: who is still missing could be the better match."""
        self._ready = False

    def resume(self) -> None:
        """Everybody is loaded."""
        self._ready = True

    def search(self, probe: Vector, count: int = 2) -> list[Candidate]:
        """The ``count`` best people, best first, exact in float32; equal scores by place. Nobody while not ``ready``.

        ``probe``: unit float32 (dim,). A probe that is not finite finds nobody. Reads all rows once.
        """
        if not self._ready or not np.isfinite(probe).all():
            return []
        while True:
            ranking = self._rank(probe, count)
            with self._lock:
                if all(candidate.person_id in self._places for candidate in ranking):
                    return ranking

    def put(self, person_id: UUID, views: Views) -> None:
        """Add or replace a person by the mean of ``views`` (count, dim). Raises ValueError for a wrong shape."""
        self.put_all({person_id: views})

    def put_all(self, people: Mapping[UUID, Views]) -> None:
        """Add or replace many people; searches go on in between. ``views`` stay the caller's, to be wiped."""
        entries = iter(people.items())
        while chunk := [(person, self._template(views)) for person, views in islice(entries, WRITE_ROWS)]:
            with self._lock:
                for person, template in chunk:
                    self._write(person, template)
            wipe(template for _, template in chunk)

    def remove(self, people: Iterable[UUID]) -> None:
        """Forget people and overwrite their templates; silent for those who are not there."""
        for person_id in people:
            with self._lock:
                place = self._places.pop(person_id, None)
                if place is not None:
                    block, row = self._at(place)
                    block.absent[row] = -np.inf
                    block.rows[row] = 0
                    self._people[place] = None
                    self._free.append(place)

    def clear(self) -> None:
        """Forget everybody (the vault was closed)."""
        self.remove(self.people)

    def _template(self, views: Views) -> Vector:
        stacked = np.asarray(views, dtype=np.float32)
        if stacked.ndim != 2 or not len(stacked) or stacked.shape[1] != self._dim:
            raise ValueError(f"views must have the shape (count, {self._dim})")
        if not np.isfinite(stacked).all():
            raise ValueError("views must be finite")
        template = fused(stacked)
        if not isinstance(views, np.ndarray):
            stacked.fill(0)
        return template

    def _write(self, person_id: UUID, template: Vector) -> None:
        """Lock held."""
        place = self._places.get(person_id)
        if place is None:
            place = self._free.pop() if self._free else self._new_place()
            self._places[person_id] = place
            self._people[place] = person_id
        block, row = self._at(place)
        block.rows[row] = template
        block.absent[row] = 0

    def _new_place(self) -> int:
        if len(self._people) == len(self._blocks) * BLOCK_ROWS:
            self._blocks.append(_Block(self._dim))
        self._people.append(None)
        return len(self._people) - 1

    def _at(self, place: int) -> tuple[_Block, int]:
        number, row = divmod(place, BLOCK_ROWS)
        return self._blocks[number], row

    def _rank(self, probe: Vector, count: int) -> list[Candidate]:
        found: list[Candidate] = []
        number = 0
        while True:
            with self._lock:
                if number == len(self._blocks):
                    break
                found += self._best_of_block(number, probe, count)
            number += 1
        return sorted(found, key=lambda candidate: -candidate.score)[:count]

    def _best_of_block(self, number: int, probe: Vector, count: int) -> Iterator[Candidate]:
        """Lock held. Repeated maxima: two of them cost less than any sorting."""
        start = number * BLOCK_ROWS
        used = min(BLOCK_ROWS, len(self._people) - start)
        block = self._blocks[number]
        scores = _cosines(block.rows[:used], probe)
        scores += block.absent[:used]
        for _ in range(min(count, used)):
            best = int(scores.argmax())
            person_id, score = self._people[start + best], float(scores[best])
            if person_id is None or score == -np.inf:
                return
            yield Candidate(person_id, score)
            scores[best] = -np.inf


def _cosines(rows: NDArray[np.float32], probe: Vector) -> NDArray[np.float32]:
    """``rows @ probe``; a large part on two threads, because one cannot use all of the memory's bandwidth.

    Threads of our own, gone when the scores are there: those of BLAS spin between calls (docs/adr/0016).
    """
    scores = np.empty(len(rows), dtype=np.float32)
    if len(rows) < SPLIT_ROWS:
        return np.dot(rows, probe, out=scores)
    half = len(rows) // 2
    beside = threading.Thread(target=np.dot, args=(rows[half:], probe, scores[half:]), name="gallery-search")
    beside.start()
    np.dot(rows[:half], probe, out=scores[:half])
    beside.join()
    return scores
