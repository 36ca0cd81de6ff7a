"""The form of an appeal and, once it has a number, the answer on the spot. Owns the fields; keeps no rules."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from kiosk.model.appeal import Appeal, AppealState, Outcome
from kiosk.model.service import PrivacyLevel, ServiceCategory, Urgency
from ui.desk.category_search import find
from ui.desk.dates import day
from ui.desk.parts import Action, Chips, Desktop, clear, margins, on_press
from ui.desk.state import Form
from ui.widgets.card import Card
from ui.widgets.text import Text

_FOUND = 4
ON_THE_SPOT = (Outcome.SOLVED, Outcome.PARTLY, Outcome.EXPLAINED)
"""Deferring belongs to the office that handles the matter."""
_PRIVACY = (PrivacyLevel.NAMED, PrivacyLevel.WITHHELD, PrivacyLevel.CONFIDENTIAL, PrivacyLevel.ANONYMOUS)


class RegisterView(QWidget):
    """The empty or half-written form; typed words are mirrored into the state at once, so a lock loses nothing."""

    def __init__(self, desktop: Desktop, form: Form) -> None:
        super().__init__()
        self._desktop, self._form = desktop, form
        theme, tr = desktop.theme, desktop.tr
        column = QVBoxLayout(self)
        margins(column, theme, 0, 0, 0, 0, 8)
        column.addWidget(_label(desktop, "form.category"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("form.category_hint"))
        self.search.setAccessibleName(tr("form.category"))
        column.addWidget(self.search)
        self._found = QVBoxLayout()
        self._found.setSpacing(theme.px(6))
        column.addLayout(self._found)
        column.addWidget(_label(desktop, "form.title"))
        self.title = QLineEdit(form.title)
        self.title.setPlaceholderText(tr("form.title_hint"))
        self.title.setMaxLength(40)
        column.addWidget(self.title)
        column.addWidget(_label(desktop, "form.text"))
        self.text = QPlainTextEdit(form.text)
        self.text.setPlaceholderText(tr("form.text_hint"))
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(theme.px(96))
        column.addWidget(self.text, 1)
        self._add_choices(column)
        self.search.textEdited.connect(self._searched)
        self.search.returnPressed.connect(self._take_first)
        self.title.textEdited.connect(self._typed)
        self.text.textChanged.connect(self._typed)
        self._show_category()
        self.render_form(form)

    def _add_choices(self, column: QVBoxLayout) -> None:
        desktop, theme, tr = self._desktop, self._desktop.theme, self._desktop.tr
        column.addWidget(_label(desktop, "form.privacy"))
        self.privacy = Chips(theme, [(level.value, tr(f"privacy.{level.value}")) for level in _PRIVACY], self._privacy)
        column.addWidget(self.privacy)
        column.addWidget(_label(desktop, "form.urgency"))
        self.urgency = Chips(theme, [(level.value, tr(f"urgency.{level.value}")) for level in Urgency], self._urgency)
        column.addWidget(self.urgency)
        self._due_shown: tuple[object, bool] = (None, False)
        self._due = QVBoxLayout()
        self._due.setSpacing(theme.px(4))
        column.addLayout(self._due)
        column.addSpacing(theme.px(8))
        self.register = Action(theme, tr("act.register"), tr("keys.ctrl_enter"), "primary", height=84, role="lead")
        on_press(self.register, desktop.presenter.appeals.register)
        column.addWidget(self.register)

    def render_form(self, form: Form) -> None:
        """Follow the parts of the state that others change."""
        if form.category != self._form.category:
            self._form = form
            self._show_category()
        self._form = form
        self.privacy.show_value(form.privacy.value)
        self.urgency.show_value(form.urgency.value)
        self._show_due(form)

    # --- category --------------------------------------------------------------------------------------------

    def _show_category(self) -> None:
        clear(self._found)
        if self._form.category:
            category = self._desktop.catalog.category(self._form.category)
            self.search.setText(f"{category.code}  {category.name(self._desktop.words.language)}")

    def _searched(self, typed: str) -> None:
        clear(self._found)
        if not typed.strip():
            return
        theme = self._desktop.theme
        for category in find(self._desktop.catalog.categories, typed)[:_FOUND]:
            name = category.name(self._desktop.words.language)
            button = Action(theme, f"{category.code}  {name}", "", "quiet", height=52)
            on_press(button, partial(self._choose, category))
            self._found.addWidget(button)
        if self._found.count() == 0:
            self._found.addWidget(_label(self._desktop, "form.no_category"))

    def _take_first(self) -> None:
        found = find(self._desktop.catalog.categories, self.search.text())
        if found:
            self._choose(found[0])

    def _choose(self, category: ServiceCategory) -> None:
        self._desktop.presenter.appeals.choose_category(category.code, category.privacy)
        self._show_category()
        self.text.setFocus()

    # --- words and chips -------------------------------------------------------------------------------------

    def _typed(self) -> None:
        self._desktop.presenter.appeals.fill(title=self.title.text(), text=self.text.toPlainText())

    def _privacy(self, value: str) -> None:
        self._desktop.presenter.appeals.fill(privacy=PrivacyLevel(value))

    def _urgency(self, value: str) -> None:
        self._desktop.presenter.appeals.fill(urgency=Urgency(value))

    # --- why this day ----------------------------------------------------------------------------------------

    def _show_due(self, form: Form) -> None:
        desktop, due = self._desktop, form.due
        if (due, form.why) == self._due_shown:
            return
        self._due_shown = (due, form.why)
        clear(self._due)
        if due is None:
            return
        when = day(desktop.words, due.due, weekday=True)
        promise = desktop.tr("form.due", n=due.working_days, date=when)
        self._due.addWidget(Text(desktop.theme, promise, "small", bold=True))
        if form.why:
            self._due.addWidget(Text(desktop.theme, self._reasons(form), "small", ink="ink_soft"))
        why = Action(desktop.theme, desktop.tr("form.why_less" if form.why else "form.why"), "Y", "quiet", height=44)
        why.setFont(desktop.theme.font("small"))
        on_press(why, desktop.presenter.appeals.why)
        self._due.addWidget(why, 0, Qt.AlignmentFlag.AlignLeft)

    def _reasons(self, form: Form) -> str:
        desktop, due = self._desktop, form.due
        if due is None:
            return ""
        words, tr = desktop.words, desktop.tr
        lines = [tr("form.why_start", date=day(words, due.start), n=due.working_days)]
        for key, days in (("form.why_skipped", due.skipped), ("form.why_made_up", due.made_up)):
            if days:
                named = [f"{day(words, reason.day)} {reason.name(words.language)}" for reason in days]
                lines.append(tr(key, days=tr("form.list_comma").join(named)))
        if due.provisional:
            lines.append(tr("form.why_provisional"))
        return "\n".join(lines)


class RegisteredView(QWidget):
    """The number to tell the visitor, and the answer if the matter can be settled now."""

    def __init__(self, desktop: Desktop, form: Form, appeal: Appeal) -> None:
        super().__init__()
        self._desktop = desktop
        theme, tr = desktop.theme, desktop.tr
        column = QVBoxLayout(self)
        margins(column, theme, 0, 0, 0, 0, 12)
        card = Card(theme, fill="ok_soft", raised=False, padding=24)
        card.body.addWidget(Text(theme, tr("form.number"), "small", ink="ink_soft"))
        card.body.addWidget(Text(theme, appeal.number, "lead", bold=True))
        card.body.addWidget(Text(theme, tr("form.code"), "small", ink="ink_soft"))
        code = f"{appeal.query_code[:4]} {appeal.query_code[4:]}"
        card.body.addWidget(Text(theme, code, "title", bold=True))
        column.addWidget(card)
        column.addWidget(Text(theme, tr("form.tell"), "small", ink="ink_soft"))
        if appeal.state is AppealState.REGISTERED:
            self._ask_answer(column, form)
        else:
            column.addWidget(Text(theme, tr("form.answered"), "body"))
            column.addStretch(1)
        another = Action(theme, tr("act.another"), "Ctrl N", "quiet", height=64)
        on_press(another, desktop.presenter.appeals.new)
        column.addWidget(another)

    def _ask_answer(self, column: QVBoxLayout, form: Form) -> None:
        desktop, theme, tr = self._desktop, self._desktop.theme, self._desktop.tr
        column.addWidget(_label(desktop, "form.outcome"))
        results = [(outcome.value, tr(f"outcome.{outcome.value}")) for outcome in ON_THE_SPOT]
        self.outcome = Chips(theme, results, self._outcome)
        self.outcome.show_value(form.outcome.value if form.outcome else "")
        column.addWidget(self.outcome)
        column.addWidget(_label(desktop, "form.answer"))
        self.answer = QPlainTextEdit(form.answer)
        self.answer.setPlaceholderText(tr("form.answer_hint"))
        self.answer.setTabChangesFocus(True)
        self.answer.textChanged.connect(self._typed)
        column.addWidget(self.answer, 1)
        button = Action(theme, tr("act.answer"), tr("keys.ctrl_enter"), "primary", height=84, role="lead")
        on_press(button, desktop.presenter.appeals.answer)
        column.addWidget(button)

    def render_form(self, form: Form) -> None:
        """Follow the chosen outcome."""
        if form.registered is not None and form.registered.state is AppealState.REGISTERED:
            self.outcome.show_value(form.outcome.value if form.outcome else "")

    def _outcome(self, value: str) -> None:
        self._desktop.presenter.appeals.fill(outcome=Outcome(value))

    def _typed(self) -> None:
        self._desktop.presenter.appeals.fill(answer=self.answer.toPlainText())


def _label(desktop: Desktop, key: str) -> Text:
    return Text(desktop.theme, desktop.tr(key), "small", ink="ink_soft")
