"""The vault: templates that only this installation can use, and that vanish when they must."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from kiosk.errors import WorldError
from kiosk.store.keystore import FileKeyStore
from kiosk.store.vault import PERSON_KEY, Vault
from tests.fakes import FakeClock

DIM = 128
YEAR = timedelta(days=365)


def faces(seed: int, count: int = 2, dim: int = DIM) -> np.ndarray:
    """Unit rows."""
    rows = np.random.default_rng(seed).standard_normal((count, dim))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def vault(profile: Path, clock: FakeClock) -> Iterator[Vault]:
    vault = Vault(profile, FileKeyStore(profile), clock)
    yield vault
    vault.close()


def put(vault: Vault, clock: FakeClock, seed: int = 1, person: UUID | None = None, **more: object) -> UUID:
    person = person or uuid4()
    values: dict[str, object] = {"consent_id": uuid4(), "engine": "sface", "expires_at": clock.now() + YEAR, **more}
    vault.put(person, vectors=faces(seed), **values)  # type: ignore[arg-type]
    return person


def test_templates_come_back_rotated_with_their_cosines(vault: Vault, clock: FakeClock) -> None:
    person = put(vault, clock)
    ((found, stored),) = vault.load("sface")
    rotation = vault.rotation("sface", DIM)
    assert found == person and stored.dtype == np.float32 and stored.shape == (2, DIM)
    assert np.allclose(stored, faces(1) @ rotation, atol=1e-6)
    assert not np.allclose(stored, faces(1), atol=0.1)
    probe = faces(2)
    assert np.allclose((probe @ rotation) @ stored.T, probe @ faces(1).T, atol=1e-5)
    assert vault.load("dlib") == [] and vault.count() == 1


@pytest.mark.parametrize("dim", [1, 2, 128, 512])
def test_a_rotation_is_orthogonal_and_its_own_for_each_engine(vault: Vault, dim: int) -> None:
    rotation = vault.rotation("sface", dim)
    assert np.allclose(rotation @ rotation.T, np.eye(dim), atol=1e-5)
    assert dim < 3 or not np.allclose(rotation, vault.rotation("dlib", dim), atol=0.1)


def test_a_rotation_survives_a_restart_but_not_another_installation(vault: Vault, profile: Path, clock) -> None:
    again = Vault(profile, FileKeyStore(profile), clock)
    other = Vault(profile / "other", FileKeyStore(profile / "other"), clock)
    mine = vault.rotation("sface", DIM)
    assert np.array_equal(mine, again.rotation("sface", DIM))
    same_face = faces(1, 200)
    cross = np.sum((same_face @ mine) * (same_face @ other.rotation("sface", DIM)), axis=1)
    strangers = np.sum(faces(2, 200) * faces(3, 200), axis=1)
    assert abs(cross.mean()) < 0.03 and abs(cross.std() - strangers.std()) < 0.03  # A26: as unlike as strangers
    again.close()
    other.close()


def test_putting_again_replaces(vault: Vault, clock: FakeClock) -> None:
    person = put(vault, clock)
    put(vault, clock, seed=2, person=person)
    put(vault, clock, seed=3, person=person, engine="dlib")
    ((_, stored),) = vault.load("sface")
    assert np.allclose(stored, faces(2) @ vault.rotation("sface", DIM), atol=1e-6) and vault.count() == 1


@pytest.mark.parametrize("vectors", [np.ones(4, np.float32), np.ones((2, 4), np.float32), np.ones((0, 4), np.float32)])
def test_only_unit_rows_are_taken(vault: Vault, clock: FakeClock, vectors: np.ndarray) -> None:
    with pytest.raises(ValueError, match="unit rows"):
        vault.put(uuid4(), uuid4(), "sface", vectors, clock.now() + YEAR)


def test_dropping_leaves_no_byte(vault: Vault, profile: Path, clock: FakeClock) -> None:
    person, other = put(vault, clock), put(vault, clock, seed=2)
    with vault._persons.reader.connect() as connection:
        key = connection.execute(PERSON_KEY.select().where(PERSON_KEY.c.person_id == person)).one().key
    receipt = vault.drop(person)
    assert (receipt.person_id, receipt.rows, receipt.at) == (person, 1, clock.now())
    assert [p for p, _ in vault.load("sface")] == [other] and vault.count() == 1
    folder = profile / "vault"
    assert {f.stat().st_size for f in folder.glob("*.db-wal")} == {0}
    raw = vault._persons.writer.raw_connection()
    raw.cursor().execute(f"ATTACH DATABASE '{profile / 'plain'}' AS plain KEY ''")
    raw.cursor().execute("SELECT sqlcipher_export('plain')")
    raw.close()
    dump = (profile / "plain").read_bytes()
    assert key not in dump and person.bytes not in dump and other.bytes in dump
    assert vault.drop(person).rows == 0


def test_no_template_lies_open_on_disk(vault: Vault, profile: Path, clock: FakeClock) -> None:
    put(vault, clock)
    rotated = (faces(1) @ vault.rotation("sface", DIM)).astype("<f4")
    for path in (p for p in profile.rglob("*") if p.is_file()):
        data = path.read_bytes()
        assert faces(1)[0, :8].tobytes() not in data and rotated[0, :8].tobytes() not in data


def test_expired_templates_match_nobody_and_are_purged(vault: Vault, clock: FakeClock) -> None:
    put(vault, clock, expires_at=clock.now() + timedelta(days=1))
    keeps = put(vault, clock, seed=2)
    clock.advance(days=2)
    assert [p for p, _ in vault.load("sface")] == [keeps]
    assert vault.purge(clock.now()) == 1 and vault.count() == 1 and vault.purge(clock.now()) == 0


def test_verify_removes_rows_without_consent_or_key_and_changed_ones(vault: Vault, clock: FakeClock) -> None:
    consents = [uuid4() for _ in range(4)]
    people = [put(vault, clock, seed=n, consent_id=consent) for n, consent in enumerate(consents)]
    with vault._persons.writer.begin() as connection:
        connection.execute(PERSON_KEY.delete().where(PERSON_KEY.c.person_id == people[1]))
    with vault._templates.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE template SET box = zeroblob(200) WHERE consent_id = ?", (consents[2].bytes,))
    assert [p for p, _ in vault.load("sface")] == [people[0], people[3]]
    assert vault.verify(consents[:3]) == 3
    assert [p for p, _ in vault.load("sface")] == [people[0]] and vault.count() == 1
    assert vault.verify(consents[:3]) == 0


def test_the_vault_needs_its_own_key(vault: Vault, profile: Path, clock: FakeClock) -> None:
    put(vault, clock)
    vault.close()
    FileKeyStore(profile).put("vault", bytes(32))
    with pytest.raises(WorldError) as caught:
        Vault(profile, FileKeyStore(profile), clock)
    assert caught.value.code == "wrong_key"
