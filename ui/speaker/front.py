"""The loudspeaker's window: what is being said in large letters, for those who do not hear it. Owns the second."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.speaker.presenter import SpeakerPresenter, SpeakerState
from ui.theme import PAD, Theme
from ui.translate import Translator
from ui.widgets.icon import Icon
from ui.widgets.stage import Stage
from ui.widgets.text import Text

_TICK_MS = 1000


class SpeakerFront(QObject):
    """GUI thread. ``window`` is placed by the application."""

    portrait = False

    def __init__(self, presenter: SpeakerPresenter, texts: Translator, centre: str) -> None:
        super().__init__()
        self.presenter, self._texts, self._centre = presenter, texts, centre
        self.window = Stage(Theme(PAD), self._build, ground="wall")
        self._second = QTimer(self, interval=_TICK_MS)
        self._second.timeout.connect(self._tick)
        presenter.changed = self._render

    def start(self) -> None:
        """Keep the second."""
        self._second.start()

    def stop(self) -> None:
        """Stop following; the window stays until it is closed."""
        self._second.stop()
        self.presenter.stop()

    def _render(self, _state: SpeakerState) -> None:
        self.window.refresh()

    def _build(self, theme: Theme) -> QWidget:
        page, state = QWidget(), self.presenter.state
        column = QVBoxLayout(page)
        column.setContentsMargins(*(theme.px(n) for n in (72, 56, 72, 56)))
        column.setSpacing(theme.px(36))
        column.addStretch(1)
        column.addWidget(Icon(theme, "speaker", size=96, ink="wall_soft"), 0, Qt.AlignmentFlag.AlignHCenter)
        spoken = state.caption.split("  ") if state.caption else [self._centre]
        for index, line in enumerate(spoken):
            role, ink = ("display", "wall_ink") if index == 0 else ("title", "wall_soft")
            bold = index == 0 and bool(state.caption)
            column.addWidget(Text(theme, line, role, ink=ink, bold=bold, align="center"))  # type: ignore[arg-type]
        column.addStretch(1)
        if state.fault:
            fault = self._texts.tr(f"errors.{state.fault}")
            column.addWidget(Text(theme, fault, "body", ink="now", align="center"))
        return page

    @Slot()
    def _tick(self) -> None:
        self.presenter.tick()
