"""The slip: what its code opens, and what a copy says."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from kiosk.errors import RuleError
from kiosk.identify import qr
from kiosk.model.ticket import TicketState, slip_digest
from kiosk.services.slips import query_url


def events(hall, kind):
    with hall.installation.store.read() as work:
        return [event for event in work.journal.since(0, 500, frozenset({"ticket"})) if event.type == kind]


def test_a_copy_is_counted_and_says_how_the_number_stands_now(hall):
    first = hall.ticket()
    hall.clock.advance(minutes=1)
    second = hall.ticket()
    original = hall.services.tickets.slip(second.id)
    assert (original.ahead, original.copy, original.copied_at) == (1, 0, None)
    hall.services.calling.next("1", hall.desk)
    hall.clock.advance(minutes=9)

    copy = hall.services.tickets.reprint(second.id, hall.desk)

    assert (copy.ahead, copy.copy, copy.copied_at) == (0, 1, hall.clock.now())
    assert copy.query_url == original.query_url and copy.label == original.label
    assert hall.services.tickets.reprint(second.id, hall.desk).copy == 2
    called = hall.services.tickets.reprint(first.id, hall.desk)
    assert (called.state, called.window, called.copy) == (TicketState.CALLED, "1", 1)
    assert [event.data["copies"] for event in events(hall, "reprinted")] == [1, 2, 1]


def test_a_number_that_is_over_is_not_printed_again(hall):
    ticket = hall.ticket()
    hall.services.tickets.cancel(ticket.id, hall.visitor)
    with pytest.raises(RuleError) as refused:
        hall.services.tickets.reprint(ticket.id, hall.desk)
    assert refused.value.code == "ticket_over"


def test_the_events_carry_a_digest_and_never_the_code(hall):
    ticket = hall.ticket()
    (issued,) = events(hall, "issued")
    assert issued.data["slip"] == slip_digest(ticket.id, ticket.query_code)
    assert issued.data["position"] == ticket.position
    assert ticket.query_code not in str(issued.data)


def test_the_address_on_the_slip_is_read_at_the_kiosk_too(hall):
    settings = hall.services.context.settings
    public = replace(settings, sync=replace(settings.sync, public_url="https://queue.example/hall/"))
    ticket = hall.ticket()
    url = query_url(public, ticket)
    assert url == f"https://queue.example/hall/q/{settings.centre.code}/{ticket.id.hex}/{ticket.query_code}"
    for payload in (url, query_url(settings, ticket)):
        number, _, code = qr.read("DEMO-", 4, payload).parts
        assert hall.services.tickets.standing(UUID(number), code).label == ticket.label
