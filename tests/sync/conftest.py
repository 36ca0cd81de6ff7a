"""A real central server (HTTPS, real PostgreSQL), real hall stores, and what tests do with both."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
from sqlalchemy import select

from kiosk.model.staff import Actor
from kiosk.ports import KeyStore, SystemClock, SystemIds
from kiosk.store import Store, open_store
from kiosk.store.keystore import FileKeyStore
from sync.client.engine import SyncEngine, Tempo, connect
from sync.client.enrolment import Enrolment, enrol
from sync.server.database import open_database
from sync.server.run import CentralServer, serve
from sync.server.schema import inbox, quarantine
from tests.fixtures_pg import pg_database, pg_server

__all__ = ["pg_database", "pg_server"]
SYSTEM = Actor("system", None, frozenset(), "T1")
QUICK = Tempo(push_s=0.05, pull_s=0.05, retry_s=0.05)


@dataclass
class Hall:
    """A hall store, enrolled at a server."""

    profile: Path
    keys: KeyStore
    store: Store
    enrolment: Enrolment
    engines: list[SyncEngine] = field(default_factory=list)

    def record(self, count: int = 1, entity: str = "visit", **data: object) -> None:
        """``count`` events in one transaction."""
        with self.store.write() as work:
            for _ in range(count):
                work.journal.record(entity, uuid4(), "arrived", SYSTEM, data or {"state": "arrived"})

    def engine(self, url: str | None = None, **more: Any) -> SyncEngine:
        """A client of this hall, through ``url`` (a proxy) if given."""
        enrolment = replace(self.enrolment, url=url) if url else self.enrolment
        made = connect(self.store, self.keys, enrolment, more.pop("tempo", QUICK), **more)
        self.engines.append(made)
        return made

    def close(self) -> None:
        for engine in self.engines:
            engine.close()
        self.store.close()

    def backlog(self) -> tuple[int, int]:
        """(waiting, quarantined)."""
        with self.store.read() as work:
            found = work.outbox.backlog()
        return found.count, found.quarantined


class Desk:
    """The administrator's view of a server."""

    def __init__(self, server: CentralServer) -> None:
        self._server = server

    def call(self, method: str, path: str, token: str | None = None, **more: Any) -> requests.Response:
        bearer = self._server.core.keyring.admin_token if token is None else token
        return requests.request(
            method,
            f"{self._server.url}/v1/admin{path}",
            headers={"Authorization": f"Bearer {bearer}"},
            verify=str(self._server.certificate.cert),
            timeout=10,
            **more,
        )

    def add(self, number: str, name: str = "王小明", unit: str = "U1") -> UUID:
        form = {"staff_number": number, "name": name, "birth_date": "1990-05-01", "unit_code": unit, "unit_name": unit}
        answer = self.call("POST", "/employees", json=form)
        assert answer.status_code == 200, answer.text
        return UUID(answer.json()["id"])


def stored(server: CentralServer, origin_id: UUID) -> list[int]:
    """Sequence numbers the server holds for an origin, applied or quarantined."""
    with server.core.engine.connect() as connection:
        seqs: list[int] = []
        for table in (inbox, quarantine):
            seqs += connection.execute(select(table.c.seq).where(table.c.origin_id == origin_id)).scalars().all()
    return sorted(seqs)


@pytest.fixture(scope="session")
def template(pg_server: str) -> str:
    """Name of a database with the newest schema, to copy instead of migrating each time."""
    import psycopg

    with psycopg.connect(pg_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE central_template")
    url = pg_server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/central_template?")
    open_database(url).dispose()
    return "central_template"


@pytest.fixture
def start_server(
    template: str, pg_database: Callable[[str], str], tmp_path: Path
) -> Iterator[Callable[..., CentralServer]]:
    """Starts servers; the same folder keeps keys and certificate over a restart."""
    with ExitStack() as stack:

        def start(url: str | None = None, port: int = 0) -> CentralServer:
            server = serve(url or pg_database(template), tmp_path / "server", port=port)
            stack.callback(server.stop)
            return server

        yield start


@pytest.fixture(scope="session")
def server(pg_server: str, template: str) -> Iterator[CentralServer]:
    """One running server for all tests that do not stop it; tests differ by origin."""
    import psycopg

    with psycopg.connect(pg_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE central_shared TEMPLATE central_template")
    url = pg_server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/central_shared?")
    with tempfile.TemporaryDirectory() as folder, serve(url, Path(folder), port=0) as running:
        yield running


@pytest.fixture
def desk(server: CentralServer) -> Desk:
    return Desk(server)


@pytest.fixture
def make_hall(tmp_path: Path) -> Iterator[Callable[[CentralServer], Hall]]:
    """Makes enrolled halls."""
    halls: list[Hall] = []

    def make(at: CentralServer) -> Hall:
        profile = tmp_path / f"hall{len(halls)}"
        keys = FileKeyStore(profile)
        store = open_store(None, profile, keys, SystemClock(), SystemIds())
        hall = Hall(profile, keys, store, enrol(profile, keys, store.origin_id, at.bundle("一号中心")))
        halls.append(hall)
        return hall

    yield make
    for hall in halls:
        hall.close()


@pytest.fixture
def hall(server: CentralServer, make_hall: Callable[[CentralServer], Hall]) -> Hall:
    return make_hall(server)
