"""Starting the server: what it needs, what it keeps, and what it says when it cannot start."""

from __future__ import annotations

import ssl
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from cryptography import x509

from kiosk.errors import WorldError
from sync.server.database import open_database
from sync.server.embedded import EmbeddedPostgres
from sync.server.run import CentralServer, serve
from sync.server.schema import CENTRAL, SUBJECT_KEYS, metadata
from sync.server.tls import certificate


def test_migrations_make_exactly_the_tables_of_the_schema(pg_database: Callable[[str], str]) -> None:
    engine = open_database(pg_database("template1"))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "version_table_schema": CENTRAL,
                "include_name": lambda name, kind, _: kind != "schema" or name in (CENTRAL, SUBJECT_KEYS),
            },
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()
    open_database(str(engine.url.render_as_string(hide_password=False))).dispose()


def test_a_port_in_use_is_named(start_server: Callable[..., CentralServer], pg_database: Callable[[str], str]) -> None:
    running = start_server()
    with pytest.raises(WorldError) as caught:
        start_server(port=running.port)
    assert caught.value.code == "server_port"
    assert str(running.port) in str(caught.value)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorldError) as caught:
        serve(None, tmp_path / "file" / "server", port=0)
    assert caught.value.code == "server_folder"


def test_a_database_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(WorldError) as caught:
        serve("postgresql+psycopg://who:hidden@127.0.0.1:1/none", tmp_path, port=0)
    assert caught.value.code == "postgres_connect"
    assert "hidden" not in str(caught.value)


def test_secrets_are_kept_over_a_restart_and_private(
    start_server: Callable[..., CentralServer], pg_url_of_template: str
) -> None:
    first = start_server(pg_url_of_template)
    kept = (first.certificate.fingerprint, first.core.keyring.admin_token, first.core.keyring.wrap_key)
    keys = first.certificate.key.parent
    first.stop()
    second = start_server(pg_url_of_template)
    assert kept == (second.certificate.fingerprint, second.core.keyring.admin_token, second.core.keyring.wrap_key)
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()} == {0o600}


@pytest.fixture
def pg_url_of_template(template: str, pg_database: Callable[[str], str]) -> str:
    return pg_database(template)


def test_the_certificate_names_localhost_and_what_was_asked(tmp_path: Path) -> None:
    made = certificate(tmp_path, ["hall.example", "10.1.2.3"])
    parsed = x509.load_pem_x509_certificate(made.cert.read_bytes())
    names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "hall.example"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "10.1.2.3"]
    ssl.create_default_context(cafile=str(made.cert))


@pytest.fixture
def short_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        yield Path(folder)


def test_the_embedded_database_starts_stops_and_keeps_its_data(short_folder: Path) -> None:
    folder = short_folder / "data"
    for _ in range(2):
        postgres = EmbeddedPostgres(folder)
        engine = open_database(postgres.start())
        engine.dispose()
        postgres.stop()
    mode = stat.S_IMODE(short_folder.stat().st_mode)
    assert mode & (stat.S_IRGRP | stat.S_IROTH) == 0  # others may pass through, not look


def test_an_embedded_database_that_cannot_start_is_named(short_folder: Path) -> None:
    folder = short_folder / "data"
    folder.mkdir()
    (folder / "something").write_text("not a database")
    with pytest.raises(WorldError) as caught:
        EmbeddedPostgres(folder).start()
    assert caught.value.code == "postgres_start"
