"""How long templates are kept: each reason ends them by the clock or the ledger, with a receipt, and only those."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from kiosk.errors import ConflictError, RuleError, WorldError
from kiosk.installation import ACTIVATION_KEY
from kiosk.model.consent import ConsentAct
from kiosk.model.people import EmployeeStatus
from kiosk.services.consents import latest
from kiosk.services.templates import Templates
from kiosk.store.vault import Reason, Standing
from tests.kiosk.services.conftest import Hall, open_hall

ENGINE = "test"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = open_hall(tmp_path / "profile")
    yield made
    made.installation.close()


def enrol(hall: Hall, number: int = 0) -> UUID:
    person = hall.people[number]
    consent = hall.services.consents.grant(person.id, "zh_CN", hall.visitor)
    hall.services.consents.release(consent.id, hall.desk)
    views = list(np.eye(128, dtype=np.float32)[number * 3 : number * 3 + 3])
    hall.services.consents.enrol(consent.id, ENGINE, views, hall.visitor)
    return consent.id


def used_since(hall: Hall, person: int = 0) -> None:
    """Somebody was recognised just now."""
    with hall.installation.store.write() as work:
        mine = work.enrolments.active_of(hall.people[person].id, hall.installation.settings.terminal.code)
        assert mine is not None
        work.enrolments.put(replace(mine, last_used_at=work.now))


def left(hall: Hall) -> None:
    with hall.installation.store.write() as work:
        work.people.put(replace(hall.people[0], status=EmployeeStatus.LEFT))


def half_withdrawn(hall: Hall) -> None:
    """The ledger says so, and the machine stopped before the vault was reached."""
    vault = hall.services.context.vault
    object.__setattr__(hall.services.context, "vault", lambda: None)
    hall.services.consents.withdraw(hall.people[0].id, "zh_CN", hall.visitor)
    object.__setattr__(hall.services.context, "vault", vault)


def switched_off(hall: Hall) -> None:
    with hall.installation.store.write() as work:
        work.meta.put(ACTIVATION_KEY, "")
        for enrolment in work.enrolments.where():
            work.enrolments.put(replace(enrolment, removed_at=work.now))


def a_year(hall: Hall) -> None:
    for _ in range(12):
        hall.clock.advance(days=31)
        used_since(hall)


REASONS: dict[Reason, Callable[[Hall], None]] = {
    Reason.EXPIRED: a_year,
    Reason.UNUSED: lambda hall: hall.clock.advance(days=190),
    Reason.LEFT: left,
    Reason.WITHDRAWN: half_withdrawn,
    Reason.DEACTIVATED: switched_off,
}


@pytest.mark.parametrize("reason", REASONS)
def test_a_template_whose_time_is_over_goes_with_a_receipt(hall: Hall, reason: Reason) -> None:
    enrol(hall)
    templates = Templates(hall.services.context)
    assert templates.purge(hall.desk) == ()
    REASONS[reason](hall)
    (receipt,) = templates.purge(hall.desk)
    assert (receipt.reason, receipt.rows) == (reason, 1)
    assert templates.receipt(receipt.number) == (receipt, Standing.VALID)
    assert templates.status().rows == 0 and templates.purge(hall.desk) == ()
    assert not hall.services.consents.state(hall.people[0].id).enrolled
    with hall.installation.store.read() as work:
        (row,) = [row for row in work.audit.since(0) if row.action == "templates.purged"]
        assert row.detail == {"receipts": [receipt.number], "rows": {reason.value: 1}} and row.subject_id is None


def test_somebody_who_comes_every_month_is_kept_until_the_consent_ends(hall: Hall) -> None:
    enrol(hall)
    for _ in range(11):
        hall.clock.advance(days=30)
        used_since(hall)
        assert Templates(hall.services.context).purge(hall.desk) == ()


def test_only_those_whose_time_is_over_go(hall: Hall) -> None:
    enrol(hall)
    hall.clock.advance(days=100)
    enrol(hall, 1)
    hall.clock.advance(days=90)
    (receipt,) = Templates(hall.services.context).purge(hall.desk)
    assert receipt.reason is Reason.UNUSED
    assert hall.services.consents.state(hall.people[1].id).enrolled


def test_the_number_a_person_is_given_is_that_of_the_signed_receipt(hall: Hall) -> None:
    enrol(hall)
    hall.clock.advance(seconds=1)
    given = hall.services.consents.withdraw(hall.people[0].id, "zh_CN", hall.visitor)
    found = Templates(hall.services.context).receipt(given.number)
    assert found is not None and found[0].reason is Reason.WITHDRAWN and found[1] is Standing.VALID
    assert given.templates_removed == found[0].rows == 1


def test_verifying_removes_what_the_ledger_does_not_know(hall: Hall) -> None:
    enrol(hall)
    vault, templates = hall.services.context.vault(), Templates(hall.services.context)
    assert vault is not None
    stranger = UUID(int=7)
    vault.put(stranger, UUID(int=8), ENGINE, np.eye(1, 128, dtype=np.float32), hall.clock.now().replace(year=2030))
    check = templates.verify(hall.desk)
    assert (check.readable, check.orphans, check.sound) == (1, 1, False)
    assert templates.verify(hall.desk).sound


def test_rekeying_is_audited_and_keeps_everybody(hall: Hall) -> None:
    enrol(hall)
    done = Templates(hall.services.context).rekey(hall.desk, lambda done, total: None)
    assert done.rows == 1 and Templates(hall.services.context).verify(hall.desk).sound
    with hall.installation.store.read() as work:
        assert any(row.action == "vault.rekeyed" for row in work.audit.since(0))


def test_without_a_vault_nothing_is_purged_and_the_rest_is_told(hall: Hall) -> None:
    with hall.installation.store.write() as work:
        work.meta.put(ACTIVATION_KEY, "")
    templates = Templates(hall.services.context)
    assert templates.purge(hall.desk) == ()
    with pytest.raises(WorldError) as caught:
        templates.status()
    assert caught.value.code == "vault_missing"


def refuses_release(hall: Hall, consent_id: UUID) -> bool:
    with pytest.raises(RuleError) as caught:
        hall.services.consents.release(consent_id, hall.desk)
    return caught.value.code == "consent_missing"


def test_only_the_latest_open_grant_can_be_released(hall: Hall) -> None:
    consents, person = hall.services.consents, hall.people[0].id
    first = consents.grant(person, "zh_CN", hall.visitor)
    hall.clock.advance(seconds=1)
    second = consents.grant(person, "zh_CN", hall.visitor)
    assert refuses_release(hall, first.id) and refuses_release(hall, UUID(int=9))
    consents.release(second.id, hall.desk)
    with pytest.raises(ConflictError):
        consents.release(second.id, hall.desk)


@pytest.mark.parametrize("end", ["withdraw", "refuse", "expire"])
def test_a_grant_that_ended_cannot_be_released(hall: Hall, end: str) -> None:
    consents, person = hall.services.consents, hall.people[0].id
    grant = consents.grant(person, "zh_CN", hall.visitor)
    if end == "expire":
        hall.clock.advance(days=366)
    else:
        getattr(consents, end)(person, "zh_CN", hall.visitor)  # at the same instant: a no beats a yes
    assert refuses_release(hall, grant.id)


@pytest.mark.parametrize("acts", [("grant", "refuse"), ("refuse", "grant"), ("grant", "refuse", "withdraw")])
def test_of_the_same_instant_the_stronger_no_counts(hall: Hall, acts: tuple[str, ...]) -> None:
    for act in acts:
        getattr(hall.services.consents, act)(hall.people[0].id, "zh_CN", hall.visitor)
    with hall.installation.store.read() as work:
        found = latest(work, hall.people[0].id)
    assert found is not None
    assert found.act is (ConsentAct.WITHDRAW if "withdraw" in acts else ConsentAct.REFUSE)


def test_people_whose_vault_was_lost_are_counted(hall: Hall) -> None:
    """Nobody would notice otherwise: they are enrolled, and strangers to the camera."""
    enrol(hall)
    enrol(hall, 1)
    templates = Templates(hall.services.context)
    assert templates.missing() == 0
    vault = hall.installation.vault.open()
    assert vault is not None
    vault.drop(hall.people[1].id)
    assert templates.missing() == 1
