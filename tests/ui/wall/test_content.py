"""What pages 3 and 4 tell: complete in both languages, replaced by the site, dated right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalog import load_catalog
from kiosk.errors import InputError
from ui.wall.content import CONTENT, SITE_FILE, CardKind, Reception, load_content, next_receptions
from ui.wall.words import texts


def test_the_demo_content_is_complete_in_both_languages() -> None:
    content = load_content()
    assert {card.kind for card in content.cards} == set(CardKind)
    assert all(text.strip() for text in texts((content.cards, content.courses, content.honours)))
    assert all(len(course.zh_topics) == len(course.en_topics) == 6 for course in content.courses)


def test_every_zone_of_the_hall_stands_on_the_plan() -> None:
    assert {room.zone for room in load_content().rooms if room.zone} == {zone.code for zone in load_catalog().zones}


def test_a_site_brings_its_own_page_and_a_mistake_is_named(tmp_path: Path) -> None:
    page = CONTENT.read_text(encoding="utf-8")
    (tmp_path / SITE_FILE).write_text(page.replace("多久有回音", "本站的卡片"), encoding="utf-8")
    assert load_content(tmp_path).cards[0].zh_title == "本站的卡片"
    (tmp_path / SITE_FILE).write_text(page.replace("at = [1, 0, 4, 3]", "at = [22, 0, 4, 3]"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_content(tmp_path)
    assert "room 1" in caught.value.what


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(1, 4), st.integers(0, 6))
def test_reception_days_come_soon_on_their_weekday_in_their_week(today: date, week: int, weekday: int) -> None:
    days = next_receptions((Reception("接待日", "Day", week, weekday, "9"),), today, 3)
    assert len(days) == 3 and all(day >= today for day, _ in days)
    assert (days[0][0] - today).days <= 42
    for day, _ in days:
        assert day.weekday() == weekday and (day.day - 1) // 7 + 1 == week
