"""Ratings: asked once after each talk, kept without a name, told in groups only."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from kiosk.errors import ConflictError, InputError, RuleError
from kiosk.services.ratings import OVERALL, QUESTIONS, SMALL_CELL
from tests.kiosk.services.conftest import Hall

DAY = date(2026, 3, 2)


def talk(hall: Hall, window: str = "1") -> UUID:
    """One visitor, served and seen off."""
    hall.serve(counter=window)
    return hall.services.serving.finish(window, hall.desk).id


def rate(hall: Hall, overall: int, worst: str = "", *, window: str = "1", **more: int) -> None:
    hall.services.ratings.rate(talk(hall, window), {OVERALL: overall, **more}, worst)


def test_the_pad_asks_when_a_talk_ended_at_its_window_and_for_a_minute(hall: Hall) -> None:
    ratings = hall.services.ratings
    assert ratings.waiting("1") is None
    hall.serve()
    assert ratings.waiting("1") is None
    ticket = hall.services.serving.finish("1", hall.desk)
    assert ratings.waiting("1") == ticket.id and ratings.waiting("2") is None
    hall.clock.advance(seconds=61)
    assert ratings.waiting("1") is None


def test_it_asks_no_longer_once_rated_or_when_the_next_visitor_sits_there(hall: Hall) -> None:
    rate(hall, 5)
    assert hall.services.ratings.waiting("1") is None
    talk(hall)
    assert hall.services.ratings.waiting("1") is not None
    hall.serve()
    assert hall.services.ratings.waiting("1") is None


def test_a_talk_that_was_taken_back_or_left_is_not_rated(hall: Hall) -> None:
    ticket = talk(hall)
    hall.services.serving.undo("1", hall.desk)
    assert hall.services.ratings.waiting("1") is None
    with pytest.raises(RuleError, match="rated"):
        hall.services.ratings.rate(ticket, {OVERALL: 4}, "")


def test_one_rating_for_each_number(hall: Hall) -> None:
    ticket = talk(hall)
    hall.services.ratings.rate(ticket, {OVERALL: 4}, "")
    with pytest.raises(ConflictError):
        hall.services.ratings.rate(ticket, {OVERALL: 1}, "")
    with hall.installation.store.read() as work:
        assert [r.scores for r in work.ratings.between(DAY, DAY)] == [{OVERALL: 4}]


@pytest.mark.parametrize(
    ("scores", "worst"),
    [
        ({}, ""),
        ({"speed": 3}, ""),
        ({OVERALL: 0}, ""),
        ({OVERALL: 6}, ""),
        ({OVERALL: 3, "other": 3}, ""),
        ({OVERALL: 3}, "x"),
    ],
)
def test_no_answer_and_unknown_answers_are_refused_and_nothing_is_written(hall: Hall, scores: dict, worst: str) -> None:
    ticket = talk(hall)
    with hall.installation.store.read() as work:
        before = work.journal.last_seq()
    with pytest.raises(InputError):
        hall.services.ratings.rate(ticket, scores, worst)
    with hall.installation.store.read() as work:
        assert work.ratings.between(DAY, DAY) == [] and work.journal.last_seq() == before


def test_nobody_can_tell_whose_rating_it_was_once_the_day_is_closed(hall: Hall) -> None:
    hall.clock.advance(minutes=17)
    rate(hall, 1, "wait")
    hall.services.days.close(hall.desk)
    with hall.installation.store.read() as work:
        (rating,) = work.ratings.between(DAY, DAY)
        assert rating.ticket_id is None and (rating.at.minute, rating.at.second) == (0, 0)
        assert rating.scores == {OVERALL: 1} and rating.counter == "1"


def test_no_instant_and_no_machine_leads_from_an_answer_to_a_talk(hall: Hall) -> None:
    for overall in (5, 4, 3, 2, 1):
        rate(hall, overall)
        hall.clock.advance(minutes=1)
    with hall.installation.store.read() as work:
        assert not [e for e in work.journal.since(0, 10_000) if e.entity == "rating"]
        # An id of version 7 begins with the millisecond in which it was made.
        assert {rating.id.version for rating in work.ratings.between(DAY, DAY)} == {4}
    hall.services.days.close(hall.desk)
    with hall.installation.store.read() as work:
        told = [e for e in work.journal.since(0, 10_000) if e.entity == "rating"]
    assert sorted(event.data["overall"] for event in told) == [1, 2, 3, 4, 5]
    assert {(event.at, event.terminal) for event in told} == {(hall.clock.now(), hall.desk.terminal)}
    assert [event.entity_id for event in told] == sorted(event.entity_id for event in told)
    assert all(set(event.data) == {"service_date", "overall", "worst_step"} for event in told)


def test_figures_come_after_the_close_and_only_in_groups(hall: Hall) -> None:
    for overall in (5, 5, 4, 3, 2):
        rate(hall, overall, "wait", speed=overall)
    rate(hall, 1, "feedback", kiosk=5)
    talk(hall)
    figures = hall.services.ratings.figures
    assert figures(DAY, DAY).given == 0 and figures(DAY, DAY).questions == {}
    hall.services.days.close(hall.desk)
    told = figures(DAY, DAY)
    assert (told.given, told.finished) == (6, 7)
    assert set(told.questions) == {OVERALL, "speed"} and set(told.questions) <= set(QUESTIONS)
    assert told.questions[OVERALL].by_level == (1, 1, 1, 1, 2)
    assert told.questions["speed"].mean == pytest.approx(3.8)
    assert told.questions[OVERALL].satisfied == pytest.approx(4 / 6)
    assert told.windows["1"].given == 6 and told.steps == {"wait": 5}


def test_fewer_than_five_ratings_say_nothing(hall: Hall) -> None:
    for _ in range(SMALL_CELL - 1):
        rate(hall, 1)
    hall.services.days.close(hall.desk)
    told = hall.services.ratings.figures(DAY, DAY)
    assert (told.given, told.questions, told.windows, told.steps) == (0, {}, {}, {})
    assert told.finished == SMALL_CELL - 1


def test_a_closed_day_cannot_be_rated(hall: Hall) -> None:
    ticket = talk(hall)
    hall.services.days.close(hall.desk)
    with pytest.raises(RuleError):
        hall.services.ratings.rate(ticket, {OVERALL: 5}, "")


def test_a_window_with_few_ratings_cannot_be_found_by_subtraction(hall: Hall) -> None:
    hall.services.counters.open("2", hall.desk)
    for window, ratings in (("1", 5), ("2", 2)):
        for _ in range(ratings):
            rate(hall, 2, window=window)
    hall.services.days.close(hall.desk)
    told = hall.services.ratings.figures(DAY, DAY)
    assert told.given == 7 and told.windows == {}
