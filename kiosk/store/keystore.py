"""Where this machine keeps its keys: the OS keyring when there is a real one, else a 0600 file in the profile.

Implements ``kiosk.ports.KeyStore``. Never reads keys from the environment. Safe between threads and processes.
"""

from __future__ import annotations

import base64
import json
import os
import stat
import uuid
from pathlib import Path

from kiosk.errors import WorldError
from kiosk.ports import KeyStore
from kiosk.store import faults
from kiosk.store.filelock import exclusive

_FILE = "keys.json"
_INSTALLATION = "installation"
_SERVICE = "appeal-reception"


def choose_keystore(profile: Path) -> KeyStore:
    """The key store of this profile: the file when one exists, else the keyring when real, else a new file."""
    if (profile / _FILE).exists() or not _has_real_keyring():
        return FileKeyStore(profile)
    return RingKeyStore(profile)


class FileKeyStore:
    """``keys.json`` in the profile, readable by its owner only; written as a whole or not at all."""

    def __init__(self, profile: Path) -> None:
        self._path = profile / _FILE

    def get(self, name: str) -> bytes | None:
        """The secret or None. WorldError ``key_file_open`` when others may read the file."""
        text = self._load().get(name)
        return None if text is None else base64.b64decode(text)

    def put(self, name: str, secret: bytes) -> None:
        """Store; the file is replaced atomically."""
        self._change(name, base64.b64encode(secret).decode())

    def drop(self, name: str) -> None:
        """Forget; silent when it is not there."""
        if name in self._load():
            self._change(name, None)

    def _load(self) -> dict[str, str]:
        try:
            with self._path.open("rb") as file:
                self._refuse_open_file(os.fstat(file.fileno()).st_mode)
                keys: dict[str, str] = json.load(file)
                return keys
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            raise faults.unreachable(_FILE, "the key file cannot be read") from None

    def _refuse_open_file(self, mode: int) -> None:
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise WorldError(
                "key_file_open",
                f"The key file {_FILE} may be read by other users of this machine.",
                "Make it readable by its owner only (chmod 600), and treat the keys in it as known to others.",
            )

    def _change(self, name: str, text: str | None) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with exclusive(self._path.with_suffix(".lock")):
                keys = self._load()
                if text is None:
                    keys.pop(name, None)
                else:
                    keys[name] = text
                self._replace(json.dumps(keys))
        except OSError:
            raise faults.unreachable(_FILE, "the key file cannot be written") from None

    def _replace(self, text: str) -> None:
        fresh = self._path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)


class RingKeyStore:
    """The keyring of the operating system, under a random id of this installation."""

    def __init__(self, profile: Path) -> None:
        marker = profile / _INSTALLATION
        try:
            if not marker.exists():
                profile.mkdir(parents=True, exist_ok=True)
                marker.write_text(str(uuid.uuid4()), encoding="ascii")
            self._prefix = marker.read_text(encoding="ascii").strip()
        except OSError:
            raise faults.unreachable(_INSTALLATION, "the profile folder cannot be used") from None

    def get(self, name: str) -> bytes | None:
        """The secret or None. WorldError ``keyring_locked`` when the keyring does not answer."""
        import keyring

        try:
            text = keyring.get_password(_SERVICE, f"{self._prefix}/{name}")
        except keyring.errors.KeyringError:
            raise self._locked() from None
        return None if text is None else base64.b64decode(text)

    def put(self, name: str, secret: bytes) -> None:
        """Store; WorldError when the keyring refuses."""
        import keyring

        try:
            keyring.set_password(_SERVICE, f"{self._prefix}/{name}", base64.b64encode(secret).decode())
        except keyring.errors.KeyringError:
            raise self._locked() from None

    def drop(self, name: str) -> None:
        """Forget; silent when it is not there."""
        import keyring

        try:
            keyring.delete_password(_SERVICE, f"{self._prefix}/{name}")
        except keyring.errors.PasswordDeleteError:
            return
        except keyring.errors.KeyringError:
            raise self._locked() from None

    def _locked(self) -> WorldError:
        return WorldError(
            "keyring_locked",
            "The keyring of this machine is locked or does not answer.",
            "Unlock it by signing in to the desktop session, then start again.",
        )


def _has_real_keyring() -> bool:
    """True when the OS offers a keyring that encrypts (priority 1 and above; the null and fail backends lie below)."""
    import keyring

    try:
        return float(keyring.get_keyring().priority) >= 1
    except Exception:  # a broken desktop service must not stop a kiosk that can use its own file
        return False
