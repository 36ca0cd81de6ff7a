"""Pages take turns; calls come first; nothing stands for less than its time; nothing starves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.wall.rotation import Rotation
from ui.wall.state import AFTER_CALL_S, STILL_S, Page

ALL = (Page.QUEUE, Page.PLATFORM, Page.TIPS, Page.MAP, Page.NOTICES)


def follow(rotation: Rotation, until: int, calls: set[int], ready=ALL) -> list[Page]:
    shown = []
    for second in range(until):
        if second in calls:
            rotation.call(second)
        shown.append(rotation.at(second, ready))
    return shown


def runs(shown: list[Page]) -> list[tuple[Page, int]]:
    found: list[tuple[Page, int]] = []
    for page in shown:
        if found and found[-1][0] is page:
            found[-1] = (page, found[-1][1] + 1)
        else:
            found.append((page, 1))
    return found


def test_each_page_in_turn_for_its_time() -> None:
    assert runs(follow(Rotation(ALL, 20, 0), 100, set())) == [(page, 20) for page in ALL]


@given(st.sets(st.integers(0, 600), max_size=30), st.integers(1, 60))
def test_a_call_shows_page_one_at_once_and_for_twenty_seconds(calls: set[int], seconds: int) -> None:
    shown = follow(Rotation(ALL, seconds, 0), 640, calls)
    for call in calls:
        assert set(shown[call : call + AFTER_CALL_S]) == {Page.QUEUE}


@given(st.sets(st.integers(0, 600), max_size=30), st.integers(1, 60))
def test_only_a_call_ends_a_page_early(calls: set[int], seconds: int) -> None:
    at = 0
    for page, length in runs(follow(Rotation(ALL, seconds, 0), 640, calls))[:-1]:
        at += length
        assert length >= STILL_S or at in calls, (page, at)


def test_a_page_that_was_cut_short_comes_again() -> None:
    shown = runs(follow(Rotation(ALL, 20, 0), 200, {25, 50, 75}))
    assert [page for page, _ in shown][:4] == [Page.QUEUE, Page.PLATFORM, Page.QUEUE, Page.PLATFORM]


def test_an_empty_page_is_left_out_and_one_that_becomes_empty_is_left() -> None:
    rotation = Rotation(ALL, 20, 0)
    assert Page.NOTICES not in follow(rotation, 300, set(), tuple(page for page in ALL if page is not Page.NOTICES))
    rotation.pin(Page.NOTICES, 300, 60)
    assert rotation.at(301, ALL) is Page.NOTICES
    assert rotation.at(302, (Page.QUEUE,)) is Page.QUEUE


def test_the_desk_may_hold_a_page_but_not_against_a_call() -> None:
    rotation = Rotation(ALL, 20, 0)
    rotation.pin(Page.MAP, 5, 60)
    assert rotation.at(6, ALL) is Page.MAP
    rotation.call(10)
    assert rotation.at(12, ALL) is Page.QUEUE
    assert rotation.at(10 + AFTER_CALL_S, ALL) is Page.MAP


def test_a_film_is_shown_to_its_end() -> None:
    rotation = Rotation((Page.QUEUE, Page.MEDIA), 15, 0)
    ready = (Page.QUEUE, Page.MEDIA)
    shown = [rotation.at(second, ready, 90 if second >= 15 else 0) for second in range(105)]
    assert runs(shown) == [(Page.QUEUE, 15), (Page.MEDIA, 90)]
