"""Wrong values behind an option are explained in words; every right one is read."""

from __future__ import annotations

import argparse
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.arguments import count, day, number_within


@given(st.dates())
def test_every_day_is_read_as_it_is_written(wanted: date) -> None:
    assert day(wanted.isoformat()) == wanted


@given(st.text())
def test_anything_else_is_read_or_refused_with_what_is_wanted(text: str) -> None:
    for read, wanted in (
        (day, "write YYYY-MM-DD"),
        (count, "whole number"),
        (lambda t: number_within(t, 0.5, 2.0), "0.5 to 2"),
    ):
        try:
            read(text)
        except argparse.ArgumentTypeError as refusal:
            assert wanted in str(refusal)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "x", "", "²"])
def test_a_count_is_at_least_one(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        count(text)


@pytest.mark.parametrize("text", ["nan", "inf", "0.4", "2.1", "x"])
def test_a_number_outside_its_bounds_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        number_within(text, 0.5, 2.0)
