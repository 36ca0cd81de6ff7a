"""'Not me' is remembered as DECISIONS 9 says, through the real services and stores, and dies with the enrolment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kiosk.model.face import FaceHint, HintKind, Liveness
from kiosk.model.visit import Method, Proof
from kiosk.services.activating import Activating
from kiosk.services.consents import forget_mistakes

ENGINE = "test"


def enrol(hall, person):
    consent = hall.services.consents.grant(person.id, "zh_CN", hall.visitor)
    hall.services.consents.release(consent.id, hall.desk)
    views = list(np.eye(128, dtype=np.float32)[:3])
    hall.services.consents.enrol(consent.id, ENGINE, views, hall.visitor)
    hall.clock.advance(seconds=1)


def mistaken_for(hall, person):
    """A visitor is named as ``person`` by their face and denies it; the visit."""
    hint = FaceHint(HintKind.SURE, person.id, 0.9, 0.3, Liveness.CHALLENGED, synthetic=False)
    proposal = hall.services.arrivals.by_face(hint)
    visit = hall.services.arrivals.begin("zh_CN", hall.visitor)
    hall.services.arrivals.reject(visit.id, proposal, hall.visitor)
    return visit


def turns_out_to_be(hall, visit, person, not_me):
    proposal = hall.services.arrivals.by_number(person.staff_number)
    assert proposal.method is Method.STAFF_NUMBER
    hall.services.arrivals.identify(visit.id, proposal, Proof.NUMBER, hall.visitor, not_me=[not_me.id])


def remembered(hall):
    with hall.services.context.store.read() as work:
        return work.face_blocks.all(), work.face_strikes.all()


@pytest.fixture
def ann(hall):
    enrol(hall, hall.people[0])
    return hall.people[0]


@pytest.fixture
def bob(hall):
    return hall.people[1]


def test_two_enrolled_people_are_remembered_as_a_pair(hall, ann, bob):
    enrol(hall, bob)
    turns_out_to_be(hall, mistaken_for(hall, ann), bob, not_me=ann)
    assert remembered(hall) == ({tuple(sorted((ann.id, bob.id)))}, {})


@pytest.mark.parametrize("ending", ["left", "known", "anonymous"])
def test_a_stranger_raises_the_bar_of_the_person_who_was_named_and_leaves_nothing(hall, ann, bob, ending):
    visit = mistaken_for(hall, ann)
    if ending == "known":
        turns_out_to_be(hall, visit, bob, not_me=ann)
    elif ending == "anonymous":
        hall.services.arrivals.stay_anonymous(visit.id, hall.visitor)
    else:
        hall.services.arrivals.reset(visit.id, hall.visitor)
    assert remembered(hall) == (frozenset(), {ann.id: 1})


def test_who_denied_by_mistake_was_rightly_named(hall, ann):
    turns_out_to_be(hall, mistaken_for(hall, ann), ann, not_me=ann)
    assert remembered(hall) == (frozenset(), {})


def withdraw(hall, person):
    hall.services.consents.withdraw(person.id, "zh_CN", hall.visitor)


def deactivate(hall, _person):
    Activating(hall.services.context).deactivate("trial is over", hall.head)


@pytest.mark.parametrize("end", [withdraw, enrol, deactivate])
def test_it_dies_with_the_enrolment(hall, ann, bob, end):
    enrol(hall, bob)
    turns_out_to_be(hall, mistaken_for(hall, ann), bob, not_me=ann)
    mistaken_for(hall, ann)
    assert all(remembered(hall))
    end(hall, ann)
    assert remembered(hall) == (frozenset(), {})


def test_nobody_without_an_enrolment_gets_a_strike(hall, ann):
    visit = mistaken_for(hall, ann)
    withdraw(hall, ann)
    proposal = hall.services.arrivals.by_number(ann.staff_number, Method.FACE)
    hall.services.arrivals.reject(visit.id, proposal, hall.visitor)
    assert remembered(hall) == (frozenset(), {})


def test_a_pair_outlives_one_of_two_devices(hall, ann, bob):
    """The twins of one kiosk are not forgotten there because one of them enrols at, or leaves, another."""
    enrol(hall, bob)
    turns_out_to_be(hall, mistaken_for(hall, ann), bob, not_me=ann)
    pair = {tuple(sorted((ann.id, bob.id)))}
    with hall.services.context.store.write() as work:
        (mine,) = work.enrolments.anywhere(ann.id)
        work.enrolments.put(replace(mine, id=hall.services.context.ids.new(), device="T9"))
    enrol(hall, ann)
    assert remembered(hall)[0] == pair
    hall.services.consents.withdraw(ann.id, "zh_CN", hall.visitor)
    assert remembered(hall)[0] == pair
    with hall.services.context.store.write() as work:
        (there,) = work.enrolments.anywhere(ann.id)
        work.enrolments.put(replace(there, removed_at=work.now))
        forget_mistakes(work, ann.id)
    assert remembered(hall)[0] == frozenset()
