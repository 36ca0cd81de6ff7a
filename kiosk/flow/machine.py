"""The one mover of every state machine. Owns no states of its own.

To add a state or an edge: add the member to the enum in ``kiosk/model``, the ``Edge`` to the table of its flow here,
its text to ``assets/locale``; ``tests/kiosk/flow`` fails until every state can be reached and left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from kiosk.errors import RuleError
from kiosk.model.staff import Role

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)

ANYONE: frozenset[Role] = frozenset()
"""An edge with no role demand: the visitor or the system may take it."""


@dataclass(frozen=True, slots=True)
class Edge(Generic[S, E]):
    """``source`` --event--> ``target``; ``why`` is the rule's source, ``roles`` who may (empty: no role demanded)."""

    source: S
    event: E
    target: S
    why: str
    roles: frozenset[Role] = ANYONE


class Flow(Generic[S, E]):
    """A finite machine over ``Edge`` rows. Immutable; safe on every thread."""

    def __init__(self, name: str, initial: S, edges: Iterable[Edge[S, E]]) -> None:
        self.name = name
        self.initial = initial
        self.edges = tuple(edges)
        self._table = {(edge.source, edge.event): edge for edge in self.edges}
        if len(self._table) != len(self.edges):
            raise ValueError(f"flow {name}: two edges share a source and an event")

    def move(self, state: S, event: E, roles: frozenset[Role] | None = None) -> S:
        """The state after ``event``. Raises RuleError when no edge allows it, or ``roles`` (if given) may not."""
        edge = self._table.get((state, event))
        if edge is None:
            raise RuleError(
                "illegal_step",
                f"{self.name}: '{event}' is not possible while '{state}'.",
                "Reload and look at the present state.",
                state=str(state),
                event=str(event),
            )
        if roles is not None and edge.roles and not edge.roles & roles:
            raise RuleError(
                "role_missing",
                f"{self.name}: '{event}' needs one of the roles {sorted(edge.roles)}.",
                "Ask a colleague who holds it.",
                event=str(event),
            )
        return edge.target

    def allows(self, state: S, event: E) -> bool:
        """True when an edge exists."""
        return (state, event) in self._table

    def events(self, state: S) -> tuple[E, ...]:
        """Events possible in ``state``."""
        return tuple(edge.event for edge in self.edges if edge.source == state)

    def is_final(self, state: S) -> bool:
        """True when nothing leads out of ``state``."""
        return not self.events(state)

    def open_states(self) -> frozenset[S]:
        """Every state that something leads out of."""
        return frozenset(edge.source for edge in self.edges)
