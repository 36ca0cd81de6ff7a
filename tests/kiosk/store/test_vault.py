"""The vault: templates that only this installation can use, and that vanish when they must."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from kiosk.errors import WorldError
from kiosk.store.keystore import FileKeyStore
from kiosk.store.vault import PERSON_KEY, RECEIPT, TEMPLATE, Reason, Standing, Vault, templates
from kiosk.store.vault.rows import open_rows
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


def consents_in(vault: Vault) -> Callable[[], set[UUID]]:
    """Everybody's consent is alive."""
    with vault._present.templates.reader.connect() as connection:
        alive = {row.consent_id for row in connection.execute(TEMPLATE.select())}
    return lambda: alive


def no_reason(_consent: UUID) -> Reason:
    raise AssertionError("nobody was asked why")


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


@pytest.mark.parametrize("dim", [1, 2, 128])
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
    with vault._present.persons.reader.connect() as connection:
        key = connection.execute(PERSON_KEY.select().where(PERSON_KEY.c.person_id == person)).one().key
    receipt = vault.drop(person)
    assert receipt is not None and (receipt.rows, receipt.reason, receipt.at) == (1, "withdrawn", clock.now())
    assert [p for p, _ in vault.load("sface")] == [other] and vault.count() == 1
    folder = profile / "vault"
    assert {f.stat().st_size for f in folder.glob("*.db-wal")} == {0}
    raw = vault._present.persons.writer.raw_connection()
    raw.cursor().execute(f"ATTACH DATABASE '{profile / 'plain'}' AS plain KEY ''")
    raw.cursor().execute("SELECT sqlcipher_export('plain')")
    raw.close()
    dump = (profile / "plain").read_bytes()
    assert key not in dump and person.bytes not in dump and other.bytes in dump
    assert vault.drop(person) is None


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
    live = consents_in(vault)
    assert [r.reason for r in vault.purge(live, no_reason)] == ["expired"]
    assert vault.count() == 1 and vault.purge(live, no_reason) == ()


def test_verify_tells_orphans_keyless_and_changed_rows_apart_and_removes_them(vault: Vault, clock: FakeClock) -> None:
    consents = [uuid4() for _ in range(4)]
    people = [put(vault, clock, seed=n, consent_id=consent) for n, consent in enumerate(consents)]
    with vault._present.persons.writer.begin() as connection:
        connection.execute(PERSON_KEY.delete().where(PERSON_KEY.c.person_id == people[1]))
    with vault._present.templates.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE template SET box = zeroblob(200) WHERE consent_id = ?", (consents[2].bytes,))
    assert {p for p, _ in vault.load("sface")} == {people[0], people[3]}
    check = vault.verify(lambda: consents[:3])
    assert (check.readable, check.orphans, check.keyless, check.changed, check.sound) == (1, 1, 1, 1, False)
    assert sorted(receipt.reason for receipt in check.removed) == ["no-consent", "unreadable", "unreadable"]
    assert [p for p, _ in vault.load("sface")] == [people[0]] and vault.count() == 1
    again = vault.verify(lambda: consents[:3])
    assert again.sound and again.readable == 1 and again.receipts == 3


CHANGES = {
    "prolonged": "expires_at = '2099-01-01 00:00:00.000000'",
    "another consent": "consent_id = randomblob(16)",
    "another shape": "dim = dim / 2",
    "another person": "key_id = (SELECT key_id FROM template WHERE engine = 'dlib')",
    "another model": "engine = 'other'",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_changing_any_column_makes_a_row_unreadable(vault: Vault, clock: FakeClock, change: str) -> None:
    put(vault, clock)
    put(vault, clock, seed=2, engine="dlib")
    with vault._present.templates.writer.begin() as connection:
        connection.exec_driver_sql(f"UPDATE template SET {change} WHERE engine = 'sface'")
    assert vault.load("sface") == [] == vault.load("other") and len(vault.load("dlib")) == 1


def test_a_person_without_rows_is_a_finding(vault: Vault, clock: FakeClock) -> None:
    put(vault, clock)
    with vault._present.templates.writer.begin() as connection:
        connection.execute(TEMPLATE.delete())
    check = vault.verify(lambda: ())
    assert check.idle_keys == 1 and not check.sound
    assert vault.verify(lambda: ()).sound


def test_a_purge_names_the_reason_the_ledger_gives(vault: Vault, clock: FakeClock) -> None:
    kept = put(vault, clock)
    live = consents_in(vault)()
    put(vault, clock, seed=2)
    put(vault, clock, seed=3, expires_at=clock.now())
    receipts = vault.purge(lambda: live, lambda _consent: Reason.LEFT)
    assert sorted((r.reason, r.rows) for r in receipts) == [(Reason.EXPIRED, 1), (Reason.LEFT, 1)]
    assert [p for p, _ in vault.load("sface")] == [kept]


def test_receipts_are_signed_and_a_changed_one_is_told(vault: Vault, profile: Path, clock: FakeClock) -> None:
    receipt = vault.drop(put(vault, clock))
    assert receipt is not None
    assert vault.receipt(receipt.number.lower()) == (receipt, Standing.VALID)
    assert vault.receipt("ABCDEFGHIJ") is None
    with vault._present.templates.writer.begin() as connection:
        connection.execute(RECEIPT.update().values(rows=7))
    found = vault.receipt(receipt.number)
    assert found is not None and found[1] is Standing.CHANGED
    assert vault.verify(lambda: ()).doubtful_receipts == (receipt.number,)


def test_a_hall_that_joined_a_centre_signs_with_its_device_key(vault: Vault, profile: Path, clock: FakeClock) -> None:
    from sync.client.enrolment import device

    keys = FileKeyStore(profile)
    _, private = device(keys)
    receipt = vault.drop(put(vault, clock))
    assert receipt is not None and receipt.signer == private.public_key().public_bytes_raw().hex()
    private.public_key().verify(receipt.signature, receipt.message)
    assert vault.receipt(receipt.number) == (receipt, Standing.VALID)
    keys.drop("sync.device")
    device(keys)
    found = vault.receipt(receipt.number)
    assert found is not None and found[1] is Standing.EARLIER_KEY


def test_a_receipt_says_nothing_about_who(vault: Vault, clock: FakeClock) -> None:
    person = put(vault, clock)
    receipt = vault.drop(person)
    assert receipt is not None and receipt.key_id != person and str(person) not in receipt.message.decode()


def test_rows_are_followed_one_by_one(vault: Vault, clock: FakeClock) -> None:
    ann, bob = put(vault, clock), put(vault, clock, seed=2)
    before = vault.rows("sface")
    put(vault, clock, seed=3, person=bob)
    after = vault.rows("sface")
    (fresh,) = set(after) - set(before)
    assert set(after.values()) == {ann, bob} and after[fresh] == bob
    ((person, views),) = vault.fetch("sface", [fresh])
    assert person == bob and np.allclose(views, faces(3) @ vault.rotation("sface", DIM), atol=1e-6)
    views.fill(0)  # the receiver's own


def test_two_installations_cannot_be_linked(vault: Vault, profile: Path, clock: FakeClock) -> None:
    """A26: the same people enrolled at two centres look like strangers to each other, whichever way they are paired."""
    other = Vault(profile / "other", FileKeyStore(profile / "other"), clock)
    for seed in range(40):
        put(vault, clock, seed=seed, person=UUID(int=seed + 1))
        put(other, clock, seed=seed, person=UUID(int=seed + 1))
    here, there = (dict(one.load("sface")) for one in (vault, other))
    scores = np.array([[float(here[a][0] @ there[b][0]) for b in here] for a in here])
    same, strangers = np.diag(scores), scores[~np.eye(len(scores), dtype=bool)]
    assert abs(same.mean() - strangers.mean()) < 4 * strangers.std() / np.sqrt(len(same))
    assert abs(same.std() - strangers.std()) < 0.03 and same.max() < 0.5
    other.close()


def test_the_vault_needs_its_own_key(vault: Vault, profile: Path, clock: FakeClock) -> None:
    put(vault, clock)
    vault.close()
    FileKeyStore(profile).put("vault", bytes(32))
    with pytest.raises(WorldError) as caught:
        Vault(profile, FileKeyStore(profile), clock)
    assert caught.value.code == "wrong_key"


def near(vault: Vault, person: UUID, seed: int) -> np.ndarray:
    """A rotated view that lies close to everything the person has."""
    own = dict(vault.load("sface"))[person].mean(axis=0)
    view = own / np.linalg.norm(own) + 0.02 * faces(seed, 1)[0]
    return np.asarray(view / np.linalg.norm(view), np.float32)


def test_learned_views_replace_the_oldest_learned_and_never_the_enrolled(vault: Vault, clock: FakeClock) -> None:
    person, consent = uuid4(), uuid4()
    put(vault, clock, person=person, consent_id=consent)
    put(vault, clock, seed=7)
    ((row, _),) = [(row, owner) for row, owner in vault.rows("sface").items() if owner == person]
    enrolled = dict(vault.load("sface"))[person]
    learned = [near(vault, person, seed) for seed in (11, 12, 13)]
    for view in learned:
        assert vault.learn(person, "sface", view, least=0.1, most=2)
    assert np.allclose(dict(vault.load("sface"))[person], np.stack([*enrolled, *learned[1:]]))
    assert row not in vault.rows("sface")  # whoever holds the old row in memory sees that it is another one
    assert vault.purge(lambda: {consent}, lambda _: Reason.NO_CONSENT) and vault.count() == 1
    clock.advance(days=366)
    assert vault.load("sface") == []
    assert not vault.learn(person, "sface", learned[0], least=0.1, most=2)


def test_a_view_that_does_not_agree_with_the_enrolled_ones_is_not_learned(vault: Vault, clock: FakeClock) -> None:
    person = put(vault, clock)
    before = dict(vault.load("sface"))[person]
    assert not vault.learn(person, "sface", faces(99, 1)[0], least=0.6, most=2)
    assert not vault.learn(uuid4(), "sface", before[0], least=-1, most=2)
    assert not vault.learn(person, "dlib", before[0], least=-1, most=2)
    assert np.array_equal(dict(vault.load("sface"))[person], before)


def test_enrolling_again_drops_what_was_learned_and_rekeying_keeps_it(vault: Vault, clock: FakeClock) -> None:
    person = put(vault, clock)
    assert vault.learn(person, "sface", near(vault, person, 5), least=0.1, most=2)
    vault.rekey()
    assert len(dict(vault.load("sface"))[person]) == 3
    assert vault.learn(person, "sface", near(vault, person, 6), least=0.1, most=1)
    assert len(dict(vault.load("sface"))[person]) == 3
    put(vault, clock, seed=1, person=person)
    assert len(dict(vault.load("sface"))[person]) == 2


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """Every template that was decrypted."""
    seen: list[np.ndarray] = []

    def watched(*args: object) -> Iterator[object]:
        for one in open_rows(*args):  # type: ignore[arg-type]
            seen.append(one.vectors)
            yield one

    monkeypatch.setattr(templates, "open_rows", watched)
    return seen


def test_a_full_disk_leaves_no_view_behind(
    vault: Vault, clock: FakeClock, opened: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = put(vault, clock)
    view = near(vault, person, 11)
    opened.clear()
    with monkeypatch.context() as patch:
        patch.setattr(templates, "insert", full)
        with pytest.raises(WorldError):
            vault.learn(person, "sface", view, least=-1, most=2)
    assert opened and not any(views.any() for views in opened)
    assert len(dict(vault.load("sface"))[person]) == 2


def test_a_load_that_breaks_off_leaves_no_template_behind(
    vault: Vault, clock: FakeClock, opened: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(3):
        put(vault, clock, seed=seed)

    def one_by_one_then_none(rows: list[UUID]) -> Iterator[list[UUID]]:
        yield from ([row] for row in list(rows)[:2])
        full()

    monkeypatch.setattr(templates, "pages", one_by_one_then_none)
    with pytest.raises(WorldError):
        vault.load("sface")
    assert len(opened) == 2 and not any(views.any() for views in opened)


def test_nothing_is_written_to_a_vault_whose_file_was_removed(vault: Vault, profile: Path, clock: FakeClock) -> None:
    put(vault, clock)
    aside = profile / "aside.db"
    (profile / "vault" / "vault.db").rename(aside)
    for use in (lambda: put(vault, clock, seed=2), lambda: vault.load("sface"), lambda: vault.drop(uuid4())):
        with pytest.raises(WorldError) as caught:
            use()
        assert caught.value.code == "store_damaged"
    aside.rename(profile / "vault" / "vault.db")
    assert len(vault.load("sface")) == 1


def full(*_values: object) -> None:
    raise WorldError("store_full", "The disk is full.", "Free some space.")
