"""Starts and stops the central server: database, certificate, HTTPS. Owns lifetimes only."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import uvicorn
from sqlalchemy import Engine

from kiosk.errors import WorldError
from sync.bundle import Bundle
from sync.server.app import create_app
from sync.server.core import Core
from sync.server.database import open_database
from sync.server.embedded import EmbeddedPostgres
from sync.server.enrolment import issue_code
from sync.server.files import prepare_folder
from sync.server.keyring import Keyring
from sync.server.tls import Certificate, certificate

_START_S = 30.0
_STOP_S = 10.0


@dataclass(slots=True)
class OpenCore:
    """Database and secrets, with what must be closed afterwards."""

    core: Core
    engine: Engine
    postgres: EmbeddedPostgres | None

    def close(self) -> None:
        """Close the connections and stop the embedded database."""
        self.engine.dispose()
        if self.postgres is not None:
            self.postgres.stop()


def open_core(url: str | None, data_dir: Path) -> OpenCore:
    """Open the database at ``url``, or an embedded one in ``data_dir``, and the secrets. Raises WorldError."""
    prepare_folder(data_dir)
    postgres = EmbeddedPostgres(data_dir / "postgres") if url is None else None
    address = postgres.start() if postgres else str(url)
    try:
        engine = open_database(address)
        return OpenCore(Core(engine, Keyring(data_dir / "keys")), engine, postgres)
    except WorldError:
        if postgres:
            postgres.stop()
        raise


class _Uvicorn(uvicorn.Server):
    """Does not wait for idle halls to answer the end of TLS: a sleeping peer would hold the server for 30 seconds."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            if cycle is None or cycle.response_complete:
                connection.transport.abort()
        await super().shutdown(sockets)


class CentralServer:
    """A running server in threads of this process. Start it with ``serve``; stop it with ``stop`` or ``with``."""

    def __init__(self, opened: OpenCore, cert: Certificate, host: str, port: int) -> None:
        self._opened = opened
        self._cert = cert
        self._host = host
        self._socket = _listen(host, port)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            create_app(opened.core),
            ssl_certfile=str(cert.cert),
            ssl_keyfile=str(cert.key),
            log_config=None,
            access_log=False,  # addresses of halls and ids of records do not belong into a log file
            lifespan="off",
            timeout_graceful_shutdown=2,
        )
        self._uvicorn = _Uvicorn(config)
        self._thread = threading.Thread(
            target=self._uvicorn.run, kwargs={"sockets": [self._socket]}, name="central-server", daemon=True
        )

    @property
    def url(self) -> str:
        """Address for clients on this machine or, when a host was named, on the network."""
        host = "localhost" if self._host in ("127.0.0.1", "0.0.0.0", "::", "") else self._host  # noqa: S104
        return f"https://{host}:{self.port}"

    @property
    def core(self) -> Core:
        """Database and secrets."""
        return self._opened.core

    @property
    def certificate(self) -> Certificate:
        """The certificate that halls pin."""
        return self._cert

    def bundle(self, centre: str) -> Bundle:
        """What a hall needs to enrol: address, fingerprint and a fresh one-time code (15 minutes)."""
        with self.core.engine.begin() as connection:
            code = issue_code(connection, centre)
        return Bundle(self.url, self._cert.fingerprint, code)

    def start(self) -> None:
        """Answer requests from now on. Raises WorldError when it does not come up."""
        self._thread.start()
        waiting = threading.Event()
        for _ in range(int(_START_S / 0.02)):
            if self._uvicorn.started:
                return
            if not self._thread.is_alive():
                break
            waiting.wait(0.02)
        self.stop()
        raise WorldError("server_start", "The central server did not start.", "Read its log and start it again.")

    def stop(self) -> None:
        """Finish open requests, close everything, join the thread. Repeating is harmless."""
        self._uvicorn.should_exit = True
        if self._thread.is_alive():
            self._thread.join(_STOP_S)
        self._socket.close()
        self._opened.close()

    def wait(self) -> None:
        """Block until the server ends."""
        while self._thread.is_alive():
            self._thread.join(0.5)

    def __enter__(self) -> CentralServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(
    url: str | None, data_dir: Path, host: str = "127.0.0.1", port: int = 8443, names: Iterable[str] = ()
) -> CentralServer:
    """Start the central server and return it running. ``port`` 0 takes any free one.

    ``names`` are the host names and addresses by which halls reach it; they go into the certificate when it is made.
    Raises WorldError: server_folder, postgres_start, postgres_connect, server_port, server_start.
    """
    prepare_folder(data_dir)
    cert = certificate(data_dir / "keys", [*names, *_own_names(host)])
    opened = open_core(url, data_dir)
    try:
        server = CentralServer(opened, cert, host, port)
    except WorldError:
        opened.close()
        raise
    server.start()
    return server


def _own_names(host: str) -> list[str]:
    return [] if host in ("", "0.0.0.0", "::", "localhost", "127.0.0.1") else [host]  # noqa: S104


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise WorldError(
            "server_port",
            f"The server cannot listen on {host} port {port}: {error.strerror or error}.",
            "Another program may use the port, or the address is not of this machine; choose another with --port.",
            port=port,
        ) from error
