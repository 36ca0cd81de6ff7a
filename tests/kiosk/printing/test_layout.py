"""What a ticket says, in both languages, and what it can never say."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.ticket import TicketSlip, TicketState
from kiosk.phrases import Phrases
from kiosk.printing.layout import QrLine, Size, TextLine, lay_out, plain_text

ZONE = ZoneInfo("Asia/Shanghai")
SLIP = TicketSlip(
    centre="演示职工诉求服务中心",
    label="A012",
    ahead=3,
    wait_low_min=10,
    wait_high_min=18,
    seat="等候区 07",
    issued_at=datetime(2026, 11, 22, 1, 5, tzinfo=UTC),
    query_url="R1:ticket:LN001:00ff:12345678",
)


def test_the_chinese_slip_reads_from_top_to_bottom() -> None:
    text = plain_text(lay_out(SLIP, ZONE)).splitlines()
    assert text[0] == "演示职工诉求服务中心"
    assert text[3:7] == ["A012", "前面还有 3 位", "预计等待 10 至 18 分钟", "请到等候区 07 座休息"]
    assert "查询码 1234 5678" in text
    assert text[-1] == "取号时间 2026-11-22 09:05"


@pytest.mark.parametrize(("ahead", "said"), [(0, "You are next"), (1, "1 person ahead"), (2, "2 people ahead")])
def test_english_counts_people(ahead: int, said: str) -> None:
    assert said in plain_text(lay_out(replace(SLIP, language="en", ahead=ahead), ZONE))


def test_a_full_hall_prints_no_seat() -> None:
    assert "座位" not in plain_text(lay_out(replace(SLIP, seat=""), ZONE))


COPY = replace(SLIP, copy=2, copied_at=datetime(2026, 11, 22, 1, 20, tzinfo=UTC), ahead=1)


def test_a_copy_says_so_and_how_it_stands_now() -> None:
    text = plain_text(lay_out(COPY, ZONE))
    assert "补打第 2 次 · 以下为 2026-11-22 09:20 的情况" in text
    assert "前面还有 1 位" in text
    assert "取号时预计等待 10 至 18 分钟" in text, "the promise was of then, not of now"
    assert "补打" not in plain_text(lay_out(SLIP, ZONE))


@pytest.mark.parametrize(("window", "said"), [("3", "请到 3 号窗口"), ("安静区", "请到安静区")])
def test_a_copy_of_a_called_number_sends_to_the_window_and_promises_no_wait(window: str, said: str) -> None:
    text = plain_text(lay_out(replace(COPY, state=TicketState.CALLED, window=window), ZONE))
    assert "您的号码已叫到" in text and said in text
    assert "位" not in text.replace("号码", "") and "等待" not in text and "座休息" not in text


def test_an_address_can_be_opened_anywhere_and_its_code_be_typed() -> None:
    url = "https://example.org/hall/q/LN001/0123456789abcdef0123456789abcdef/12345678"
    text = plain_text(lay_out(replace(SLIP, query_url=url), ZONE))
    assert "查询码 1234 5678" in text and "用手机" in text
    assert "用手机" not in plain_text(lay_out(SLIP, ZONE))


def test_the_number_is_by_far_the_largest_and_the_code_is_there_once() -> None:
    lines = lay_out(SLIP, ZONE)
    largest = max((line for line in lines if isinstance(line, TextLine)), key=lambda line: line.size.value)
    assert largest.text == "A012"
    assert [line.payload for line in lines if isinstance(line, QrLine)] == [SLIP.query_url]


def test_a_slip_has_no_field_for_a_person_or_a_kind_of_service() -> None:
    assert {field.name for field in fields(TicketSlip)} == {
        "centre",
        "label",
        "ahead",
        "wait_low_min",
        "wait_high_min",
        "seat",
        "issued_at",
        "query_url",
        "language",
        "state",
        "window",
        "copy",
        "copied_at",
        "cut_off",
    }


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_word_is_in_both_languages(language: str) -> None:
    own = {key for key in Phrases(language).known() if key.startswith("slip.") and not key.endswith(".one")}
    other = {key for key in Phrases("zh_CN").known() if key.startswith("slip.")}
    assert own == other


@given(st.integers(192, 1024))
def test_text_stays_readable_on_any_paper(width: int) -> None:
    assert all(size.px(width) >= 16 for size in Size)
    assert Size.NUMBER.px(width) > Size.LARGE.px(width)
