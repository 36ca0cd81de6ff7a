"""The demonstration feeds: real portraits for the real engine, or a drawing that nobody could take for a face."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from kiosk.errors import InputError
from recognition.sources.demo import DemoFeed
from recognition.sources.drawn import DrawnFeed
from recognition.sources.pace import Pace
from recognition.track import central


@pytest.fixture
def portraits(faces_dir):
    return {
        person: [faces_dir / "london" / person / f"{mood}.jpg" for mood in ("neutral", "smiling")]
        for person in ("001", "005")
    }


def frames(feed, count):
    return [feed.read() for _ in range(count)]


def test_the_feed_is_a_small_webcam_and_says_that_it_is_not_one(portraits):
    feed = DemoFeed(portraits, Pace(0))
    feed.open()
    frame = feed.read()
    assert frame.pixels.shape == (360, 640, 3)
    assert frame.synthetic and feed.synthetic and feed.shows_faces


def test_the_script_decides_who_stands_there(portraits, sface):
    feed = DemoFeed(portraits, Pace(0))
    feed.open()
    assert sface.detect(feed.read()) == []
    vectors = []
    for visitor, view in (("001", 0), ("001", 1), ("005", 0)):
        feed.stand(visitor, view)
        frame = feed.read()
        (face,) = sface.detect(frame)
        vectors.append(sface.embed(frame, face))
    feed.stand(None)
    assert sface.detect(feed.read()) == []
    feed.close()
    assert feed.read() is None
    assert float(vectors[0] @ vectors[1]) > 0.5 > float(vectors[0] @ vectors[2])


def test_people_sway_a_little(portraits, sface):
    feed = DemoFeed(portraits, Pace(0))
    feed.open()
    feed.stand("001")
    centres = [central(frame, sface.detect(frame)).box.centre[0] for frame in frames(feed, 40)[::8]]
    assert 2 < max(centres) - min(centres) < 20


def test_nobody_unknown_can_stand_there(portraits):
    feed = DemoFeed(portraits, Pace(0))
    for visitor, view in (("nobody", 0), ("001", 2), ("001", -1)):
        with pytest.raises(InputError) as caught:
            feed.stand(visitor, view)
        assert caught.value.code == "portrait_unknown"


def test_standing_may_change_from_another_thread_at_any_time(portraits):
    feed = DemoFeed(portraits, Pace(0))
    feed.open()
    done = threading.Event()

    def script():
        for round_ in range(200):
            feed.stand(("001", "005", None)[round_ % 3])
        done.set()

    thread = threading.Thread(target=script)
    thread.start()
    while not done.is_set():
        assert feed.read() is not None
    thread.join()


def test_the_drawing_moves_but_holds_no_face(sface):
    feed = DrawnFeed(Pace(0))
    feed.open()
    empty = feed.read()
    feed.stand("anybody")
    drawn = frames(feed, 30)
    assert not np.array_equal(empty.pixels, drawn[0].pixels)
    assert not np.array_equal(drawn[0].pixels, drawn[-1].pixels)
    assert not feed.shows_faces and feed.synthetic
    assert all(sface.detect(frame) == [] for frame in [empty, *drawn])
