"""The desk's calls and the card: when it opens, what it never shows, when it goes."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.model.service import PrivacyLevel
from kiosk.model.ticket import TicketState
from kiosk.model.visit import Proof
from kiosk.services.appeals import AppealForm
from tests.ui.desk.conftest import Hall
from ui.desk.state import Choice


def _register(hall: Hall, person: str, category: str, title: str, privacy: PrivacyLevel = PrivacyLevel.NAMED) -> None:
    visit = hall.services.arrivals.begin("zh_CN", hall.visitor)
    proposal = hall.services.arrivals.by_number(hall.people[person].staff_number)
    assert proposal is not None
    hall.services.arrivals.identify(visit.id, proposal, Proof.CARD, hall.visitor)
    form = AppealForm(category, title, "原话", privacy)
    hall.services.appeals.register(form, visit.id, hall.actor)


def test_the_card_opens_only_after_arrived_and_after_the_audit_row(desk: Hall) -> None:
    desk.visit("林演示")
    desk.presenter.calling.call_next()
    assert desk.presenter.state.ticket is not None and desk.presenter.state.served is None
    assert desk.services.access.looks(desk.people["林演示"].id) == ()
    desk.presenter.calling.arrived()
    served = desk.presenter.state.served
    assert served is not None and served.card is not None and served.card.name == "林演示"
    assert len(desk.services.access.looks(desk.people["林演示"].id)) == 1
    assert desk.presenter.state.viewed_at is not None


def test_the_card_never_lists_confidential_withheld_or_sealed_appeals(desk: Hall) -> None:
    with desk.installation.store.write() as work:
        work.set_discipline_key(X25519PrivateKey.generate().public_key().public_bytes_raw())
    _register(desk, "林演示", "303", "宿舍热水")
    _register(desk, "林演示", "403", "心理")
    _register(desk, "林演示", "705", "举报")
    _register(desk, "林演示", "302", "食堂", PrivacyLevel.WITHHELD)
    desk.serve("林演示")
    served = desk.presenter.state.served
    assert served is not None and served.card is not None
    assert [line.title for line in served.card.appeals] == ["宿舍热水"]


def test_number_only_needs_the_identity_check(desk: Hall) -> None:
    desk.serve("赵样例", Proof.NUMBER)
    served = desk.presenter.state.served
    assert served is not None and served.card is None and served.no_card == "identity_unchecked"
    desk.presenter.calling.check_identity()
    served = desk.presenter.state.served
    assert served is not None and served.card is not None and served.card.name == "赵样例"


def test_anonymous_has_no_card_until_the_clerk_vouches(desk: Hall) -> None:
    desk.serve()
    served = desk.presenter.state.served
    assert served is not None and served.card is None and served.no_card == "anonymous"
    desk.presenter.calling.name_visitor(" demo-0003 ")
    served = desk.presenter.state.served
    assert served is not None and served.card is not None and served.card.name == "孙演示"


def test_after_the_end_the_card_counts_down_visibly_and_goes(desk: Hall) -> None:
    desk.serve("林演示")
    desk.presenter.calling.finish()
    seen = []
    for _ in range(20):
        seen.append(desk.presenter.state.clears_in)
        assert desk.presenter.state.served is not None
        desk.pass_(1)
    assert seen == list(range(20, 0, -1))
    assert desk.presenter.state.served is None and desk.presenter.state.clears_in is None


def test_the_next_call_clears_the_card_at_once(desk: Hall) -> None:
    desk.visit("赵样例")
    desk.serve("林演示")
    desk.presenter.calling.finish()
    desk.presenter.calling.call_next()
    assert desk.presenter.state.served is None and desk.presenter.state.ticket is not None


def test_a_visitor_who_leaves_takes_the_card_along(desk: Hall) -> None:
    desk.serve("林演示")
    desk.presenter.calling.left()
    assert desk.presenter.state.served is None


def test_hold_frees_the_window_and_call_back_by_place_returns(desk: Hall) -> None:
    desk.serve("林演示")
    desk.presenter.calling.ask(Choice.HOLD)
    desk.presenter.calling.hold("papers")
    state = desk.presenter.state
    assert state.ticket is None and state.served is None and state.choice is None
    assert [row.state for row in state.queue] == [TicketState.HELD]
    desk.presenter.call_back_place(1)
    assert desk.presenter.state.ticket is not None and desk.presenter.state.served is None


def test_undo_walks_back_finish_arrival_and_call(desk: Hall) -> None:
    desk.serve("林演示")
    desk.presenter.calling.finish()
    desk.presenter.calling.undo()
    assert desk.presenter.state.served is not None
    desk.presenter.calling.undo()
    assert desk.presenter.state.served is None
    assert desk.presenter.state.ticket is not None and desk.presenter.state.ticket.state is TicketState.CALLED
    desk.presenter.calling.undo()
    assert desk.presenter.state.ticket is None and len(desk.presenter.state.queue) == 1


def test_transfer_keeps_the_visitor_waiting_elsewhere(desk: Hall) -> None:
    desk.serve("林演示")
    desk.presenter.calling.transfer("C")
    assert desk.presenter.state.ticket is None and desk.presenter.state.served is None
    assert [row.label for row in desk.services.calling.queue("3")] == ["A001"]


def test_a_second_press_while_the_first_is_under_way_does_nothing(desk: Hall) -> None:
    for person in ("林演示", "赵样例"):
        desk.visit(person)
    desk.tasks.holding = True
    desk.presenter.calling.call_next()
    desk.presenter.calling.call_next()
    desk.tasks.release()
    assert len([row for row in desk.presenter.state.queue if row.state is TicketState.WAITING]) == 1


def test_refusals_are_explained_and_change_nothing(desk: Hall) -> None:
    desk.visit("林演示")
    desk.presenter.calling.call_next()
    desk.presenter.calling.recall()
    note = desk.presenter.state.note
    assert note is not None and note.error is not None and note.error.code == "recall_too_soon"
    assert desk.presenter.state.busy is False


def test_nobody_waiting_is_said(desk: Hall) -> None:
    desk.presenter.calling.call_next()
    assert desk.presenter.state.note is not None and desk.presenter.state.note.key == "nobody_waits"
    desk.pass_(10)
    assert desk.presenter.state.note is None


def test_a_number_that_leaves_by_itself_clears_the_card(desk: Hall) -> None:
    desk.serve("林演示")
    desk.services.serving.finish("1", desk.actor)
    desk.presenter.journal_grew()
    assert desk.presenter.state.served is None


def test_help_comes_before_care_and_stays_until_taken(desk: Hall) -> None:
    from kiosk.model.hall import CareKind

    ticket = desk.visit("林演示")
    desk.services.care.ask(ticket.id, CareKind.WATER, desk.visitor)
    desk.services.arrivals.call_help(None, True, desk.visitor)
    desk.presenter.journal_grew()
    desk.pass_(30)
    alerts = desk.presenter.state.alerts
    assert len(alerts.help) == 1 and len(alerts.care) == 1
    desk.presenter.alerting.acknowledge()
    assert desk.presenter.state.alerts.help == () and len(desk.presenter.state.alerts.care) == 1
    desk.presenter.alerting.acknowledge()
    assert not desk.presenter.state.alerts


def test_pause_and_resume(desk: Hall) -> None:
    desk.presenter.calling.pause("break")
    assert desk.presenter.state.paused
    desk.presenter.calling.resume()
    assert not desk.presenter.state.paused
