"""The touch front put together: what the composition root makes and hands to the application."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ui.touch.camera import CameraParts, TouchCamera
from ui.touch.presenter import TouchPresenter
from ui.touch.session import Surroundings
from ui.touch.view import TouchView
from ui.translate import Translator


class TouchFront:
    """Window, presenter and camera listener. Paints at once; store and camera are connected when they are ready."""

    portrait = True

    def __init__(self, around: Surroundings, post: Callable[[Callable[[], None]], None]) -> None:
        self.camera = TouchCamera(post, around.monotonic)
        self.presenter = TouchPresenter(around, self.camera)
        self.view = TouchView(self.presenter, Translator(around.settings.ui.languages[0]))

    @property
    def window(self) -> QWidget:
        """The top-level widget."""
        return self.view

    def start(self) -> None:
        """Begin to watch for idleness."""
        self.view.start()

    def stop(self) -> None:
        """End timer and camera."""
        self.view.stop()

    def face_ready(self, parts: CameraParts) -> None:
        """The face module is activated; ``camera`` is the listener its worker was made with."""
        self.presenter.face_ready(parts)
