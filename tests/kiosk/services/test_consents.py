"""Enrolment and its end: nothing is enrolled after switching off, nothing stays after withdrawal or leaving."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kiosk.errors import WorldError
from kiosk.model.people import EmployeeStatus
from kiosk.services.activating import Activating

ENGINE = "test"


def released(hall, person):
    consent = hall.services.consents.grant(person.id, "zh_CN", hall.visitor)
    hall.services.consents.release(consent.id, hall.desk)
    return consent.id


def enrol(hall, consent_id):
    views = list(np.eye(128, dtype=np.float32)[:3])
    return hall.services.consents.enrol(consent_id, ENGINE, views, hall.visitor)


def test_nobody_is_enrolled_after_the_module_was_switched_off(hall):
    consent_id = released(hall, hall.people[0])
    Activating(hall.services.context).deactivate("trial is over", hall.head)
    with pytest.raises(WorldError) as refused:
        enrol(hall, consent_id)
    assert refused.value.code == "face_off"
    assert not hall.services.consents.state(hall.people[0].id).enrolled
    assert hall.services.context.vault().load(ENGINE) == []


def test_a_withdrawal_ends_an_enrolment_that_was_made_twice(hall):
    person = hall.people[0]
    consent_id = released(hall, person)
    enrol(hall, consent_id)
    enrol(hall, consent_id)
    hall.clock.advance(seconds=1)
    assert hall.services.consents.withdraw(person.id, "zh_CN", hall.visitor).templates_removed > 0
    assert not hall.services.consents.state(person.id).enrolled


def test_the_template_of_somebody_who_left_is_not_kept(hall):
    person = hall.people[0]
    consent_id = released(hall, person)
    enrol(hall, consent_id)
    assert hall.services.consents.live() == {consent_id}
    with hall.installation.store.write() as work:
        work.people.put(replace(person, status=EmployeeStatus.LEFT))
    assert hall.services.consents.live() == frozenset()


@pytest.mark.parametrize("act", ["withdraw", "refuse"])
def test_a_clock_that_was_set_back_undoes_no_withdrawal(hall, act):
    """Two kiosks never agree about the time to the second; the newest act is the last one written."""
    person = hall.people[0]
    enrol(hall, released(hall, person))
    hall.clock.advance(minutes=-10)
    getattr(hall.services.consents, act)(person.id, "zh_CN", hall.visitor)
    assert not hall.services.consents.state(person.id).granted
    assert hall.services.consents.live() == frozenset()
    released(hall, person)
    assert hall.services.consents.state(person.id).granted


def test_a_vault_that_cannot_be_written_leaves_nobody_enrolled(hall, monkeypatch):
    person = hall.people[0]
    consent_id = released(hall, person)

    def full(*_template):
        raise WorldError("store_full", "The disk is full.", "Free some space.")

    with monkeypatch.context() as patch:
        patch.setattr(hall.services.context.vault(), "put", full)
        with pytest.raises(WorldError):
            enrol(hall, consent_id)
    assert not hall.services.consents.state(person.id).enrolled
    enrol(hall, consent_id)
    assert hall.services.consents.state(person.id).enrolled
