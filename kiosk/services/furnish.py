"""Furnishes the hall: brings counters, seats, units and categories of the store in line with settings and catalogue.

Runs at every start; writes only what differs, so that a second terminal of the same hall changes nothing.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

from kiosk.model.hall import Seat, SeatState
from kiosk.model.people import Unit
from kiosk.model.ticket import Counter, CounterState
from kiosk.services.context import Context
from kiosk.store import Work

UNIT_NAMESPACE = uuid.UUID("6f1c1a52-2f53-5a07-9a53-0d3f0b6a5a10")
"""Units of the delivered catalogue get the same id at every centre."""


def furnish(context: Context) -> None:
    """Write what is missing or different; on PostgreSQL the owner does that for all. Raises WorldError from the store."""
    if not context.store.login.owner:
        return
    with context.store.read() as work:
        if not _changes(work, context, write=False):
            return
    with context.store.write() as work:
        _changes(work, context, write=True)


def _changes(work: Work, context: Context, *, write: bool) -> bool:
    changed = [_counters(work, context, write), _seats(work, context, write)]
    changed += [_units(work, context, write), _categories(work, context, write)]
    return any(changed)


def _counters(work: Work, context: Context, write: bool) -> bool:
    known = {counter.code: counter for counter in work.counters.all()}
    changed = False
    for wanted in context.settings.counters:
        old = known.get(wanted.code)
        if old is None or (old.queues, old.place, old.skills) != (wanted.queues, wanted.place, wanted.skills):
            changed = True
            if write:
                base = old or Counter(wanted.code, wanted.queues, CounterState.OFFLINE)
                work.counters.put(replace(base, queues=wanted.queues, place=wanted.place, skills=wanted.skills))
    return changed


def _seats(work: Work, context: Context, write: bool) -> bool:
    known = {seat.code for seat in work.seats.all()}
    missing = [(code, zone.code) for zone in context.catalog.zones for code in zone.seat_codes() if code not in known]
    for code, zone in missing if write else ():
        work.seats.put(Seat(code, zone, SeatState.FREE))
    return bool(missing)


def unit_id(code: str) -> uuid.UUID:
    """The id of a delivered unit."""
    return uuid.uuid5(UNIT_NAMESPACE, code)


def _units(work: Work, context: Context, write: bool) -> bool:
    known = {unit.code for unit in work.people.units()}
    missing = [unit for unit in context.catalog.units if unit.code not in known]
    for unit in missing if write else ():
        parent = unit_id(unit.parent) if unit.parent else None
        work.people.put_unit(Unit(unit_id(unit.code), unit.code, unit.name, parent))
    return bool(missing)


def _categories(work: Work, context: Context, write: bool) -> bool:
    known = {category.code: category for category in work.categories.all()}
    different = [category for category in context.catalog.categories if known.get(category.code) != category]
    for category in different if write else ():
        work.categories.put(category)
    return bool(different)
