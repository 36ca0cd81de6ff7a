"""What a real hall puts on the wall: people with names, numbers, units and matters leave no trace of them there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from kiosk.catalog import load_catalog
from kiosk.installation import open_installation
from kiosk.model.people import Employee
from kiosk.model.staff import Actor, Role, StaffMember
from kiosk.model.visit import Proof
from kiosk.phrases import Phrases
from kiosk.settings import demo_settings
from kiosk.settings.hall import Voice, Wall
from ui.announcer import Announcer
from ui.wall.content import load_content
from ui.wall.layout import Layout
from ui.wall.presenter import Time, WallPresenter
from ui.wall.sheets import Sheets
from ui.wall.state import Page, Shape
from ui.wall.words import Words, Writer, names_of, texts
from ui.wording import Sentences


class StillClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def today(self) -> date:
        return date(2026, 11, 23)


class NowTasks:
    def run(self, task, _scope) -> None:
        task.success(task.work())


class Listener:
    def __init__(self) -> None:
        self.said: list[str] = []

    def announce(self, item) -> bool:
        self.said += [item.caption, *(utterance.text for utterance in item.utterances)]
        item.ended(True)
        return True


def test_nothing_of_a_person_or_a_matter_is_written_or_said(tmp_path: Path) -> None:
    installation = open_installation(tmp_path, clock=StillClock(), settings=demo_settings())
    services, catalog = installation.services, load_catalog()
    clerks = [StaffMember(uuid4(), f"desk{n}", "韩演示", frozenset({Role.DESK})) for n in range(2)]
    visitor = services.staff.visitor()
    people = []
    with installation.store.write() as work:
        for member in clerks:
            work.staff.put(member)
        for number, (name, unit) in enumerate(
            zip(("林演示", "欧阳样例", "孙演示"), work.people.units(), strict=False), 1
        ):
            people.append(Employee(uuid4(), f"DEMO-{number:04d}", name, date(1980, 1, 1), unit.id, unit.name))
            work.people.put(people[-1])
    actors = [services.staff.actor(member) for member in clerks]
    services.days.open(actors[0])
    for person, category in zip(people, ("403", "303", "704"), strict=True):
        visit = services.arrivals.begin("zh_CN", visitor)
        proposal = services.arrivals.by_number(person.staff_number)
        assert proposal is not None
        services.arrivals.identify(visit.id, proposal, Proof.CARD, visitor)
        services.tickets.issue(visit.id, category, False, visitor)
    for window, clerk in zip(("1", "3"), actors, strict=True):
        services.counters.open(window, clerk)
        services.calling.next(window, clerk)

    phrases = {language: Phrases(language, strict=True) for language in ("zh_CN", "en")}
    names, voice = names_of(catalog), Listener()
    system, tasks, clock = Actor("system", None, frozenset(), "W1"), NowTasks(), StillClock()
    presenter = WallPresenter(system, tasks, Time(clock), ZoneInfo("Asia/Shanghai"), Wall())
    announcer = Announcer(Voice(), system, tasks, clock, Sentences(("zh_CN", "en"), catalog), voice)
    presenter.board_read = announcer.board_read
    presenter.connect(services.board, services.calling)
    presenter.painted()
    content = load_content()
    own = set(texts(content)) | {"、".join(course.zh_topics) for course in content.courses}
    sheets = Sheets(Words(Writer(phrases["zh_CN"], phrases["en"], names)), content)
    states = [replace(presenter.state, page=page, shape=Shape(layout)) for page in Page for layout in Layout]
    # The centre's own plan and courses may be called like a matter; they stand there for everybody.
    written = " ".join(text for state in states for text in texts(sheets.of(state)) if text not in own)
    said = " ".join(voice.said)
    installation.close()

    assert {call.label[0] for call in presenter.state.calls} == {"A", "C"}
    assert "安静区" in written and "A,零零幺" in said
    for person in people:
        for secret in (person.name, person.staff_number, person.unit_name, person.name[:1] + "*"):
            assert secret not in written and secret not in said
    for category in catalog.categories:
        assert category.name_zh not in written + said and category.name_en not in written + said
