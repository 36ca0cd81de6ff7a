"""Employees downward: cursors, tombstones, commit order, and a server that was restored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from sync.server.changes import NewEmployee, delete_employee, page, put_employee
from sync.server.database import begin_epoch, open_database
from sync.server.keyring import Keyring
from sync.server.problems import RefusedError
from sync.server.restores import heal_by_cursor
from sync.wire import Page

BIRTH = date(1990, 5, 1)


@pytest.fixture
def engine(template: str, pg_database: Callable[[str], str]) -> Iterator[Engine]:
    made = open_database(pg_database(template))
    yield made
    made.dispose()


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys")


def add(engine: Engine, number: str, unit: str = "U1") -> None:
    with engine.begin() as connection:
        put_employee(connection, NewEmployee(number, "王", BIRTH, unit, unit_name=f"单位{unit}"))


def read(engine: Engine, keyring: Keyring, cursor: str, limit: int = 100) -> Page:
    with engine.connect() as connection:
        return page(connection, keyring, cursor, limit)


def test_pages_are_complete_and_a_cursor_continues(engine: Engine, keyring: Keyring) -> None:
    for number in range(7):
        add(engine, str(number), unit=f"U{number % 3}")
    seen: list[str] = []
    cursor, more = "", True
    while more:
        found = read(engine, keyring, cursor, limit=2)
        seen += [row.code for row in found.units] + [row.staff_number for row in found.employees]
        cursor, more = found.cursor, found.more
    assert seen == ["U0", "U1", "U2", *"0123456"]
    assert read(engine, keyring, cursor).employees == ()
    add(engine, "3")
    assert [row.staff_number for row in read(engine, keyring, cursor).employees] == ["3"]


def test_a_tombstone_carries_no_person(engine: Engine, keyring: Keyring) -> None:
    add(engine, "1")
    (person,) = read(engine, keyring, "").employees
    with engine.begin() as connection:
        delete_employee(connection, person.id)
        with pytest.raises(RefusedError, match="employee_unknown"):
            delete_employee(connection, uuid4())
    (gone,) = read(engine, keyring, "").employees
    assert (gone.deleted, gone.name, gone.birth_date, gone.phone) == (True, "", None, "")


def test_an_unknown_unit_needs_a_name(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(RefusedError, match="unit_name_missing"):
        put_employee(connection, NewEmployee("1", "王", BIRTH, "U9"))


def test_concurrent_writers_lose_nothing(engine: Engine, keyring: Keyring) -> None:
    """A reader that follows the cursor while eight writers commit sees every employee."""
    add(engine, "first")

    def write(writer: int) -> None:
        for turn in range(10):
            add(engine, f"{writer}-{turn}")

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(8)]
    for writer in writers:
        writer.start()
    seen: set[str] = set()
    cursor = ""
    while len(seen) < 81:
        all_written = not any(writer.is_alive() for writer in writers)
        found = read(engine, keyring, cursor, limit=7)
        seen |= {row.staff_number for row in found.employees}
        cursor = found.cursor
        if all_written and not found.more and not found.employees:
            break
    for writer in writers:
        writer.join()
    assert len(seen) == 81


@pytest.mark.parametrize("cursor", ["garbage", "é", "A" * 400])
def test_a_garbage_cursor_means_from_the_beginning(engine: Engine, keyring: Keyring, cursor: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read(engine, keyring, cursor)
    assert (caught.value.status, caught.value.code) == (410, "cursor_gone")


def test_a_new_epoch_numbers_above_everything_handed_out(engine: Engine, keyring: Keyring) -> None:
    add(engine, "1")
    add(engine, "2")
    old = read(engine, keyring, "")
    with engine.begin() as connection:
        begin_epoch(connection)
    with pytest.raises(RefusedError, match="cursor_gone"):
        read(engine, keyring, old.cursor)
    new = read(engine, keyring, "")
    assert [row.staff_number for row in new.employees] == ["1", "2"]
    assert min(row.rev for row in new.employees) > max(row.rev for row in old.employees)


def test_a_cursor_from_the_future_proves_a_restore(
    engine: Engine, keyring: Keyring, pg_database: Callable[[str], str]
) -> None:
    add(engine, "1")
    before = engine.url.database
    engine.dispose()
    copy = open_database(pg_database(str(before)))
    try:
        add(engine, "2")
        ahead = read(engine, keyring, "").cursor
        with pytest.raises(RefusedError, match="cursor_gone"):
            read(copy, keyring, ahead)
        with copy.begin() as connection:
            assert heal_by_cursor(connection, keyring, ahead)
        with copy.begin() as connection:
            assert not heal_by_cursor(connection, keyring, ahead)
        assert [row.staff_number for row in read(copy, keyring, "").employees] == ["1"]
    finally:
        copy.dispose()
