"""The schema: made by migrations, equal to the tables in code, never downgraded."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from kiosk.errors import WorldError
from kiosk.ports import SystemIds
from kiosk.store import Store, open_store
from kiosk.store.keystore import FileKeyStore
from kiosk.store.rows import Rows
from kiosk.store.schema import METADATA
from kiosk.store.schema_record import APPEND_ONLY
from kiosk.store.subject_keys import METADATA as KEYS
from kiosk.store.upgrade import HEAD, MIGRATIONS
from kiosk.store.vault import PERSON_KEY, TEMPLATE
from tests.fakes import FakeClock

NAMES = {
    "employee", "unit", "staff", "service_category", "business_day", "visit", "ticket", "counter", "appeal", "consent",
    "seat", "audit", "outbox", "outbox_delivery", "sync_state",
}  # fmt: skip


def test_upgrading_an_empty_store_gives_exactly_the_tables_in_code(store: Store) -> None:
    with store.database.writer.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    assert set(METADATA.tables) >= NAMES


def test_a_fresh_server_database_is_migrated(pg_url: str, profile: Path, clock: FakeClock) -> None:
    store = open_store(pg_url, profile, FileKeyStore(profile), clock, SystemIds())
    assert store.last_seq() == 0
    store.close()


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_the_first_migration_protects_every_append_only_table() -> None:
    text = next((MIGRATIONS / "versions").glob("0001_*.py")).read_text(encoding="utf-8")
    found = re.search(r"^APPEND_ONLY = (.*)$", text, re.MULTILINE)
    assert found is not None and found.group(1) == str(APPEND_ONLY).replace("'", '"')


def test_a_newer_store_is_refused_and_not_touched(opener) -> None:
    store = opener()
    with store.database.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with pytest.raises(WorldError) as caught:
        opener()
    assert caught.value.code == "store_newer" and "Update" in caught.value.remedy
    with store.database.reader.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"


def test_a_second_start_does_not_import_alembic(profile: Path) -> None:
    folder = FileKeyStore(profile)
    open_store(None, profile, folder, FakeClock(), SystemIds()).close()
    script = (
        "import sys; from pathlib import Path; from kiosk.ports import SystemClock, SystemIds;"
        "from kiosk.store import open_store; from kiosk.store.keystore import FileKeyStore; p = Path(sys.argv[1]);"
        "open_store(None, p, FileKeyStore(p), SystemClock(), SystemIds()).close();"
        "print([n for n in ('alembic', 'psycopg', 'numpy', 'sqlalchemy.orm') if n in sys.modules])"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script, str(profile)], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("metadata", [METADATA, KEYS, TEMPLATE.metadata, PERSON_KEY.metadata])
def test_every_column_has_a_data_class(metadata) -> None:
    bare = [str(c) for table in metadata.tables.values() for c in table.columns if "class" not in c.info]
    assert bare == []


def test_no_face_data_in_the_hall_store() -> None:
    """Templates live in the vault (DECISIONS 4): the hall knows enrolments, never vectors."""
    faces = {t.name for t in METADATA.tables.values() for c in t.columns if c.info["class"] == "D8"}
    assert faces == {"consent", "consent_witness", "enrolment", "face_block", "face_strike"}
    assert not [c for name in faces for c in METADATA.tables[name].columns if c.type.python_type is bytes]


@pytest.mark.parametrize("repository", Rows.__subclasses__(), ids=lambda r: r.__name__)
def test_every_field_of_a_value_has_a_column(repository: type[Rows[object]]) -> None:
    stored = [name for name in repository.names() if name not in repository.joined]
    assert set(stored) <= set(repository.table.c.keys())
    missing = [
        c.name for c in repository.table.columns if c.name not in stored and not c.nullable and c.server_default is None
    ]
    assert missing == []
