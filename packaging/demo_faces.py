"""Fetches the demo's portraits: the test pictures of the ``face_recognition`` 1.3.0 source package.

Owns ``.cache/demo-faces``. Takes pictures only, from one package pinned by hash; nothing of it is installed. They
stay on this machine and are shown unchanged but for size, place and light (DECISIONS 1). Without a network the demo
uses its drawn feed: that is a message, not a failure.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINNED = ROOT / "requirements" / "demo-faces.txt"
TARGET = ROOT / ".cache" / "demo-faces"
# Two people: three pictures of one, one of the other. Left out: two halves of faces and a copy in another format.
PICTURES = {
    "visitor-1/1.jpg": "obama.jpg",
    "visitor-1/2.jpg": "obama2.jpg",
    "visitor-1/3.jpg": "obama3.jpg",
    "visitor-2/1.jpg": "biden.jpg",
}


class FetchError(Exception):
    """The package could not be had; says why in one line."""


def fetch(target: Path = TARGET) -> bool:
    """Put the pictures into ``target`` (``person/number.jpg``). True when they are there; False says that the demo goes
    without. Does nothing when they are already complete."""
    if all((target / name).is_file() for name in PICTURES):
        return True
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        try:
            extract(_download(work), work / "pictures")
        except FetchError as reason:
            print(f"Demo portraits not fetched: {reason}", file=sys.stderr)
            print("The demo will show a drawn figure and say that recognition is not shown.", file=sys.stderr)
            return False
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(work / "pictures", target)
    return True


def extract(archive: Path, folder: Path) -> None:
    """Copy the wanted pictures, and nothing else, out of the source package. Raises FetchError if one is missing."""
    try:
        with tarfile.open(archive) as package:
            for name, original in PICTURES.items():
                member = package.extractfile(f"face_recognition-1.3.0/tests/test_images/{original}")
                if member is None:
                    raise KeyError(original)
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(member.read())
    except (KeyError, tarfile.TarError, OSError) as fault:
        raise FetchError("the source package does not hold the expected pictures.") from fault


def _download(folder: Path) -> Path:
    """The package by name and hash, with the machine's own pip configuration. Raises FetchError."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-build-isolation", "--no-binary", "face_recognition", "--require-hashes"]
    command += ["--retries", "1", "--timeout", "15", "--requirement", str(PINNED), "--dest", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise FetchError("pip did not finish; is there a network?") from fault
    found = sorted(folder.glob("face_recognition-1.3.0.tar.gz"))
    if done.returncode or not found:
        raise FetchError("pip could not get face_recognition 1.3.0 with the pinned hash; is there a network?")
    return found[0]


if __name__ == "__main__":
    fetch()
