"""The command face: off until signed, off again when what was signed changes, and nothing left after the end."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.activation import Activation, SiteCheck, from_text, to_text
from kiosk.errors import AccessError, InputError, RuleError
from kiosk.face_commands import add_commands
from kiosk.installation import Installation, open_installation
from kiosk.model.people import Employee
from kiosk.model.staff import Role
from kiosk.services.accounts import Accounts
from kiosk.services.furnish import unit_id
from kiosk.settings import Settings, load, write

Run = Callable[..., int]
PASSWORD = "a quiet desk lamp"
UNTIL = (datetime.now(UTC).date() + timedelta(days=365)).isoformat()
CONFIRMED = tuple(word for check in SiteCheck for word in ("--confirm", check.value))
RECORD = ("--purpose", "recognise visitors", "--assessment", "PIA-1", "--assessed-until", UNTIL)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A real (not a demo) installation with a head and a clerk."""
    folder = tmp_path / "profile"
    with closing(open_installation(folder)) as installation:
        accounts, system = Accounts(installation.services.context), installation.services.staff.system()
        accounts.add("yang", "杨演示", frozenset({Role.HEAD}), frozenset(), PASSWORD, system)
        accounts.add("han", "韩演示", frozenset({Role.DESK}), frozenset(), PASSWORD, system)
    return folder


@pytest.fixture
def run(profile: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())

    def call(*words: str, password: str = PASSWORD) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
        args = parser.parse_args(["face", *words])
        args.profile = profile
        code = args.run(args)
        assert isinstance(code, int)
        return code

    return call


def activate(run: Run, *more: str, by: str = "yang", record: tuple[str, ...] = RECORD) -> int:
    return run("activate", *record, "--signed-by", by, "--password-stdin", *more)


@pytest.fixture
def installation(profile: Path) -> Iterator[Installation]:
    with closing(open_installation(profile)) as opened:
        yield opened


def enrol_somebody(installation: Installation) -> UUID:
    """An adult who agreed, was released by a clerk, and has one template in the vault."""
    services = installation.services
    unit = services.context.catalog.units[0]
    person = Employee(
        services.context.ids.new(), "DEMO-0001", "林演示", date(1988, 3, 5), unit_id(unit.code), unit.name
    )
    with installation.store.write() as work:
        work.people.put(person)
        clerk = work.staff.by_login("han")
    assert clerk is not None
    consent = services.consents.grant(person.id, "zh_CN", services.staff.visitor())
    services.consents.release(consent.id, services.staff.actor(clerk))
    services.consents.enrol(consent.id, "test", list(np.eye(1, 128, dtype=np.float32)), services.staff.system())
    return person.id


def test_a_new_installation_matches_nobody_and_holds_no_vault(
    profile: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("status", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["active"], said["record"], said["people_enrolled"]) == (False, None, 0)
    assert not (profile / "vault").exists()


def test_the_head_signs_with_every_check_and_the_sign_off_is_audited(
    run: Run, profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert activate(run, *CONFIRMED, "--consultation", "minutes 7") == 0
    assert "council" not in capsys.readouterr().out
    assert run("status", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["active"], said["lapsed"], said["record"]["assessment"]) == (True, None, "PIA-1")
    with closing(open_installation(profile)) as opened, opened.store.read() as work:
        head = work.staff.by_login("yang")
        row = next(row for row in work.audit.since(0) if row.action == "face.activated")
    assert head is not None and row.actor_id == head.id and said["record"]["signed_by"] == str(head.id)


def test_without_a_consultation_a_note_is_printed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert activate(run, *CONFIRMED) == 0
    assert "council" in capsys.readouterr().out


@pytest.mark.parametrize("left_out", list(SiteCheck))
def test_a_check_left_out_refuses_and_is_named(run: Run, left_out: SiteCheck) -> None:
    confirmed = [word for check in SiteCheck if check is not left_out for word in ("--confirm", check.value)]
    with pytest.raises(InputError) as caught:
        activate(run, *confirmed)
    assert caught.value.code == "site_unchecked" and left_out.value in caught.value.what
    assert run("status") == 1


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (("--purpose", " ", "--assessment", "PIA-1", "--assessed-until", UNTIL), "activation_incomplete"),
        (("--purpose", "x", "--assessment", "", "--assessed-until", UNTIL), "activation_incomplete"),
        (("--purpose", "x", "--assessment", "PIA-1", "--assessed-until", "2020-01-01"), "assessment_over"),
    ],
)
def test_an_incomplete_record_is_refused(run: Run, record: tuple[str, ...], code: str) -> None:
    with pytest.raises(InputError) as caught:
        activate(run, *CONFIRMED, record=record)
    assert caught.value.code == code
    assert run("status") == 1


def test_a_clerk_may_not_sign_nor_anybody_with_a_wrong_password(run: Run) -> None:
    with pytest.raises(AccessError) as caught:
        activate(run, *CONFIRMED, by="han")
    assert caught.value.code == "sign_off_role"
    with pytest.raises(AccessError):
        run("activate", *RECORD, *CONFIRMED, "--signed-by", "yang", "--password-stdin", password="wrong wrong")
    assert run("status") == 1


def other_months(settings: Settings) -> Settings:
    return replace(settings, face=replace(settings.face, consent_months=6))


def other_engine(settings: Settings) -> Settings:
    return replace(settings, face=replace(settings.face, engine="dlib"))


@pytest.mark.parametrize(("change", "lapse"), [(other_months, "notice-changed"), (other_engine, "engine-changed")])
def test_what_changes_under_a_signature_ends_it(
    run: Run, profile: Path, capsys: pytest.CaptureFixture[str], change: Callable[[Settings], Settings], lapse: str
) -> None:
    activate(run, *CONFIRMED)
    write(profile, change(load(profile)))
    capsys.readouterr()
    assert run("status", "--json") == 1
    assert json.loads(capsys.readouterr().out)["lapsed"] == lapse
    assert activate(run, *CONFIRMED) == 0
    assert run("status") == 0


def test_a_withdrawal_deletes_although_the_activation_has_lapsed(run: Run, profile: Path) -> None:
    activate(run, *CONFIRMED)
    with closing(open_installation(profile)) as before:
        person = enrol_somebody(before)
    write(profile, other_months(load(profile)))
    with closing(open_installation(profile)) as after:
        assert not after.vault.active()
        receipt = after.services.consents.withdraw(person, "zh_CN", after.services.staff.visitor())
        vault = after.vault.open()
        assert receipt.templates_removed == 1 and vault is not None and vault.count() == 0


def test_deactivation_leaves_no_template_and_tells_the_screens(
    run: Run, profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    activate(run, *CONFIRMED)
    with closing(open_installation(profile)) as before:
        person, seq = enrol_somebody(before), before.store.last_seq()
    assert run("deactivate", "--reason", "the trial is over") == 0
    assert "1 template rows deleted" in capsys.readouterr().out
    assert run("status") == 1
    with closing(open_installation(profile)) as after, after.store.read() as work:
        vault = after.vault.open()
        assert vault is not None and vault.count() == 0 and not after.vault.active()
        assert work.enrolments.active_of(person, after.settings.terminal.code) is None
        assert [(event.entity, event.type) for event in work.journal.since(seq)] == [("consent", "template_removed")]
        assert [row.reason for row in work.audit.since(0) if row.action == "face.deactivated"] == ["the trial is over"]


def test_another_device_of_the_hall_deletes_its_templates_at_its_next_start(run: Run, profile: Path) -> None:
    activate(run, *CONFIRMED)
    with closing(open_installation(profile, terminal="K2")) as other:
        enrol_somebody(other)
        with other.store.write() as work:  # as if the first device had no vault to empty
            for enrolment in work.enrolments.where():
                work.enrolments.put(replace(enrolment, removed_at=work.now))
            work.meta.put("face.activation", "")
    with closing(open_installation(profile, terminal="K2")) as other:
        vault = other.vault.open()
        assert vault is not None and len(vault.verify(other.services.consents.live).removed) == 1 and vault.count() == 0


def test_nothing_can_be_switched_off_twice_or_without_a_reason(run: Run) -> None:
    with pytest.raises(RuleError):
        run("deactivate", "--reason", "x")
    activate(run, *CONFIRMED)
    with pytest.raises(InputError):
        run("deactivate", "--reason", " ")


def test_a_record_that_nobody_can_read_counts_as_none(installation: Installation) -> None:
    with installation.store.write() as work:
        work.meta.put("face.activation", "demo")
    assert not installation.vault.active()
    assert str(installation.vault.lapse()) == "unreadable"


@given(
    purpose=st.text(min_size=1),
    consultation=st.text(),
    until=st.dates(),
    at=st.datetimes(timezones=st.just(UTC)),
    notices=st.dictionaries(st.text(), st.text()),
)
def test_a_record_survives_the_store(
    purpose: str, consultation: str, until: date, at: datetime, notices: dict[str, str]
) -> None:
    record = Activation(purpose, "PIA-1", until, consultation, tuple(SiteCheck), "sface", notices, UUID(int=7), at)
    assert from_text(to_text(record)) == record


@given(st.text() | st.recursive(st.none() | st.integers(), st.lists).map(json.dumps))
def test_other_text_is_no_record(text: str) -> None:
    assert from_text(text) is None
