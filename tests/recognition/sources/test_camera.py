"""The camera's faults: absent, unplugged, not a camera at all, only pretending to be one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiosk.errors import InputError, WorldError
from recognition.sources import camera
from recognition.sources.camera import Camera

ABSENT = "/dev/video-none"


class FakeCapture:
    """A camera that delivers as long as ``script`` says; an exception in it is raised like a driver's."""

    script: tuple[object, ...] = ()

    def __init__(self, device):
        self.left = list(self.script)
        self.released = False

    def isOpened(self):
        return True

    def set(self, prop, value):
        return True

    def read(self):
        item = self.left.pop(0) if self.left else None
        if isinstance(item, Exception):
            raise item
        return item is not None, item

    def release(self):
        self.released = True


@pytest.fixture
def plugged(monkeypatch):
    """Connect a fake camera that delivers ``script``."""

    def connect(script):
        monkeypatch.setattr(FakeCapture, "script", tuple(script))
        monkeypatch.setattr(cv2, "VideoCapture", FakeCapture)
        opened = Camera(0, now=lambda: 7.0)
        opened.open()
        return opened

    return connect


PICTURE = np.zeros((4, 6, 3), np.uint8)


def test_no_camera_is_said_plainly_and_quietly(capfd):
    with pytest.raises(WorldError, match="not connected") as caught:
        Camera(ABSENT).open()
    assert caught.value.code == "camera_missing"
    assert capfd.readouterr().err == ""


def test_frames_carry_time_and_number(plugged):
    opened = plugged([PICTURE, PICTURE])
    first, second = opened.read(), opened.read()
    assert (first.number, second.number, first.at) == (0, 1, 7.0)


def test_one_empty_read_is_forgiven(plugged):
    assert plugged([None, cv2.error("hiccup"), PICTURE]).read() is not None


def test_unplugging_is_noticed(plugged):
    opened = plugged([PICTURE])
    opened.read()
    with pytest.raises(WorldError) as caught:
        opened.read()
    assert caught.value.code == "camera_lost"


def test_closing_lets_go_and_may_be_repeated(plugged):
    opened = plugged([PICTURE])
    capture = opened._capture
    opened.close()
    opened.close()
    assert capture.released
    assert opened.read() is None


def test_a_recording_is_not_taken_for_a_camera(tmp_path):
    recording = tmp_path / "film.mp4"
    recording.touch()
    with pytest.raises(InputError, match="video:FILE"):
        Camera(str(recording))


def test_a_software_camera_admits_it(tmp_path, monkeypatch):
    real, virtual = tmp_path / "pci0000" / "video0", tmp_path / "virtual" / "video4linux" / "video1"
    devices = tmp_path / "class"
    for folder in (real, virtual, devices):
        folder.mkdir(parents=True)
    (devices / "video0").symlink_to(real)
    (devices / "video1").symlink_to(virtual)
    monkeypatch.setattr(camera, "DEVICES", devices)
    assert not Camera(0).synthetic
    assert Camera(1).synthetic
    assert Camera("/dev/video1").synthetic
