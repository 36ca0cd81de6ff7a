"""Small stand-ins for what the touch front is handed: services, tasks, clock, camera, printer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from kiosk.errors import InputError, RuleError, WorldError
from kiosk.identify import qr
from kiosk.identify.face import question
from kiosk.identify.id_card import check_character
from kiosk.model.appeal import AppealState
from kiosk.model.face import HintKind
from kiosk.model.hall import CareKind, CareTask
from kiosk.model.ticket import CallClass, Ticket, TicketSlip, TicketState
from kiosk.model.visit import Method, Proof, Visit, VisitState
from kiosk.notice import load_notice
from kiosk.services.access import Look
from kiosk.services.appeals import AppealProgress
from kiosk.services.arrivals import Proposal
from kiosk.services.care import Comfort
from kiosk.services.consents import ConsentState, WithdrawalReceipt
from kiosk.services.intake import Intake
from kiosk.services.tickets import ServiceGroup, ServiceTile, Standing
from kiosk.settings import Settings
from ui.tasks import Command, Query, Scope

NOON = datetime(2026, 11, 4, 2, 24, tzinfo=UTC)
PERSON = UUID(int=7)
CARD = "11010119900307" + "002" + check_character("11010119900307002")
CODE = f"R1:staff:DEMO-0001:{qr.check_character('DEMO-0001')}"
BOOKED = "40718265"
BOOKING = qr.booking_payload(BOOKED)
UNBOOKED = qr.booking_payload("00000000")
SLIP = "R1:ticket:LN001:0123456789abcdef0123456789abcdef:40718265"


class FakeClock:
    """Time that moves when told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def today(self) -> date:
        return self.now().date()

    def monotonic(self) -> float:
        return self.seconds


class FakeTasks:
    """Runs at once, or when ``flush`` is called after ``hold``."""

    def __init__(self) -> None:
        self.held: list[Callable[[], None]] | None = None

    def run(self, task: Query[Any] | Command[Any], scope: Scope) -> None:
        if self.held is None:
            self._now(task, scope)
        else:
            self.held.append(lambda: self._now(task, scope))

    def hold(self) -> None:
        self.held = []

    def flush(self) -> None:
        held, self.held = self.held or [], None
        for call in held:
            call()

    def _now(self, task: Query[Any] | Command[Any], scope: Scope) -> None:
        if isinstance(task, Query) and not scope.open:
            return
        try:
            value = task.work()
        except Exception as error:
            if scope.open:
                task.failure(error)
        else:
            if scope.open:
                task.success(value)


@dataclass
class FakeCentre:
    """The hall: one employee (DEMO-0001), everything remembered in lists."""

    catalog: Any
    settings: Settings
    day_open: bool = True
    stopped: str = ""
    help_answered: bool = False
    face_kind: HintKind = HintKind.SURE
    visits: dict[UUID, Visit] = field(default_factory=dict)
    tickets: list[Ticket] = field(default_factory=list)
    priorities: list[bool] = field(default_factory=list)
    calls: list[tuple[str, object]] = field(default_factory=list)
    consent: ConsentState = field(default_factory=lambda: ConsentState(False, False, None, False, False))
    released: bool = False
    disk_full: bool = False
    standing: Standing = field(default_factory=lambda: Standing("A012", TicketState.WAITING, 3, None))
    rechecks: int = 2
    seat: str = "Z1-07"
    tasks: dict[CareKind, CareTask] = field(default_factory=dict)
    full: tuple[str, ...] = ()

    def services(self) -> Any:
        """Every group of verbs is this one object."""
        return SimpleNamespace(
            arrivals=self,
            days=self,
            bookings=self,
            staff=self,
            tickets=_Tickets(self),
            care=_Care(self),
            seats=_Seats(self),
            consents=_Consents(self),
            access=_Access(),
            appeals=_Appeals(),
        )

    def intake(self) -> Intake:
        if not self.day_open:
            return Intake(False, "day_closed", opens_at=NOON + timedelta(days=1))
        return Intake(not self.stopped, "intake_stopped" if self.stopped else "", self.stopped)

    def check_in(self, code: str, visit: UUID, actor: object) -> Ticket:
        if code != BOOKED:
            raise InputError("booking_not_found", "There is no such booking.")
        ticket = _Tickets(self).issue(visit, "101", False, actor)
        return replace(ticket, letter="Y")

    def begin(self, language: str, actor: object) -> Visit:
        if not self.day_open:
            raise RuleError("day_closed", "No business day is open.")
        visit = Visit(uuid4(), NOON.date(), VisitState.ARRIVED, None, Proof.NONE, None, "T1", NOON, language=language)
        self.visits[visit.id] = visit
        return visit

    def by_number(self, number: str, method: Method = Method.STAFF_NUMBER) -> Proposal | None:
        return self._person(method) if number == "DEMO-0001" else None

    def by_token(self, method: Method, payload: str) -> Proposal | None:
        return self._person(method) if payload == CARD else None

    def by_face(self, hint: Any) -> Proposal | None:
        asked = question(hint, employed=True, consented=True, demo=self.settings.profile.demo)
        known = hint.person_id == PERSON and asked is not HintKind.UNKNOWN
        return replace(self._person(Method.FACE), kind=self.face_kind) if known else None

    def _person(self, method: Method) -> Proposal:
        return Proposal(PERSON, "王*", "北澜供电公司", HintKind.SURE, method)

    def digits_match(self, proposal: Proposal, digits: str) -> bool:
        return digits == "0001"

    def reject(self, visit: UUID, proposal: Proposal, actor: object) -> None:
        self.calls.append(("reject", proposal.employee_id))

    def identify(
        self, visit: UUID, proposal: Proposal, proof: Proof, actor: object, not_me: Sequence[UUID] = ()
    ) -> Visit:
        self.calls.append(("not_me", tuple(not_me)))
        return self._move(visit, VisitState.IDENTIFIED, method=proposal.method, proof=proof, employee_id=PERSON)

    def stay_anonymous(self, visit: UUID, actor: object) -> Visit:
        return self._move(visit, VisitState.ANONYMOUS, method=Method.ANONYMOUS)

    def ask_for_clerk(self, visit: UUID, actor: object) -> Visit:
        return self._move(visit, VisitState.ANONYMOUS, method=Method.ASSISTED)

    def choose_again(self, visit: UUID, actor: object) -> Visit:
        if self.visits[visit].state is VisitState.IDENTIFIED:
            return self._move(visit, VisitState.ARRIVED, employee_id=None)
        return self.visits[visit]

    def reset(self, visit: UUID, actor: object) -> None:
        if self.visits[visit].state is not VisitState.TICKETED:
            self._move(visit, VisitState.RESET)

    def coming(self, terminal: str) -> bool:
        return self.help_answered

    def call_help(self, visit: UUID | None, urgent: bool, actor: object) -> None:
        self.calls.append(("help", urgent))

    def _move(self, visit: UUID, state: VisitState, **changes: Any) -> Visit:
        self.visits[visit] = replace(self.visits[visit], state=state, **changes)
        return self.visits[visit]


@dataclass
class _Tickets:
    centre: FakeCentre

    def offer(self, language: str) -> tuple[ServiceGroup, ...]:
        if not self.centre.day_open:
            raise RuleError("day_closed", "No business day is open.")
        groups = []
        for group in self.centre.catalog.groups:
            rows = self.centre.catalog.of_group(group.key)
            tiles = tuple(ServiceTile(c.code, c.name(language), c.letter, 2, 8, 14) for c in rows)
            groups.append(ServiceGroup(group.key, tiles))
        return tuple(groups)

    def issue(self, visit: UUID, category: str | None, priority: bool, actor: object, *, party: int = 1) -> Ticket:
        if self.centre.disk_full:
            raise WorldError("disk_full", "The disk is full.")
        self.centre._move(visit, VisitState.TICKETED)
        self.centre.priorities.append(priority)
        ticket = Ticket(
            uuid4(), visit, NOON.date(), "A", 12, "A", category, CallClass.ORDINARY, TicketState.WAITING, NOON, NOON, 1,
            wait_low_min=8, wait_high_min=14, seat="Z1-07", query_code="40718265", party=party,
        )  # fmt: skip
        self.centre.tickets.append(ticket)
        return ticket

    def slip(self, ticket: UUID) -> TicketSlip:
        return TicketSlip("演示职工诉求服务中心", "A012", 3, 8, 14, "等候区 07", NOON, SLIP)

    def standing(self, ticket: UUID, code: str) -> Standing:
        if code != SLIP[-8:]:
            raise InputError("ticket_not_found", "Number and code do not belong together.")
        return self.centre.standing

    def recheck(self, ticket: UUID, code: str, actor: object) -> None:
        if self.centre.rechecks == 0:
            raise RuleError("recheck_limit", "This number was passed too often.")
        self.centre.standing = Standing("A012", TicketState.WAITING, 3, None)

    def mark_printed(self, ticket: UUID, printed: bool, fault: str | None, actor: object) -> None:
        self.centre.calls.append(("printed", fault or printed))


@dataclass
class _Care:
    centre: FakeCentre

    def ask(self, ticket: UUID, kind: CareKind, actor: object) -> None:
        self.centre.calls.append(("care", kind))
        self.centre.tasks[kind] = CareTask(uuid4(), ticket, kind, NOON)

    def comfort(self, ticket: UUID) -> Comfort:
        return Comfort(self.centre.seat, tuple(self.centre.tasks.values()))


@dataclass
class _Seats:
    centre: FakeCentre

    def wish(self, ticket: UUID, zone: str, actor: object) -> None:
        if zone in self.centre.full:
            raise RuleError("zone_full", "No seat there is free.")
        self.centre.seat = f"{zone}-01"


@dataclass
class _Consents:
    centre: FakeCentre

    def notice(self, language: str) -> Any:
        return load_notice(language, self.centre.settings)

    def may_invite(self, visit: UUID) -> bool:
        return not (self.centre.consent.enrolled or self.centre.consent.refused)

    def state(self, employee: UUID) -> ConsentState:
        return self.centre.consent

    def grant(self, employee: UUID, language: str, actor: object) -> Any:
        self.centre.consent = ConsentState(True, False, NOON + timedelta(days=365), False, True, UUID(int=99))
        self.centre.calls.append(("grant", employee))
        return SimpleNamespace(id=UUID(int=99))

    def refuse(self, employee: UUID, language: str, actor: object) -> None:
        self.centre.consent = ConsentState(False, True, None, False, False)
        self.centre.calls.append(("refuse", employee))

    def is_released(self, consent: UUID) -> bool:
        return self.centre.released

    def compared(self, consent: UUID, look_alikes: int, doubles: int, actor: object) -> None:
        self.centre.calls.append(("compared", (look_alikes, doubles)))

    def dropped(self, consent: UUID, actor: object) -> None:
        self.centre.calls.append(("dropped", consent))

    def enrol(
        self, consent: UUID, engine: str, views: Sequence[Any], actor: object, look_alikes: Sequence[UUID] = ()
    ) -> None:
        assert all(view.any() for view in views), "stored before they are overwritten"
        if self.centre.disk_full:
            raise WorldError("disk_full", "The disk is full.")
        self.centre.consent = replace(self.centre.consent, enrolled=True, awaiting_release=False)
        self.centre.calls.append(("enrol", len(views)))

    def withdraw(self, employee: UUID, language: str, actor: object) -> WithdrawalReceipt:
        self.centre.consent = ConsentState(False, False, None, False, False)
        return WithdrawalReceipt("A1B2C3D4E5", NOON, 1)


class _Access:
    def looks(self, employee: UUID) -> tuple[Look, ...]:
        return (Look(NOON - timedelta(days=2), "T2", "serving A031"),)


class _Appeals:
    def progress(self, number: str, code: str) -> AppealProgress:
        if (number, code) != ("LN001-2026-00012", "12345678"):
            raise InputError("appeal_not_found", "Number and code do not belong together.")
        return AppealProgress(number, AppealState.PROCESSING, "GA", date(2026, 11, 2), date(2026, 11, 9), None, "")
