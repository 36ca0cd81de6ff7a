"""The order of the hall at real windows: who is called where, who goes first and why, and by whose word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.errors import AccessError, ConflictError, RuleError
from kiosk.model.hall import CareKind
from kiosk.model.staff import Role
from kiosk.model.ticket import CallClass, LinePlace, TicketState
from kiosk.services.issuing import Request as Asked
from kiosk.services.issuing import letter_of, queue_of


def refused(kind, verb, *arguments, **more) -> str:
    with pytest.raises(kind) as error:
        verb(*arguments, **more)
    return error.value.code


def set_windows(hall, **windows):
    """``_2=(queues, skills)`` and so on: changed in the store, and opened by the clerk."""
    with hall.installation.store.write() as work:
        for name, (queues, skills) in windows.items():
            work.counters.put(replace(work.counters.get(name[1:]), queues=queues, skills=skills))
    for name in windows:
        hall.services.counters.open(name[1:], hall.desk)


def call_all(hall, code="1"):
    """Labels in the order in which a window calls until nobody is left for it."""
    labels = []
    while (called := hall.services.calling.next(code, hall.desk)) is not None:
        labels.append(called.label)
        hall.services.serving.arrived(code, hall.desk)
        hall.services.serving.finish(code, hall.desk)
    return labels


def test_urgent_first_then_two_priority_between_two_ordinary(hall):
    for _ in range(2):
        hall.ticket()
        hall.clock.advance(seconds=1)
    for _ in range(4):
        hall.ticket(priority=True)
    calm = hall.ticket()
    urgent = hall.services.tickets.issue(hall.visit().id, "101", False, hall.visitor, urgent=True)
    assert (urgent.letter, urgent.call_class) == ("A", CallClass.URGENT), "no letter tells the hall"
    assert call_all(hall) == [urgent.label, "V001", "V002", "A001", "V003", "V004", "A002", calm.label]


def test_the_queue_is_shown_in_the_order_of_calling(hall):
    hall.ticket()
    for _ in range(3):
        hall.ticket(priority=True)
    shown = [row.label for row in hall.services.calling.queue("1")]
    assert shown == call_all(hall) == ["V001", "V002", "A001", "V003"]


def test_ordinary_calls_elsewhere_do_not_let_priority_pass_for_ever(hall):
    """Window 2 serves A only. Its ordinary calls must not open two more priority places before the B at window 1."""
    set_windows(hall, _2=(("A",), ()))
    waits = hall.ticket(category="701")
    assert waits.queue == "B"
    for _ in range(3):
        for _ in range(3):
            hall.ticket(priority=True, category="701")
        hall.ticket()
    called = []
    for _ in range(3):
        called.append(hall.services.calling.next("1", hall.desk).label)
        hall.services.serving.arrived("1", hall.desk)
        hall.services.serving.finish("1", hall.desk)
        hall.services.calling.next("2", hall.desk)
        hall.services.serving.arrived("2", hall.desk)
        hall.services.serving.finish("2", hall.desk)
    assert called == ["V001", "V002", waits.label]


def test_what_is_told_to_the_visitor_is_the_order_of_calling(hall):
    first = hall.ticket()
    hall.ticket(priority=True)
    hall.ticket(priority=True)
    last = hall.ticket(priority=True)
    assert [hall.services.tickets.ahead(t.id) for t in (first, last)] == [2, 3]


def test_a_window_that_has_the_skill_is_waited_for_while_it_works(hall):
    set_windows(hall, _2=(("C",), ("general",)), _3=(("C",), ("law",)))
    law, health = hall.ticket(category="501"), hall.ticket(category="401")
    assert (law.letter, health.letter) == ("C", "C"), "the letter tells neither"
    assert hall.services.calling.next("2", hall.desk).id == health.id
    assert hall.services.calling.next("3", hall.desk).id == law.id


@pytest.mark.parametrize("why", ["paused", "left", "late"])
def test_no_number_waits_for_a_skill_nobody_offers_or_for_ever(hall, why):
    set_windows(hall, _2=(("C",), ("general",)), _3=(("C",), ("law",)))
    law = hall.ticket(category="501")
    assert hall.services.calling.next("2", hall.desk) is None
    if why == "paused":
        hall.services.counters.pause("3", "lunch", hall.desk)
    elif why == "left":
        hall.services.counters.close("3", hall.desk)
    else:
        hall.clock.advance(minutes=hall.installation.settings.calling.wish_minutes)
    assert hall.services.calling.next("2", hall.desk).id == law.id


def test_urgent_people_wait_for_no_skill(hall):
    set_windows(hall, _2=(("C",), ("general",)), _3=(("C",), ("law",)))
    urgent = hall.services.tickets.issue(hall.visit().id, "501", False, hall.visitor, urgent=True)
    assert hall.services.calling.next("2", hall.desk).id == urgent.id


def test_a_transfer_to_a_window_waits_for_it_first(hall):
    set_windows(hall, _2=(("A", "B"), ()))
    moved = hall.serve().ticket
    hall.services.calling.transfer("1", "B", LinePlace.HEAD, hall.desk, window="2")
    other = hall.ticket(category="701")
    assert hall.services.calling.next("1", hall.desk).id == other.id
    assert hall.services.calling.next("2", hall.desk).id == moved.id
    assert refused(RuleError, hall.services.calling.transfer, "2", "B", LinePlace.HEAD, hall.desk, window="3") == (
        "wish_elsewhere"
    )


@pytest.mark.parametrize(
    ("place", "at"), [(LinePlace.HEAD, 0), (LinePlace.ARRIVAL, 0), (LinePlace.BEHIND, 3), (LinePlace.END, 5)]
)
def test_a_transfer_takes_the_place_that_was_chosen(hall, place, at):
    moved = hall.serve().ticket
    for _ in range(5):
        hall.clock.advance(seconds=1)
        hall.ticket(category="701")
    hall.clock.advance(seconds=1)
    hall.services.calling.transfer("1", "B", place, hall.desk)
    assert call_all(hall).index(moved.label) == at


def test_picking_out_of_turn_needs_a_reason_and_leaves_the_rule_alone(hall):
    hall.ticket()
    for _ in range(3):
        hall.ticket(priority=True)
    picked = hall.ticket()
    pick = hall.services.calling.pick
    assert refused(RuleError, pick, "1", picked.id, "  ", hall.desk) == "reason_missing"
    hall.services.calling.next("1", hall.desk)
    hall.services.serving.left("1", hall.desk)
    assert pick("1", picked.id, "came with a letter of the head", hall.desk).id == picked.id
    hall.services.serving.left("1", hall.desk)
    assert refused(ConflictError, pick, "1", picked.id, "again", hall.desk) == "already_called"
    assert call_all(hall) == ["V002", "A001", "V003"], "an ordinary number picked opens no more priority places"
    with hall.installation.store.read() as work:
        assert [row.action for row in work.audit.since(0) if row.action == "ticket.picked"] == ["ticket.picked"]


def test_nobody_picks_from_a_line_the_window_does_not_serve(hall):
    private = hall.ticket(category="403")
    assert refused(RuleError, hall.services.calling.pick, "1", private.id, "why", hall.desk) == "queue_elsewhere"


def test_making_somebody_urgent_needs_a_reason_and_a_clerk(hall):
    hall.ticket()
    poorly = hall.ticket()
    reclass = hall.services.calling.reclass
    assert refused(RuleError, reclass, poorly.id, CallClass.URGENT, "", hall.desk) == "reason_missing"
    assert refused(AccessError, reclass, poorly.id, CallClass.URGENT, "me", hall.visitor) == "reclass_role"
    changed = reclass(poorly.id, CallClass.URGENT, "feels faint", hall.desk)
    assert changed.label == poorly.label
    assert hall.services.calling.next("1", hall.desk).id == poorly.id
    with hall.installation.store.read() as work:
        assert "faint" not in str([event.data for event in work.journal.of("ticket", poorly.id)])


@pytest.mark.parametrize("has_number", [True, False])
def test_who_called_for_help_is_received_first(hall, has_number):
    waiting = [hall.ticket() for _ in range(2)]
    visit = hall.visit()
    if has_number:
        hall.services.tickets.issue(visit.id, "403", False, hall.visitor)
    call = hall.services.arrivals.call_help(visit.id, True, hall.visitor)
    number = hall.services.calling.urgent_from_help(call.id, "in distress", hall.desk)
    assert (number.visit_id, number.call_class) == (visit.id, CallClass.URGENT)
    assert hall.services.staff.help_calls() == ()
    window = "3" if has_number else "1"
    hall.services.counters.open("3", hall.desk)
    assert hall.services.calling.next(window, hall.desk).id == number.id
    assert waiting[0].state is TicketState.WAITING


def test_a_held_talk_belongs_to_its_own_desk_first(hall):
    hall.services.counters.open("2", hall.desk)
    ticket = hall.serve().ticket
    hall.services.serving.hold("1", "papers", hall.desk)
    back = hall.services.calling.call_back
    assert refused(RuleError, back, "2", ticket.id, hall.desk) == "held_elsewhere"
    hall.services.counters.pause("1", "lunch", hall.desk)
    assert back("2", ticket.id, hall.desk).counter == "2"


def test_a_break_that_was_asked_for_in_a_talk_begins_after_it(hall):
    hall.serve()
    hall.services.counters.pause("1", "lunch", hall.desk)
    hall.services.serving.finish("1", hall.desk)
    assert next(c for c in hall.services.counters.all() if c.code == "1").state.value == "paused"


def test_groups_share_one_number_of_their_own_series_and_are_few(hall):
    issue = hall.services.tickets.issue
    group = issue(hall.visit().id, "101", False, hall.visitor, party=4)
    assert (group.label, group.queue, group.party) == ("G001", "A", 4)
    assert len((group.seat or "").split()) == 4
    assert refused(RuleError, issue, hall.visit().id, "101", False, hall.visitor, party=6) == "group_size"
    set_windows(hall, _2=(("G",), ()))
    pooled, private = (issue(hall.visit().id, code, False, hall.visitor, party=2) for code in ("101", "403"))
    assert (pooled.queue, private.queue, private.letter) == ("G", "C", "G")
    assert hall.services.calling.next("2", hall.desk).id == pooled.id


def test_a_series_may_start_at_a_number_and_never_wraps(hall):
    context = hall.services.context
    letters = {**context.catalog.letters, "A": replace(context.catalog.letters["A"], first=998)}
    object.__setattr__(context, "catalog", replace(context.catalog, letters=letters))
    assert [hall.ticket().label for _ in range(3)] == ["A998", "A999", "A1000"]


def test_a_wish_for_a_window_that_cannot_serve_it_is_refused(hall):
    issue = hall.services.tickets.issue
    assert refused(RuleError, issue, hall.visit().id, "101", False, hall.visitor, wish="3") == "wish_elsewhere"
    assert issue(hall.visit().id, "101", False, hall.visitor, wish="2").wish == "2"


def test_somebody_without_a_number_is_served_at_once_and_nobody_is_called(hall):
    served = hall.services.tickets.without_ticket("1", "403", hall.desk)
    assert (served.ticket.state, served.ticket.label, served.ticket.calls) == (TicketState.SERVING, "C001", 0)
    assert (served.visit.employee_id, served.no_card, served.ticket.seat) == (None, "anonymous", None)
    assert served.ticket.first_called_at is None, "there was no wait to judge"
    assert refused(RuleError, hall.services.tickets.without_ticket, "1", "403", hall.desk) == "finish_first"
    assert hall.services.serving.finish("1", hall.desk).state is TicketState.DONE


VERBS = {
    "next": lambda s, a: s.calling.next("1", a),
    "recall": lambda s, a: s.calling.recall("1", a),
    "arrived": lambda s, a: s.serving.arrived("1", a),
    "finish": lambda s, a: s.serving.finish("1", a),
    "left": lambda s, a: s.serving.left("1", a),
    "no_show": lambda s, a: s.serving.no_show("1", a),
    "hold": lambda s, a: s.serving.hold("1", "x", a),
    "undo": lambda s, a: s.serving.undo("1", a),
    "serving": lambda s, a: s.serving.serving("1", a),
    "check_identity": lambda s, a: s.serving.check_identity("1", a),
    "name_visitor": lambda s, a: s.serving.name_visitor("1", "DEMO-0001", a),
    "transfer": lambda s, a: s.calling.transfer("1", "B", LinePlace.END, a),
    "without_ticket": lambda s, a: s.tickets.without_ticket("1", None, a),
    "pause": lambda s, a: s.counters.pause("1", "x", a),
    "close": lambda s, a: s.counters.close("1", a),
}


def test_the_verbs_of_a_window_are_for_who_sits_there(hall):
    colleague = replace(hall.desk, id=hall.head.id)
    hall.ticket()
    for name, verb in VERBS.items():
        assert refused(AccessError, verb, hall.services, colleague) == "not_your_window", name
    hall.services.counters.close("1", hall.desk)
    assert refused(AccessError, hall.services.calling.next, "1", hall.desk) == "not_your_window"
    with hall.installation.store.read() as work:
        tried = [row for row in work.audit.since(0) if row.action == "counter.not_held"]
    assert len(tried) == len(VERBS) + 1


def test_letters_say_what_a_number_is_given_for(hall):
    context = hall.services.context
    with hall.installation.store.read() as work:
        asked = [Asked("101"), Asked("101", priority=True), Asked("101", booked_at=hall.clock.now()), Asked("701")]
        asked += [Asked("403", party=3), Asked("101", urgent=True, priority=True), Asked(None)]
        letters = [letter_of(context, one, queue_of(context, work, one)) for one in asked]
    assert letters == ["A", "V", "Y", "B", "G", "A", "A"]


def test_the_guide_may_say_who_goes_first(hall):
    guide = replace(hall.desk, roles=frozenset({Role.GUIDE}))
    ticket = hall.ticket()
    hall.clock.advance(seconds=1)
    assert hall.services.calling.reclass(ticket.id, CallClass.PRIORITY, "expecting", guide).since == ticket.since
    assert hall.clock.now() - ticket.issued_at == timedelta(seconds=1)


def test_an_answered_call_is_told_to_the_terminal_that_called(hall):
    coming, terminal = hall.services.staff.coming, hall.services.context.terminal
    first = hall.services.arrivals.call_help(None, True, hall.visitor)
    assert not coming(terminal)
    hall.services.staff.answer_help(first.id, hall.desk)
    assert coming(terminal) and not coming("K9")
    hall.clock.advance(seconds=1)
    hall.services.arrivals.call_help(None, True, hall.visitor)
    assert not coming(terminal), "a new call is not answered by the old answer"


def test_nobody_waits_under_a_letter_that_no_window_calls(hall):
    set_windows(hall, _1=(("A", "B"), ()), _2=(("A", "B"), ()), _3=(("A",), ()))
    private = next(c.code for c in hall.services.context.catalog.categories if c.letter == "C")
    ticket = hall.ticket(category=private)
    assert (ticket.letter, ticket.queue) == ("A", "A")
    assert call_all(hall) == [ticket.label]


def test_what_a_clerk_writes_about_somebody_never_travels_in_an_event(hall):
    words = "孙演示身体不适，先办理" * 30
    picked = hall.ticket()
    hall.services.calling.pick("1", picked.id, words, hall.desk)
    hall.services.serving.arrived("1", hall.desk)
    hall.services.serving.hold("1", words, hall.desk)
    task = hall.services.care.ask(picked.id, CareKind.WATER, hall.visitor)
    hall.services.care.fail(task.id, words, hall.desk)
    hall.services.counters.pause("1", "meeting", hall.desk)
    hall.services.calling.relieve("1", words, hall.head)
    with hall.installation.store.read() as work:
        events = work.journal.since(0, 10_000)
        audited = [row.reason for row in work.audit.since(0)]
        kept = work.care.get(task.id).reason
    assert not [event for event in events if "演示" in str(event.data)]
    reasons = [event.data["reason"] for event in events if event.entity == "counter" and event.data["reason"]]
    assert reasons == ["other", "meeting", "other"], "a code of the program stays"
    assert audited.count(words) == 2 and kept == words, "those who look after the hall still read it"
