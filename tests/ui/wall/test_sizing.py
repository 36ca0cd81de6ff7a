"""Whoever sits in the last row can read the call; rows are given up before size is (PRIVACY 5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.wall.fitting import Panel, fit
from ui.wall.layout import Layout, layout_for
from ui.wall.sizing import FIGURE_INK, HANZI_DOTS, HANZI_INK, need, plan_calls, reach

METRES = st.floats(1, 40)
PITCHES = st.floats(0.1, 10)
SIZES = st.tuples(st.integers(160, 4000), st.integers(48, 4000))


@pytest.mark.parametrize(("metres", "number_mm", "hanzi_mm"), [(5, 50, 36), (10, 100, 71), (15, 150, 107)])
def test_heights_of_the_rule(metres: float, number_mm: float, hanzi_mm: float) -> None:
    least = need(metres, 0.5)
    assert least.number * FIGURE_INK * 0.5 == pytest.approx(number_mm, abs=1)
    assert least.hanzi * HANZI_INK * 0.5 == pytest.approx(hanzi_mm, abs=1)


def test_a_coarse_panel_needs_sixteen_dots_for_a_hanzi_however_near() -> None:
    assert need(1, 10).hanzi == HANZI_DOTS
    assert reach(200, 15, 10) == 0


@given(METRES, PITCHES)
def test_what_is_needed_reaches_as_far_as_asked(metres: float, pitch: float) -> None:
    least = need(metres, pitch)
    assert reach(least.number, least.hanzi, pitch) >= metres * 0.999


@given(st.integers(200, 4000), st.integers(100, 4000), METRES, PITCHES, st.integers(1, 6))
def test_a_plan_fits_its_area_and_is_honest(width: int, height: int, metres: float, pitch: float, most: int) -> None:
    least = need(metres, pitch)
    plan = plan_calls(width, height, least, most)
    assert 1 <= plan.rows <= most
    assert plan.newest + (plan.rows - 1) * plan.row <= height * 1.001
    assert plan.newest_number >= plan.number > plan.place
    assert plan.readable == (plan.number >= least.number and plan.place >= least.hanzi)


@given(st.integers(400, 4000), st.integers(300, 3000), METRES, PITCHES)
def test_coming_nearer_never_shows_fewer_calls(width: int, height: int, metres: float, pitch: float) -> None:
    far, near = (plan_calls(width, height, need(d, pitch), 6) for d in (metres, metres / 2))
    assert not far.readable or (near.readable and near.rows >= far.rows)


@given(SIZES, st.sampled_from(["auto", *Layout]), METRES, PITCHES)
def test_any_panel_gets_a_layout_that_lies_within_it(
    size: tuple[int, int], wanted: str, metres: float, pitch: float
) -> None:
    fitted = fit(Panel(*size, pitch, metres), wanted)
    reference = fitted.frame.reference
    assert reference.width * fitted.factor <= size[0] + 2 and reference.height * fitted.factor <= size[1] + 2
    assert fitted.frame.content.contains(fitted.area) or fitted.area == fitted.frame.content
    assert fitted.plan.readable == (fitted.reads_to_m >= metres * 0.95) or not fitted.plan.readable


@pytest.mark.parametrize(
    ("size", "layout"),
    [
        ((1920, 1080), Layout.LANDSCAPE),
        ((3840, 2160), Layout.LANDSCAPE),
        ((1080, 1920), Layout.PORTRAIT),
        ((768, 256), Layout.STRIP),
        ((192, 64), Layout.STRIP),
        ((256, 128), Layout.STRIP),
        ((700, 700), Layout.LANDSCAPE),
    ],
)
def test_auto_follows_the_shape(size: tuple[int, int], layout: Layout) -> None:
    assert layout_for("auto", *size) is layout


def test_far_readers_get_fewer_larger_calls_then_the_whole_width_then_the_truth() -> None:
    rows = [fit(Panel(1920, 1080, 0.63, metres), "auto") for metres in (2, 5, 8, 12, 40)]
    assert [fitted.plan.rows for fitted in rows] == sorted((fitted.plan.rows for fitted in rows), reverse=True)
    assert rows[0].plan.rows == 6 and rows[0].beside
    assert not rows[3].beside
    assert [fitted.plan.readable for fitted in rows] == [True, True, True, True, False]
