"""A wall asks its screen how large it is, and leaves it to the others when it goes."""

from __future__ import annotations

import gc

from PySide6.QtGui import QGuiApplication
from shiboken6 import isValid

from tests.ui.wall.walls import Wall


def test_a_wall_that_goes_leaves_the_screen(qapp: object) -> None:
    screen = QGuiApplication.primaryScreen()
    Wall().front().window.show()
    gc.collect()
    assert isValid(screen), "Qt would crash at the next window"
