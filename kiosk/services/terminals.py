"""Terminals of the hall: signs of life, lamps, and orders from the desk to any of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from kiosk.errors import RuleError
from kiosk.model.staff import Actor
from kiosk.model.terminal import OrderVerb, TerminalOrder, TerminalStatus
from kiosk.services.context import Context, one_transaction
from kiosk.store import Work

LOST_AFTER = timedelta(seconds=30)
"""Three signs of life missed."""
ORDER_LIFE = timedelta(minutes=2)
EXPIRED, UNKNOWN = "order_expired", "order_unknown"
SELF, LOST = "terminal", "terminal_lost"


@dataclass(frozen=True, slots=True)
class Lamp:
    """A fault somewhere in the hall; ``device`` is ``terminal`` when the whole machine is meant."""

    terminal: str
    device: str
    fault: str


class Terminals:
    """Call on the database thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @one_transaction
    def report(self, work: Work, status: TerminalStatus) -> float:
        """A sign of life; replaces the one before, with the instant of the store's clock. Leaves no event.

        Returns by how many seconds this machine's clock is ahead of the store's (0 where they are the same machine).
        """
        at = work.terminals.instant()
        work.terminals.put(replace(status, seen_at=at))
        return (self._context.clock.now() - at).total_seconds()

    def all(self) -> tuple[TerminalStatus, ...]:
        """The latest sign of life of every terminal, by code."""
        with self._context.store.read() as work:
            return tuple(work.terminals.all())

    def lost(self) -> tuple[TerminalStatus, ...]:
        """Terminals that have not been heard of for ``LOST_AFTER``; what they last said no longer counts."""
        with self._context.store.read() as work:
            since = work.terminals.instant() - LOST_AFTER
            return tuple(status for status in work.terminals.all() if status.seen_at < since)

    def lamps(self) -> tuple[Lamp, ...]:
        """Every fault of every terminal by code and device; a lost one has that single lamp, its own are stale."""
        with self._context.store.read() as work:
            since = work.terminals.instant() - LOST_AFTER
            lit: list[Lamp] = []
            for status in work.terminals.all():
                if status.seen_at < since:
                    lit.append(Lamp(status.code, SELF, LOST))
                else:
                    lit += [Lamp(status.code, device, fault) for device, fault in sorted(status.lamps.items()) if fault]
            return tuple(lit)

    @one_transaction
    def forget(self, work: Work, code: str, actor: Actor) -> None:
        """A terminal that was taken away is no longer missed. Raises RuleError while it is still heard of."""
        status = work.terminals.need(code)
        if status.seen_at >= work.terminals.instant() - LOST_AFTER:
            raise RuleError("terminal_alive", "This terminal is still running.", "Stop it first.", terminal=code)
        work.terminals.drop(code)
        work.audit.add(actor, "terminal.forgotten", None, "", {"terminal": code})

    @one_transaction
    def order(self, work: Work, terminal: str, verb: OrderVerb, argument: str, actor: Actor) -> TerminalOrder:
        """Ask ``terminal`` to do something; it sees the event and takes the order."""
        at = work.terminals.instant()
        order = TerminalOrder(self._context.ids.new(), terminal, verb, argument, at, actor.label)
        work.orders.put(order)
        work.audit.add(actor, "terminal.ordered", None, verb.value, {"terminal": terminal})
        work.journal.record("terminal", order.id, "ordered", actor, {"terminal": terminal, "verb": verb.value})
        return order

    def waiting(self) -> bool:
        """Are there orders to this terminal that nobody took? A cheap look, for every time the hall changed."""
        with self._context.store.read() as work:
            return work.orders.any_untaken(self._context.terminal)

    @one_transaction
    def take(self, work: Work) -> tuple[TerminalOrder, ...]:
        """The orders to this terminal that nobody took yet, oldest first; they count as taken now.

        What was ordered more than ``ORDER_LIFE`` ago is over: a wall that comes up in the morning must not obey what
        was wanted last night. So is an order that this version does not know.
        """
        work.orders.end_unknown(self._context.terminal, UNKNOWN)
        oldest = work.terminals.instant() - ORDER_LIFE
        fresh = [order for order in work.orders.open(self._context.terminal) if order.taken_at is None]
        taken = [replace(order, taken_at=work.now) for order in fresh if order.at >= oldest]
        late = [replace(order, done_at=work.now, outcome=EXPIRED) for order in fresh if order.at < oldest]
        for order in (*taken, *late):
            work.orders.put(order)
        return tuple(taken)

    def recent(self, count: int = 20) -> tuple[TerminalOrder, ...]:
        """The newest orders to all terminals, newest first, with what became of them."""
        with self._context.store.read() as work:
            return tuple(work.orders.newest(count))

    @one_transaction
    def finish(self, work: Work, order_id: UUID, outcome: str, actor: Actor) -> None:
        """What became of an order: ``ok`` or the code of a fault."""
        order = work.orders.need(order_id)
        work.orders.put(replace(order, done_at=work.now, outcome=outcome))
        if not work.desk.login.records:
            return  # a wall may write no events; the desk reads the order itself
        data = {"terminal": order.terminal, "verb": order.verb.value, "outcome": outcome}
        work.journal.record("terminal", order.id, "obeyed", actor, data)
