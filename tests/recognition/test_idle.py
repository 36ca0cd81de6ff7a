"""An idle kiosk: no thread, no open camera, no model at work; and the way back to it after every decision."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from recognition.gallery import Gallery
from recognition.pipeline import Pipeline, Rules
from recognition.types import Stage
from recognition.vote import Policy, Thresholds
from recognition.worker import Purpose, Worker

WAIT = 20


class SlowCamera:
    """Delivers a frame only when the test lets it."""

    name = "slow"
    synthetic = False

    def __init__(self, make_frame):
        self.make_frame = make_frame
        self.exposed = threading.Semaphore(0)
        self.opened = threading.Event()
        self.closed = threading.Event()
        self.number = 0

    def open(self):
        self.opened.set()

    def read(self):
        assert self.exposed.acquire(timeout=WAIT)
        self.number += 1
        return self.make_frame(self.number)

    def close(self):
        self.closed.set()


class Listener:
    """Notes the decision and does nothing about it."""

    def __init__(self):
        self.looked = threading.Semaphore(0)
        self.decided = threading.Event()

    def on_verdict(self, session, verdict):
        if verdict.stage is Stage.DECIDED:
            self.decided.set()
        self.looked.release()

    def on_preview(self, session, picture):
        pass

    def on_fault(self, session, fault):
        pytest.fail(fault.code)


@pytest.fixture
def kiosk(make_frame, make_face, script_engine):
    """Camera, engine, listener and worker of a kiosk where nobody is enrolled."""
    engine = script_engine(lambda number: [make_face()])
    camera, listener = SlowCamera(make_frame), Listener()
    policy = Policy(Thresholds(ask=0.4, sure=0.6, margin=0.1))
    steps = {Purpose.FACE: Pipeline(engine, Gallery(engine.dim), policy, Rules(challenge=False))}
    worker = Worker(steps, lambda: camera, listener)
    yield camera, engine, listener, worker
    camera.exposed.release(100)
    worker.stop()


def test_before_a_press_there_is_no_thread_no_camera_and_no_model(kiosk):
    before = threading.active_count()
    camera, engine, _, worker = kiosk
    assert (threading.active_count(), worker.running) == (before, False)
    assert not camera.opened.is_set() and (engine.loads, engine.embedded) == (0, [])


def test_the_camera_closes_within_a_frame_of_the_decision_though_nobody_asks(kiosk):
    before = set(threading.enumerate())
    camera, engine, listener, worker = kiosk
    worker.start(Purpose.FACE)
    while not listener.decided.is_set():
        camera.exposed.release()
        assert listener.looked.acquire(timeout=WAIT)
    used, embedded = camera.number, len(engine.embedded)
    camera.exposed.release()  # the frame that was under way
    assert camera.closed.wait(WAIT)
    deadline = time.monotonic() + WAIT
    while worker.running and time.monotonic() < deadline:
        threading.Event().wait(0.005)
    assert camera.number <= used + 1
    assert len(engine.embedded) == embedded
    assert set(threading.enumerate()) <= before and worker.latest_frame() is None


def test_the_pictures_of_a_session_are_overwritten_or_gone(kiosk):
    """Nothing keeps the last frame alive once the threads are gone."""
    camera, _, listener, worker = kiosk
    worker.start(Purpose.FACE)
    camera.exposed.release()
    assert listener.looked.acquire(timeout=WAIT)
    assert isinstance(worker.latest_frame().pixels, np.ndarray)
    worker.request_stop()
    assert worker.latest_frame() is None
