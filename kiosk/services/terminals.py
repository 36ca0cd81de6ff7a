"""Terminals of the hall: signs of life, lamps, and orders from the desk to any of them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from kiosk.model.staff import Actor
from kiosk.model.terminal import OrderVerb, TerminalOrder, TerminalStatus
from kiosk.services.context import Context, one_transaction
from kiosk.store import Work


class Terminals:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @one_transaction
    def report(self, work: Work, status: TerminalStatus) -> None:
        """A sign of life; replaces the one before. Leaves no event."""
        work.terminals.put(status)

    def all(self) -> tuple[TerminalStatus, ...]:
        """The latest sign of life of every terminal, by code."""
        with self._context.store.read() as work:
            return tuple(work.terminals.all())

    @one_transaction
    def order(self, work: Work, terminal: str, verb: OrderVerb, argument: str, actor: Actor) -> TerminalOrder:
        """Ask ``terminal`` to do something; it sees the event and takes the order."""
        order = TerminalOrder(self._context.ids.new(), terminal, verb, argument, work.now, actor.label)
        work.orders.put(order)
        work.audit.add(actor, "terminal.ordered", None, verb.value, {"terminal": terminal})
        work.journal.record("terminal", order.id, "ordered", actor, {"terminal": terminal, "verb": verb.value})
        return order

    @one_transaction
    def take(self, work: Work) -> tuple[TerminalOrder, ...]:
        """The orders to this terminal that nobody took yet, oldest first; they count as taken now."""
        fresh = [order for order in work.orders.open(self._context.terminal) if order.taken_at is None]
        taken = tuple(replace(order, taken_at=work.now) for order in fresh)
        for order in taken:
            work.orders.put(order)
        return taken

    @one_transaction
    def finish(self, work: Work, order_id: UUID, outcome: str, actor: Actor) -> None:
        """What became of an order: ``ok`` or the code of a fault."""
        order = work.orders.need(order_id)
        work.orders.put(replace(order, done_at=work.now, outcome=outcome))
        data = {"terminal": order.terminal, "verb": order.verb.value, "outcome": outcome}
        work.journal.record("terminal", order.id, "obeyed", actor, data)
