"""The middle: who is called, the card or why there is none, and what must be taken note of. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.model.hall import CareKind
from kiosk.model.ticket import MarkKind, Ticket, TicketState
from ui.desk.calling import WAITING
from ui.desk.card_view import CardView
from ui.desk.dates import clock_span
from ui.desk.parts import Action, Desktop, clear, inset, margins, notice, on_press
from ui.desk.state import Alerts, DeskState
from ui.widgets.card import Card, EmptyState
from ui.widgets.text import Text

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.services.consents import PendingRelease
    from kiosk.services.serving import Served


class VisitorColumn(QWidget):
    """Made once for a theme and a language; its inside follows the state."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        self._shown: tuple[object, ...] = ()
        self._since: Text | None = None
        self._countdown: Text | None = None
        self.staff_number: QLineEdit | None = None
        column = QVBoxLayout(self)
        margins(column, desktop.theme, 36, 28, 36, 28, 16)
        self._bars = QVBoxLayout()
        self._bars.setSpacing(desktop.theme.px(12))
        column.addLayout(self._bars)
        self._body = QVBoxLayout()
        self._body.setSpacing(desktop.theme.px(20))
        column.addLayout(self._body, 1)

    def render_state(self, state: DeskState) -> None:
        """Show ``state``; only what changed is built again."""
        waiting = sum(row.state in WAITING for row in state.queue)
        shown = (
            state.note, state.alerts, state.doubted, state.served, state.ticket, state.paused, state.day_open,
            state.busy, waiting if state.ticket is None else 0, state.clears_in is None, state.marks,
        )  # fmt: skip
        if shown != self._shown:
            self._shown = shown
            self._build(state, waiting)
        if self._since is not None and state.ticket is not None and state.ticket.called_at is not None:
            span = clock_span((state.now - state.ticket.called_at).total_seconds())
            self._since.set_text(self._desktop.tr("called.since", time=span))
        if self._countdown is not None and state.clears_in is not None:
            self._countdown.set_text(self._desktop.tr("card.clears", n=state.clears_in))

    def _build(self, state: DeskState, waiting: int) -> None:
        clear(self._bars)
        clear(self._body)
        self._since = self._countdown = self.staff_number = None
        if state.alerts:
            self._bars.addWidget(self._alert(state.alerts, state))
        if state.note is not None:
            self._bars.addLayout(inset(self._desktop.theme, notice(self._desktop, state.note)))
        served, ticket = state.served, state.ticket
        if served is not None:
            self._show_served(served, state)
        elif ticket is not None and ticket.state is TicketState.CALLED:
            self._show_called(ticket, state)
        else:
            self._body.addWidget(self._idle(state, waiting), 1)

    # --- bars ------------------------------------------------------------------------------------------------

    def _alert(self, alerts: Alerts, state: DeskState) -> Card:
        """The alert on top, with the one button that takes it."""
        tr, theme = self._desktop.tr, self._desktop.theme
        text, button = self._alert_words(alerts, state)
        more = len(alerts.help) + len(alerts.care) + len(alerts.releases) - 1
        card = Card(theme, fill="warn_soft" if button == "card_checked" else "info_soft", raised=False, padding=18)
        row = QHBoxLayout()
        row.setSpacing(theme.px(20))
        words = QVBoxLayout()
        words.addWidget(Text(theme, text, "body", bold=True))
        if more > 0:
            words.addWidget(Text(theme, tr("alert.more", n=more), "small", ink="ink_soft"))
        row.addLayout(words, 1)
        take = Action(theme, tr(f"act.{button}"), "G", "primary", height=60)
        take.setMaximumWidth(theme.px(260))
        take.setObjectName("acknowledge")
        on_press(take, self._desktop.presenter.alerting.acknowledge)
        row.addWidget(take)
        card.body.addLayout(row)
        return card

    def _alert_words(self, alerts: Alerts, state: DeskState) -> tuple[str, str]:
        tr = self._desktop.tr
        if alerts.help:
            call = alerts.help[0]
            minutes = max(0, int((state.now - call.at).total_seconds() // 60))
            return tr("alert.urgent" if call.urgent else "alert.help", terminal=call.terminal, n=minutes), "acknowledge"
        if alerts.releases:
            return self._release_words(alerts.releases[0], doubted=state.doubted)
        row = alerts.care[0]
        if row.task.kind is CareKind.OFFER:
            return tr("alert.offer", label=row.label), "brought"
        return tr("alert.care", label=row.label, kind=tr(f"care.{row.task.kind.value}")), "brought"

    def _release_words(self, release: PendingRelease, *, doubted: UUID | None) -> tuple[str, str]:
        """Who stands there is the clerk's to see; of others only how many look alike."""
        tr = self._desktop.tr
        if doubted == release.consent_id:
            return tr("alert.double", terminal=release.terminal, n=release.doubles), "card_checked"
        text = tr("alert.release", terminal=release.terminal)
        return (f"{text}\n{tr('alert.alike', n=release.look_alikes)}" if release.look_alikes else text), "witness"

    # --- nobody at the window --------------------------------------------------------------------------------

    def _idle(self, state: DeskState, waiting: int) -> QWidget:
        tr, theme = self._desktop.tr, self._desktop.theme
        if not state.day_open:
            page = EmptyState(theme, "clock", tr("idle.closed"), tr("idle.closed_hint"))
            return self._with_button(page, tr("act.open_day"), "O", self._desktop.presenter.overseeing.open_day)
        if state.paused:
            page = EmptyState(theme, "pause", tr("idle.paused"), tr("idle.paused_hint"))
            return self._with_button(page, tr("act.resume"), "B", self._desktop.presenter.calling.resume)
        if waiting:
            return EmptyState(theme, "people", tr("idle.title"), tr("idle.hint", n=waiting))
        return EmptyState(theme, "seat", tr("idle.empty"), tr("idle.empty_hint"))

    def _with_button(self, page: QWidget, text: str, key: str, act: Callable[[], None]) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.addStretch(1)
        column.addWidget(page)
        row = QHBoxLayout()
        button = Action(self._desktop.theme, text, key, "primary", height=84, role="lead")
        button.setMinimumWidth(self._desktop.theme.px(420))
        on_press(button, act)
        row.addStretch(1)
        row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)
        return holder

    # --- called ----------------------------------------------------------------------------------------------

    def _show_called(self, ticket: Ticket, state: DeskState) -> None:
        tr, theme, calling = self._desktop.tr, self._desktop.theme, self._desktop.presenter.calling
        card = Card(theme, padding=56)
        card.body.addWidget(Text(theme, tr("called.title"), "body", ink="ink_soft", align="center"))
        card.body.addWidget(Text(theme, ticket.label, "number", bold=True, align="center", ink="brand"))
        row = QHBoxLayout()
        row.setSpacing(theme.px(32))
        row.addStretch(1)
        row.addWidget(Text(theme, tr("called.times", n=ticket.calls), "body"))
        self._since = Text(theme, "", "body", ink="ink_soft")
        row.addWidget(self._since)
        row.addStretch(1)
        card.body.addLayout(row)
        card.body.addWidget(Text(theme, self._seen(state), "small", ink="ink_soft", align="center"))
        card.body.addSpacing(theme.px(12))
        arrived = Action(theme, tr("act.arrived"), tr("keys.enter"), "primary", height=96, role="lead")
        arrived.setObjectName("arrived")
        on_press(arrived, calling.arrived)
        card.body.addWidget(arrived)
        self._body.addWidget(card)
        self._body.addLayout(inset(theme, Text(theme, tr("called.hint"), "small", ink="ink_soft")))
        self._body.addStretch(1)

    def _seen(self, state: DeskState) -> str:
        """Which walls painted the call and which loudspeakers said it."""
        tr = self._desktop.tr
        told = [
            tr(f"called.{kind.value}", where=tr("form.list_comma").join(sorted(where)))
            for kind in MarkKind
            if (where := {mark.terminal for mark in state.marks if mark.kind is kind})
        ]
        return "   ".join(told) or tr("called.unseen")

    # --- at the window ---------------------------------------------------------------------------------------

    def _show_served(self, served: Served, state: DeskState) -> None:
        if state.clears_in is not None:
            self._show_countdown()
        if served.card is not None:
            self._body.addWidget(CardView(self._desktop, served.card, state), 1)
            self._show_viewed(served, state)
        else:
            self._show_no_card(served)
        if state.clears_in is None:
            self._show_end()

    def _show_countdown(self) -> None:
        tr, theme = self._desktop.tr, self._desktop.theme
        card = Card(theme, fill="warn_soft", raised=False, padding=16)
        row = QHBoxLayout()
        self._countdown = Text(theme, "", "body", bold=True)
        row.addWidget(self._countdown, 1)
        now = Action(theme, tr("card.clear_now"), "C", "light", height=56)
        now.setMaximumWidth(theme.px(240))
        on_press(now, self._desktop.presenter.calling.clear_card)
        row.addWidget(now)
        card.body.addLayout(row)
        self._body.addWidget(card)

    def _show_viewed(self, served: Served, state: DeskState) -> None:
        clerk = state.clerk.name if state.clerk else ""
        stay = self._desktop.presenter.session.around.settings.desk.card_clear_seconds
        time = f"{state.viewed_at:%H:%M}" if state.viewed_at else ""
        text = self._desktop.tr("card.viewed", clerk=clerk, time=time, label=served.ticket.label, n=stay)
        theme = self._desktop.theme
        self._body.addLayout(inset(theme, Text(theme, text, "small", ink="ink_soft")))

    def _show_no_card(self, served: Served) -> None:
        tr, theme, calling = self._desktop.tr, self._desktop.theme, self._desktop.presenter.calling
        card = Card(theme, padding=48)
        card.body.setSpacing(theme.px(18))
        card.body.addWidget(Text(theme, served.ticket.label, "display", bold=True, ink="brand"))
        card.body.addWidget(Text(theme, tr(f"no_card.{served.no_card}"), "lead", bold=True))
        card.body.addWidget(Text(theme, tr(f"no_card.{served.no_card}_hint"), "body", ink="ink_soft"))
        if served.no_card == "identity_unchecked":
            check = Action(theme, tr("no_card.check"), "I", "primary", height=84, role="lead")
            check.setObjectName("check_identity")
            on_press(check, calling.check_identity)
            card.body.addWidget(check)
        else:
            row = QHBoxLayout()
            row.setSpacing(theme.px(16))
            self.staff_number = QLineEdit()
            self.staff_number.setPlaceholderText(tr("no_card.staff_number"))
            self.staff_number.setAccessibleName(tr("no_card.staff_number"))
            self.staff_number.setMinimumHeight(theme.px(64))
            self.staff_number.returnPressed.connect(self._name_visitor)
            row.addWidget(self.staff_number, 2)
            vouch = Action(theme, tr("no_card.name_visitor"), "", "quiet", height=64)
            on_press(vouch, self._name_visitor)
            row.addWidget(vouch, 1)
            card.body.addLayout(row)
        self._body.addWidget(card)
        self._body.addStretch(1)

    def _name_visitor(self) -> None:
        if self.staff_number is not None and self.staff_number.text().strip():
            self._desktop.presenter.calling.name_visitor(self.staff_number.text())

    def _show_end(self) -> None:
        tr, theme, calling = self._desktop.tr, self._desktop.theme, self._desktop.presenter.calling
        row = QHBoxLayout()
        row.setSpacing(theme.px(16))
        finish = Action(theme, tr("act.finish"), "F", "primary", height=76, role="lead")
        finish.setObjectName("finish")
        on_press(finish, calling.finish)
        left = Action(theme, tr("act.left"), "X", "light", height=76)
        on_press(left, calling.left)
        row.addWidget(finish, 2)
        row.addWidget(left, 1)
        self._body.addLayout(inset(theme, row))
