"""One number, looked up by its slip: where it stands, and reporting again after a missed call."""

from __future__ import annotations

from kiosk.model.ticket import TicketState
from ui.touch.pages.comfort import CareTiles, SeatWords, ZoneWishes
from ui.touch.pages.frame import Frame, Kit
from ui.touch.state import TouchState
from ui.widgets.card import Card
from ui.widgets.text import Text

_SENTENCES = {
    TicketState.WAITING: "waiting",
    TicketState.CALLED: "called",
    TicketState.SERVING: "serving",
    TicketState.HELD: "held",
    TicketState.PASSED: "passed",
    TicketState.DONE: "done",
}


class StandingPage(Frame):
    """The number large, one sentence, and what can be done."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        if state.shown is None:
            return
        standing = state.shown.standing
        self.body.addStretch(1)
        self.say(kit.tr("standing.title"), "lead", ink="ink_soft", align="center")
        self.body.addWidget(Text(kit.theme, standing.label, "number", bold=True, align="center", ink="brand"))
        card = Card(kit.theme, padding=60)
        card.body.addWidget(Text(kit.theme, self._sentence(), "title", bold=True, align="center"))
        key = _SENTENCES.get(standing.state, "over")
        back = kit.presenter.session.around.settings.calling.recheck_back
        detail = kit.tr(f"standing.{key}_detail", n=back)
        card.body.addWidget(Text(kit.theme, detail, "body", ink="ink_soft", align="center"))
        self.body.addWidget(card)
        if standing.state is TicketState.WAITING and state.comfort is not None:
            place = Card(kit.theme)
            place.body.addLayout(SeatWords(kit, state, state.comfort.seat))
            place.body.addLayout(ZoneWishes(kit, state, state.comfort.seat))
            self.body.addWidget(place)
            self.body.addLayout(CareTiles(kit, state))
        self.notice()
        self.body.addStretch(2)
        if standing.state is TicketState.PASSED:
            again = self.button("standing.report", name="report")
            again.when_pressed(kit.presenter.returning.report)
            self.body.addWidget(again)
        done = self.button("ticket.done", "secondary", name="done")
        done.when_pressed(kit.presenter.start_over)
        self.body.addWidget(done)

    def _sentence(self) -> str:
        shown = self.state.shown
        if shown is None:
            return ""
        standing = shown.standing
        key = _SENTENCES.get(standing.state, "over")
        if standing.state is TicketState.WAITING and not standing.ahead:
            key = "first"
        return self.kit.tr(f"standing.{key}", n=standing.ahead, counter=standing.counter or "")
