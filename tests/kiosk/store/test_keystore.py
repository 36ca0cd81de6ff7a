"""Keys: in a real keyring when there is one, else in a file only its owner can read."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from kiosk.errors import WorldError
from kiosk.ports import KeyStore
from kiosk.store.keystore import FileKeyStore, RingKeyStore, choose_keystore


class FakeRing(KeyringBackend):
    """A keyring in memory that can be locked."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()
        self.secrets: dict[tuple[str, str], str] = {}
        self.locked = False

    def _check(self) -> None:
        if self.locked:
            raise KeyringLocked("locked")

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        if self.secrets.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


@pytest.fixture
def ring():
    before = keyring.get_keyring()
    ring = FakeRing()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture(params=["file", "ring"])
def keys(request: pytest.FixtureRequest, profile: Path, ring: FakeRing) -> KeyStore:
    return FileKeyStore(profile) if request.param == "file" else RingKeyStore(profile)


def test_a_key_store_keeps_and_forgets(keys: KeyStore, profile: Path) -> None:
    assert keys.get("hall") is None
    keys.drop("hall")
    keys.put("hall", b"\0\xff secret")
    keys.put("vault", b"other")
    assert keys.get("hall") == b"\0\xff secret" and type(keys)(profile).get("vault") == b"other"
    keys.put("hall", b"new")
    keys.drop("vault")
    assert keys.get("hall") == b"new" and keys.get("vault") is None


def test_the_file_is_for_its_owner_only(profile: Path) -> None:
    keys = FileKeyStore(profile)
    keys.put("hall", b"k")
    path = profile / "keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o604)
    with pytest.raises(WorldError) as caught:
        keys.get("hall")
    assert caught.value.code == "key_file_open" and "600" in caught.value.remedy


def test_a_broken_key_file_is_reported_and_kept(profile: Path) -> None:
    keys = FileKeyStore(profile)
    keys.put("hall", b"k")
    (profile / "keys.json").write_text("{", encoding="ascii")
    for attempt in (lambda: keys.get("hall"), lambda: keys.put("hall", b"n")):
        with pytest.raises(WorldError) as caught:
            attempt()
        assert caught.value.code == "store_unreachable"
    assert (profile / "keys.json").read_text(encoding="ascii") == "{"


def test_keys_put_at_the_same_time_are_all_kept(profile: Path) -> None:
    writers = [threading.Thread(target=FileKeyStore(profile).put, args=(f"k{n}", bytes([n]))) for n in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [FileKeyStore(profile).get(f"k{n}") for n in range(8)] == [bytes([n]) for n in range(8)]


def test_two_installations_share_a_keyring_without_mixing(tmp_path: Path, ring: FakeRing) -> None:
    one, other = RingKeyStore(tmp_path / "one"), RingKeyStore(tmp_path / "other")
    one.put("hall", b"1")
    assert other.get("hall") is None and len(ring.secrets) == 1


def test_a_locked_keyring_is_reported(profile: Path, ring: FakeRing) -> None:
    keys = RingKeyStore(profile)
    ring.locked = True
    for attempt in (lambda: keys.get("hall"), lambda: keys.put("hall", b"k"), lambda: keys.drop("hall")):
        with pytest.raises(WorldError) as caught:
            attempt()
        assert caught.value.code == "keyring_locked"


def test_choosing(profile: Path, ring: FakeRing) -> None:
    assert isinstance(choose_keystore(profile), RingKeyStore)
    FileKeyStore(profile).put("hall", b"k")
    assert isinstance(choose_keystore(profile), FileKeyStore)


def test_a_keyring_that_does_not_encrypt_is_not_used(profile: Path, ring: FakeRing, monkeypatch) -> None:
    monkeypatch.setattr(FakeRing, "priority", 0.5)
    assert isinstance(choose_keystore(profile), FileKeyStore)
