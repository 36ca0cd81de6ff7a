"""Furnishes a demo installation with fictional people, staff and appeals that have a past. Refuses any other profile.

The content lies in ``assets/demo``. History is made by the real services with a clock that stands in the past, so
every rule, event and due date is genuine; today stays untouched for the demo itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from kiosk.calendar import ChinaCalendar
from kiosk.demo_content import DemoAppeal, DemoConsent, DemoContent, DemoPerson, DemoStep, load_demo
from kiosk.errors import RuleError, WorldError
from kiosk.flow.appeal_flow import AppealEvent
from kiosk.installation import Installation
from kiosk.model.appeal import Appeal, Channel
from kiosk.model.people import Employee
from kiosk.model.staff import Actor, StaffMember
from kiosk.model.visit import Proof
from kiosk.ports import Ids, SystemIds
from kiosk.services import Services, build_services
from kiosk.services.appeals import AppealForm, Step
from kiosk.store import Work, open_store
from kiosk.toml_rows import refuse

SEEDED = "demo.seeded"
"""Row of the store: ``begun`` while the content is being written, then ``done``."""

CONSENT_DAYS_AGO = 15
OPENS, CLOSES = time(8, 30), time(17, 0)
BETWEEN_ACTS = timedelta(minutes=7)


def seed(installation: Installation) -> bool:
    """Write the demo content once; False when it was there already.

    Call on a worker thread before the first screen opens. Raises RuleError outside a demo profile and WorldError when
    an earlier seeding was interrupted.
    """
    if not installation.settings.profile.demo:
        raise RuleError("demo_only", "Demo content belongs into a demo profile.", "Start with `demo`.")
    with installation.store.read() as work:
        before = work.meta.get(SEEDED)
    if before == "begun":
        what = "Writing the demo content was interrupted."
        raise WorldError("demo_half_made", what, f"Delete {installation.profile} and start again.")
    if before:
        return False
    content = load_demo()
    with installation.store.write() as work:
        work.meta.put(SEEDED, "begun")
        _put_people(work, content, installation.services.context.ids)
        _put_staff(work, content, installation.services.context.ids)
    with _in_the_past(installation) as (services, clock):
        _History(services, clock, content).write()
    with installation.store.write() as work:
        work.meta.put(SEEDED, "done")
    return True


def _put_people(work: Work, content: DemoContent, ids: Ids) -> None:
    units = {unit.name: unit for unit in work.people.units()}
    for person in content.people:
        if person.unit not in units:
            refuse(
                "people.toml", person.staff_number, f"unit {person.unit} does not exist", "Use a name of units.toml."
            )
        unit = units[person.unit]
        work.people.put(
            Employee(
                id=ids.new(),
                staff_number=person.staff_number,
                name=person.name,
                birth_date=person.birth_date,
                unit_id=unit.id,
                unit_name=unit.name,
                status=person.status,
            )
        )


def _put_staff(work: Work, content: DemoContent, ids: Ids) -> None:
    for member in content.staff:
        staff = StaffMember(ids.new(), member.login, member.name, frozenset(member.roles), frozenset(member.posts))
        work.staff.put(staff)
        work.staff.set_password(staff.id, content.password)


class PastClock:
    """A clock that stands where it is put. Implements ``ports.Clock``."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._at = datetime.now(UTC)

    def now(self) -> datetime:
        """The instant it was put to."""
        return self._at

    def today(self) -> date:
        """The date at the centre."""
        return self._at.astimezone(self._zone).date()

    def put(self, day: date, at: time) -> None:
        """Stand at ``at`` o'clock of the centre on ``day``."""
        self._at = datetime.combine(day, at, self._zone).astimezone(UTC)

    def pass_by(self, span: timedelta) -> None:
        """Let time pass."""
        self._at += span


@contextmanager
def _in_the_past(installation: Installation) -> Iterator[tuple[Services, PastClock]]:
    """Services on a second connection to the same store, whose clock may stand in the past."""
    settings = installation.settings
    clock = PastClock(ZoneInfo(settings.centre.time_zone))
    store = open_store(settings.store.url or None, installation.profile, installation.keys, clock, SystemIds())
    try:
        yield build_services(replace(installation.services.context, store=store, clock=clock)), clock
    finally:
        store.close()


def working_day_before(calendar: ChinaCalendar, today: date, count: int) -> date:
    """The day ``count`` working days before the first working day from ``today`` on."""
    day = today
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    while count:
        day -= timedelta(days=1)
        count -= calendar.is_working_day(day)
    return day


@dataclass(frozen=True, slots=True)
class _Act:
    """Something done on a past day."""

    days_ago: int
    do: Callable[[], None]


class _History:
    """Plays the past day by day: opens the day, does what the content says, closes it."""

    def __init__(self, services: Services, clock: PastClock, content: DemoContent) -> None:
        self._services = services
        self._clock = clock
        self._content = content
        self._today = clock.today()
        self._visitor = services.staff.visitor()
        self._appeals: dict[str, Appeal] = {}
        with services.context.store.read() as work:
            members = [work.staff.by_login(member.login) for member in content.staff]
            found = [work.people.by_number(person.staff_number) for person in content.people]
        self._staff = [services.staff.actor(member) for member in members if member]
        self._ids: Mapping[str, UUID] = {employee.staff_number: employee.id for employee in found if employee}

    def write(self) -> None:
        """Do everything, oldest day first."""
        acts = sorted(self._acts(), key=lambda act: -act.days_ago)
        for days_ago, of_day in groupby(acts, key=lambda act: act.days_ago):
            day = working_day_before(self._services.context.calendar, self._today, days_ago)
            self._clock.put(day, OPENS)
            self._services.days.open(self._staff[0])
            for act in of_day:
                self._clock.pass_by(BETWEEN_ACTS)
                act.do()
            self._clock.put(day, CLOSES)
            self._services.days.close(self._staff[0])

    def _acts(self) -> Iterator[_Act]:
        """Every act; those of one day in the order of the files."""
        for person in self._content.people:
            yield _Act(CONSENT_DAYS_AGO, partial(self._consent, person))
        for appeal in self._content.appeals:
            yield _Act(appeal.days_ago, partial(self._register, appeal))
            for step in appeal.step:
                yield _Act(step.days_ago, partial(self._step, appeal.key, step))

    def _consent(self, person: DemoPerson) -> None:
        consents, employee = self._services.consents, self._ids[person.staff_number]
        if person.consent is DemoConsent.REFUSED:
            consents.refuse(employee, "zh_CN", self._visitor)
        elif person.consent is not DemoConsent.NONE:
            consents.release(consents.grant(employee, "zh_CN", self._visitor).id, self._staff[0])
        if person.consent is DemoConsent.WITHDRAWN:
            self._clock.pass_by(BETWEEN_ACTS)
            consents.withdraw(employee, "zh_CN", self._visitor)

    def _register(self, appeal: DemoAppeal) -> None:
        """A visit by staff number or without a name, and the registration at the desk."""
        arrivals = self._services.arrivals
        visit = arrivals.begin("zh_CN", self._visitor)
        proposal = arrivals.by_number(appeal.person) if appeal.person else None
        if proposal is None:
            arrivals.stay_anonymous(visit.id, self._visitor)
        else:
            arrivals.identify(visit.id, proposal, Proof.NUMBER, self._visitor)
        form = AppealForm(appeal.category, appeal.title, appeal.text, appeal.privacy, channel=Channel.VISIT)
        self._appeals[appeal.key] = self._services.appeals.register(form, visit.id, self._staff[0])

    def _step(self, key: str, step: DemoStep) -> None:
        appeals, appeal = self._services.appeals, self._appeals[key]
        if step.event is AppealEvent.RATE and step.rating:
            self._appeals[key] = appeals.rate(appeal.number, appeal.query_code, step.rating, self._visitor)
            return
        actor = self._who_may(appeal, step.event)
        if step.event is AppealEvent.ANSWER_ON_SPOT and step.outcome:
            self._appeals[key] = appeals.answer_on_spot(appeal.id, step.outcome, step.answer, actor)
            return
        recheck = self._clock.today() + timedelta(days=step.recheck_in_days) if step.recheck_in_days else None
        fields = Step(step.reason, step.outcome, step.answer, recheck_on=recheck)
        self._appeals[key] = appeals.move(appeal.id, step.event, fields, actor)

    def _who_may(self, appeal: Appeal, event: AppealEvent) -> Actor:
        """The first member who may take the step."""
        for actor in self._staff:
            if event in self._services.appeals.next_steps(appeal, actor):
                return actor
        refuse("appeals.toml", event.value, f"is not possible in state {appeal.state.value}", "See appeal_flow.py.")
