"""The commands of the Makefile, and the set-up behind them: a lock is applied once and dev is never reduced to run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging import ROOT

TARGETS = ("demo", "test", "test-all", "check", "tour", "bench", "lock", "wheels", "third-party", "clean", "help")
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="make and bash; docs/install.md says what Windows does")

FAKE_PYTHON = """\
#!/bin/bash
echo "python $*" >> calls
[[ "$1 $2" == "-m venv" ]] || exit 0
mkdir -p .venv/bin
for tool in python pip uv; do
    printf '#!/bin/bash\\necho "%s $*" >> calls\\n' $tool > .venv/bin/$tool
    chmod +x .venv/bin/$tool
done
"""


@posix_only
@pytest.mark.parametrize("target", TARGETS)
def test_the_makefile_has_the_command(target: str) -> None:
    result = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@posix_only
def test_help_lists_every_command() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^make ([a-z-]+)", listed, re.MULTILINE)) >= set(TARGETS)


class House:
    """A bare checkout with the real set-up script and an interpreter that only writes down what it is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("packaging", "requirements"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        python = folder / "fake-python"
        python.write_text(FAKE_PYTHON, encoding="utf-8")
        python.chmod(0o755)

    def set_up(self, lock: str) -> list[str]:
        """Run the set-up and return the locks that uv was asked to apply."""
        (self.folder / "calls").write_text("", encoding="utf-8")
        subprocess.run(
            ["packaging/environment.sh", lock],
            cwd=self.folder,
            env={**os.environ, "PYTHON": str(self.folder / "fake-python")},
            check=True,
            capture_output=True,
        )
        calls = (self.folder / "calls").read_text(encoding="utf-8").splitlines()
        return [call.split("/")[-1].removesuffix(".txt") for call in calls if call.startswith("uv pip sync")]

    def change(self, lock: str) -> None:
        with (self.folder / "requirements" / f"{lock}.txt").open("a", encoding="utf-8") as file:
            file.write("# another version\n")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@posix_only
class TestSetUp:
    def test_once_is_enough(self, house: House) -> None:
        assert house.set_up("run") == ["run"]
        assert house.set_up("run") == []
        assert (house.folder / "calls").read_text(encoding="utf-8") == ""

    def test_a_changed_lock_is_applied(self, house: House) -> None:
        house.set_up("run")
        house.change("run")
        assert house.set_up("run") == ["run"]
        house.change("dev")
        assert house.set_up("run") == []

    def test_demo_after_test_keeps_the_developers_tools(self, house: House) -> None:
        house.set_up("dev")
        assert house.set_up("run") == []
        house.change("dev")
        assert house.set_up("run") == ["dev"]

    def test_test_after_demo_adds_them(self, house: House) -> None:
        house.set_up("run")
        assert house.set_up("dev") == ["dev"]

    def test_an_interrupted_set_up_is_done_again(self, house: House) -> None:
        house.set_up("run")
        house.change("run")
        uv = house.folder / ".venv" / "bin" / "uv"
        working = uv.read_text(encoding="utf-8")
        uv.write_text("#!/bin/bash\nexit 1\n", encoding="utf-8")
        with pytest.raises(subprocess.CalledProcessError):
            house.set_up("run")
        uv.write_text(working, encoding="utf-8")
        assert house.set_up("run") == ["run"]

    def test_only_hashes_and_wheels_are_taken(self, house: House) -> None:
        house.set_up("run")
        calls = (house.folder / "calls").read_text(encoding="utf-8").splitlines()
        taken = [call for call in calls if call.startswith(("pip install", "uv pip sync"))]
        assert len(taken) == 2
        assert all("--require-hashes --only-binary :all:" in call for call in taken)
