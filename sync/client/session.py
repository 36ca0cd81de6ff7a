"""A signed-in conversation with the server: short tokens renewed as needed. Owns no retry beyond one new sign-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync import wire
from sync.client.enrolment import Enrolment
from sync.client.faults import Cure, SyncError
from sync.client.transport import Transport

T = TypeVar("T")


class Link(Protocol):
    """The calls of the loops; tests give them a fake server."""

    def hello(self, proof: str) -> wire.Hello:
        """Who the server is and how far it got; ``proof`` is from the last receipt. Raises SyncError, as all."""

    def push(self, batch: wire.Batch) -> wire.Receipt:
        """Send events."""

    def bury(self, letter: wire.DeadLetter) -> wire.Receipt:
        """Send one event that cannot travel whole."""

    def changes(self, cursor: str, limit: int, wait_s: float) -> wire.Page:
        """Read changes."""

    def centres(self) -> wire.Centres:
        """How many centres were heard of lately."""

    def close(self) -> None:
        """Let go of connections."""


class Session:
    """The link over HTTPS. Not thread-safe: one per loop."""

    def __init__(self, transport: Transport, enrolment: Enrolment, key: Ed25519PrivateKey) -> None:
        self._transport = transport
        self._enrolment = enrolment
        self._key = key
        self._token = ""

    def hello(self, proof: str) -> wire.Hello:
        """Who the server is and how far it got; refuses a server that is another one. Raises SyncError."""
        found = self._signed_in(lambda token: self._transport.get("/hello", wire.Hello, token, {"proof": proof}))
        if found.server_id != self._enrolment.server_id:
            raise SyncError(Cure.SIGN_IN, "other_server")
        if not found.protocol_min <= wire.PROTOCOL <= found.protocol_max:
            raise SyncError(Cure.UPGRADE, "protocol_unknown")
        return found

    def push(self, batch: wire.Batch) -> wire.Receipt:
        """Send events. Raises SyncError."""
        return self._signed_in(lambda token: self._transport.post(self._path("events"), wire.Receipt, batch, token))

    def bury(self, letter: wire.DeadLetter) -> wire.Receipt:
        """Send one event that cannot travel whole. Raises SyncError."""
        return self._signed_in(
            lambda token: self._transport.post(self._path("deadletter"), wire.Receipt, letter, token)
        )

    def changes(self, cursor: str, limit: int, wait_s: float) -> wire.Page:
        """Read changes. Raises SyncError."""
        params: dict[str, str | int | float] = {"cursor": cursor, "limit": limit, "wait": wait_s}
        return self._signed_in(lambda token: self._transport.get("/changes", wire.Page, token, params))

    def centres(self) -> wire.Centres:
        """How many centres were heard of lately. Raises SyncError."""
        return self._signed_in(lambda token: self._transport.get("/centres", wire.Centres, token, {}))

    def close(self) -> None:
        """Close idle connections."""
        self._transport.close()

    def _path(self, call: str) -> str:
        return f"/origins/{self._enrolment.origin_id}/{call}"

    def _signed_in(self, call: Callable[[str], T]) -> T:
        if self._token:
            try:
                return call(self._token)
            except SyncError as fault:
                if fault.code != "token_invalid":
                    raise
        self._token = self._sign_in()
        return call(self._token)

    def _sign_in(self) -> str:
        device = self._enrolment.device_id
        challenge = self._transport.get("/token", wire.ChallengeReply, params={"device": str(device)}).challenge
        signature = self._key.sign(wire.token_proof(challenge, device))
        request = wire.TokenRequest(device_id=device, challenge=challenge, signature=signature)
        return self._transport.post("/token", wire.TokenReply, request).token
