"""Calibration, 'not me' and learned views on a real installation: vault, record, audit, commands and decisions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

import main
from kiosk.calibration import FILE_NAME, CalibrationFile
from kiosk.doctor import Grade, inner_checks, run_checks
from kiosk.installation import ACTIVATION_KEY, Installation, open_installation
from kiosk.model.face import FaceHint, HintKind, Liveness
from kiosk.settings import write
from recognition.calibrate import PEOPLE_NEEDED
from recognition.gallery import Candidate
from recognition.sources.drawn import DrawnFeed
from recognition.vote import Policy, Thresholds
from tests.kiosk.services.conftest import Hall, open_hall
from tests.recognition.crowd import crowd
from ui.assembly.calibration import calibration_desk, lessons_of
from ui.assembly.face import DeviceFace

SITE = Thresholds(ask=0.3, sure=0.5, margin=0.05, calibrated=True)


class Deaf:
    """A listener that hears nothing."""

    def on_verdict(self, session, verdict): ...

    def on_preview(self, session, picture): ...

    def on_fault(self, session, fault): ...


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = open_hall(tmp_path / "profile")
    write(made.installation.profile, made.installation.settings)
    yield made
    made.installation.close()


def fill(hall: Hall, people: int) -> None:
    """Templates of as many people, as their enrolment would leave them."""
    vault = hall.installation.vault.open()
    with calibration_desk(hall.installation.profile) as desk:
        models = desk.site.models
    for views in crowd(people, dim=128):
        vault.put(uuid4(), uuid4(), models, views, datetime.now(UTC) + timedelta(days=300))


def run(hall: Hall, *words: str) -> int:
    return main.main(["--profile", str(hall.installation.profile), *words])


def audited(installation: Installation, action: str) -> list[dict[str, object]]:
    with installation.store.read() as work:
        return [row.detail for row in work.audit.of_subject(None) if row.action == action]


def test_the_command_measures_writes_audits_and_reports(hall: Hall, tmp_path: Path, capsys) -> None:
    fill(hall, PEOPLE_NEEDED)
    report = tmp_path / "report.html"
    assert run(hall, "calibrate", "--json", "--report", str(report)) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["thresholds"]["calibrated"]
    assert (said["people"], said["views"], said["written"]) == (PEOPLE_NEEDED, 3 * PEOPLE_NEEDED, True)
    record = CalibrationFile(hall.installation.profile, hall.installation.keys).read()
    assert record is not None
    assert record.sure == said["thresholds"]["sure"]
    page = report.read_text(encoding="utf-8")
    assert f"{PEOPLE_NEEDED} 名" in page
    assert "<svg" in page
    outside = page.replace("http://www.w3.org/2000/svg", "")
    assert not [sign for sign in ("http", "src=", "url(", "@import") if sign in outside]
    (detail,) = audited(hall.installation, "face.calibrated")
    assert detail["people"] == PEOPLE_NEEDED
    assert run(hall, "face", "status") == 0
    assert f"on {PEOPLE_NEEDED} people" in capsys.readouterr().out


def test_too_few_people_leave_every_match_a_question(hall: Hall, tmp_path: Path, capsys) -> None:
    fill(hall, 3)
    assert run(hall, "calibrate", "--report", str(tmp_path / "report.html")) == 1
    assert "not calibrated" in capsys.readouterr().out
    assert "尚未校准" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_another_rate_is_only_tried(hall: Hall, capsys) -> None:
    fill(hall, PEOPLE_NEEDED)
    assert run(hall, "calibrate", "--fpir", "0.01") == 0
    assert "nothing was written" in capsys.readouterr().out
    assert not (hall.installation.profile / FILE_NAME).exists()


def test_a_report_that_cannot_be_written_says_so(hall: Hall, tmp_path: Path, capsys) -> None:
    fill(hall, 3)
    assert run(hall, "calibrate", "--report", str(tmp_path / "no" / "report.html")) == 2
    assert "report.html" in capsys.readouterr().err


# --- 'not me' ----------------------------------------------------------------------------------------------------


def decided(installation: Installation, *ranking: tuple[UUID, float]) -> HintKind:
    policy = Policy(SITE, partial(lessons_of, installation))
    candidates = [Candidate(person, score) for person, score in ranking]
    return policy.decide(candidates, liveness=Liveness.CHALLENGED, synthetic=False).kind


def test_mistakes_act_in_the_decision_survive_a_restart_and_die_with_the_enrolment(hall: Hall) -> None:
    ann, bob = (person.id for person in hall.people[:2])
    with hall.installation.store.write() as work:
        work.face_blocks.add(ann, bob)
        work.face_strikes.add(bob)
    hall.installation.close()
    again = open_installation(hall.installation.profile, settings=hall.installation.settings, clock=hall.clock)
    try:
        assert decided(again, (ann, 0.9), (bob, 0.4)) is HintKind.ASK
        assert decided(again, (bob, 0.55), (uuid4(), 0.1)) is HintKind.ASK
        assert decided(again, (ann, 0.55), (uuid4(), 0.1)) is HintKind.SURE
        again.services.consents.withdraw(bob, "zh_CN", hall.visitor)
        assert decided(again, (ann, 0.9), (bob, 0.4)) is HintKind.SURE
    finally:
        again.close()


# --- learned views -----------------------------------------------------------------------------------------------


def learning(hall: Hall) -> Installation:
    """The same installation with the setting on."""
    face = replace(hall.installation.settings.face, learn_views=True)
    return open_installation(
        hall.installation.profile, settings=replace(hall.installation.settings, face=face), clock=hall.clock
    )


def enrolled(installation: Installation, hall: Hall, models: str, views: np.ndarray) -> UUID:
    consents, person = installation.services.consents, hall.people[0]
    grant = consents.grant(person.id, "zh_CN", hall.visitor)
    consents.release(grant.id, hall.desk)
    consents.enrol(grant.id, models, list(views), hall.visitor)
    return person.id


@pytest.fixture
def views() -> np.ndarray:
    return crowd(1, dim=128)[0]


def visit(device: DeviceFace, person: UUID, view: np.ndarray, score: float = 0.9) -> None:
    """A challenged, clear match that the person confirms."""
    device._tuner.stop()
    device._station.pipeline.policy.replace(SITE)
    hint = FaceHint(HintKind.SURE, person, score, 0.4, Liveness.CHALLENGED, synthetic=False)
    device._station.keepsake.hold(view, hint)
    device.parts.faces.confirmed(person)


def kept(installation: Installation, device: DeviceFace, person: UUID) -> int:
    return len(dict(installation.vault.open().load(device._station.models)).get(person, ()))


@pytest.mark.parametrize(("score", "count"), [(0.9, 4), (0.55, 3)])
def test_a_confirmed_visit_is_learned_with_the_setting_on(hall: Hall, views, score: float, count: int) -> None:
    installation = learning(hall)
    device = DeviceFace(installation, Deaf(), DrawnFeed)
    person = enrolled(installation, hall, device._station.models, views)
    stored = dict(installation.vault.open().load(device._station.models))[person]
    visit(device, person, stored[0].copy(), score)
    assert kept(installation, device, person) == count
    device.stop()
    installation.close()


def test_nothing_is_learned_with_the_setting_off(hall: Hall, views) -> None:
    device = DeviceFace(hall.installation, Deaf(), DrawnFeed)
    person = enrolled(hall.installation, hall, device._station.models, views)
    visit(device, person, dict(hall.installation.vault.open().load(device._station.models))[person][0].copy())
    assert kept(hall.installation, device, person) == 3
    device.stop()


def test_who_agreed_to_the_text_without_learning_is_neither_learned_nor_matched_nor_kept(hall: Hall, views) -> None:
    hint = FaceHint(HintKind.SURE, hall.people[0].id, 0.9, 0.4, Liveness.CHALLENGED, synthetic=False)
    with calibration_desk(hall.installation.profile) as desk:
        person = enrolled(hall.installation, hall, desk.site.models, views)
    assert hall.services.arrivals.by_face(hint) is not None
    installation = learning(hall)
    assert installation.services.arrivals.by_face(hint) is None
    assert not installation.services.consents.state(person).granted
    device = DeviceFace(installation, Deaf(), DrawnFeed)
    visit(device, person, views[0])
    assert kept(installation, device, person) == 0
    device.stop()
    enrolled(installation, hall, device._station.models, views)
    assert installation.services.arrivals.by_face(hint) is not None
    installation.close()


# --- the doctor's line, and a device whose face module is off ------------------------------------------------------


def doctor_says(hall: Hall) -> tuple[Grade, str]:
    (finding,) = [row for row in run_checks(inner_checks(hall.installation.profile)) if row.name == "calibration"]
    return finding.grade, finding.what


def test_the_doctor_says_when_and_on_how_many(hall: Hall) -> None:
    assert doctor_says(hall) == (Grade.OK, "Face matching was never activated here")
    fill(hall, 3)
    assert doctor_says(hall)[0] is Grade.WARN
    assert run(hall, "calibrate") == 1
    grade, what = doctor_says(hall)
    assert grade is Grade.OK
    assert "3 people" in what
    assert "every match asks for digits" in what


def test_nothing_is_measured_while_the_face_module_is_off(hall: Hall, capsys) -> None:
    with hall.installation.store.write() as work:
        work.meta.put(ACTIVATION_KEY, "")
    assert run(hall, "calibrate") == 2
    assert "not activated" in capsys.readouterr().err
