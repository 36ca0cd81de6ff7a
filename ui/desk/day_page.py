"""The business day: opened and closed by explicit acts, intake stopped and resumed. Shows what closing would end."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from ui.desk.looks import DayLook
from ui.desk.pages import PageView
from ui.desk.parts import clear, margins
from ui.desk.state import DeskState
from ui.widgets.card import Card, Notice
from ui.widgets.text import Text


class DayPage(PageView):
    """Made once for a theme and a language."""

    name = "day"

    def furnish(self) -> None:
        """Filled whole."""
        self._column = QVBoxLayout(self.body)
        margins(self._column, self._desktop.theme, 0, 4, 0, 0, 14)

    def show_look(self, state: DeskState) -> None:
        """Plan, intake, and what closing would end."""
        look = state.look
        if not isinstance(look, DayLook):
            return
        clear(self._column)
        theme = self._desktop.theme
        grid = QGridLayout()
        grid.setSpacing(theme.px(12))
        for place, (label, value, hint) in enumerate(self._facts(look, state)):
            card = Card(theme, padding=24)
            card.body.addWidget(Text(theme, label, "small", ink="ink_soft"))
            card.body.addWidget(Text(theme, value, "title", bold=True))
            card.body.addWidget(Text(theme, hint, "small", ink="ink_soft"))
            card.body.addStretch(1)
            grid.addWidget(card, 0, place)
            grid.setColumnStretch(place, 1)
        self._column.addLayout(grid)
        self._show_intake(look)
        self._show_ending(look)
        self._column.addStretch(1)

    def _facts(self, look: DayLook, state: DeskState) -> list[tuple[str, str, str]]:
        tr, day, plan = self._desktop.tr, look.day, look.plan
        hours = f"{plan.opens:%H:%M} – {plan.closes:%H:%M}"
        kind = tr("day.working" if plan.working_day else "day.holiday")
        if day:
            service = (tr("day.open"), tr("day.since", time=f"{day.opened_at.astimezone(state.now.tzinfo):%H:%M}"))
        else:
            service = (tr("day.over"), tr("day.tomorrow")) if look.over else (tr("day.closed"), "")
        until = f"{day.closes_at.astimezone(state.now.tzinfo):%H:%M}" if day and day.closes_at else "—"
        return [
            (tr("day.today"), kind, tr("day.hours", hours=hours) if plan.working_day else tr("day.holiday_hint")),
            (tr("day.state"), *service),
            (tr("day.until"), until, tr("day.until_hint") if day else ""),
            (tr("day.intake"), tr("day.intake_open" if look.intake.open else "day.intake_closed"), ""),
        ]

    def _show_intake(self, look: DayLook) -> None:
        """Why no numbers are given, in the words staff chose or those of the rule."""
        if look.intake.open or look.day is None:
            return
        tr = self._desktop.tr
        if look.intake.code == "intake_stopped":
            text = tr("day.stopped", reason=look.intake.reason)
        else:
            text = tr("day.after_hours")
        self._column.addWidget(Notice(self._desktop.theme, text, "warn"))

    def _show_ending(self, look: DayLook) -> None:
        ending, tr, theme = look.ending, self._desktop.tr, self._desktop.theme
        if ending is None:
            return
        self._column.addWidget(Text(theme, tr("day.ending"), "body", bold=True))
        grid = QGridLayout()
        grid.setSpacing(theme.px(12))
        counts = {name: getattr(ending, name) for name in ENDED}
        for place, (name, count) in enumerate(counts.items()):
            card = Card(theme, fill="warn_soft" if count else "surface", raised=False, padding=20)
            card.body.addWidget(Text(theme, str(count), "title", bold=True))
            card.body.addWidget(Text(theme, tr(f"day.{name}"), "small"))
            grid.addWidget(card, 0, place)
            grid.setColumnStretch(place, 1)
        self._column.addLayout(grid)
        self._column.addWidget(Text(theme, tr("day.ending_hint"), "small", ink="ink_soft"))


ENDED = ("waiting", "called", "serving", "held", "passed", "booked")
