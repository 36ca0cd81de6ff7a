"""Notices: shown for their time on their walls, taken down at once, never in the journal's words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.errors import InputError
from kiosk.services.notices import EN_MAX, ZH_MAX


def texts(hall) -> list[str]:
    return [notice.zh for notice in hall.services.board.snapshot().notices]


def test_a_notice_is_on_the_board_for_its_time(hall) -> None:
    now, notices = hall.clock.now(), hall.services.notices
    notices.write("现在", "Now", None, now + timedelta(hours=2), (), hall.head)
    notices.write("下午", "", now + timedelta(hours=1), None, ("W2",), hall.head)
    assert texts(hall) == ["现在"]
    hall.clock.advance(hours=1)
    assert texts(hall) == ["下午", "现在"]
    assert hall.services.board.snapshot().notices[0].walls == ("W2",)
    hall.clock.advance(hours=1)
    assert texts(hall) == ["下午"]


def test_taken_down_it_is_gone_at_once_and_stays_on_record(hall) -> None:
    notices = hall.services.notices
    notice = notices.write("  请绕行\n东门  ", "", None, None, (), hall.head)
    assert notice.zh == "请绕行 东门"
    notices.take_down(notice.id, hall.head)
    notices.take_down(notice.id, hall.head)
    assert texts(hall) == [] and [kept.id for kept in notices.all()] == [notice.id]
    with hall.installation.store.read() as work:
        events = work.journal.of("notice", notice.id)
    assert [event.type for event in events] == ["written", "taken_down"]
    assert not any("绕行" in str(event.data) for event in events)


def test_a_notice_that_was_to_come_never_comes_after_it_was_taken_down(hall) -> None:
    notice = hall.services.notices.write("明天停水", "", hall.clock.now() + timedelta(hours=1), None, (), hall.head)
    hall.services.notices.take_down(notice.id, hall.head)
    hall.clock.advance(hours=2)
    assert texts(hall) == []


@pytest.mark.parametrize(
    ("zh", "en", "hours", "code"),
    [
        ("  ", "", None, "notice_empty"),
        ("字" * (ZH_MAX + 1), "", None, "notice_too_long"),
        ("字", "w" * (EN_MAX + 1), None, "notice_too_long"),
        ("字", "", 0, "notice_over"),
        ("字", "", -1, "notice_over"),
    ],
)
def test_what_no_wall_could_show_is_refused(hall, zh: str, en: str, hours: int | None, code: str) -> None:
    ends = None if hours is None else hall.clock.now() + timedelta(hours=hours)
    with pytest.raises(InputError) as caught:
        hall.services.notices.write(zh, en, None, ends, (), hall.head)
    assert caught.value.code == code and hall.services.notices.all() == ()
