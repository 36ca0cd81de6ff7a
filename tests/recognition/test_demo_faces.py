"""Fetching the demo's portraits: pictures only, once, and without a network a message instead of a failure."""

from __future__ import annotations

import importlib.util
import io
import tarfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "packaging" / "demo_faces.py"


@pytest.fixture
def demo_faces():
    spec = importlib.util.spec_from_file_location("demo_faces", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path, demo_faces):
    """A source package with the wanted pictures and a program that must not come out of it."""
    path = tmp_path / "face_recognition-1.3.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in [*demo_faces.PICTURES.values(), "evil.py"]:
            member = tarfile.TarInfo(f"face_recognition-1.3.0/tests/test_images/{name}")
            member.size = len(name)
            archive.addfile(member, io.BytesIO(name.encode()))
    return path


def test_only_the_wanted_pictures_come_out(demo_faces, package, tmp_path, monkeypatch):
    monkeypatch.setattr(demo_faces, "_download", lambda folder: package)
    target = tmp_path / "cache" / "demo-faces"
    assert demo_faces.fetch(target)
    files = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert files == set(demo_faces.PICTURES)
    assert (target / "visitor-1" / "2.jpg").read_text() == "obama2.jpg"


def test_a_second_time_nothing_is_fetched(demo_faces, package, tmp_path, monkeypatch):
    monkeypatch.setattr(demo_faces, "_download", lambda folder: package)
    demo_faces.fetch(tmp_path / "faces")
    monkeypatch.setattr(demo_faces, "_download", lambda folder: pytest.fail("fetched again"))
    assert demo_faces.fetch(tmp_path / "faces")


def test_without_a_network_the_demo_goes_on_without_pictures(demo_faces, tmp_path, monkeypatch, capsys):
    failed = type("Done", (), {"returncode": 1})
    monkeypatch.setattr(demo_faces.subprocess, "run", lambda *args, **kwargs: failed)
    assert demo_faces.fetch(tmp_path / "faces") is False
    assert not (tmp_path / "faces").exists()
    assert "drawn figure" in capsys.readouterr().err


def test_a_package_without_the_pictures_leaves_nothing_half_done(demo_faces, tmp_path, monkeypatch, capsys):
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"no archive")
    monkeypatch.setattr(demo_faces, "_download", lambda folder: broken)
    assert demo_faces.fetch(tmp_path / "faces") is False
    assert not (tmp_path / "faces").exists()


def test_the_package_is_pinned_by_hash(demo_faces):
    lines = [line for line in demo_faces.PINNED.read_text().splitlines() if line and not line.startswith("#")]
    assert len(lines) == 1
    assert lines[0].startswith("face_recognition==1.3.0 --hash=sha256:")
