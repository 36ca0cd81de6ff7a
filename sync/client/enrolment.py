"""Enrolment of a hall at a server: pins its certificate, makes the device key, spends the one-time code.

Owns ``sync/server.json`` and ``sync/server.crt`` in the profile and the key store entry ``sync.device``.
"""

from __future__ import annotations

import hmac
import json
import os
import socket
import ssl
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.errors import WorldError
from kiosk.ports import KeyStore
from sync import wire
from sync.bundle import Bundle
from sync.client.faults import SyncError
from sync.client.transport import Transport

_KEY_NAME = "sync.device"
_CONNECT_S = 10.0


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Where the server is and who we are to it. ``wrap_key`` is its X25519 key, 32 raw bytes."""

    url: str
    certificate: Path
    server_id: UUID
    centre: str
    origin_id: UUID
    device_id: UUID
    wrap_key: bytes


def enrol(profile: Path, keys: KeyStore, origin_id: UUID, bundle: Bundle) -> Enrolment:
    """Enrol ``origin_id`` with ``bundle`` and remember it in ``profile``. Blocks on the network.

    Repeating with the same bundle after a lost answer is safe. Raises WorldError: server_unreachable,
    certificate_other, enrol_refused.
    """
    folder = profile / "sync"
    certificate = _write(folder / "server.crt", fetch_certificate(bundle).encode("ascii"))
    device_id, key = device(keys)
    public = key.public_key().public_bytes_raw()
    request = wire.EnrolRequest(
        code=bundle.code,
        device_id=device_id,
        origin_id=origin_id,
        public_key=public,
        proof=key.sign(wire.enrol_proof(bundle.code, device_id, origin_id, public)),
    )
    try:
        with Transport(bundle.url, certificate) as transport:
            reply = transport.post("/enrol", wire.EnrolReply, request)
    except SyncError as error:
        raise _refused(error) from error
    made = Enrolment(bundle.url, certificate, reply.server_id, reply.centre, origin_id, device_id, reply.wrap_key)
    _write(folder / "server.json", _to_json(made))
    return made


def load_enrolment(profile: Path) -> Enrolment | None:
    """The enrolment of this profile, or None. Raises WorldError when its file cannot be read."""
    path = profile / "sync" / "server.json"
    try:
        values = json.loads(path.read_bytes())
        return Enrolment(
            url=values["url"],
            certificate=path.with_name("server.crt"),
            server_id=UUID(values["server_id"]),
            centre=values["centre"],
            origin_id=UUID(values["origin_id"]),
            device_id=UUID(values["device_id"]),
            wrap_key=bytes.fromhex(values["wrap_key"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError) as error:
        raise WorldError(
            "enrolment_damaged", "The record of the enrolment cannot be read.", "Enrol this hall again."
        ) from error


def device(keys: KeyStore) -> tuple[UUID, Ed25519PrivateKey]:
    """Id and key of this device; made once and kept, so that an enrolment can be repeated. Raises WorldError."""
    stored = keys.get(_KEY_NAME)
    if stored is None:
        stored = uuid4().bytes + Ed25519PrivateKey.generate().private_bytes_raw()
        keys.put(_KEY_NAME, stored)
    return UUID(bytes=stored[:16]), Ed25519PrivateKey.from_private_bytes(stored[16:])


def fetch_certificate(bundle: Bundle) -> str:
    """The server's certificate as PEM, if it is the one the bundle names. Raises WorldError."""
    place = urlsplit(bundle.url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Nobody vouches for a self-made certificate; the fingerprint that the operator carried here does.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((place.hostname or "", place.port or 443), _CONNECT_S) as plain,
            context.wrap_socket(plain, server_hostname=place.hostname) as secure,
        ):
            der = secure.getpeercert(binary_form=True) or b""
    except OSError as error:
        raise WorldError(
            "server_unreachable",
            f"The central server at {bundle.url} does not answer.",
            "Check the address and the network, and that the server runs; then enrol again.",
        ) from error
    if not hmac.compare_digest(sha256(der).hexdigest(), bundle.fingerprint):
        raise WorldError(
            "certificate_other",
            f"The server at {bundle.url} shows another certificate than the bundle names.",
            "Do not go on: somebody may be in between. Ask the server's operator for a new bundle.",
        )
    return ssl.DER_cert_to_PEM_cert(der)


def _refused(error: SyncError) -> WorldError:
    return WorldError(
        "enrol_refused",
        f"The server did not accept the enrolment ({error.code}).",
        "Ask the server's operator for a fresh bundle (it lasts 15 minutes) and try again.",
        reason=error.code,
    )


def _to_json(made: Enrolment) -> bytes:
    values = {name: str(value) for name, value in asdict(made).items() if name != "certificate"}
    return json.dumps({**values, "wrap_key": made.wrap_key.hex()}, indent=1).encode("utf-8")


def _write(path: Path, content: bytes) -> Path:
    """Replace a small file as a whole."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise WorldError(
            "profile_folder", f"The profile cannot be written: {error.strerror}.", "Free space or grant write access."
        ) from error
    return path
