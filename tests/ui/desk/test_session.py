"""Signing in, plain words for every refusal, the idle lock, and what is wiped when."""

from __future__ import annotations

from uuid import uuid4

import pytest

from kiosk.errors import ConflictError
from kiosk.model.staff import Actor, Role, StaffMember
from kiosk.model.ticket import TicketState
from tests.ui.desk.conftest import PASSWORD, Hall
from ui.desk.state import Device, Form, Screen


def test_right_password_opens_the_window(hall: Hall) -> None:
    assert hall.presenter.state.screen is Screen.OPENING
    hall.presenter.connect(hall.services)
    assert [counter.code for counter in hall.presenter.state.sign_in.windows] == ["1", "2", "3"]
    hall.presenter.session.choose_window("2")
    hall.presenter.session.sign_in("han", PASSWORD)
    state = hall.presenter.state
    assert (state.screen, state.window, state.clerk) == (Screen.DESK, "2", hall.clerk)


def test_wrong_password_then_lock_out_are_said_plainly(hall: Hall) -> None:
    hall.presenter.connect(hall.services)
    for expected in ("wrong", "wrong", "wrong", "wrong", "locked", "locked"):
        hall.presenter.session.sign_in("han", "wrong")
        assert hall.presenter.state.sign_in.fault == expected
    hall.presenter.session.sign_in("han", PASSWORD)
    assert hall.presenter.state.screen is Screen.SIGN_IN


def test_empty_fields_and_a_dead_store_have_their_own_words(hall: Hall) -> None:
    hall.presenter.connect(hall.services)
    hall.presenter.session.sign_in("", "")
    assert hall.presenter.state.sign_in.fault == "empty"
    hall.tasks.down = True
    hall.presenter.session.sign_in("han", PASSWORD)
    assert hall.presenter.state.sign_in.fault == "no_store"


def test_five_idle_minutes_lock_and_take_the_card_away(desk: Hall) -> None:
    desk.serve("林演示")
    desk.presenter.appeals.fill(text="写了一半")
    desk.pass_(299, idle=True)
    assert desk.presenter.state.screen is Screen.DESK
    desk.pass_(1, idle=True)
    assert desk.presenter.state.screen is Screen.LOCKED
    assert desk.presenter.state.served is None
    desk.presenter.session.sign_in("han", "wrong")
    assert desk.presenter.state.screen is Screen.LOCKED
    desk.presenter.session.sign_in("han", PASSWORD)
    state = desk.presenter.state
    assert state.screen is Screen.DESK and state.form.text == "写了一半"
    assert state.served is not None and state.served.card is not None


def test_every_reopening_of_the_card_is_audited(desk: Hall) -> None:
    desk.serve("林演示")
    looks = desk.services.access.looks(desk.people["林演示"].id)
    desk.presenter.session.lock()
    desk.presenter.session.sign_in("han", PASSWORD)
    assert len(desk.services.access.looks(desk.people["林演示"].id)) == len(looks) + 1


def test_a_key_keeps_the_desk_open(desk: Hall) -> None:
    desk.pass_(1_000)
    assert desk.presenter.state.screen is Screen.DESK


def test_ten_hours_end_the_session_even_when_busy(desk: Hall) -> None:
    desk.seconds[0] += 10 * 3600
    desk.pass_(1)
    assert desk.presenter.state.screen is Screen.LOCKED


def test_sign_out_wipes_everything_and_is_refused_while_somebody_is_served(desk: Hall) -> None:
    desk.serve("林演示")
    desk.presenter.appeals.fill(text="林演示说")
    desk.presenter.session.sign_out()
    assert desk.presenter.state.screen is Screen.DESK
    assert desk.presenter.state.note is not None and desk.presenter.state.note.error is not None
    desk.presenter.calling.finish()
    desk.presenter.session.sign_out()
    state = desk.presenter.state
    assert state.screen is Screen.SIGN_IN and state.served is None and state.form == Form() and state.clerk is None


def test_answers_to_a_former_clerk_never_arrive(desk: Hall) -> None:
    desk.visit("林演示")
    desk.presenter.calling.call_next()
    desk.presenter.calling.no_show()
    desk.tasks.holding = True
    desk.presenter.calling.refresh()
    desk.presenter.session._out()
    desk.tasks.release()
    assert desk.presenter.state.queue == () and desk.presenter.state.screen is Screen.SIGN_IN


@pytest.mark.parametrize("device", list(Device))
def test_lamps_light_and_go_out(desk: Hall, device: Device) -> None:
    desk.presenter.session.set_fault(device, "broken")
    assert device in desk.presenter.state.faults
    desk.presenter.explain_fault(device)
    assert desk.presenter.state.note is not None and desk.presenter.state.note.tone == "warn"
    desk.presenter.session.set_fault(device, "ok")
    assert device not in desk.presenter.state.faults


def test_a_store_that_fails_lights_its_lamp_and_recovers(desk: Hall) -> None:
    desk.tasks.down = True
    desk.presenter.calling.read_again()
    assert Device.STORE in desk.presenter.state.faults
    desk.tasks.down = False
    desk.presenter.calling.read_again()
    assert Device.STORE not in desk.presenter.state.faults


def colleague(hall: Hall) -> Actor:
    member = StaffMember(uuid4(), "xu", "许演示", frozenset({Role.DESK}))
    with hall.installation.store.write() as work:
        work.staff.put(member)
    return Actor("staff", member.id, member.roles, "D2")


def locked_for(desk: Hall, minutes: int) -> None:
    """The desk stays locked while the hall's clock does its work."""
    for _ in range(minutes * 2):
        desk.pass_(30, idle=True)
        desk.services.housekeeping.run(desk.services.staff.system())


def test_a_desk_left_locked_gives_its_window_to_a_colleague_and_keeps_the_talk_for_its_person(desk: Hall) -> None:
    desk.serve("林演示")
    desk.presenter.appeals.fill(text="写了一半")
    other = colleague(desk)
    desk.presenter.session.lock()
    locked_for(desk, 9)
    with pytest.raises(ConflictError):
        desk.services.counters.open("1", other)
    locked_for(desk, 3)
    desk.services.counters.open("1", other)
    (row,) = desk.services.calling.queue("1")
    assert row.state is TicketState.HELD
    desk.presenter.session.sign_in("han", PASSWORD)
    assert (desk.presenter.state.screen, desk.presenter.state.sign_in.fault) == (Screen.LOCKED, "window_taken")
    desk.presenter.session.choose_window("2")
    desk.presenter.session.sign_in("han", PASSWORD)
    state = desk.presenter.state
    assert (state.screen, state.window, state.form.text) == (Screen.DESK, "2", "写了一半")
    assert desk.services.calling.current("1") is None


def test_a_window_that_was_given_up_while_locked_is_sat_down_at_again_by_unlocking(desk: Hall) -> None:
    desk.presenter.session.lock()
    locked_for(desk, 12)
    assert desk.services.counters.all()[0].staff_id is None
    desk.presenter.session.sign_in("han", PASSWORD)
    assert desk.presenter.state.screen is Screen.DESK
    assert desk.services.counters.all()[0].staff_id == desk.clerk.id


def test_a_locked_desk_does_not_take_a_window_back_that_the_head_freed(desk: Hall) -> None:
    desk.presenter.session.lock()
    head = Actor("staff", desk.clerk.id, frozenset({Role.HEAD}), "D2")
    desk.services.calling.relieve("1", "went home", head)
    desk.pass_(40, idle=True)
    assert desk.services.counters.open("1", colleague(desk)).staff_id != desk.clerk.id


def test_a_desk_does_not_sit_down_again_after_the_day(desk: Hall) -> None:
    desk.services.days.close(desk.actor)
    desk.presenter.journal_grew()
    desk.pass_(40)
    assert desk.services.counters.all()[0].staff_id is None
    assert desk.presenter.state.note is None
