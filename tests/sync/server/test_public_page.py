"""The page of a slip, end to end: a hall, its line to the centre, and a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from sqlalchemy import update

from kiosk.flow.appeal_flow import AppealEvent
from kiosk.model.appeal import AppealState, Outcome
from kiosk.model.service import PrivacyLevel
from kiosk.model.ticket import TicketState
from kiosk.phrases import LANGUAGES, Phrases
from kiosk.services.appeals import AppealForm, Step
from kiosk.services.moves import move_appeal
from kiosk.services.slips import query_url
from kiosk.store.keystore import choose_keystore
from sync.client.engine import SyncEngine, connect
from sync.client.enrolment import enrol
from sync.server import queue_page, schema
from sync.server.public import PER_TICKET, WINDOW_S, Limits, line_of
from sync.server.run import CentralServer
from sync.server.slips import STAGE_OF
from tests.kiosk.services.conftest import Hall, open_hall


class Centre:
    """A hall that sends, and the phone of a visitor."""

    def __init__(self, hall: Hall, server: CentralServer, engine: SyncEngine) -> None:
        self.hall, self.server, self._engine = hall, server, engine
        self.services = hall.services

    def url(self, ticket) -> str:
        settings = self.services.context.settings
        return query_url(replace(settings, sync=replace(settings.sync, public_url=self.server.url)), ticket)

    def get(self, url: str) -> requests.Response:
        return requests.get(url, verify=str(self.server.certificate.cert), timeout=10)

    def page(self, ticket) -> str:
        """What the phone shows after the hall has sent everything, as words."""
        self._engine.sync_once()
        answer = self.get(self.url(ticket))
        assert answer.status_code == 200, answer.text
        return words(answer.text)

    def heard(self, ago: timedelta, backlog: int = 0) -> None:
        with self.server.core.engine.begin() as connection:
            at = datetime.now(UTC) - ago
            connection.execute(update(schema.origin).values(last_seen_at=at, backlog=backlog))


def words(html: str) -> str:
    return re.sub(r"<[^>]+>", "|", html.split("<body>")[1])


@pytest.fixture
def centre(start_server: Callable[..., CentralServer], tmp_path: Path) -> Iterator[Centre]:
    """Each test has a server of its own: the halls are copies of one and would be one origin."""
    hall, server = open_hall(tmp_path / "profile"), start_server()
    keys = choose_keystore(hall.installation.profile)
    store = hall.installation.store
    enrolment = enrol(hall.installation.profile, keys, store.origin_id, server.bundle("北澜诉求中心"))
    engine = connect(store, keys, enrolment)
    yield Centre(hall, server, engine)
    engine.close()
    hall.installation.close()


def register(centre: Centre, visit, category: str = "303"):
    return centre.services.appeals.register(
        AppealForm(category, "宿舍热水", "热水时断时续"), visit.id, centre.hall.desk
    )


def served(centre: Centre, category: str = "101", then: Callable[..., object] = lambda visit: None):
    """A visitor served at window 1; ``then`` happens before the end."""
    hall = centre.hall
    ticket = hall.ticket(hall.people[0], category=category)
    hall.services.calling.next("1", hall.desk)
    hall.services.serving.arrived("1", hall.desk)
    with hall.installation.store.read() as work:
        visit = work.visits.get(ticket.visit_id)
    appeal = then(visit)
    hall.services.serving.finish("1", hall.desk)
    return ticket, appeal


def test_from_the_line_to_the_window_to_thanks(centre: Centre) -> None:
    hall = centre.hall
    first = hall.ticket(hall.people[0], category="101")
    hall.clock.advance(minutes=1)
    second = hall.ticket(hall.people[1], category="101")
    assert "下一位就是您" in centre.page(first)
    shown = centre.page(second)
    assert "A002" in shown and "前面约 1 位" in shown and "About 1 person ahead" in shown
    assert "北澜诉求中心" in shown and "以大厅屏幕和叫号为准" in shown
    hall.services.calling.next("1", hall.desk)
    called = centre.page(first)
    assert "叫到您的号码了" in called and "请到 1 号窗口" in called
    assert "下一位就是您" in centre.page(second)
    hall.services.serving.no_show("1", hall.desk)
    assert "已过号" in centre.page(first)
    hall.services.tickets.cancel(second.id, hall.visitor)
    assert "号码已退回" in centre.page(second)


def test_after_the_visit_it_follows_the_appeal_without_words_name_or_category(centre: Centre) -> None:
    ticket, appeal = served(centre, then=lambda visit: register(centre, visit))
    shown = centre.page(ticket)
    assert "感谢您的到来" in shown and "已登记" in shown and "承办部门" not in shown
    for event, step in ((AppealEvent.ACCEPT, Step()), (AppealEvent.DISPATCH, Step(office="宿舍管理部门"))):
        centre.services.appeals.move(appeal.id, event, step, centre.hall.desk)
    shown = centre.page(ticket)
    assert "承办部门正在办理" in shown
    for secret in ("热水", "宿舍", "林演示", "303", appeal.number, appeal.query_code, "DEMO-0001"):
        assert secret not in shown


def test_an_answer_given_on_the_spot_is_an_answer(centre: Centre) -> None:
    def answer(visit):
        appeal = register(centre, visit)
        return centre.services.appeals.answer_on_spot(appeal.id, Outcome.SOLVED, "今晚维修。", centre.hall.desk)

    ticket, _ = served(centre, then=answer)
    shown = centre.page(ticket)
    assert "已经答复您" in shown and "维修" not in shown


def test_a_sealed_report_shows_what_a_visit_without_an_appeal_shows(centre: Centre) -> None:
    sealed, _ = served(centre, then=lambda visit: register(centre, visit, "705"))
    plain, _ = served(centre)
    pages = [centre.page(ticket).replace(ticket.label, "") for ticket in (sealed, plain)]
    pages = [re.sub(r"\d+ (秒|seconds)", "", page) for page in pages]
    assert pages[0] == pages[1]
    assert "保密的诉求不在网上显示进度" in pages[0]


def test_a_confidential_appeal_stays_registered_for_ever(centre: Centre) -> None:
    ticket, appeal = served(centre, then=lambda visit: register(centre, visit, "401"))
    assert appeal.privacy is PrivacyLevel.CONFIDENTIAL
    with centre.hall.installation.store.write() as work:
        move_appeal(work, appeal, AppealEvent.ACCEPT, centre.hall.desk)
    shown = centre.page(ticket)
    assert "已受理" not in shown and "已登记" in shown


@pytest.mark.parametrize("change", ["code", "number", "centre", "junk"])
def test_whatever_is_wrong_gets_the_same_answer(centre: Centre, change: str) -> None:
    ticket, other = centre.hall.ticket(), centre.hall.ticket()
    right = centre.url(ticket)
    centre.page(ticket)
    wrong = {
        "code": centre.url(replace(ticket, query_code=other.query_code)),
        "number": centre.url(replace(ticket, id=uuid4())),
        "centre": right.replace("/q/", "/q/../"),
        "junk": f"{centre.server.url}/q/%3Cscript%3E",
    }[change]
    answer = centre.get(wrong)
    assert answer.status_code == 404
    if change != "centre":
        assert answer.text == queue_page.unknown_page()
    assert ticket.label not in answer.text


def test_the_answer_is_kept_by_nobody_and_runs_nothing(centre: Centre) -> None:
    ticket = centre.hall.ticket()
    centre.page(ticket)
    answer = centre.get(centre.url(ticket))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text and "style=" not in answer.text
    assert '<meta http-equiv="refresh" content="15">' in answer.text
    assert ticket.query_code not in answer.text and ticket.id.hex not in answer.text
    assert centre.get(f"{centre.server.url}/queue.css").status_code == 200


def test_a_silent_hall_is_said_to_be_silent(centre: Centre) -> None:
    ticket = centre.hall.ticket()
    assert "没有传来新消息" not in centre.page(ticket)
    centre.heard(timedelta(seconds=3), backlog=70)
    assert "正在补传" in words(centre.get(centre.url(ticket)).text)
    centre.heard(timedelta(minutes=42))
    shown = words(centre.get(centre.url(ticket)).text)
    assert "大厅已有 42 分钟没有传来新消息" in shown and "A001" in shown


def test_a_slip_of_long_ago_opens_nothing(centre: Centre) -> None:
    ticket = centre.hall.ticket()
    centre.page(ticket)
    with centre.server.core.engine.begin() as connection:
        mine = schema.record.c.entity_id == ticket.id
        state = connection.execute(schema.record.select().where(mine)).one().state
        connection.execute(update(schema.record).where(mine).values(state={**state, "service_date": "2020-01-02"}))
    assert centre.get(centre.url(ticket)).status_code == 404


def test_guessing_ends_at_the_limit(centre: Centre) -> None:
    ticket = centre.hall.ticket()
    centre.page(ticket)
    wrong = centre.url(replace(ticket, query_code="00000000"))
    answers = [centre.get(wrong).status_code for _ in range(PER_TICKET + 1)]
    assert set(answers[: PER_TICKET - 2]) == {404} and answers[-1] == 429
    assert centre.get(centre.url(ticket)).headers["Retry-After"] == "60"


def test_limits_count_each_key_and_begin_anew_every_minute() -> None:
    now = [0.0]
    limits = Limits(lambda: now[0])
    assert [limits.allow("a", 2) for _ in range(3)] == [True, True, False]
    assert limits.allow("b", 2)
    now[0] = WINDOW_S
    assert limits.allow("a", 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_stage_is_said_in_every_language(language: str) -> None:
    phrases = Phrases(language, strict=True)
    assert all(phrases.text(f"public.state.{state.value}") for state in TicketState)
    assert {state.value for state in AppealState} == set(STAGE_OF)
    assert all(phrases.text(f"public.stage.{stage.value}") for stage in STAGE_OF.values())


def test_one_line_has_one_budget_however_many_addresses_it_has():
    home = {line_of(f"2001:db8:1:2:{n:x}::{n}") for n in range(1, 50)}
    assert len(home) == 1 and line_of("2001:db8:1:3::1") not in home
    assert line_of("203.0.113.7") == line_of("::ffff:203.0.113.7") == "203.0.113.7"
    assert line_of("203.0.113.8") != line_of("203.0.113.7")
    assert line_of("fe80::1%eth0") == line_of("fe80::2%eth1") and line_of("testclient") == "testclient"
