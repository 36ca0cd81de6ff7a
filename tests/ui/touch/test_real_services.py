"""The touch front on the real services, the real store, the real threads: from the first touch to the number."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk.catalog import load_catalog
from kiosk.model.visit import VisitState
from kiosk.settings import demo_settings
from tests.kiosk.services.conftest import Hall, open_hall
from ui.bridge import Bridge
from ui.tasks import Tasks
from ui.touch.front import TouchFront
from ui.touch.session import Surroundings
from ui.touch.state import Page
from ui.widgets.button import Pressable
from ui.widgets.keypad import KeyPad


class Visitor:
    """Taps on real buttons and waits for real answers."""

    def __init__(self, front: TouchFront, qtbot: QtBot) -> None:
        self.front, self._qtbot = front, qtbot

    def tap(self, name: str) -> None:
        button = self.front.view.findChild(Pressable, name)
        assert button is not None, name
        button.click()

    def type(self, digits: str) -> None:
        for digit in digits:
            pad = self.front.view.findChild(KeyPad)
            assert pad is not None
            pad.key(digit).click()

    def sees(self, page: Page) -> None:
        def shown() -> bool:
            return self.front.presenter.state.page is page and not self.front.presenter.state.busy

        self._qtbot.waitUntil(shown, timeout=10_000)


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return open_hall(tmp_path / "profile")


@pytest.fixture
def visitor(hall: Hall, qtbot: QtBot) -> Iterator[Visitor]:
    bridge = Bridge()
    tasks = Tasks(bridge.post)
    around = Surroundings(tasks, hall.clock, time.monotonic, demo_settings(), load_catalog(), lambda text, lang: None)
    front = TouchFront(around, bridge.post)
    qtbot.addWidget(front.view)
    front.view.resize(540, 960)
    front.view.show()
    yield Visitor(front, qtbot)
    tasks.stop()
    bridge.close()
    hall.installation.close()


def test_from_the_first_touch_to_the_number(visitor: Visitor, hall: Hall) -> None:
    visitor.tap("way_staff_number")
    visitor.type("0001")
    visitor.front.presenter.connect(hall.services, None)
    visitor.sees(Page.CONFIRM)
    visitor.tap("yes")
    visitor.sees(Page.SERVICES)
    visitor.tap("group_pay")
    visitor.tap("service_101")
    visitor.sees(Page.TICKET)
    issued = visitor.front.presenter.state.issued
    assert issued is not None
    assert issued.slip.label == issued.ticket.label
    visitor.tap("care_water")
    visitor.tap("done")
    visitor.sees(Page.ATTRACT)


def test_consent_is_given_refused_and_withdrawn(visitor: Visitor, hall: Hall) -> None:
    front = visitor.front
    front.presenter.connect(hall.services, None)
    front.presenter.session.change(face_on=True)
    visitor.tap("authorisations")
    visitor.tap("way_staff_number")
    visitor.type("0002")
    visitor.sees(Page.CONFIRM)
    visitor.tap("yes")
    visitor.sees(Page.AUTHORISATIONS)
    visitor.tap("read_notice")
    visitor.sees(Page.CONSENT)
    visitor.tap("agree_box")
    visitor.tap("agree")
    visitor.sees(Page.ENROL)
    assert [pending.terminal for pending in hall.services.consents.pending()] == ["K1"]
    visitor.tap("leave")
    visitor.sees(Page.AUTHORISATIONS)
    visitor.tap("withdraw")
    visitor.sees(Page.RECEIPT)
    assert hall.services.consents.pending() == ()


def test_a_visitor_who_walks_away_leaves_no_open_visit(visitor: Visitor, hall: Hall) -> None:
    visitor.front.presenter.connect(hall.services, None)
    visitor.tap("way_anonymous")
    visitor.tap("go")
    visitor.sees(Page.SERVICES)
    visitor.tap("start_over")
    visitor.sees(Page.ATTRACT)
    visitor.tap("progress")
    visitor.type("0000100000000")
    visitor.sees(Page.PROGRESS)
    with hall.installation.store.read() as work:
        states = [row.state for row in work.visits.of_day(hall.clock.today())]
    assert states == [VisitState.RESET]
