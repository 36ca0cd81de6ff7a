"""The views a wall reads: the same columns on both engines, and nothing that could lead to a person."""

from __future__ import annotations

import re

from sqlalchemy import inspect, select

from kiosk.store import Store
from kiosk.store.schema import METADATA
from kiosk.store.schema_views import VIEWS

PERSONAL = r"name|visit|appeal_id|employee|category|unit|staff|query_code|title|text|\bby\b|office|owner"


def test_the_views_in_code_are_the_views_of_the_store(store: Store) -> None:
    found = inspect(store.database.reader)
    assert set(found.get_view_names()) == {view.name for view in VIEWS}
    for view in VIEWS:
        assert [c["name"] for c in found.get_columns(view.name)] == [c.name for c in view.c]
        with store.read() as work:
            work.desk.ask(select(*view.c)).all()


def test_no_column_could_name_a_person_or_a_matter() -> None:
    assert [f"{view.name}.{c.name}" for view in VIEWS for c in view.c if re.search(PERSONAL, c.name)] == []


def test_every_id_is_that_of_a_number() -> None:
    ids = {c.name for view in VIEWS for c in view.c if c.name == "id" or c.name.endswith("_id")}
    assert ids == {"ticket_id"} and not ids & set(METADATA.tables)
