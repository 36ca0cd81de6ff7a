"""What was promised is compared with what happened, on both engines."""

from __future__ import annotations

from kiosk.model.ticket import CallClass
from kiosk.services.promises import due_to_learn, learn, span_now


def learn_now(hall):
    with hall.installation.store.write() as work:
        return learn(work)


def test_a_kept_and_a_broken_promise_are_counted_once_and_widen_the_next(hall):
    quick, slow = hall.ticket(), hall.ticket()
    hall.clock.advance(seconds=30)
    hall.services.calling.next("1", hall.desk)
    hall.services.serving.arrived("1", hall.desk)
    hall.clock.advance(minutes=90)
    hall.services.serving.finish("1", hall.desk)
    hall.services.counters.keep_alive("1", hall.desk)
    hall.services.calling.next("1", hall.desk)

    report = hall.services.promises.today()
    assert quick.wait_low_min == 0 and slow.wait_high_min < 90
    assert (report.all.judged, report.all.kept, report.all.share) == (2, 1, 0.5)
    assert report.by_queue["A"].p90_error_min > 60

    with hall.installation.store.read() as work:
        assert due_to_learn(work)
        before = span_now(work, hall.services.context, "A", work.tickets.waiting_by_class(hall.clock.today()))
    assert learn_now(hall) == 2
    assert learn_now(hall) == 0
    with hall.installation.store.read() as work:
        pace = work.paces.get("A")
        after = span_now(work, hall.services.context, "A", work.tickets.waiting_by_class(hall.clock.today()))
        assert not due_to_learn(work)
    assert (pace.judged, pace.kept) == (1, 0)  # "at once" teaches nothing
    assert pace.high > 1.28
    assert after.high > before.high


def test_the_urgent_are_not_judged(hall):
    hall.ticket()
    called = hall.services.calling.next("1", hall.desk)
    hall.services.serving.no_show("1", hall.desk)
    assert hall.services.promises.today().all.judged == 1
    with hall.installation.store.write() as work:
        from dataclasses import replace

        ticket = work.tickets.get(called.id)
        work.tickets.put(replace(ticket, call_class=CallClass.URGENT))
    assert hall.services.promises.today().all.judged == 0


def test_a_recall_does_not_make_the_wait_longer(hall):
    hall.ticket()
    first = hall.services.calling.next("1", hall.desk)
    hall.clock.advance(seconds=30)
    again = hall.services.calling.recall("1", hall.desk)
    assert again.first_called_at == first.called_at < again.called_at


def test_nothing_is_promised_or_learnt_while_the_centre_is_closed(hall):
    hall.services.days.close(hall.desk)
    assert learn_now(hall) == 0
    assert hall.services.promises.today().all.share is None


def test_the_clock_makes_the_queues_learn(hall):
    hall.ticket()
    hall.clock.advance(seconds=5)
    hall.services.calling.next("1", hall.desk)
    hall.clock.advance(minutes=2)
    hall.services.counters.keep_alive("1", hall.desk)
    hall.services.housekeeping.run(hall.services.staff.system())
    with hall.installation.store.read() as work:
        assert work.paces.get("A").at == hall.clock.now()
