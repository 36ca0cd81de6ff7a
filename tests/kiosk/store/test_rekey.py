"""Re-keying: whole before, whole after, whole when killed in between; and the old vault is worth nothing."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from kiosk.errors import ConflictError, WorldError
from kiosk.store.keystore import FileKeyStore
from kiosk.store.vault import Standing, Vault, generations, rekey
from recognition.gallery import Gallery
from recognition.loading import Loader, Memory
from tests.fakes import FakeClock
from tests.kiosk.store.rekeying import POINTS
from tests.kiosk.store.test_vault import DIM, faces, put

ROOT = Path(__file__).resolve().parents[3]
EVERY_TIME = ("before the switch", "after the switch", "keys half gone")
PEOPLE = {UUID(int=n + 1): n for n in range(5)}


@pytest.fixture
def keys(profile: Path) -> FileKeyStore:
    return FileKeyStore(profile)


@pytest.fixture
def vault(profile: Path, keys: FileKeyStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    monkeypatch.setattr(rekey, "pages", lambda values: two_by_two(list(values)))
    vault = Vault(profile, keys, clock)
    for person, seed in PEOPLE.items():
        put(vault, clock, seed=seed, person=person)
    yield vault
    vault.close()


def two_by_two(values: list[UUID]) -> Iterator[list[UUID]]:
    return (values[start : start + 2] for start in range(0, len(values), 2))


def holds(vault: Vault, seeds: dict[UUID, int]) -> bool:
    """Exactly these people, under the rotation that is in use."""
    stored, matrix = dict(vault.load("sface")), vault.rotation("sface", DIM)
    return stored.keys() == seeds.keys() and all(
        np.allclose(stored[person], faces(seed) @ matrix, atol=1e-5) for person, seed in seeds.items()
    )


def test_everything_is_issued_anew(vault: Vault, keys: FileKeyStore, profile: Path) -> None:
    receipt = vault.drop(UUID(int=5))
    assert receipt is not None
    before, matrix = dict(vault.load("sface")), vault.rotation("sface", DIM)
    secrets = {name: keys.get(name) for name in ("vault", "vault-persons", "vault-rotation")}
    told: list[tuple[int, int]] = []
    done = vault.rekey(lambda *counts: told.append(counts))
    left = {person: seed for person, seed in PEOPLE.items() if seed < 4}
    assert (done.rows, done.unreadable, done.generation) == (4, 0, 1) and told == [(2, 4), (4, 4)]
    assert holds(vault, left) and not np.allclose(vault.rotation("sface", DIM), matrix, atol=0.1)
    assert max(float(np.max(rows @ before[person].T)) for person, rows in vault.load("sface")) < 0.5
    assert [keys.get(name) for name in secrets] == [None, None, None]
    assert not (profile / "vault" / "vault.db").exists() and generations.exists(profile)
    assert vault.receipt(receipt.number) == (receipt, Standing.VALID)
    assert vault.rekey().generation == 2 and holds(vault, left)


def test_a_stolen_old_vault_is_worth_nothing(vault: Vault, profile: Path, tmp_path: Path, clock: FakeClock) -> None:
    stolen = tmp_path / "stolen"
    shutil.copytree(profile / "vault", stolen / "vault")
    vault.rekey()
    shutil.copy(profile / "keys.json", stolen)
    with pytest.raises(WorldError) as caught:
        Vault(stolen, FileKeyStore(stolen), clock)
    assert caught.value.code == "wrong_key"


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize(
    "point", [point if point in EVERY_TIME else pytest.param(point, marks=pytest.mark.slow) for point in POINTS]
)
def test_killed_anywhere_one_whole_vault_is_left(
    vault: Vault, profile: Path, keys: FileKeyStore, clock: FakeClock, point: str
) -> None:
    command = [sys.executable, "-m", "tests.kiosk.store.rekeying", str(profile), point]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    switched = POINTS.index(point) > POINTS.index("in the switch")
    assert vault.generation() == int(switched) and generations.others(profile) != []
    assert holds(vault, PEOPLE)
    with_terminal_closed = Vault(profile, keys, clock)
    assert generations.others(profile) == []
    assert holds(with_terminal_closed, PEOPLE) and with_terminal_closed.verify(lambda: everybodys(vault)).sound
    rest = ["vault", "vault-persons", "vault-rotation"]
    rest = [f"{name}.{int(not switched)}".removesuffix(".0") for name in rest]
    assert [keys.get(name) for name in rest] == [None] * 3
    assert with_terminal_closed.rekey().rows == 5 and holds(vault, PEOPLE)
    with_terminal_closed.close()


def everybodys(vault: Vault) -> set[UUID]:
    """Consents of all rows; asked while the vault is busy, so past its own lock."""
    from sqlalchemy import select

    from kiosk.store.vault import TEMPLATE
    from kiosk.store.vault.generations import Room

    room = Room(vault._profile, vault._keys, vault.generation())
    with room.templates.reader.connect() as connection:
        found = {row.consent_id for row in connection.execute(select(TEMPLATE.c.consent_id))}
    room.close()
    return found


def test_who_comes_and_goes_meanwhile_is_there_or_gone_afterwards(
    vault: Vault, profile: Path, keys: FileKeyStore, clock: FakeClock
) -> None:
    terminal = Vault(profile, keys, clock)
    seeds, new = dict(PEOPLE), uuid4()

    def meanwhile(done: int, total: int) -> None:
        if done == 4:
            for person in list(PEOPLE)[:4]:
                terminal.drop(person)
                seeds.pop(person)
            put(terminal, clock, seed=30, person=(back := next(iter(PEOPLE))))
            put(terminal, clock, seed=31, person=new)
            put(terminal, clock, seed=32, person=(again := list(PEOPLE)[4]))
            seeds.update({back: 30, new: 31, again: 32})

    vault.rekey(meanwhile)
    assert holds(vault, seeds) and holds(terminal, seeds) and vault.status().receipts == 4
    assert vault.verify(lambda: everybodys(vault)).sound
    terminal.close()


def test_two_re_keyings_do_not_meet(vault: Vault, profile: Path, keys: FileKeyStore, clock: FakeClock) -> None:
    other, refused = Vault(profile, keys, clock), []

    def meanwhile(done: int, total: int) -> None:
        with pytest.raises(ConflictError) as caught:
            other.rekey()
        refused.append(caught.value.code)

    vault.rekey(meanwhile)
    assert set(refused) == {"vault_busy"} and holds(other, PEOPLE)
    other.close()


class Turned:
    """What the loader turns."""

    dim = DIM

    def __init__(self) -> None:
        self.matrix: np.ndarray | None = None

    def turn(self, matrix: np.ndarray) -> None:
        self.matrix = matrix


def following(vault: Vault) -> tuple[Loader, Gallery, Turned]:
    gallery, engine = Gallery(DIM), Turned()
    memory = Memory(vault.load, vault.rows, vault.fetch, vault.rotation, vault.generation)
    return Loader(memory, "sface", gallery, engine), gallery, engine  # type: ignore[arg-type]


def test_a_running_terminal_goes_over_to_the_new_vault(
    vault: Vault, profile: Path, keys: FileKeyStore, clock: FakeClock
) -> None:
    terminal = Vault(profile, keys, clock)
    loader, gallery, engine = following(terminal)
    assert not gallery.ready
    loader.reload()
    vault.rekey()
    loader.reload()
    assert gallery.ready and engine.matrix is not None
    for person, seed in PEOPLE.items():
        probe = faces(seed)[0] @ engine.matrix
        assert gallery.search(probe)[0].person_id == person
    loader.stop()
    assert len(gallery) == 0
    terminal.close()


def test_a_terminal_loads_in_the_background_and_follows_changes(vault: Vault, clock: FakeClock) -> None:
    loader, gallery, _ = following(vault)
    loader.start()
    loader.reload()
    assert gallery.ready and gallery.people == PEOPLE.keys()
    vault.drop(UUID(int=1))
    put(vault, clock, seed=9, person=(new := uuid4()))
    loader.reload()
    assert gallery.people == {*list(PEOPLE)[1:], new}
    loader.stop()


def test_a_vault_that_cannot_be_read_leaves_nobody_known(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    loader, gallery, _ = following(vault)

    def broken(models: str) -> dict[UUID, UUID]:
        raise WorldError("store_damaged", "broken")

    object.__setattr__(loader._memory, "rows", broken)
    loader.start()
    assert loader._thread is not None
    loader._thread.join()
    assert gallery.ready and len(gallery) == 0 and "store_damaged" in caplog.text
    loader.stop()


def test_a_load_that_broke_off_keeps_nothing_and_is_made_up_for(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    loader, gallery, _ = following(vault)
    lent: list[np.ndarray] = []

    def breaking(models: str, rows: Collection[UUID]) -> Iterator[tuple[UUID, np.ndarray]]:
        for person, views in list(vault.fetch(models, rows))[:3]:
            lent.append(views)
            yield person, views
        raise WorldError("store_unreachable", "broken")

    whole = loader._memory.fetch
    object.__setattr__(loader._memory, "fetch", breaking)
    with pytest.raises(WorldError):
        loader.reload()
    assert loader.failed and gallery.ready and len(gallery) == 0
    assert len(lent) == 3 and not any(views.any() for views in lent)
    object.__setattr__(loader._memory, "fetch", whole)
    loader.reload()
    assert not loader.failed and gallery.people == PEOPLE.keys()
    loader.stop()


def test_a_lost_pointer_is_told_and_nothing_is_made_in_its_place(
    vault: Vault, profile: Path, keys: FileKeyStore, clock: FakeClock
) -> None:
    vault.rekey()
    (profile / "vault" / "generation").unlink()
    with pytest.raises(WorldError) as caught:
        Vault(profile, keys, clock)
    assert caught.value.code == "store_damaged" and (profile / "vault" / "1" / "vault.db").exists()
    assert not (profile / "vault" / "vault.db").exists()
    generations.switch(profile, 1)
    again = Vault(profile, keys, clock)
    assert holds(again, PEOPLE)
    again.close()
