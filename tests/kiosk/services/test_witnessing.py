"""A clerk releases one capture: after it was compared, with the number of look-alikes told, and never by accident."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk.errors import ConflictError, RuleError


@pytest.fixture
def consent(hall):
    return hall.services.consents.grant(hall.people[0].id, "zh_CN", hall.visitor).id


def keep(hall, consent, look_alikes=()):
    views = list(np.eye(128, dtype=np.float32)[:3])
    return hall.services.consents.enrol(consent, "test", views, hall.visitor, look_alikes)


def audited(hall, action):
    with hall.installation.store.read() as work:
        return [row.detail for row in work.audit.since(0) if row.action == action]


def test_the_desk_learns_how_many_look_alike_and_nothing_of_who(hall, consent):
    hall.services.consents.compared(consent, 2, 0, hall.visitor)
    pending = hall.services.consents.pending()[0]
    assert (pending.captured, pending.look_alikes, pending.doubles) == (True, 2, 0)
    hall.services.consents.release(consent, hall.desk)
    assert hall.services.consents.pending() == ()
    assert hall.services.consents.is_released(consent)
    assert audited(hall, "face.compared") == [{"look_alikes": 2, "doubles": 0}]
    assert audited(hall, "enrolment.released") == [{"consent": str(consent), "look_alikes": 2, "doubles": 0}]


def test_what_was_compared_leaves_this_hall_as_a_bare_event(hall, consent):
    hall.services.consents.compared(consent, 2, 1, hall.visitor)
    with hall.installation.store.read() as work:
        event = work.journal.since(0, 500, personal=True)[-1]
    assert (event.entity, event.type) == ("consent", "compared")
    assert "look" not in repr(event) and "double" not in repr(event)


def test_somebody_who_looks_the_same_needs_a_second_confirmation(hall, consent):
    hall.services.consents.compared(consent, 1, 1, hall.visitor)
    with pytest.raises(RuleError) as refused:
        hall.services.consents.release(consent, hall.desk)
    assert refused.value.code == "look_alike_unconfirmed"
    assert not hall.services.consents.is_released(consent)
    hall.services.consents.release(consent, hall.desk, confirmed=True)
    assert hall.services.consents.is_released(consent)


def test_a_release_before_the_capture_does_not_count_for_it(hall, consent):
    """Else whoever types the number of somebody released yesterday would be enrolled without a witness today."""
    hall.services.consents.release(consent, hall.desk)
    hall.services.consents.compared(consent, 0, 0, hall.visitor)
    assert not hall.services.consents.is_released(consent)
    with pytest.raises(RuleError):
        keep(hall, consent)
    assert [row.captured for row in hall.services.consents.pending()] == [True]
    hall.services.consents.release(consent, hall.desk)
    assert keep(hall, consent).consent_id == consent


def test_nobody_needs_to_come_once_the_views_were_dropped(hall, consent):
    hall.services.consents.release(consent, hall.desk)
    hall.services.consents.compared(consent, 0, 0, hall.visitor)
    hall.services.consents.dropped(consent, hall.visitor)
    assert hall.services.consents.pending() == ()
    assert not hall.services.consents.is_released(consent)


def test_a_capture_is_released_once(hall, consent):
    hall.services.consents.compared(consent, 0, 0, hall.visitor)
    hall.services.consents.release(consent, hall.desk)
    with pytest.raises(ConflictError):
        hall.services.consents.release(consent, hall.desk)


def test_captures_come_before_grants_nobody_stands_behind(hall, consent):
    other = hall.services.consents.grant(hall.people[1].id, "zh_CN", hall.visitor).id
    hall.services.consents.compared(other, 0, 0, hall.visitor)
    assert [row.consent_id for row in hall.services.consents.pending()] == [other, consent]


def test_look_alikes_are_never_surely_taken_for_each_other(hall, consent):
    mine, other = hall.people[0].id, hall.people[1].id
    hall.services.consents.compared(consent, 1, 0, hall.visitor)
    hall.services.consents.release(consent, hall.desk)
    keep(hall, consent, [other])
    with hall.installation.store.read() as work:
        assert work.face_blocks.all() == {tuple(sorted((mine, other)))}
