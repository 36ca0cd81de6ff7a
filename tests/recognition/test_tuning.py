"""The thresholds of a running device follow its gallery; a changed, foreign or outgrown record counts as none."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import pytest

from kiosk.calibration import FILE_NAME, CalibrationFile
from kiosk.errors import WorldError
from kiosk.store.keystore import FileKeyStore
from recognition.calibrate import Rates, Scale
from recognition.tuning import Site, Tuner, thresholds_of
from recognition.vote import Policy, Thresholds
from tests.recognition.crowd import crowd

FALLBACK = Thresholds(ask=0.4, sure=0.6, margin=0.08)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Device:
    """A vault of numbers, its record, and what was audited; ``start`` is a new process on them."""

    def __init__(self, folder):
        self.folder = folder
        self.people = crowd(120)
        self.noted = []
        self.lent = []
        self.site = Site(
            load=self.load,
            models="model@1",
            scale=Scale(0.0),
            fallback=FALLBACK,
            rates=Rates(),
            file=CalibrationFile(folder, FileKeyStore(folder)),
            now=lambda: NOW,
            note=self.noted.append,
        )

    def load(self, models):
        assert models == self.site.models
        self.lent = [(UUID(int=n + 1), views.copy()) for n, views in enumerate(self.people)]
        return self.lent

    def start(self, **changes):
        self.site = replace(self.site, **changes)
        policy = Policy(FALLBACK)
        return policy, Tuner(policy, self.site)


@pytest.fixture
def device(tmp_path):
    return Device(tmp_path)


def started(device, **changes):
    policy, tuner = device.start(**changes)
    tuner.refresh()
    return policy.thresholds


def test_the_first_start_measures_writes_and_tells_the_audit(device):
    found = started(device)
    (record,) = device.noted
    assert found.calibrated
    assert thresholds_of(record) == found
    assert (record.people, record.views, record.at) == (120, 360, NOW)
    assert device.site.file.read() == record
    assert (
        record.line() == f"calibrated 2026-03-02 on 120 people, 480 searches: sure at {found.sure:.3f} for FPIR 0.001"
    )


def test_a_later_start_uses_the_record(device):
    found = started(device)
    assert started(device) == found
    assert len(device.noted) == 1


def test_an_enrolment_or_a_withdrawal_measures_anew(device):
    policy, tuner = device.start()
    tuner.refresh()
    tuner.refresh()
    assert len(device.noted) == 1
    device.people = device.people[:-1]
    tuner.refresh()
    device.people = [*device.people[:-1], crowd(1, seed=8)[0]]
    tuner.refresh()
    assert [record.people for record in device.noted] == [120, 119, 119]
    assert policy.thresholds == thresholds_of(device.noted[-1])


@pytest.mark.parametrize(("count", "kept"), [(130, True), (140, False), (110, True), (108, False)])
def test_while_it_measures_a_gallery_that_outgrew_or_outlived_its_record_asks(device, count, kept):
    policy, tuner = device.start()
    tuner.refresh()
    device.people = crowd(count)
    seen = []
    original = Site.measure

    def watched(site, people):
        seen.append(policy.thresholds.calibrated)
        return original(site, people)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Site, "measure", watched)
        tuner.refresh()
    assert seen == [kept]
    assert policy.thresholds.calibrated


def test_when_measuring_fails_an_outgrown_gallery_goes_on_asking(device):
    policy, tuner = device.start()
    tuner.refresh()
    device.people = crowd(200)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Site, "measure", _broken)
        with pytest.raises(MemoryError):
            tuner.refresh()
    assert policy.thresholds == FALLBACK
    tuner.refresh()
    assert policy.thresholds.calibrated


def test_too_few_people_are_recorded_as_such(device):
    device.people = crowd(5)
    assert started(device) == FALLBACK
    assert "every match asks for digits" in device.noted[0].line()


def change_threshold(path):
    outer = json.loads(path.read_text())
    outer["record"] = outer["record"].replace('"sure": 0.', '"sure": 0.0')
    path.write_text(json.dumps(outer))


@pytest.mark.parametrize(
    "spoil", [change_threshold, lambda path: path.write_text("{}"), lambda path: path.write_bytes(b"\xff")]
)
def test_a_changed_record_is_none(device, spoil):
    found = started(device)
    spoil(device.folder / FILE_NAME)
    assert device.site.file.read() is None
    assert started(device) == found
    assert len(device.noted) == 2


def test_a_record_of_another_installation_is_none(device, tmp_path_factory):
    started(device)
    other = tmp_path_factory.mktemp("other")
    (other / FILE_NAME).write_bytes((device.folder / FILE_NAME).read_bytes())
    file = CalibrationFile(other, FileKeyStore(other))
    assert file.read() is None
    file.write(device.noted[0])
    assert file.read() == device.noted[0]


@pytest.mark.parametrize("changes", [{"models": "model@2"}, {"rates": Rates(sure=0.01)}, {"scale": Scale(0.0, 50)}])
def test_a_record_for_other_models_rates_or_scores_is_not_used(device, changes):
    started(device)
    started(device, **changes)
    assert len(device.noted) == 2


def test_a_full_disk_does_not_undo_the_measurement(device, monkeypatch, caplog):
    def full(_record):
        raise WorldError("calibration_unwritten", "full")

    monkeypatch.setattr(device.site.file, "write", full)
    with caplog.at_level(logging.WARNING):
        assert started(device).calibrated
    assert "calibration_unwritten" in caplog.text
    caplog.clear()


def test_lent_templates_are_overwritten(device):
    started(device)
    assert not any(np.any(views) for _, views in device.lent)


def _broken(_site, _people):
    raise MemoryError
