"""The scenes of the day: what each visitor and clerk does, and what every screen must show then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt

from kiosk.demo_content import demo_sign_in
from kiosk.model.appeal import Outcome
from kiosk.model.ticket import TicketState
from kiosk.printing.virtual import Trouble, VirtualPrinter
from ui.assembly.demo import DemoWorld
from ui.desk.register_view import RegisteredView, RegisterView
from ui.desk.state import Device
from ui.tour.hand import Hand, TourError, click
from ui.wall.state import Page

NAMES = ("林演示", "赵样例", "孙演示", "冯演示", "陈样例")


@dataclass(slots=True)
class Day:
    """What the scenes share."""

    hand: Hand
    world: DemoWorld

    # --- the visitor -----------------------------------------------------------------------------------------

    def by_number(self, digits: str) -> None:
        """Identify by staff number up to the question 'is this you'."""
        self.hand.press("touch", "way_staff_number")
        self.hand.keypad(digits)
        self.hand.until("the question 'is this you'", lambda: self.hand.find("touch", "yes"))

    def choose(self, group: str, service: str) -> str:
        """Choose a service; the label of the number that was given."""
        self.hand.press("touch", f"group_{group}")
        self.hand.press("touch", f"service_{service}")
        return self.number()

    def number(self) -> str:
        """Wait for the ticket page; the label on it."""
        self.hand.until("the ticket page", lambda: self.issued() is not None)
        label = self.issued()
        assert label is not None
        self.hand.sees("touch", label)
        return label

    def issued(self) -> str | None:
        """The label on the ticket page, if it is shown."""
        front = self.hand.terminal.fronts.touch
        shown = front.presenter.state.issued if front is not None else None
        return shown.ticket.label if shown is not None else None

    def done(self) -> None:
        """Leave the ticket page; nothing of the visitor stays."""
        self.hand.press("touch", "done")
        self.hand.until(
            "the first page", lambda: self.hand.find("touch", "way_face") or self.hand.find("touch", "way_qr")
        )
        self.hand.lacks("touch", *NAMES)

    # --- the clerk -------------------------------------------------------------------------------------------

    def call_next(self, label: str | None = None) -> None:
        """Space: the next number is called, and the wall shows it."""
        self.hand.key("desk", Qt.Key.Key_Space)
        self.hand.until("a called number at the desk", lambda: self.hand.find("desk", "arrived"))
        if label:
            self.hand.sees("wall", label)
        self.hand.lacks("wall", *NAMES)

    def state_of(self, label: str) -> TicketState | None:
        """What the store says about a number."""
        installation = self.hand.terminal.installation
        assert installation is not None
        with installation.store.read() as work:
            day = work.days.open_day()
            found = work.tickets.by_label(day.service_date, label[0], int(label[1:])) if day else None
        return found.state if found else None

    def printer(self) -> VirtualPrinter:
        """The virtual printer of the demo."""
        printer = self.hand.terminal.printer
        if not isinstance(printer, VirtualPrinter):
            raise TourError("expected: the virtual printer")
        return printer


def opening(day: Day) -> None:
    """The hall opens: first page, wall, English one tap away; the clerk signs in."""
    hand = day.hand
    hand.sees("touch", "您好", "输入工号", "匿名取号")
    hand.sees("wall", "欢迎光临")
    hand.shoot("welcome", "touch", "wall")
    hand.press("touch", "language")
    hand.sees("touch", "Staff number")
    hand.shoot("english", "touch")
    hand.press("touch", "language")
    login, password = demo_sign_in()
    desk = hand.terminal.fronts.desk
    page = desk.page() if desk is not None else None
    if page is None:
        raise TourError("expected: the sign-in page")
    hand.shoot("sign-in", "desk")
    hand.fill(page.sign_in.login.edit, login)
    hand.fill(page.sign_in.password.edit, password)
    hand.key("desk", Qt.Key.Key_Escape)
    page.sign_in.enter.click()
    hand.sees("desk", "韩演示")
    hand.shoot("desk-empty", "desk")


def number_visit(day: Day) -> None:
    """By staff number: confirm, choose, number on screen and paper; called; the clerk checks; card; appeal; end."""
    hand = day.hand
    day.by_number("0001")
    hand.sees("touch", "林*")
    hand.lacks("touch", "林演示")
    hand.shoot("confirm", "touch")
    hand.press("touch", "yes")
    hand.until("the services", lambda: hand.find("touch", "group_living"))
    hand.shoot("services", "touch")
    label = day.choose("living", "303")
    hand.until("the printed slip", lambda: day.printer().slips)
    hand.shoot("ticket", "touch", "wall")
    day.done()
    day.call_next(label)
    hand.shoot("called", "desk", "wall")
    hand.press("desk", "arrived")
    hand.lacks("desk", "林演示")
    hand.press("desk", "check_identity")
    hand.sees("desk", "林演示", "北澜供电公司")
    hand.shoot("card", "desk")
    register(day)
    hand.press("desk", "finish")
    hand.until("the end of the talk in the store", lambda: day.state_of(label) is TicketState.DONE)
    hand.until("the question on the rating pad", lambda: hand.find("pad", "level_5"))
    hand.shoot("rating", "pad")
    hand.press("pad", "skip")
    hand.key("desk", Qt.Key.Key_C)
    hand.until("a cleared card", lambda: "林演示" not in hand.reads("desk"))
    hand.shoot("cleared", "desk")


def register(day: Day) -> None:
    """Write down an appeal, register it, answer it on the spot."""
    hand, form = day.hand, form_of(day)
    if not isinstance(form, RegisterView):
        raise TourError("expected: the empty form of an appeal")
    hand.fill(form.search, "303")
    form.search.returnPressed.emit()
    hand.turn()
    hand.fill(form.title, "宿舍热水")
    hand.fill(form.text, "热水晚上九点以后没有。")
    hand.shoot("form", "desk")
    hand.key("desk", Qt.Key.Key_Return, control=True)
    hand.sees("desk", "LN001-")
    registered = form_of(day)
    if not isinstance(registered, RegisteredView):
        raise TourError("expected: the registered appeal")
    click(registered.outcome.chip(Outcome.SOLVED.value))
    hand.fill(registered.answer, "后勤今晚检修热水器，明早再给您电话。")
    hand.shoot("registered", "desk")
    hand.key("desk", Qt.Key.Key_Return, control=True)
    hand.sees("desk", "已当场答复")


def form_of(day: Day) -> RegisterView | RegisteredView | None:
    """The form in the desk's right column."""
    desk = day.hand.terminal.fronts.desk
    page = desk.page() if desk is not None else None
    return page.appeals.form if page is not None else None


def wrong_person(day: Day) -> None:
    """A mistyped number names somebody else: 'not me' leads to another way and shows nothing."""
    hand = day.hand
    day.by_number("0003")
    hand.sees("touch", "孙*")
    hand.press("touch", "no")
    hand.sees("touch", "换一种")
    hand.lacks("touch", "孙*", *NAMES)
    hand.shoot("not-me", "touch")
    hand.press("touch", "start_over")


def refusal(day: Day) -> None:
    """No to the face notice: remembered, and every service as before."""
    hand = day.hand
    hand.press("touch", "authorisations")
    day.by_number("0007")
    hand.press("touch", "yes")
    hand.press("touch", "read_notice")
    hand.press("touch", "refuse")
    hand.press("touch", "services")
    hand.until("the services", lambda: hand.find("touch", "group_living"))
    hand.shoot("refused", "touch")
    day.choose("living", "304")
    day.done()


def no_show(day: Day) -> None:
    """Called, called again, passed; undone; passed for good."""
    hand = day.hand
    day.call_next()
    hand.shoot("no-show-called", "wall")
    hand.press("desk", "no_show")
    hand.until("a free desk", lambda: hand.find("desk", "arrived") is None)
    hand.key("desk", Qt.Key.Key_Z)
    hand.until("the number back at the desk", lambda: hand.find("desk", "arrived"))
    hand.press("desk", "no_show")
    hand.shoot("passed", "desk", "wall")


def paper_out(day: Day) -> None:
    """The printer has no paper: the number stands, the visitor is told, the clerk sees a lamp."""
    hand = day.hand
    day.printer().suffer(Trouble.PAPER_OUT)
    day.by_number("0003")
    hand.press("touch", "yes")
    label = day.choose("workplace", "203")
    hand.until("the word about paper", lambda: "屏幕" in hand.reads("touch"))
    hand.until("the printer's lamp at the desk", lambda: lamp(day, Device.PRINTER))
    hand.shoot("paper-out", "touch", "desk")
    day.printer().recover()
    day.done()
    if day.state_of(label) is not TicketState.WAITING:
        raise TourError("the number was lost with the paper")


def lamp(day: Day, device: Device) -> str | None:
    """The fault a lamp at the desk shows."""
    desk = day.hand.terminal.fronts.desk
    return desk.presenter.state.faults.get(device) if desk is not None else None


def platform(day: Day) -> None:
    """When nobody was called for a while, the wall shows the platform's figures; small numbers stay hidden."""
    wall = day.hand.terminal.fronts.wall
    day.hand.until("the platform page", lambda: wall is not None and wall.presenter.state.page is Page.PLATFORM, 60)
    day.hand.lacks("wall", *NAMES)
    day.hand.shoot("platform", "wall")


def help_now(day: Day) -> None:
    """The red button: no questions, numbers that help, a silent alert at the desk."""
    hand = day.hand
    hand.press("touch", "help")
    hand.sees("touch", "12356", "120", "110")
    hand.until("the alert at the desk", lambda: hand.find("desk", "acknowledge"))
    hand.shoot("help", "touch", "desk")
    hand.press("desk", "acknowledge")
    hand.press("touch", "fine")


def network_cut(day: Day) -> None:
    """The centre is gone and everything goes on; back again it has everything once, and a new employee comes down."""
    hand, world = day.hand, day.world
    world.stop_server()
    day.by_number("0002")
    hand.press("touch", "yes")
    day.choose("pay", "103")
    day.done()
    hand.until("unsent changes at the desk", lambda: unsent(day) > 0, 30)
    hand.shoot("offline", "desk")
    world.start_server()
    add_employee(world)
    hand.until("nothing unsent any more", lambda: unsent(day) == 0, 60)
    hand.until("the new employee in the hall", lambda: in_hall(day, "DEMO-0099"), 60)
    visits, appeals = central_counts(world)
    if not visits or not appeals:
        raise TourError("expected: visit and appeal at the centre")
    day.by_number("0099")
    hand.sees("touch", "新*")
    hand.shoot("from-the-centre", "touch")
    hand.press("touch", "start_over")


def unsent(day: Day) -> int:
    """Changes that wait for the centre, as the desk shows them."""
    desk = day.hand.terminal.fronts.desk
    return (desk.presenter.state.unsent or 0) if desk is not None else 0


def in_hall(day: Day, number: str) -> bool:
    """True once the hall knows the employee."""
    installation = day.hand.terminal.installation
    assert installation is not None
    with installation.store.read() as work:
        return work.people.by_number(number) is not None


def add_employee(world: DemoWorld) -> None:
    """Somebody is hired: entered at the centre only."""
    from sync.server.changes import NewEmployee, put_employee

    assert world.server is not None
    with world.server.core.engine.begin() as connection:
        put_employee(
            connection, NewEmployee("DEMO-0099", "新演示", date(1995, 4, 1), "DEMO-NEW", unit_name="演示新设公司")
        )


def central_counts(world: DemoWorld) -> tuple[int, int]:
    """Visits and appeals the centre has."""
    from sync.server import reports

    assert world.server is not None
    with world.server.core.engine.connect() as connection:
        return len(reports.records(connection, "visit", 500)), len(reports.records(connection, "appeal", 500))
