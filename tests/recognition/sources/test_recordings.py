"""Videos and folders of pictures as sources, their addresses, their rhythm, and the visitor's small picture."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from kiosk.errors import InputError
from recognition import sources
from recognition.sources.folder import PictureFolder, people_in
from recognition.sources.pace import Pace
from recognition.sources.preview import preview
from recognition.sources.video import VideoFile
from recognition.types import Frame


@pytest.fixture
def folder(tmp_path):
    """Two people, one with two pictures; a hidden file and a text in between."""
    for name in ("ann/2.png", "ann/1.png", "bob/1.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (8, 8)).save(path)
    (tmp_path / "ann" / "note.txt").write_text("x")
    (tmp_path / "ann" / ".hidden.png").write_text("x")
    return tmp_path


def test_a_video_plays_to_its_end_and_says_it_is_one(faces_dir):
    source = VideoFile(faces_dir / "video" / "head-pose-face-detection-female.gif", paced=False)
    source.open()
    frames = []
    while (frame := source.read()) is not None:
        frames.append(frame)
    source.close()
    assert len(frames) == 23
    assert [frame.number for frame in frames] == list(range(23))
    assert all(frame.synthetic and frame.pixels.shape == (270, 480, 3) for frame in frames)


def test_a_looping_video_starts_again(faces_dir):
    source = VideoFile(faces_dir / "video" / "head-pose-face-detection-female.gif", loop=True, paced=False)
    source.open()
    numbers = [source.read().number for _ in range(30)]
    source.close()
    assert numbers == list(range(30))
    assert source.read() is None


def test_a_file_that_is_no_video_is_refused(tmp_path, capfd):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"not a film" * 100)
    for wrong in (path, tmp_path / "absent.mp4"):
        with pytest.raises(InputError, match=wrong.name) as caught:
            VideoFile(wrong).open()
        assert caught.value.code == ("video_unreadable" if wrong is path else "file_missing")
    assert capfd.readouterr().err == ""


def test_people_are_folders_with_sorted_pictures(folder):
    assert {name: [path.name for path in paths] for name, paths in people_in(folder).items()} == {
        "ann": ["1.png", "2.png"],
        "bob": ["1.png"],
    }


def test_in_a_flat_folder_each_picture_is_a_person(folder):
    assert list(people_in(folder / "ann")) == ["1", "2"]


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(InputError) as caught:
        people_in(tmp_path)
    assert caught.value.code == "folder_empty"


def test_a_folder_is_shown_picture_by_picture(folder):
    source = PictureFolder(folder, fps=0)
    assert source.read() is None
    source.open()
    shown = [source.read() for _ in range(4)]
    assert [frame and frame.number for frame in shown] == [0, 1, 2, None]
    source.close()


def test_a_looping_folder_never_ends(folder):
    source = PictureFolder(folder, loop=True, fps=0)
    source.open()
    assert [source.read().number for _ in range(5)] == [0, 1, 2, 3, 4]
    source.close()


@pytest.mark.parametrize(
    ("address", "name", "synthetic"),
    [("device:0", "device:0", False), ("device:/dev/video-none", "device:/dev/video-none", False),
     ("video:film.mp4", "video", True), ("folder:faces", "folder", True), ("drawn", "drawn", True)],
)  # fmt: skip
def test_a_setting_names_a_source(address, name, synthetic):
    source = sources.create(address)
    assert (source.name, source.synthetic) == (name, synthetic)


@pytest.mark.parametrize("address", ["", "device", "device:", "telescope:1"])
def test_a_wrong_setting_says_what_is_possible(address):
    with pytest.raises(InputError, match="device:0"):
        sources.create(address)


def test_pace_waits_for_the_due_moment_and_forgets_delays():
    clock, slept = [100.0], []

    def sleep(seconds):
        slept.append(round(seconds, 6))
        clock[0] += seconds

    pace = Pace(10, now=lambda: clock[0], sleep=sleep)
    pace.wait()
    pace.wait()
    clock[0] += 5  # the machine was busy
    pace.wait()
    pace.wait()
    assert slept == [0.1, 0.1]


def test_without_a_rate_there_is_no_waiting():
    pace = Pace(0, now=lambda: 1.0, sleep=lambda seconds: pytest.fail("slept"))
    assert [pace.wait(), pace.wait()] == [1.0, 1.0]


def test_the_preview_is_small_rgb_of_its_own():
    pixels = np.zeros((360, 640, 3), np.uint8)
    pixels[..., 0] = 255
    small = preview(Frame(pixels, 0.0, 3, synthetic=True), width=320)
    assert small.rgb.shape == (180, 320, 3)
    assert small.rgb[0, 0].tolist() == [0, 0, 255]
    assert (small.number, small.synthetic) == (3, True)
    assert not np.shares_memory(preview(Frame(pixels, 0.0, 0, synthetic=False), width=640).rgb, pixels)
