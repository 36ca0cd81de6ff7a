"""Guard against a PySide6 that loses references to None and aborts after a while (docs/adr/0002)."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject


def test_void_calls_keep_the_reference_to_none(qapp: object) -> None:
    before = sys.getrefcount(None)
    for _ in range(300):
        QObject().setObjectName("x")
    assert sys.getrefcount(None) > before - 100
