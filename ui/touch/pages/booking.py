"""Checking in a booking by its code; the code as a QR is read on the page of codes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Slot

from kiosk.model.visit import Method
from ui.touch.booking import CODE_DIGITS
from ui.touch.pages.frame import Kit
from ui.touch.pages.identify import KeyPadPage
from ui.touch.state import TouchState
from ui.widgets.field import Digits
from ui.widgets.keypad import CLEAR, ERASE


class BookingPage(KeyPadPage):
    """The eight digits of the booking."""

    def __init__(self, kit: Kit, state: TouchState) -> None:
        super().__init__(kit, state)
        self.title("booking.title", kit.tr("booking.lead", n=CODE_DIGITS))
        self._digits = Digits(kit.theme, prefix="", count=CODE_DIGITS)
        self.body.addWidget(self._digits)
        self.notice()
        self.body.addStretch(1)
        self.body.addWidget(self.keypad())
        scan = self.button("booking.scan", "secondary", name="scan", icon="qr", height=120)
        scan.when_pressed(partial(kit.presenter.arriving.choose, Method.QR))
        self.body.addWidget(scan)
        self.live(state)

    @Slot(str)
    def key(self, key: str) -> None:
        """A key of the keypad."""
        check_in = self.kit.presenter.check_in
        if key in (ERASE, CLEAR):
            check_in.erase(everything=key == CLEAR)
        else:
            check_in.digit(key)

    def live(self, state: TouchState) -> None:
        super().live(state)
        self._digits.set_value(state.digits, fault=state.fault is not None)
