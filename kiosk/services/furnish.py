"""Furnishes the hall: brings counters, seats, units and categories of the store in line with settings and catalogue.

Runs at every start; writes only what differs, so that a second terminal of the same hall changes nothing. Windows of a
hall of several machines are changed by ``apply_counters`` only.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import replace

from kiosk.model.hall import Seat, SeatState
from kiosk.model.people import Unit
from kiosk.model.staff import Actor
from kiosk.model.ticket import Counter, CounterState
from kiosk.services.context import Context
from kiosk.store import Work

_log = logging.getLogger(__name__)

UNIT_NAMESPACE = uuid.UUID("6f1c1a52-2f53-5a07-9a53-0d3f0b6a5a10")
"""Units of the delivered catalogue get the same id at every centre."""


def furnish(context: Context) -> None:
    """Write what is missing or different; on PostgreSQL the owner does that. Raises WorldError from the store."""
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


def apply_counters(context: Context, actor: Actor) -> tuple[str, ...]:
    """Bring the windows of the hall in line with the settings of this machine; the codes that changed.

    Windows that the settings do not name stay: somebody may sit there.
    """

    def work_on(work: Work) -> tuple[str, ...]:
        changed = _different_counters(work, context)
        _put_counters(work, changed)
        for counter in changed:
            work.audit.add(actor, "counter.changed", None, "settings applied", {"counter": counter.code})
        return tuple(counter.code for counter in changed)

    return context.store.run(work_on)


def _counters(work: Work, context: Context, write: bool) -> bool:
    """Windows of one machine follow its settings. In a hall of several the store is the truth: only what is missing is
    made, because two machines with different settings would change them back and forth at every start.
    """
    changed = _different_counters(work, context)
    if work.desk.is_postgres:
        known = {counter.code for counter in work.counters.all()}
        kept = [counter.code for counter in changed if counter.code in known]
        changed = [counter for counter in changed if counter.code not in known]
        if kept and not write:
            _log.warning("windows %s: settings differ from the hall's; see window apply", ", ".join(kept))
    if write:
        _put_counters(work, changed)
    return bool(changed)


def _different_counters(work: Work, context: Context) -> list[Counter]:
    """Windows of the settings that the store does not have like that, as they should be."""
    known = {counter.code: counter for counter in work.counters.all()}
    different = []
    for wanted in context.settings.counters:
        old = known.get(wanted.code)
        base = old or Counter(wanted.code, wanted.queues, CounterState.OFFLINE)
        asked = replace(base, queues=wanted.queues, place=wanted.place, skills=wanted.skills)
        if asked != old:
            different.append(asked)
    return different


def _put_counters(work: Work, counters: list[Counter]) -> None:
    for counter in counters:
        work.counters.put(counter)


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
