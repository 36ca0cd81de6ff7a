"""What must not be in the repository, and what must: photographs, models, addresses, long files, half languages."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.packaging import ROOT

LONGEST_FILE = 400
MODELS = {".onnx", ".dat", ".pth", ".pt", ".tflite", ".caffemodel", ".npz", ".npy", ".safetensors"}
PHOTOGRAPHS = {".jpg", ".jpeg", ".bmp", ".heic", ".webp", ".mp4", ".avi", ".mjpg"}
# Drawn pictures (icons, screenshots with a silhouette in place of the preview) are PNG or SVG in these folders.
PICTURE_FOLDERS = ("assets/", "docs/")
FORBIDDEN_TEXT = re.compile(
    r"(?<![\w-])--(?:extra-)?index-url\b|find-links\s*=|https?://\S+/simple\b|files\.pythonhosted|"
    r"(?<![\w.~$}{<])/(?:home|Users|opt|work|farm)/\w",
)


def tracked() -> list[Path]:
    """Every file under version control that is still in the working tree."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    return tracked()


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_no_model_and_no_photograph_is_tracked(files: list[Path]) -> None:
    assert [name(f) for f in files if f.suffix.lower() in MODELS | PHOTOGRAPHS] == []


def test_pictures_lie_where_drawn_pictures_belong(files: list[Path]) -> None:
    assert [name(f) for f in files if f.suffix == ".png" and not name(f).startswith(PICTURE_FOLDERS)] == []


def test_no_registry_address_and_no_path_of_a_machine(files: list[Path]) -> None:
    found = []
    for file in files:
        if file == Path(__file__) or file.suffix in {".png", ".otf", ".wav", ".ogg"}:
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if FORBIDDEN_TEXT.search(line):
                found.append(f"{name(file)}:{number}: {line.strip()}")
    assert found == []


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("pip install --index-url https://registry.example/simple uv", True),
        ("--extra-index-url file:///mirror", True),
        ("/home/wang/reception/main.py", True),
        ("cd /opt/reception", True),
        ("uv pip compile --no-emit-index-url --upgrade", False),
        ("see docs/work/plan", False),
    ],
)
def test_the_search_for_addresses_finds_them(line: str, refused: bool) -> None:
    assert bool(FORBIDDEN_TEXT.search(line)) is refused


def test_no_python_file_is_long(files: list[Path]) -> None:
    """Except migrations: each is one frozen step of the schema, as long as that step is."""
    ours = [f for f in files if f.suffix == ".py" and f.parent.name != "versions"]
    lengths = {name(f): len(f.read_text(encoding="utf-8").splitlines()) for f in ours}
    assert {file: lines for file, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_every_text_is_in_both_languages() -> None:
    chinese, english = (locale(language) for language in ("zh_CN", "en"))
    assert chinese.keys() == english.keys()
    for area, texts in chinese.items():
        assert texts == {key for key in english[area] if not key.endswith(".one")}, area


def locale(language: str) -> dict[str, set[str]]:
    """The flattened keys of each area of a language."""
    folder = ROOT / "assets" / "locale" / language
    return {f.name: set(flatten(tomllib.loads(f.read_text(encoding="utf-8")))) for f in folder.glob("*.toml")}


def flatten(table: dict[str, Any], prefix: str = "") -> list[str]:
    keys = []
    for key, value in table.items():
        keys += flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [prefix + key]
    return keys
