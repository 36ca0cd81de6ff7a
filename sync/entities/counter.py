"""Windows, upward: what a desk is doing, for the waiting figures of the province."""

from __future__ import annotations

from kiosk.model.ticket import CounterState
from sync.entities.up import Fields, UpEntity
from sync.wire import Label


class CounterFields(Fields):
    """A window; never who sits there."""

    counter: Label | None = None
    state: CounterState | None = None
    reason: Label | None = None


COUNTER = UpEntity("counter", {1: CounterFields})
