"""Every way to be recognised, in the order the kiosk shows them. Owns the list; knows no rule of a single way.

To add a method:
  1. add its name to ``Method`` in ``kiosk/model/visit.py``;
  2. write a file in this folder with a function ``way()`` that returns its ``Way``;
  3. add a line to ``make_ways`` below;
  4. add its texts (``touch.identify.<method>``) to both languages and an icon of that name to ``assets/icons``.
A test fails until every method has its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.identify import anonymous, assisted, face, id_card, qr, staff_number
from kiosk.identify.way import Way
from kiosk.model.visit import Method
from kiosk.settings.spec import Identity


def make_ways(identity: Identity) -> Mapping[Method, Way]:
    """The ways of this site, by method, in display order."""
    ways = (
        staff_number.way(identity.prefix, identity.digits),
        face.way(),
        qr.way(identity.prefix, identity.digits),
        id_card.way(),
        assisted.way(),
        anonymous.way(),
    )
    return MappingProxyType({way.method: way for way in ways})
