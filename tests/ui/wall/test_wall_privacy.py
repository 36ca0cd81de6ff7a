"""Nothing private on the wall: every text is one of ours, a label or a number, on every page of every layout."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from kiosk.model.appeal import Channel
from kiosk.model.board import BoardState, Call, Figures, LetterRow, NoticeText, Stage, ZoneRow
from kiosk.phrases import LOCALE_ROOT
from tests.ui.wall.walls import CATALOG, CONTENT, PHRASES, PLATE, SHEETS, START, ZONE, Wall
from ui.wall.layout import Layout
from ui.wall.state import CentresOnline, Freshness, Page, Shape, WallState
from ui.wall.words import texts

LABELS = st.from_regex(r"\A[A-Z][0-9]{3,4}\Z")
CALLS = st.builds(
    Call,
    st.uuids(),
    LABELS,
    st.from_regex(r"\A[0-9]{1,2}\Z"),
    st.sampled_from(["", "Z2", "安静区"]),
    st.just(START),
    st.integers(1, 5),
)
PERCENT = st.none() | st.integers(0, 100)
COUNTS = st.integers(0, 999)
FIGURE_SETS = st.builds(
    Figures, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, PERCENT, PERCENT, st.none() | st.floats(0, 99),
    st.lists(st.tuples(st.sampled_from(Stage), COUNTS), max_size=5).map(tuple),
    st.lists(st.tuples(st.sampled_from(Channel), COUNTS), max_size=5).map(tuple), COUNTS, COUNTS,
)  # fmt: skip
BOARDS = st.builds(
    BoardState,
    st.integers(0, 10**6),
    st.just(START),
    st.booleans(),
    st.lists(CALLS, max_size=6).map(tuple),
    st.lists(st.builds(LetterRow, st.sampled_from("ABCVYSG"), COUNTS, COUNTS, COUNTS), max_size=7).map(tuple),
    FIGURE_SETS,
    zones=st.lists(st.builds(ZoneRow, st.sampled_from(("Z1", "Z2")), COUNTS, COUNTS), max_size=2).map(tuple),
)
FIXED = {
    re.sub(r"\{.*?\}|\d|\s", "", line.partition(" = ")[2])
    for language in PHRASES
    for line in (LOCALE_ROOT / language / "wall.toml").read_text(encoding="utf-8").splitlines()
}
NAMED = {name for item in (*CATALOG.letters.values(), *CATALOG.zones) for name in (item.zh, item.en)}
OWN = {text for part in (CONTENT, PLATE) for text in texts(part)}
PRIVATE = [category.name_zh for category in CATALOG.categories] + [unit.name for unit in CATALOG.units]
SIGNS = set("".join(FIXED | NAMED | OWN))


def private(text: str, labels: set[str]) -> bool:
    """True for a text that is neither a label nor made of our own words and numbers."""
    if text in labels or text in OWN:
        return False
    plain = set(re.sub(r"[\d\s:/%–.-]", "", re.sub("|".join(labels) or "$^", "", text)))
    return not plain <= SIGNS or text in PRIVATE or re.search(r"DEMO-|\d{5,}", text) is not None


@settings(max_examples=60, deadline=None)
@given(BOARDS, st.sampled_from(Freshness), st.sampled_from(Page), st.sampled_from(Layout), st.integers(0, 50))
def test_every_text_is_a_fixed_phrase_a_label_or_a_number(
    board: BoardState, fresh: Freshness, page: Page, layout: Layout, turn: int
) -> None:
    labels = {call.label for call in board.calls} | {row.letter for row in board.waiting}
    state = WallState(
        START.astimezone(ZONE), page, board, board.calls, frozenset(), fresh, 70, turn, CentresOnline(3, 14),
        shape=Shape(layout),
    )  # fmt: skip
    assert [text for text in texts(SHEETS.of(state)) if private(text, labels)] == []


SIZES = [(960, 540), (540, 960), (768, 256)]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_else_is_painted_on_any_page_of_any_layout(size: tuple[int, int], qtbot: QtBot) -> None:
    wall = Wall()
    wall.presenter.connect(wall.hall, wall.hall)
    front = wall.front(*size)
    qtbot.addWidget(front.window)
    front.window.show()
    for label, place in (("A012", ""), ("C004", "Z2"), ("A1003", "")):
        wall.call(label, place=place)
    labels = {"A012", "C004", "A1003", "A", "W1"}
    for page in Page:
        wall.presenter.state = replace(wall.state, page=page)
        wall.presenter.changed()
        assert not front.window.grab().isNull()
        pieces = [text for text in front.window.written if private(text, labels)]
        assert pieces == [], page
        assert front.window.written


def test_the_board_has_no_field_that_could_hold_a_person() -> None:
    kinds = (BoardState, Call, LetterRow, Figures, ZoneRow, NoticeText)
    fields = {name for kind in kinds for name in kind.__dataclass_fields__}
    assert not fields & {"name", "unit", "staff_number", "category", "employee_id", "visit_id", "title", "text", "by"}
