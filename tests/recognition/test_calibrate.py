"""Thresholds that hold what they state on strangers nobody measured, and nothing is claimed from too few people."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.calibrate import PEOPLE_NEEDED, Rates, Scale, calibrate, tail_threshold
from recognition.vote import Thresholds
from tests.recognition.crowd import crowd, templates

FALLBACK = Thresholds(ask=0.4, sure=0.6, margin=0.08)
RATES = Rates(sure=0.001, ask=0.02)


def measured(people, rates=RATES, floor=0.0):
    return calibrate(people, "model@1", FALLBACK, Scale(floor), rates)


@pytest.fixture(scope="module")
def site():
    return crowd(150)


@pytest.mark.parametrize("count", [0, 1, 2, PEOPLE_NEEDED - 1])
def test_too_few_people_claim_nothing(count):
    found = measured(crowd(count))
    assert found.thresholds == FALLBACK
    assert found.people == count
    assert found.views == 3 * count


def test_strangers_nobody_measured_are_taken_for_somebody_at_most_as_often_as_stated():
    """The rate holds over sites; a single site may lie above it as often as its bound says, and then not by much."""
    sure, ask = [], []
    for seed in range(8):
        people = crowd(PEOPLE_NEEDED, seed=seed)
        found = measured(people).thresholds
        strangers = np.stack(crowd(10_000, views=1, seed=seed + 100))[:, 0]
        best = (strangers @ templates(people).T).max(axis=1)
        sure.append((best >= found.sure).mean())
        ask.append((best >= found.ask).mean())
    assert np.mean(sure) <= RATES.sure
    assert max(sure) <= 3 * RATES.sure
    assert 0 < np.mean(ask) <= 1.5 * RATES.ask


def test_a_looser_rate_gives_a_lower_bar_and_the_floor_holds(site):
    strict, loose = (measured(site, Rates(sure=rate, ask=0.1)).thresholds for rate in (0.0005, 0.01))
    assert strict.sure > loose.sure >= loose.ask
    assert measured(site, floor=0.95).thresholds.ask == 0.95


def test_a_larger_gallery_needs_a_higher_bar(site):
    assert measured(crowd(800)).thresholds.sure > measured(site).thresholds.sure


def test_the_secret_rotation_changes_nothing(site):
    turn, _ = np.linalg.qr(np.random.default_rng(5).normal(size=(64, 64)))
    turned = [(views @ turn).astype(np.float32) for views in site]
    assert asdict(measured(turned).thresholds) == pytest.approx(asdict(measured(site).thresholds), abs=1e-3)


def test_nobody_is_their_own_stranger():
    """With three equal views each, a search that met its own template would score 1."""
    people = [np.repeat(views[:1], 3, axis=0) for views in crowd(120)]
    found = measured(people)
    assert found.thresholds.sure < 0.9
    assert found.asked == 0.0
    assert found.picture.strangers[-1] == 0
    assert sum(found.picture.strangers) == sum(found.picture.same) == 360


def test_look_alikes_are_counted_and_raise_the_bar():
    people = crowd(400)
    plain, twins = measured(people), measured([*people, people[0]])
    assert plain.alike == 0
    assert twins.alike == 2
    assert twins.thresholds.sure > plain.thresholds.sure


def test_the_lead_asked_for_is_one_that_members_have(site):
    assert 0 < measured(site).thresholds.margin < 0.2
    blurred = measured(crowd(150, scatter=3.0))
    assert blurred.thresholds.margin == 0.0
    assert blurred.asked > 0.5


def test_people_of_one_view_are_measured_too():
    found = measured(crowd(150, views=1))
    assert found.thresholds.calibrated
    assert (found.asked, found.missed) == (None, None)


def test_nothing_about_one_person_is_in_the_result(site):
    found = asdict(measured(site))
    assert len(json.dumps(found)) < 2000
    assert set(found["picture"]) == {"low", "high", "strangers", "same"}


def test_templates_that_were_lent_stay_as_they_are(site):
    before = [views.copy() for views in site]
    measured(site)
    assert all((one == other).all() for one, other in zip(before, site, strict=True))


@given(st.lists(st.floats(-1, 1), min_size=20, max_size=300), st.floats(0.0005, 0.1), st.integers(1, 500))
def test_the_tail_lies_at_or_above_what_was_seen(scores, rate, people):
    best = np.array(scores)
    level = tail_threshold(best, rate, people)
    assert np.isfinite(level)
    assert (best > level).mean() <= rate
    assert level >= tail_threshold(best, min(2 * rate, 1.0), people) - 1e-9


def test_progress_ends_at_one(site):
    seen = []
    calibrate(site, "model@1", FALLBACK, Scale(0.0), RATES, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
