"""Every synced entity. Owns the list only.

To add an upward entity:
1. write ``sync/entities/<name>.py``: a ``Fields`` class with every public field its events may carry,
   and an ``UpEntity``;
2. add it to ``_ALL`` below. The server needs no table: its state is a ``record`` row.
``tests/sync/entities/test_registry.py`` fails while a file is not listed or a field could carry a face.
To change a field: keep the old version in the mapping, add the next number; the server reads every version for ever.
A downward entity needs a row in ``sync/wire.py``, a table with ``rev`` at the server, and a line in ``apply_page``.
"""

from __future__ import annotations

from kiosk.store import Work
from sync.entities.appeal import APPEAL
from sync.entities.block import BLOCK
from sync.entities.booking import BOOKING
from sync.entities.care import CARE
from sync.entities.consent import CONSENT
from sync.entities.counter import COUNTER
from sync.entities.day import DAY
from sync.entities.employee import EMPLOYEE, apply_employee
from sync.entities.help import HELP
from sync.entities.notice import NOTICE
from sync.entities.rating import RATING
from sync.entities.seat import SEAT
from sync.entities.terminal import TERMINAL
from sync.entities.ticket import TICKET
from sync.entities.unit import UNIT, apply_unit
from sync.entities.up import ProjectionError, State, UpEntity
from sync.entities.visit import VISIT
from sync.wire import Event, Page

_ALL: tuple[UpEntity, ...] = (APPEAL, BLOCK, BOOKING, CARE, CONSENT, COUNTER, DAY, EMPLOYEE)
_ALL += (HELP, NOTICE, RATING, SEAT, TERMINAL, TICKET, UNIT, VISIT)
UP: dict[str, UpEntity] = {entity.name: entity for entity in _ALL}


def entity_of(event: Event) -> UpEntity:
    """The entity of an event. Raises ProjectionError: unknown_entity."""
    try:
        return UP[event.entity]
    except KeyError:
        raise ProjectionError("unknown_entity") from None


def project(before: State, event: Event) -> State:
    """The entity's public state after ``event``. Raises ProjectionError."""
    return entity_of(event).project(before, event)


def apply_page(work: Work, page: Page) -> None:
    """Bring one page of changes into the hall store, units before the employees that name them."""
    for unit in page.units:
        apply_unit(work, unit)
    for employee in page.employees:
        apply_employee(work, employee)
