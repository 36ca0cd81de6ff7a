"""Figures of the hall from real days, on both engines."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from kiosk.errors import InputError
from kiosk.model.ticket import CounterState
from kiosk.services.statistics import as_csv


def talk(hall, minutes: float, category: str = "101"):
    served = hall.serve(category=category)
    hall.clock.advance(minutes=minutes)
    hall.services.serving.finish("1", hall.desk)
    hall.services.counters.keep_alive("1", hall.desk)
    return served.ticket


def figures(hall):
    today = hall.clock.today()
    return hall.services.statistics.report(today, today)


def test_a_day_in_figures(hall):
    waiting = hall.ticket()
    hall.clock.advance(minutes=4)
    hall.services.calling.next("1", hall.desk)
    hall.clock.advance(seconds=30)
    hall.services.calling.recall("1", hall.desk)
    hall.services.serving.no_show("1", hall.desk)
    for minutes in (3, 5, 7):
        talk(hall, minutes)
    report = figures(hall)
    assert (report.days, report.total.issued, report.total.served) == (1, 4, 3)
    assert (report.total.passed, report.total.recalls, report.total.gone) == (1, 1, 0)
    assert report.total.talk.p50_min == 5
    assert report.total.wait.p90_min == pytest.approx(2.8)
    assert [line.key for line in report.by_queue] == ["A"]
    assert [(line.key, line.served) for line in report.by_window] == [("1", 3)]
    assert sum(line.issued for line in report.by_hour) == 4
    assert report.promises.all.judged == 4
    assert waiting.label == "A001"


def test_a_talk_that_nobody_ended_is_not_believed(hall):
    for _ in range(6):
        talk(hall, 5)
    talk(hall, 400)
    total = figures(hall).total
    assert (total.served, total.doubtful, total.talk.samples, total.talk.p90_min) == (7, 1, 6, 5)


def test_every_window_as_it_is_now(hall):
    talk(hall, 5)
    ticket = hall.serve().ticket
    one, *others = hall.services.statistics.hall()
    assert (one.code, one.state, one.label, one.today_served) == ("1", CounterState.SERVING, ticket.label, 1)
    assert one.staff_name == "韩演示" and one.since == ticket.since
    assert all(window.state is CounterState.OFFLINE and not window.staff_name for window in others)


def test_an_empty_span_has_figures_too_and_a_wrong_one_is_refused(hall):
    today = hall.clock.today()
    empty = hall.services.statistics.report(today - timedelta(days=30), today - timedelta(days=1))
    assert (empty.days, empty.total.issued, empty.total.wait.p50_min, empty.by_queue) == (0, 0, None, ())
    for first, last in ((today, today - timedelta(days=1)), (today - timedelta(days=500), today)):
        with pytest.raises(InputError, match="span"):
            hall.services.statistics.report(first, last)


def test_a_spreadsheet_gets_one_row_for_each_line_and_no_name(hall):
    talk(hall, 5)
    text = as_csv(figures(hall))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["part"] for row in rows] == ["total", "queue", "window", "hour"]
    assert rows[0]["talk_p50_min"] == "5.0"
    assert not any(person.name in text or person.staff_number in text for person in hall.people)
