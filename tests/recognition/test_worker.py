"""The worker's promises: no press no camera, newest frame wins, faults are told once, no thread is left behind."""

from __future__ import annotations

import logging
import threading
from queue import Queue

import numpy as np
import pytest

from kiosk.errors import InputError, ReceptionError, WorldError
from recognition.gallery import Gallery
from recognition.mailbox import Mailbox
from recognition.pipeline import Pipeline
from recognition.sources.camera import Camera
from recognition.types import Stage, Verdict
from recognition.vote import Policy, Thresholds
from recognition.worker import Purpose, Worker

POLICY = Policy(Thresholds(ask=0.4, sure=0.6, margin=0.1))
WAIT = 20


class FakeSource:
    """Delivers ``count`` frames as fast as they are read, then breaks with ``fault``, or waits to be closed."""

    name = "fake"

    def __init__(self, make_frame, count=1000, fault=None, *, synthetic=False):
        self.make_frame, self.count, self.fault, self.synthetic = make_frame, count, fault, synthetic
        self.opened = self.closed = self.number = 0
        self.enough = threading.Event()

    def open(self):
        self.opened += 1

    def read(self):
        if self.number >= self.count:
            self.enough.set()
            if self.fault is not None:
                raise self.fault
            threading.Event().wait(0.005)
        self.number += 1
        return self.make_frame(min(self.number, 50))

    def close(self):
        self.closed += 1


class Recorder:
    """A listener that keeps what it hears by kind."""

    def __init__(self):
        self.verdicts, self.previews, self.faults = Queue(), Queue(), Queue()
        self.on_decided = lambda: None

    def on_verdict(self, session, verdict):
        self.verdicts.put((session, verdict))
        if verdict.stage is Stage.DECIDED:
            self.on_decided()

    def on_preview(self, session, picture):
        self.previews.put((session, picture))

    def on_fault(self, session, fault):
        self.faults.put((session, fault))

    def decided(self) -> tuple[int, Verdict]:
        while True:
            session, verdict = self.verdicts.get(timeout=WAIT)
            if verdict.stage is Stage.DECIDED:
                return session, verdict


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def make_worker(recorder, make_frame, make_face, script_engine):
    """Builds workers around scripted parts, stops them, and looks for threads left behind."""
    made, before = [], set(threading.enumerate())

    def build(sources=None, engine=None, *, face=True, **options):
        engine = engine or script_engine(lambda n: [make_face()])
        queue = list(sources or [FakeSource(make_frame)])
        take = lambda: queue.pop(0) if len(queue) > 1 else queue[0]  # noqa: E731
        steps = {Purpose.FACE: Pipeline(engine, Gallery(engine.dim), POLICY)} if face else {}
        made.append(Worker(steps, take, recorder, **options))
        return made[-1]

    yield build
    for worker in made:
        worker.stop()
    assert set(threading.enumerate()) <= before


def test_a_crowd_before_an_idle_kiosk_is_neither_seen_nor_embedded(make_worker, make_frame, script_engine, make_face):
    engine, source = script_engine(lambda n: [make_face()] * 5), FakeSource(make_frame)
    worker = make_worker([source], engine)
    assert (source.opened, engine.loads, engine.embedded) == (0, 0, [])
    assert not worker.running and worker.latest_frame() is None


def test_a_press_leads_to_a_decision_and_stop_closes_the_camera(make_worker, make_frame, recorder):
    source = FakeSource(make_frame)
    worker = make_worker([source])
    number = worker.start(Purpose.FACE)
    assert recorder.decided()[0] == number
    assert recorder.previews.get(timeout=WAIT)[1].rgb.shape == (270, 480, 3)
    worker.stop()
    assert (source.opened, source.closed) == (1, 1)
    assert not worker.running and worker.latest_frame() is None
    report = worker.health.report()
    assert report.sessions == 1 and report.verdicts == 1 and report.frames > 0 and report.fault is None


def test_the_decision_itself_closes_the_camera(make_worker, make_frame, recorder):
    """Nobody has to stop it: a slow screen keeps no camera open."""
    source = FakeSource(make_frame)
    worker = make_worker([source])
    worker.start(Purpose.FACE)
    recorder.decided()
    worker._session.join()
    assert source.closed == 1 and not worker.running and worker.latest_frame() is None
    assert recorder.faults.empty()


@pytest.mark.parametrize("purpose", [Purpose.CODE, Purpose.PHOTO])
def test_other_purposes_get_frames_but_load_no_face_model(make_worker, recorder, script_engine, make_face, purpose):
    engine = script_engine(lambda n: [make_face()])
    worker = make_worker(engine=engine)
    worker.start(purpose)
    recorder.previews.get(timeout=WAIT)
    assert worker.latest_frame().pixels.shape == (360, 640, 3)
    worker.stop()
    assert (engine.loads, engine.embedded) == (0, []) and recorder.verdicts.empty()


@pytest.mark.parametrize("purpose", [Purpose.CODE, Purpose.PHOTO])
def test_without_a_face_module_the_camera_still_gives_frames(make_worker, recorder, purpose):
    worker = make_worker(face=False)
    worker.start(purpose)
    recorder.previews.get(timeout=WAIT)
    assert worker.latest_frame() is not None and not worker.steps
    worker.stop()
    assert recorder.faults.empty()


def test_without_a_face_module_a_face_is_refused_and_the_camera_stays_dark(make_worker, make_frame, recorder):
    source = FakeSource(make_frame)
    worker = make_worker([source], face=False)
    number = worker.start(Purpose.FACE)
    session, fault = recorder.faults.get(timeout=WAIT)
    worker.stop()
    assert (session, fault.code, source.opened) == (number, "face_off", 0)


def test_once_faces_are_forgotten_a_face_session_ends_and_no_other_begins(make_worker, make_frame, recorder):
    source = FakeSource(make_frame, count=2)
    worker = make_worker([source, FakeSource(make_frame)])
    number = worker.start(Purpose.FACE)
    recorder.previews.get(timeout=WAIT)
    worker.forget_faces()
    session, fault = recorder.faults.get(timeout=WAIT)
    assert (session, fault.code) == (number, "face_off")
    number = worker.start(Purpose.FACE)
    session, fault = recorder.faults.get(timeout=WAIT)
    assert (session, fault.code) == (number, "face_off")
    number = worker.start(Purpose.CODE)
    while recorder.previews.get(timeout=WAIT)[0] != number:
        continue
    worker.forget_faces()
    worker.stop()
    assert recorder.faults.empty()


class Leaving:
    """Steps that have just found something when the visitor leaves."""

    def __init__(self, engine, verdict):
        self.engine, self.verdict, self.discarded = engine, verdict, []
        self.leave = lambda: None

    def begin(self):
        return None

    def step(self, frame, state):
        self.leave()
        return None, self.verdict

    def wipe(self, state): ...

    def discard(self, verdict):
        self.discarded.append(verdict)


def test_what_was_found_for_somebody_who_left_is_discarded(recorder, make_frame, make_face, script_engine):
    steps = Leaving(script_engine(lambda n: [make_face()]), Verdict(Stage.DECIDED, synthetic=False))
    worker = Worker({Purpose.ENROL: steps}, lambda: FakeSource(make_frame), recorder)
    steps.leave = worker.request_stop
    worker.start(Purpose.ENROL)
    worker._session.join()
    assert steps.discarded == [steps.verdict]
    assert recorder.verdicts.empty()


def test_a_new_press_ends_the_session_before(make_worker, make_frame, recorder):
    first, second = FakeSource(make_frame), FakeSource(make_frame)
    worker = make_worker([first, second])
    worker.start(Purpose.CODE)
    recorder.previews.get(timeout=WAIT)
    number = worker.start(Purpose.FACE)
    assert recorder.decided()[0] == number == 2
    assert first.closed == 1


def test_an_absent_camera_is_told_and_the_next_press_tries_again(make_worker, recorder, make_frame, caplog):
    worker = make_worker([Camera("/dev/video-none"), Camera("/dev/video-none"), FakeSource(make_frame)])
    with caplog.at_level(logging.INFO, logger="recognition.worker"):
        for _ in range(2):
            number = worker.start(Purpose.FACE)
            session, fault = recorder.faults.get(timeout=WAIT)
            assert (session, fault.code) == (number, "camera_missing")
            assert isinstance(fault, WorldError) and fault.remedy
            assert worker.health.report().fault == "camera_missing"
            worker.stop()
        worker.start(Purpose.FACE)
        recorder.decided()
        worker.stop()
    assert [record.message for record in caplog.records] == [
        "capture stopped: camera_missing",
        "capture works again after camera_missing",
    ]


def test_unplugging_in_the_middle_of_a_visit(make_worker, recorder, make_frame, caplog):
    gone = WorldError("camera_lost", "The camera stopped.", "Check its plug.")
    source = FakeSource(make_frame, count=3, fault=gone)
    worker = make_worker([source])
    with caplog.at_level(logging.WARNING):
        worker.start(Purpose.FACE)
        assert recorder.faults.get(timeout=WAIT)[1] is gone
        worker.stop()
    assert source.closed == 1
    assert recorder.faults.empty()


def test_a_bug_ends_the_session_with_a_sentence_and_a_traceback_in_the_log(
    make_worker, recorder, script_engine, caplog
):
    def bug(number):
        raise ZeroDivisionError

    worker = make_worker(engine=script_engine(bug))
    with caplog.at_level(logging.WARNING):
        worker.start(Purpose.FACE)
        fault: ReceptionError = recorder.faults.get(timeout=WAIT)[1]
        worker.stop()
    assert fault.code == "recognition_failed"
    assert "ZeroDivisionError" in caplog.text


def test_a_recorded_source_is_refused_outside_the_demo(make_worker, recorder, make_frame, caplog):
    source = FakeSource(make_frame, synthetic=True)
    worker = make_worker([source])
    with caplog.at_level(logging.WARNING):
        worker.start(Purpose.FACE)
        assert recorder.faults.get(timeout=WAIT)[1].code == "source_synthetic"
        worker.stop()
    assert source.opened == 0


def test_the_demo_may_use_one(make_worker, recorder, make_frame):
    make_worker([FakeSource(make_frame, synthetic=True)], allow_synthetic=True).start(Purpose.FACE)
    recorder.decided()


def test_an_engine_that_stops_the_screen_is_refused_beside_one(make_worker, script_engine):
    blocking = script_engine(lambda n: [], holds_interpreter_lock=True)
    with pytest.raises(InputError) as caught:
        make_worker(engine=blocking)
    assert caught.value.code == "engine_blocks_screen"
    make_worker(engine=blocking, beside_gui=False)


def test_a_listener_cannot_deadlock_the_worker(make_worker, recorder):
    worker, raised = make_worker(), Queue()

    def stop_from_inside():
        with pytest.raises(RuntimeError, match="request_stop") as caught:
            worker.stop()
        raised.put(caught.value)

    recorder.on_decided = stop_from_inside
    worker.start(Purpose.FACE)
    assert raised.get(timeout=WAIT)


def test_stopping_twice_or_before_the_start_is_harmless(make_worker):
    worker = make_worker()
    worker.stop()
    worker.request_stop()
    worker.start(Purpose.FACE)
    worker.stop()
    worker.stop()


def test_a_slow_pipeline_drops_frames_instead_of_queueing(make_worker, make_frame, recorder, script_engine, make_face):
    source = FakeSource(make_frame, count=200)

    def slow(number):
        source.enough.wait(WAIT)
        return [make_face()]

    worker = make_worker([source], script_engine(slow))
    worker.start(Purpose.FACE)
    recorder.decided()
    worker.stop()
    assert worker.health.report().dropped >= 150


def test_mailbox_keeps_the_newest(make_frame):
    box = Mailbox()
    assert box.put(make_frame(1)) is False
    assert box.put(make_frame(2)) is True
    assert box.take().number == 2
    box.put(make_frame(3))
    box.close()
    assert box.take() is None
    assert box.put(make_frame(4)) is False
    assert box.take() is None


def test_health_measures_rate_and_stages():
    from recognition.health import Health

    clock = iter(np.arange(0, 10, 0.5))
    health = Health(now=lambda: float(next(clock)))
    for _ in range(4):
        health.frame_arrived(dropped=False)
    with health.stage("detect"):
        pass
    report = health.report()
    assert report.fps == pytest.approx(2.0)
    assert report.stage_ms == {"detect": 500.0}
