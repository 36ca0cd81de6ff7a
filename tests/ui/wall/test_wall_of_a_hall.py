"""What a real hall puts on the wall: people with names, numbers, units and matters leave no trace of them there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from kiosk.catalog import load_catalog
from kiosk.installation import open_installation
from kiosk.model.people import Employee
from kiosk.model.staff import Actor, Role
from kiosk.model.visit import Proof
from kiosk.phrases import Phrases
from kiosk.settings import demo_settings
from kiosk.settings.hall import Voice
from ui.announcer import Announcer
from ui.wall.presenter import WallPresenter
from ui.wall.words import Words, names_of, texts
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
    clerk = Actor("staff", None, frozenset({Role.DESK}), "T1")
    visitor = services.staff.visitor()
    services.days.open(clerk)
    people = []
    with installation.store.write() as work:
        for number, (name, unit) in enumerate(
            zip(("林演示", "欧阳样例", "孙演示"), work.people.units(), strict=False), 1
        ):
            people.append(Employee(uuid4(), f"DEMO-{number:04d}", name, date(1980, 1, 1), unit.id, unit.name))
            work.people.put(people[-1])
    for person, category in zip(people, ("403", "303", "704"), strict=True):
        visit = services.arrivals.begin("zh_CN", visitor)
        proposal = services.arrivals.by_number(person.staff_number)
        assert proposal is not None
        services.arrivals.identify(visit.id, proposal, Proof.CARD, visitor)
        services.tickets.issue(visit.id, category, False, visitor)
    services.calling.next("1", clerk)
    services.calling.next("3", clerk)

    phrases = {language: Phrases(language, strict=True) for language in ("zh_CN", "en")}
    names, voice = names_of(catalog), Listener()
    system, tasks, clock = Actor("system", None, frozenset(), "W1"), NowTasks(), StillClock()
    presenter = WallPresenter(system, tasks, clock, ZoneInfo("Asia/Shanghai"))
    announcer = Announcer(Voice(), system, tasks, clock, Sentences(("zh_CN", "en"), catalog), voice)
    presenter.board_read = announcer.board_read
    presenter.connect(services.board, services.calling)
    presenter.painted()
    written = " ".join(texts(Words(phrases["zh_CN"], phrases["en"], names).of(presenter.state)))
    said = " ".join(voice.said)
    installation.close()

    assert {call.label[0] for call in presenter.state.calls} == {"A", "C"}
    assert "安静区" in written and "A,零零幺" in said
    for person in people:
        for secret in (person.name, person.staff_number, person.unit_name, person.name[:1] + "*"):
            assert secret not in written and secret not in said
    for category in catalog.categories:
        assert category.name_zh not in written + said and category.name_en not in written + said
