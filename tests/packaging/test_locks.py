"""The committed locks: one environment for everybody, from hashes, with nothing to compile."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.packaging import ROOT

LOCKS = ("run", "dev", "bootstrap")
NEVER = {"dlib", "opencv-python", "opencv-contrib-python", "onnxruntime-gpu", "face-recognition"}


def entries(lock: str) -> list[str]:
    """The requirements of a lock, each with its continuation lines."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return re.findall(r"^[a-z0-9](?:.*\\\n)*.*", text, re.MULTILINE)


def versions(lock: str) -> set[tuple[str, str]]:
    return {(entry.split("==")[0], re.split(r"[ ;\\]", entry.split("==")[1])[0]) for entry in entries(lock)}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_hashes(lock: str) -> None:
    pinned = re.compile(r"[a-z0-9.-]+==\S+.*--hash=sha256:\w{64}", re.DOTALL)
    assert entries(lock)
    assert [entry for entry in entries(lock) if not pinned.match(entry)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_what_must_be_compiled_or_would_collide_is_absent(lock: str) -> None:
    assert {package for package, _ in versions(lock)} & NEVER == set()


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_pyside_is_the_version_that_counts_its_references(lock: str) -> None:
    """6.12.0 loses one reference to None per void call on Python 3.11 and ends by aborting (docs/adr/0002)."""
    pinned = dict(versions(lock))
    assert {pinned[package] for package in ("pyside6-addons", "pyside6-essentials", "shiboken6")} == {"6.11.3"}


def test_the_developers_environment_contains_the_users() -> None:
    assert versions("run") <= versions("dev")
    assert versions("bootstrap") <= versions("dev")


def test_every_declared_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for lock, declared in (("run", project["dependencies"]), ("dev", project["optional-dependencies"]["dev"])):
        wanted = {re.split(r"[\[<>=!; ]", text)[0].lower() for text in declared}
        assert wanted <= {package for package, _ in versions(lock)}
