"""The clerk's open appeals: state, who owes the next step, until when, and the steps this clerk may take."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from kiosk.flow.appeal_flow import AppealEvent
from kiosk.model.appeal import Outcome
from ui.desk.appeals import DUE_SOON, GIVES_RESULT, RECHECK_DAYS, desk_steps
from ui.desk.dates import day
from ui.desk.parts import Action, Chips, Desktop, clear, margins, on_press
from ui.desk.state import DeskState, StepDraft, Worked
from ui.widgets.card import Card, EmptyState
from ui.widgets.pill import Pill
from ui.widgets.text import Text


class MineView(QWidget):
    """Made once for a theme and a language."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        self._shown: tuple[object, ...] = ()
        column = QVBoxLayout(self)
        margins(column, desktop.theme, 0, 0, 0, 0, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        margins(self._rows, desktop.theme, 0, 0, 8, 0, 10)
        area.setWidget(inside)
        column.addWidget(area)
        self.reason: QPlainTextEdit | None = None

    def render_state(self, state: DeskState) -> None:
        """Show ``state``; while words for a step are typed only the choices follow."""
        choices = replace(state.draft, text="") if state.draft else None
        shown = (state.mine, state.picked, choices, state.busy, state.now.date())
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._rows)
        self.reason = None
        if not state.mine:
            tr = self._desktop.tr
            self._rows.addWidget(EmptyState(self._desktop.theme, "document", tr("mine.none"), tr("mine.none_hint")))
        for worked in state.mine:
            self._rows.addWidget(self._card(worked, state))
        self._rows.addStretch(1)

    def _card(self, worked: Worked, state: DeskState) -> Card:
        desktop, theme, appeal = self._desktop, self._desktop.theme, worked.appeal
        card = Card(theme, fill="paper", raised=False, padding=18)
        card.body.setSpacing(theme.px(8))
        head = QHBoxLayout()
        head.addWidget(Text(theme, appeal.title, "body", bold=True), 1)
        head.addWidget(Pill(theme, desktop.tr(f"state.{appeal.state.value}"), fill="info_soft", height=40))
        card.body.addLayout(head)
        card.body.addWidget(Text(theme, self._facts(worked, state.now.date()), "small", ink="ink_soft"))
        open_ = state.picked == appeal.id
        if open_ and state.draft is not None and state.draft.appeal_id == appeal.id:
            self._show_draft(card, state.draft)
        elif open_:
            self._show_steps(card, worked)
        else:
            more = Action(theme, desktop.tr("act.open"), "", "quiet", height=48)
            on_press(more, partial(desktop.presenter.appeals.pick, appeal.id))
            card.body.addWidget(more)
        return card

    def _facts(self, worked: Worked, today: date) -> str:
        desktop, appeal = self._desktop, worked.appeal
        facts = [appeal.number, desktop.tr("mine.owner", owner=desktop.office(appeal.owner))]
        if appeal.next_date is not None:
            text = desktop.tr("mine.due", date=day(desktop.words, appeal.next_date))
            if appeal.next_date < today:
                text += f" · {desktop.tr('mine.late')}"
            elif appeal.next_date - today <= DUE_SOON:
                text += f" · {desktop.tr('mine.soon')}"
            facts.append(text)
        return "\n".join(("  ".join(facts[:1]), "  ".join(facts[1:])))

    def _show_steps(self, card: Card, worked: Worked) -> None:
        desktop, theme = self._desktop, self._desktop.theme
        if worked.appeal.text:
            card.body.addWidget(Text(theme, worked.appeal.text, "small"))
        steps = desk_steps(worked)
        if not steps:
            card.body.addWidget(Text(theme, desktop.tr("mine.no_steps"), "small", ink="ink_soft"))
        grid = QGridLayout()
        grid.setSpacing(theme.px(8))
        for place, event in enumerate(steps):
            button = Action(theme, desktop.tr(f"step.{event.value}"), str(place + 1), "light", height=52)
            on_press(button, partial(desktop.presenter.appeals.begin_step, worked.appeal.id, event))
            grid.addWidget(button, place // 2, place % 2)
        card.body.addLayout(grid)

    def _show_draft(self, card: Card, draft: StepDraft) -> None:
        desktop, theme, tr = self._desktop, self._desktop.theme, self._desktop.tr
        appeals = desktop.presenter.appeals
        card.body.addWidget(Text(theme, tr(f"step.{draft.event.value}"), "body", bold=True, ink="brand"))
        if draft.event in GIVES_RESULT:
            results = [(outcome.value, tr(f"outcome.{outcome.value}")) for outcome in Outcome]
            chips = Chips(theme, results, self._outcome, per_row=2)
            chips.show_value(draft.outcome.value if draft.outcome else "")
            card.body.addWidget(chips)
        if draft.event is AppealEvent.DEFER:
            card.body.addWidget(Text(theme, tr("mine.recheck"), "small", ink="ink_soft"))
            chips = Chips(theme, [(str(n), tr("mine.days", n=n)) for n in RECHECK_DAYS], self._recheck)
            chips.show_value(str(draft.recheck_days))
            card.body.addWidget(chips)
        self.reason = QPlainTextEdit(draft.text)
        self.reason.setPlaceholderText(tr("mine.reason_hint"))
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(theme.px(140))
        self.reason.textChanged.connect(self._typed)
        card.body.addWidget(self.reason)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        take = Action(theme, tr("act.take_step"), tr("keys.ctrl_enter"), "primary", height=60)
        on_press(take, appeals.take_step)
        drop = Action(theme, desktop.words.tr("common.cancel"), tr("keys.esc"), "quiet", height=60)
        on_press(drop, appeals.drop_step)
        row.addWidget(take, 2)
        row.addWidget(drop, 1)
        card.body.addLayout(row)

    def _outcome(self, value: str) -> None:
        self._desktop.presenter.appeals.write_step(outcome=Outcome(value))

    def _recheck(self, value: str) -> None:
        self._desktop.presenter.appeals.write_step(recheck_days=int(value))

    def _typed(self) -> None:
        if self.reason is not None:
            self._desktop.presenter.appeals.write_step(text=self.reason.toPlainText())
