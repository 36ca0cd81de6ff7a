"""The touch front with the real worker and the real engine: what happens when the camera or the scene is not right."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk.catalog import load_catalog
from kiosk.errors import WorldError
from kiosk.settings import demo_settings
from recognition import engines
from recognition.enrol import LookAlikes
from recognition.gallery import Gallery
from recognition.guided import GuidedEnrolment
from recognition.pipeline import Pipeline
from recognition.sources.demo import DemoFeed
from recognition.sources.drawn import DrawnFeed
from recognition.sources.folder import people_in
from recognition.types import Engine, Frame, Source, Steps
from recognition.vote import Policy, Thresholds
from recognition.worker import Purpose, Worker
from tests.ui.touch.fakes import FakeCentre, FakeClock
from ui.assembly.demo_camera import DemoCamera
from ui.bridge import Bridge
from ui.tasks import Tasks
from ui.touch.arriving import FACE_SECONDS
from ui.touch.camera import CameraParts, FaceParts
from ui.touch.codes import read_code
from ui.touch.front import TouchFront
from ui.touch.session import Surroundings
from ui.touch.state import EnrolStep, Page
from ui.widgets.button import Pressable
from ui.widgets.text import Text

PATIENCE_MS = 20_000


class Unplugged(DrawnFeed):
    """A camera that delivers pictures until it is pulled out."""

    def __init__(self) -> None:
        super().__init__()
        self._pulled = threading.Event()

    def pull(self) -> None:
        """From now on there are no more pictures."""
        self._pulled.set()

    def read(self) -> Frame | None:
        if self._pulled.is_set():
            raise WorldError("camera_lost", "The camera stopped delivering pictures.")
        return super().read()


@dataclass
class Booth:
    """A visitor before a screen with a camera; time before the camera can be made to pass."""

    front: TouchFront
    worker: Worker
    qtbot: QtBot
    skipped: list[float] = field(default_factory=list)

    def tap(self, name: str) -> None:
        button = self.front.view.findChild(Pressable, name)
        assert button is not None, name
        button.click()

    def reads(self) -> str:
        return "\n".join(text.text() for text in self.front.view.findChildren(Text))

    def sees(self, words: str) -> None:
        self.qtbot.waitUntil(lambda: words in self.reads(), timeout=PATIENCE_MS)

    def goes_on_by_number(self) -> None:
        """Whatever broke, the camera is dark and a number is three taps away."""
        assert self.front.presenter.state.page is Page.OTHER_WAY
        self.qtbot.waitUntil(lambda: not self.worker.running, timeout=PATIENCE_MS)
        self.tap("way_staff_number")
        for digit in "0001":
            self.front.presenter.arriving.digit(digit)
        self.sees("王*")


MakeBooth = Callable[[Source], Booth]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    made = engines.create("sface", tmp_path_factory.mktemp("models"))
    made.load()
    return made


@pytest.fixture
def booth(engine: Engine, qtbot: QtBot) -> Iterator[MakeBooth]:
    bridge = Bridge()
    tasks = Tasks(bridge.post)
    skipped: list[float] = []
    stops: list[Callable[[], None]] = [tasks.stop, bridge.close]

    def build(source: Source) -> Booth:
        centre = FakeCentre(load_catalog(), demo_settings())
        around = Surroundings(
            tasks, FakeClock(), lambda: time.monotonic() + sum(skipped), centre.settings, centre.catalog, _silent
        )
        front = TouchFront(around, bridge.post)
        pipeline = Pipeline(engine, Gallery(engine.dim), Policy(Thresholds(0.4, 0.6, 0.1)))
        steps: dict[Purpose, Steps] = {Purpose.FACE: pipeline, Purpose.ENROL: GuidedEnrolment(engine)}
        worker = Worker(steps, lambda: source, front.camera, allow_synthetic=True)
        parts = CameraParts(
            lambda purpose: worker.start(Purpose(purpose)),
            worker.request_stop,
            worker.latest_frame,
            read_code,
            FaceParts(engine.name, lambda views, person: LookAlikes(), lambda sometimes: None),
        )
        qtbot.addWidget(front.view)
        front.view.resize(540, 960)
        front.view.show()
        front.connect(centre.services(), None)
        front.camera_ready(parts)
        stops[:0] = [worker.stop, front.stop]
        return Booth(front, worker, qtbot, skipped)

    yield build
    for stop in stops:
        stop()


def _silent(_text: str, _language: str) -> None:
    """No loudspeaker."""


def test_without_a_camera_another_way_is_offered_at_once(booth: MakeBooth) -> None:
    camera = DemoCamera(DrawnFeed(), DrawnFeed())
    camera.unplug()
    made = booth(camera)
    made.tap("way_face")
    made.sees("相机现在用不了")
    made.goes_on_by_number()


def test_a_camera_pulled_out_in_the_middle_is_said_and_the_visit_goes_on(booth: MakeBooth) -> None:
    camera = Unplugged()
    made = booth(camera)
    made.tap("way_face")
    made.sees("请站到屏幕前面")
    camera.pull()
    made.sees("相机现在用不了")
    made.goes_on_by_number()


def test_a_camera_pulled_out_while_a_code_is_read_leaves_the_scanner(booth: MakeBooth) -> None:
    camera = Unplugged()
    made = booth(camera)
    made.tap("way_qr")
    made.tap("open_camera")
    camera.pull()
    made.sees("请对准扫码口")
    assert made.front.presenter.state.page is Page.QR


def test_before_an_empty_room_nobody_is_claimed_and_the_wait_ends(booth: MakeBooth) -> None:
    made = booth(DrawnFeed())
    made.tap("way_face")
    made.sees("请站到屏幕前面")
    made.skipped.append(FACE_SECONDS + 1)
    made.front.presenter.tick()
    made.sees("没有看到您")
    made.goes_on_by_number()


def test_of_two_people_nobody_is_compared_until_one_has_left(booth: MakeBooth, faces_dir: Path) -> None:
    people = people_in(faces_dir / "london")
    visitor, companion = sorted(people)[:2]
    stage = DemoFeed(people)
    stage.stand(visitor)
    camera = DemoCamera(stage, DemoFeed(people))
    camera.join(companion)
    made = booth(camera)
    made.tap("way_face")
    made.sees("请一位一位来")
    made.qtbot.waitUntil(lambda: made.worker.health.report().frames >= 25, timeout=PATIENCE_MS)
    assert made.front.presenter.state.page is Page.FACE
    camera.leave()
    made.sees("没有识别出来")
    made.goes_on_by_number()


def test_two_people_to_the_end_are_told_that_nobody_was_compared(booth: MakeBooth, faces_dir: Path) -> None:
    people = people_in(faces_dir / "london")
    visitor, companion = sorted(people)[2:4]
    stage = DemoFeed(people)
    stage.stand(visitor)
    camera = DemoCamera(stage, DemoFeed(people))
    camera.join(companion)
    made = booth(camera)
    made.tap("way_face")
    made.sees("请一位一位来")
    made.skipped.append(FACE_SECONDS + 1)
    made.front.presenter.tick()
    made.sees("我们没有比对任何人")
    made.goes_on_by_number()


def test_a_portrait_is_enrolled_pose_by_pose_until_the_clerk_is_asked(booth: MakeBooth, faces_dir: Path) -> None:
    people = people_in(faces_dir / "london")
    feed = DemoFeed(people)
    feed.stand(sorted(people)[4])
    made = booth(feed)
    session = made.front.presenter.session
    made.tap("authorisations")
    made.tap("way_staff_number")
    for digit in "0001":
        made.front.presenter.arriving.digit(digit)
    for button in ("yes", "read_notice", "agree_box", "agree", "glasses_same"):
        made.qtbot.waitUntil(lambda name=button: made.front.view.findChild(Pressable, name) is not None)  # type: ignore[misc]
        made.tap(button)
    made.sees("请慢慢向左转头")
    made.qtbot.waitUntil(lambda: session.state.enrol is EnrolStep.WAITING, timeout=PATIENCE_MS)
    made.sees("请工作人员确认一下")
    made.qtbot.waitUntil(lambda: not made.worker.running, timeout=PATIENCE_MS)
